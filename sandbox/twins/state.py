"""What all twins remember, and who may ask them."""

from dataclasses import dataclass, field

from sandbox.twins.directory.state import DirectoryState
from sandbox.twins.finance.state import FinanceState
from sandbox.twins.pipeline.state import PipelineState


@dataclass(slots=True, kw_only=True)
class Twins:
    """All twins in memory; `tokens` maps a bearer token to who acts with it. Callers hold the world's lock."""

    tokens: dict[str, str] = field(default_factory=dict)
    directory: DirectoryState = field(default_factory=DirectoryState)
    finance: FinanceState = field(default_factory=FinanceState)
    pipeline: PipelineState = field(default_factory=PipelineState)
