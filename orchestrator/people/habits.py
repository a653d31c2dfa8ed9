"""Who usually takes which kind of work: counts that fade, shrunk toward what everybody does, and pooled. Pure.

It says who does something as a rule, not who does it well (`skills`), nor who could do it now (`matching`). It knows
people and groups by their names alone, and an item by its traits, as of its opening: (field, value), a field any number
of times.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.people.work import HALF_LIFE, Done, Trait

__all__ = ["Habits"]

_Row: TypeAlias = NDArray[np.float64]

#: So many pieces of work weigh as much as what everybody does.
_SHRINK = 2.0
#: What a field may count: 1 as if it were independent of all others, less where they say the same.
_STEPS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)
_USUAL = 0.3
_ROUNDS = 2
#: With fewer pieces of work than this, what fields count is not learnt but taken as usual.
_ENOUGH = 200
#: The latest of every so many pieces of work try what the earlier ones teach.
_TRIED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How often each of `names` did what, as of a moment. `weights`: what each field counts."""

    names: tuple[str, ...]
    overall: _Row
    counts: Mapping[Trait, _Row]
    weights: Mapping[str, float]

    @classmethod
    def learnt(cls, done: Iterable[Done], now: datetime, half_life: timedelta = HALF_LIFE) -> "Habits":
        """Learn from work, in any order; what lies after `now` is left out."""
        known = sorted((one for one in done if one.at <= now), key=lambda one: (one.at, one.who, one.traits))
        fields = {field for one in known for field, _ in one.traits}
        weights = dict.fromkeys(sorted(fields), _USUAL)
        if len(known) >= _ENOUGH:
            cut = len(known) - len(known) // _TRIED
            earlier = _counted(known[:cut], known[cut].at, half_life, weights)
            weights = _fitted(earlier, known[cut:])
        return _counted(known, now, half_life, weights)

    def chances(self, traits: Iterable[Trait]) -> dict[str, float]:
        """Give how likely each of them is to take an item with these traits; the sum is 1, nothing for no names."""
        if not self.names:
            return {}
        scores = np.log(self.overall)
        for field, leaning in self._leanings(traits).items():
            scores = scores + self.weights.get(field, 0.0) * leaning
        raised = np.exp(scores - scores.max())
        return dict(zip(self.names, map(float, raised / raised.sum()), strict=True))

    def _leanings(self, traits: Iterable[Trait]) -> dict[str, _Row]:
        """How each field leans toward each name, as the logarithm of its share to the overall one."""
        found: defaultdict[str, list[_Row]] = defaultdict(list)
        for trait in sorted(set(traits)):
            if trait in self.counts:
                counts = self.counts[trait]
                share = (counts + _SHRINK * self.overall) / (counts.sum() + _SHRINK)
                found[trait[0]].append(np.log(share / self.overall))
        return {field: sum(each, np.zeros(len(self.names))) / len(each) ** 0.5 for field, each in found.items()}


def _counted(done: Sequence[Done], now: datetime, half_life: timedelta, weights: Mapping[str, float]) -> Habits:
    names = tuple(sorted({one.who for one in done}))
    places = {name: place for place, name in enumerate(names)}
    overall = np.full(len(names), 0.5)
    counts: dict[Trait, _Row] = defaultdict(lambda: np.zeros(len(names)))
    for one in done:
        place, left = places[one.who], 0.5 ** ((now - one.at) / half_life)
        overall[place] += left
        for trait in set(one.traits):
            counts[trait][place] += left
    return Habits(names=names, overall=overall / max(overall.sum(), 1.0), counts=dict(counts), weights=dict(weights))


def _fitted(earlier: Habits, later: Sequence[Done]) -> dict[str, float]:
    """Give each field the weight by which the earlier work told the later work best, one field after the other."""
    places = {name: place for place, name in enumerate(earlier.names)}
    tried = [one for one in later if one.who in places]
    if not tried:
        return dict(earlier.weights)
    right = np.array([places[one.who] for one in tried])
    leanings = {field: np.zeros((len(tried), len(places))) for field in earlier.weights}
    for row, one in enumerate(tried):
        for field, leaning in earlier._leanings(one.traits).items():  # noqa: SLF001 - of the same class
            leanings[field][row] = leaning
    weights = dict(earlier.weights)
    scores = np.log(earlier.overall) + sum(weights[field] * each for field, each in leanings.items())
    for _ in range(_ROUNDS):
        for field, leaning in leanings.items():
            others = scores - weights[field] * leaning
            weights[field] = min(_STEPS, key=lambda step: _surprise(others + step * leaning, right))
            scores = others + weights[field] * leaning
    return weights


def _surprise(scores: _Row, right: NDArray[np.intp]) -> float:
    """Give the mean logarithmic loss of scores, a row for each piece of work, in nats."""
    top = scores.max(axis=1)
    sums = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
    return float((sums - scores[np.arange(len(right)), right]).mean())
