"""The calibrated probability that a person would confirm "the same problem", from a fixed table of coefficients.

The shipped table is fitted by `python -m benchmarks fit-confidence`; it is a part of the shipped `Model`. Pure; it must
not rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

LEAST_SHARED = 2
"""Fewer shared terms than this prove nothing, however alike two texts of a few words are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for and against a match. Shares and distances are in per mille; None means unknown.

    `text`: similarity as a share of a copy's. `lead`: how far that is ahead of the best other candidate (below zero:
    behind). `apart`: how far it is ahead of the fifth best other one, so that a few twins do not count against each
    other. `cover`: how much of the new summary the known issue says anywhere. `titles`: how alike the summaries are.
    `shared`: how many terms the two have in common. `meaning`: how near they are in meaning.
    `days`: by how many days the known issue is older (below zero: younger).
    """

    text: int
    lead: int
    apart: int
    cover: int
    titles: int
    shared: int
    days: int
    project: bool | None = None
    components: bool | None = None
    kind: bool | None = None
    reporter: bool | None = None
    meaning: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """A logistic model over shares from 0 to 1.

    None but `constant` may be below zero, so that more likeness never means less confidence. `titles` counts only what
    is above `TITLES_FROM`: summaries of one subject are somewhat alike, those of one problem nearly the same.
    """

    constant: float
    text: float
    titles: float
    cover: float
    apart: float
    meaning: float = 0.0


TITLES_FROM = 700

TABLE = Coefficients(constant=-5.49, text=0.52, titles=2.19, cover=2.12, apart=2.2)
MEANT_TABLE = Coefficients(constant=-5.94, text=0.14, titles=2.14, cover=1.75, apart=1.78, meaning=1.73)


def confidence(signals: Signals, table: Coefficients = TABLE) -> int:
    """Give the probability in per mille, 0 to 1,000."""
    if signals.shared < LEAST_SHARED:
        return 0
    return probability(shares(signals), table)


def probability(seen: Sequence[float], table: Coefficients) -> int:
    """Give the probability in per mille for what `shares` gives."""
    weights = (table.text, table.titles, table.cover, table.apart, table.meaning)
    odds = table.constant + sum(weight * share for weight, share in zip(weights, seen, strict=True))
    return round(1000 / (1 + exp(-odds)))


def shares(signals: Signals) -> tuple[float, float, float, float, float]:
    """Give what the model sees: text, titles, cover, apart and meaning, each from 0 to 1 in steps of a thousandth."""
    titles = round(1000 * max(0, signals.titles - TITLES_FROM) / (1000 - TITLES_FROM))
    apart, meaning = max(0, signals.apart), signals.meaning or 0
    return signals.text / 1000, titles / 1000, signals.cover / 1000, apart / 1000, meaning / 1000
