"""The model in use, as a value that a test may change."""

from orchestrator.forecast.learnt import InUse
from orchestrator.related import SHIPPED, Model


class FakeModels:
    """The shipped model, until another is put in its place."""

    def __init__(self) -> None:
        self.model = SHIPPED

    def active(self, defaults: Model = SHIPPED) -> Model:
        return self.model if defaults == SHIPPED else defaults


class FakePatterns:
    """Nothing was learnt of how promises go, until a version is put there."""

    def __init__(self) -> None:
        self.used: InUse | None = None

    def in_use(self, base: str) -> InUse | None:
        return self.used if self.used is not None and self.used.version.startswith(f"{base}.") else None
