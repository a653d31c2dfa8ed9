"""What a model saw of a pair, as integers that are recorded with the decision: learning never measures a pair again.

Pure values; what they are worth is the model's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from orchestrator.related.confidence import LEAST_SHARED, Coefficients, Signals, probability, shares
from orchestrator.related.weights import Pieces, Weights
from rules.canonical import Value

PIECES = tuple(one.name for one in fields(Weights))
"""The names of the pieces of evidence, in their order."""
SHARES = tuple(one.name for one in fields(Coefficients) if one.name != "constant")
"""The names of what the confidence is made of, in their order."""


class Features(Value, frozen=True, kw_only=True):
    """By the names of the columns of `Weights` and `Coefficients`, in per mille; `shared`: terms in common.

    What is not named was not measured then, and moves nothing.
    """

    pieces: dict[str, int]
    shares: dict[str, int]
    shared: int


def features_of(pieces: Pieces, signals: Signals) -> Features:
    """Give what is recorded of a match."""
    return Features(pieces=_named(PIECES, pieces), shares=_named(SHARES, shares(signals)), shared=signals.shared)


def _named(names: Sequence[str], values: Iterable[float]) -> dict[str, int]:
    return {name: round(1000 * value) for name, value in zip(names, values, strict=True)}


def confident(seen: Features, table: Coefficients) -> int:
    """Give the probability in per mille that a table gives to what was seen, as `confidence` does."""
    if seen.shared < LEAST_SHARED:
        return 0
    return probability([seen.shares.get(name, 0) / 1000 for name in SHARES], table)
