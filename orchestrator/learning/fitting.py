"""Logistic regression that starts from what is believed already and leaves it only as far as the examples insist.

Pure; the same examples in any order give the same numbers. It knows nothing of issues.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

_STEPS = 60
_SMALL = 1e-7
_HALVINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Example:
    """What was seen, whether it was so, and how much that counts. The first column is the constant's, always 1."""

    row: tuple[float, ...]
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a coefficient is without examples, and how stiffly it stays there: the inverse of its variance."""

    value: float
    stiffness: float


def fit(examples: Sequence[Example], beliefs: Sequence[Belief]) -> tuple[float, ...]:
    """Give the likeliest coefficients, one for each belief.

    None but the first comes out below zero, so that more evidence never counts against a pair: one that would is put
    at zero, and the rest fitted again. Penalty and method: Newton's, with steps halved until they lead down; Hastie,
    Tibshirani and Friedman, The Elements of Statistical Learning, 4.4.
    """
    ordered = sorted(examples)
    start = [one.value for one in beliefs]
    kept = list(range(len(beliefs)))
    found = _newton(ordered, beliefs, start, kept)
    while any(found[column] < 0 for column in kept[1:]):
        worst = min(kept[1:], key=lambda column: found[column])
        kept.remove(worst)
        start[worst] = 0.0
        found = _newton(ordered, beliefs, start, kept)
    return tuple(found)


def _newton(
    examples: Sequence[Example], beliefs: Sequence[Belief], start: Sequence[float], kept: Sequence[int]
) -> list[float]:
    found = list(start)
    depth = _depth(examples, beliefs, found)
    for _ in range(_STEPS):
        slope, bend = _slope_and_bend(examples, beliefs, found, kept)
        steps = dict(zip(kept, solve(bend, slope), strict=True))
        for _halving in range(_HALVINGS):
            stepped = [value - steps.get(column, 0.0) for column, value in enumerate(found)]
            reached = _depth(examples, beliefs, stepped)
            if reached <= depth:
                break
            steps = {column: step / 2 for column, step in steps.items()}
        else:
            break
        found, depth = stepped, reached
        if max(map(abs, steps.values())) < _SMALL:
            break
    return found


def _depth(examples: Sequence[Example], beliefs: Sequence[Belief], found: Sequence[float]) -> float:
    """What is to be made small: how unlikely the examples are, and how far the coefficients left their beliefs."""
    unlikely = sum([one.weight * _unlikely(_odds(one.row, found), one.right) for one in examples])
    away = zip(beliefs, found, strict=True)
    return unlikely + sum([one.stiffness * (value - one.value) ** 2 for one, value in away]) / 2


def _unlikely(odds: float, right: bool) -> float:
    against = -odds if right else odds
    return max(against, 0.0) + log1p(exp(-abs(against)))


def _slope_and_bend(
    examples: Sequence[Example], beliefs: Sequence[Belief], found: Sequence[float], kept: Sequence[int]
) -> tuple[list[float], list[list[float]]]:
    slope = [beliefs[column].stiffness * (found[column] - beliefs[column].value) for column in kept]
    bend = [[(beliefs[one].stiffness + _SMALL) * (one == other) for other in kept] for one in kept]
    for example in examples:
        chance = probability(_odds(example.row, found))
        row = [example.row[column] for column in kept]
        off, steep = example.weight * (chance - example.right), example.weight * chance * (1 - chance)
        for place, value in enumerate(row):
            slope[place] += off * value
            for beside, other in enumerate(row):
                bend[place][beside] += steep * value * other
    return slope, bend


def _odds(row: Sequence[float], found: Sequence[float]) -> float:
    return sum([value * one for value, one in zip(row, found, strict=True)])


def probability(odds: float) -> float:
    """Give the probability for the logarithm of the odds, whatever their size."""
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve linear equations with a positive definite matrix by Gauss-Jordan elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place, pivot in enumerate(rows):
        pivot[:] = [value / pivot[place] for value in pivot]
        for row in rows:
            if row is not pivot:
                row[:] = [value - row[place] * above for value, above in zip(row, pivot, strict=True)]
    return [row[-1] for row in rows]
