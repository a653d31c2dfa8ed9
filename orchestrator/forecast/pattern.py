"""The chance that a promise breaks, by what is known of an item at a moment and how such promises go at present.

Two logistic regressions, one after the other, because how often promises break may change from week to week while what
tells the likely from the unlikely ones stays much the same. The first learns from all outcomes what each trait adds,
beside a level of its own for each stretch of time, so that a bad month is not mistaken for a bad trait. The second
learns the present level from the latest outcomes, which fade by half every `HALF` of them, and leaves the first's
coefficients only as far as they insist. Both are shrunk, so that few outcomes say little.
Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.4 and 18.4 (ridge penalties).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from math import exp
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.people.work import Trait

__all__ = ["HALF", "Outcome", "Pattern"]

_Row: TypeAlias = NDArray[np.float64]

#: After so many later outcomes one counts half.
HALF = 650
#: Traits that fewer outcomes have are one, `_RARE` of their field; so is what was never seen.
_SEEN = 5
_RARE = "(rare)"
#: Into so many stretches the outcomes are parted at most, each of so many at least.
_STRETCHES, _IN_STRETCH = 60, 50
#: How stiffly coefficients stay where they start, the inverse of a variance: of the level, of a stretch's level, of
#: what a trait adds, and of how far that may have changed lately.
_FREE, _LOOSE, _STIFF, _STIFFER = 0.01, 0.1, 8.0, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a promise went: when it began, what was known of the item, and whether it broke.

    Several moments of one item are several outcomes, each of a `weight` of its own.
    """

    began: datetime
    traits: tuple[Trait, ...]
    broke: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What was learnt: the log-odds of the present `level`, and what each trait adds to them.

    `outcomes`: from how many it was learnt. `usual`: what the traits of the latest outcomes added on average.
    """

    level: float
    adds: Mapping[Trait, float]
    outcomes: int
    usual: float

    @classmethod
    def learnt(cls, outcomes: Iterable[Outcome]) -> "Pattern":
        """Learn from outcomes, in any order; without any, all that is said is that nothing is known (50 %)."""
        known = sorted(outcomes, key=lambda one: (one.began, one.traits, one.broke, one.weight))
        if not known:
            return cls(level=0.0, adds={}, outcomes=0, usual=0.0)
        counts = Counter(trait for one in known for trait in set(one.traits))
        often = {trait for trait, count in counts.items() if count >= _SEEN}
        columns = {
            trait: place for place, trait in enumerate(sorted(often | {(field, _RARE) for field, _ in counts}), 1)
        }
        seen = _matrix(known, columns)
        broke = np.array([one.broke for one in known], dtype=float)
        weights = np.array([one.weight for one in known])
        width = len(columns) + 1
        stretches = _stretches(known)
        whole = _fitted(
            _sparse().hstack([seen, stretches], format="csr"),
            broke,
            weights,
            start=np.zeros(width + stretches.shape[1]),
            stiff=np.concatenate([[_FREE], np.full(width - 1, _STIFF), np.full(stretches.shape[1], _LOOSE)]),
        )
        start = np.concatenate([[0.0], whole[1:width]])
        fading = weights * 0.5 ** (_later(weights) / HALF)
        stiff = np.concatenate([[_FREE], np.full(width - 1, _STIFFER)])
        found = _fitted(seen, broke, fading, start=start, stiff=stiff)
        usual = float(fading @ (seen @ found - found[0]) / fading.sum())
        adds = {trait: float(found[column]) for trait, column in columns.items()}
        return cls(level=float(found[0]), adds=adds, outcomes=len(known), usual=usual)

    def chance(self, traits: Iterable[Trait]) -> float:
        """Give the chance that a promise breaks about an item with these traits; an unknown trait adds nothing."""
        odds = self.level + sum(self.adds.get(trait, 0.0) for trait in _known(traits, self.adds))
        return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))

    def reasons(self, traits: Iterable[Trait], most: int = 3) -> tuple[tuple[Trait, float], ...]:
        """Give the traits that add or take most of the odds, each with its part in log-odds, the weightiest first."""
        parts = [(trait, self.adds[trait]) for trait in _known(traits, self.adds) if self.adds.get(trait)]
        return tuple(sorted(parts, key=lambda part: -abs(part[1]))[:most])


def _known(traits: Iterable[Trait], columns: Mapping[Trait, object]) -> list[Trait]:
    """Give each trait once, in order; what was hardly seen is rare, and what is of a field never seen is left out."""
    named = {trait if trait in columns else (trait[0], _RARE) for trait in traits}
    return sorted(trait for trait in named if trait in columns)


def _matrix(known: Sequence[Outcome], columns: Mapping[Trait, int]) -> Any:
    """Give a row for each outcome: a one for the level, and one for each of its traits that has a column."""
    held = [[0, *(columns[trait] for trait in _known(one.traits, columns))] for one in known]
    ends = np.cumsum([0, *map(len, held)])
    places = np.concatenate([np.array(one) for one in held])
    return _sparse().csr_array((np.ones(len(places)), places, ends), shape=(len(known), len(columns) + 1))


def _stretches(known: Sequence[Outcome]) -> Any:
    """Give a column for each stretch of time in which about as many outcomes began as in any other."""
    number = max(1, min(_STRETCHES, len(known) // _IN_STRETCH))
    place = np.arange(len(known)) * number // len(known)
    return _sparse().csr_array((np.ones(len(known)), (np.arange(len(known)), place)), shape=(len(known), number))


def _later(weights: _Row) -> _Row:
    """Give how much came after each outcome, they being in order of time."""
    total: _Row = weights.sum() - np.cumsum(weights)
    return total


def _fitted(seen: Any, broke: _Row, weights: _Row, *, start: _Row, stiff: _Row) -> _Row:
    turned = seen.T.tocsr()

    def depth(found: _Row) -> tuple[float, _Row]:
        odds = seen @ found
        off = weights * (1 / (1 + np.exp(-np.clip(odds, -30, 30))) - broke)
        away = found - start
        unlikely = float(weights @ (np.logaddexp(0, odds) - broke * odds))
        return unlikely + float(stiff @ away**2) / 2, turned @ off + stiff * away

    minimize = import_module("scipy.optimize").minimize
    found: _Row = minimize(depth, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found


def _sparse() -> Any:
    """Give the library of sparse matrices, which only learning needs: it is not loaded by who foretells."""
    return import_module("scipy.sparse")
