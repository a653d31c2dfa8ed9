"""Fits the coefficients of the confidence by logistic regression. Pure; the same examples give the same table.

Ridge penalty 1 on all but the constant, by Newton's method; a coefficient that comes out below zero is left out and the
rest fitted again, because more likeness must never mean less confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from orchestrator.related.confidence import Coefficients, Signals, shares

_RIDGE = 1.0
_STEPS = 50
_SMALL = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The signals of a best match, and whether it was the same problem."""

    signals: Signals
    same: bool


def fit(examples: Sequence[Example]) -> Coefficients:
    """Give the table, to two decimals; ValueError without examples of both kinds."""
    if len({example.same for example in examples}) < 2:
        raise ValueError("fitting needs pairs that are the same problem and pairs that are not")
    rows = [(1.0, *shares(example.signals)) for example in examples]
    truth = [float(example.same) for example in examples]
    kept = list(range(len(rows[0])))
    weights = _newton(rows, truth, kept)
    while any(weights[column] < 0 for column in kept[1:]):
        kept.remove(min(kept[1:], key=lambda column: weights[column]))
        weights = _newton(rows, truth, kept)
    constant, text, titles, cover, apart = (round(weight, 2) for weight in weights)
    return Coefficients(constant=constant, text=text, titles=titles, cover=cover, apart=apart)


def _newton(rows: Sequence[Sequence[float]], truth: Sequence[float], kept: Sequence[int]) -> list[float]:
    """The weights of all columns; zero for those that are not kept."""
    weights = [0.0] * len(rows[0])
    for _ in range(_STEPS):
        guesses = [1 / (1 + exp(-sum(weights[column] * row[column] for column in kept))) for row in rows]
        slope = [_slope(rows, truth, guesses, column) + _penalty(column) * weights[column] for column in kept]
        bend = [[_bend(rows, guesses, one, other) for other in kept] for one in kept]
        for place, column in enumerate(kept):
            bend[place][place] += _penalty(column) + _SMALL
        steps = solve(bend, slope)
        for column, step in zip(kept, steps, strict=True):
            weights[column] -= step
        if max(abs(step) for step in steps) < _SMALL:
            break
    return weights


def _penalty(column: int) -> float:
    return _RIDGE if column else 0.0


def _slope(rows: Sequence[Sequence[float]], truth: Sequence[float], guesses: Sequence[float], column: int) -> float:
    return sum((guess - true) * row[column] for row, true, guess in zip(rows, truth, guesses, strict=True))


def _bend(rows: Sequence[Sequence[float]], guesses: Sequence[float], one: int, other: int) -> float:
    return sum(guess * (1 - guess) * row[one] * row[other] for row, guess in zip(rows, guesses, strict=True))


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve linear equations with a positive definite matrix by Gauss-Jordan elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place, pivot in enumerate(rows):
        pivot[:] = [value / pivot[place] for value in pivot]
        for row in rows:
            if row is not pivot:
                row[:] = [value - row[place] * above for value, above in zip(row, pivot, strict=True)]
    return [row[-1] for row in rows]
