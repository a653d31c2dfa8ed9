"""The calibrated probability that a person would confirm "the same problem", from a fixed table of coefficients.

The table is fitted by `python -m benchmarks fit-confidence`; whoever changes it changes
`MODEL_VERSION`. Pure; it must not rank.
"""

from dataclasses import dataclass
from math import exp

MODEL_VERSION = "related-1"

LEAST_SHARED = 2
"""Fewer shared terms than this prove nothing, however alike two texts of a few words are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for and against a match. Shares and `lead` are in per mille; None means unknown.

    `text`: similarity as a share of a copy's. `lead`: ahead of the best other candidate (below zero: behind).
    `cover`: how much of the new summary the known issue says anywhere. `titles`: how alike the summaries are.
    `shared`, `rare`: how many terms, and how many of them in at most 1 % of all issues.
    `days`: by how many days the known issue is older (below zero: younger).
    """

    text: int
    lead: int
    cover: int
    titles: int
    shared: int
    rare: int
    days: int
    project: bool | None = None
    components: bool | None = None
    kind: bool | None = None
    reporter: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """A logistic model over shares from 0 to 1.

    None but `constant` may be below zero, so that more likeness never means less confidence.
    """

    constant: float
    text: float
    titles: float
    cover: float
    lead: float


TABLE = Coefficients(constant=-5.6, text=1.4, titles=1.6, cover=2.0, lead=2.2)


def confidence(signals: Signals, table: Coefficients = TABLE) -> int:
    """The probability in per mille, 0 to 1,000."""
    if signals.shared < LEAST_SHARED:
        return 0
    return round(1000 / (1 + exp(-logit(signals, table))))


def logit(signals: Signals, table: Coefficients) -> float:
    """The log odds before squashing."""
    return (
        table.constant
        + sum(
            (
                table.text * signals.text,
                table.titles * signals.titles,
                table.cover * signals.cover,
                table.lead * signals.lead,
            )
        )
        / 1000
    )
