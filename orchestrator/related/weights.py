"""How much each piece of evidence moves a known issue up: one table of weights.

The shipped table is learnt by `python -m benchmarks fit-ranking`, on two histories at once, each also tried on the
other; it is a part of the shipped `Model`. Pure; it must not know how a piece of evidence is measured.
"""

from dataclasses import dataclass
from math import log
from typing import TypeAlias

_LEAST = 0.05

Pieces: TypeAlias = tuple[float, float, float, float, float, float, float]
"""Likeness of the text, cover, back, near, -1 for another project and another component, likeness of the meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A log-linear model: what a unit of each piece of evidence adds to the logarithm of the odds. None is below zero.

    `text` is for the logarithm of the likeness, from `_LEAST` up to a copy; `cover`, `back` and `near` are for
    shares; `project` and `component` are taken off where the two are known to differ; `meaning` is for the logarithm of
    the likeness again.
    """

    text: float
    cover: float
    back: float
    near: float
    project: float
    component: float
    meaning: float = 0.0


WEIGHTS = Weights(text=3.15, cover=1.91, back=2.85, near=2.83, project=2.26, component=1.3)
MEANT_WEIGHTS = Weights(text=2.18, cover=1.76, back=2.72, near=2.87, project=1.72, component=1.25, meaning=2.07)


def likeness(share: float) -> float:
    """Give what a share of a copy, 0 to 1, counts: zero for a copy, below zero for anything else."""
    return log((share + _LEAST) / (1 + _LEAST))


def merit(pieces: Pieces, weights: Weights = WEIGHTS) -> float:
    """Give the sum over all pieces of evidence."""
    text, cover, back, near, project, component, meaning = pieces
    return (
        weights.text * text
        + weights.cover * cover
        + weights.back * back
        + weights.near * near
        + weights.project * project
        + weights.component * component
        + weights.meaning * meaning
    )


def bounds(weights: Weights = WEIGHTS) -> tuple[float, float]:
    """Give the least and the greatest merit that there can be."""
    least, most = (likeness(0), 0.0, 0.0, 0.0, -1.0, -1.0, likeness(0)), (0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0)
    return merit(least, weights), merit(most, weights)
