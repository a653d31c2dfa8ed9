"""How likely two issues of a group are one problem, the group being what it is: the percentage that people are told.

A group is taken for one problem because its pairs look likely, and the more groups there might be, the more of them
look likely by chance. So what its pairs say is weighed anew by what it is altogether: whether its titles are about what
suddenly comes up, and whether others say the same that are not in it. Pure; it must not decide who belongs together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from math import log
from statistics import fmean

from orchestrator.batching.crowds import Crowd
from orchestrator.batching.likeness import likeness
from orchestrator.batching.told import Pair
from orchestrator.learning.fitting import probability

#: What is less likely than this, or likelier than 1 without this, is taken for so much: 0 and 1 are never known.
_LEAST = 0.02
_HALVINGS = 40
_FARTHEST = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What tells of a group whether it is one problem.

    `pairs`: the logarithm of the odds of the mean likeness of its pairs. `titles`: which share of the words of its
    titles suddenly come up in half of it, 0 to 1. `inside`: which share of all issues that say these words now is in
    it, 0 to 1.
    """

    pairs: float
    titles: float
    inside: float

    @property
    def row(self) -> tuple[float, ...]:
        """Give the numbers in the order of the table's, the constant's 1 first."""
        return (1.0, self.pairs, self.titles, self.inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """A logistic model over what is seen of a group, fitted to streams as `python -m benchmarks fit-groups` makes."""

    constant: float
    pairs: float
    titles: float
    inside: float

    @property
    def row(self) -> tuple[float, ...]:
        """Give the numbers in the order of those of what is seen."""
        return (self.constant, self.pairs, self.titles, self.inside)


SURENESS = Sureness(constant=-2.82, pairs=0.29, titles=4.65, inside=2.37)


def seen(group: Collection[int], crowd: Crowd, likely: Mapping[Pair, int]) -> Seen:
    """Give what tells of a group of two and more; `likely` is what `likeness` gives, per mille."""
    pairs = list(combinations(sorted(group), 2))
    mean = sum(likely.get(pair, 0) for pair in pairs) / (1000 * len(pairs))
    words = frozenset(crowd.telling(group, len(crowd.bursts)))
    titles = [frozenset(one.summary) for one in crowd.issues if one.id in group]
    return Seen(
        pairs=_odds(mean),
        titles=fmean(len(title & words) / max(1, len(title)) for title in titles) if titles else 0.0,
        inside=fmean(crowd.share_in(group, word) for word in sorted(words)) if words else 0.0,
    )


def sure(of: Seen, table: Sureness = SURENESS) -> int:
    """Say how likely two of a group are one problem on average, in per mille."""
    return round(1000 * probability(sum(value * weight for value, weight in zip(of.row, table.row, strict=True))))


def shares(group: Collection[int], crowd: Crowd) -> dict[int, int]:
    """Give how likely each of a group is one problem with the others, per mille: the mean is that of the group."""
    likely = likeness(crowd)
    members = sorted(group)
    if len(members) < 2:
        return {}
    sums = {one: sum(likely.get((min(pair), max(pair)), 0) for pair in product([one], members)) for one in members}
    means = {one: total / (len(members) - 1) for one, total in sums.items()}
    return spread(means, sure(seen(members, crowd, likely)))


def spread(likely: Mapping[int, float], mean: int) -> dict[int, int]:
    """Give how likely each issue is one problem with the others, per mille, so that `mean` is the mean of all.

    The odds of all are multiplied alike: who is less like the others than another stays so.
    """
    odds = {id_: _odds(per_mille / 1000) for id_, per_mille in likely.items()}
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if fmean(probability(one + middle) for one in odds.values()) * 1000 < mean:
            low = middle
        else:
            high = middle
    return {id_: round(1000 * probability(one + low)) for id_, one in odds.items()}


def _odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1 - _LEAST)
    return log(kept / (1 - kept))
