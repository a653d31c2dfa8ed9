"""A model that was learned, as it is kept for good: its tables, where it comes from, and its card. Values only."""

from datetime import datetime

from orchestrator.learning.trial import Trial
from orchestrator.related import Model
from orchestrator.related.confidence import Coefficients
from orchestrator.related.features import PIECES, SHARES
from orchestrator.related.weights import Weights
from rules.canonical import Value

_HUNDREDTHS = 100


class Card(Value, frozen=True, kw_only=True):
    """What a version was learned from, and how it did on later answers than those that taught it.

    `made_at` is domain time; `since`, `until`: when the first and the last answer came. `confirmed` and `rejected`
    count pairs. A trial that is missing was not possible; `learned`: the parts that are not as shipped, "confidence" or
    "ranking".
    """

    made_at: datetime
    since: datetime
    until: datetime
    answers: int
    confirmed: int
    rejected: int
    learned: tuple[str, ...]
    confidence: Trial | None = None
    ranking: Trial | None = None


class Made(Value, frozen=True, kw_only=True):
    """A version. `base`: the shipped one that it started from; tables are in hundredths, by the names of columns."""

    version: str
    base: str
    weights: dict[str, int]
    table: dict[str, int]
    card: Card

    @property
    def model(self) -> Model:
        """Give it as what ranks and says how sure a match is."""
        weights = {name: self.weights.get(name, 0) / _HUNDREDTHS for name in PIECES}
        table = {name: self.table.get(name, 0) / _HUNDREDTHS for name in ("constant", *SHARES)}
        return Model(version=self.version, weights=Weights(**weights), table=Coefficients(**table))


def made(number: int, defaults: Model, weights: Weights, table: Coefficients, card: Card) -> Made:
    """Give tables as the version with a number, from 1 on, which started from defaults."""
    return Made(
        version=f"{defaults.version}.{number}",
        base=defaults.version,
        weights={name: round(_HUNDREDTHS * getattr(weights, name)) for name in PIECES},
        table={name: round(_HUNDREDTHS * getattr(table, name)) for name in ("constant", *SHARES)},
        card=card,
    )
