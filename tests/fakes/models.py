"""The model in use, as a value that a test may change."""

from orchestrator.related import SHIPPED, Model


class FakeModels:
    """The shipped model, until another is put in its place."""

    def __init__(self) -> None:
        self.model = SHIPPED

    def active(self, defaults: Model = SHIPPED) -> Model:
        return self.model if defaults == SHIPPED else defaults
