"""How well groups of reports are the problems that were planted: numbers only, the same for whatever made the groups.

An answer is right about a pair of reports where both tell of the same planted problem. Pure.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.measures import Estimate

_RESAMPLES = 1_000

Problems = Mapping[int, int | None]
"""The planted problem of each report; None for other work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """How good groups are.

    `precision`: of the pairs in one group, how many are one problem. `recall`: of the pairs of one problem, how many
    are in one group. `found`: the share of problems of which at least half is in one group that is mostly theirs.
    `groups_per_problem`: in how many groups the reports of a problem are, of those in any: with a message for each
    group, so many messages a problem brings.
    """

    groups: int
    precision: Estimate
    recall: Estimate
    found: float
    groups_per_problem: float


def grouping(groups: Sequence[Collection[int]], problems: Problems) -> Grouping:
    """Measure groups, each a set of reports; a report is in at most one. Intervals are over groups and problems."""
    sizes = Counter(one for one in problems.values() if one is not None)
    within: dict[int, list[int]] = {problem: [] for problem in sizes}
    by_group = []
    for group in groups:
        told = Counter(problems[one] for one in group)
        by_group.append((sum(_pairs(held) for name, held in told.items() if name is not None), _pairs(len(group))))
        for name, held in told.items():
            if name is not None:
                within[name].append(held)
    by_problem = [(sum(map(_pairs, held)), _pairs(sizes[name])) for name, held in within.items()]
    touched = [len(held) for held in within.values() if held]
    return Grouping(
        groups=len(groups),
        precision=share(by_group),
        recall=share(by_problem),
        found=len(found_problems(groups, problems)) / max(1, len(sizes)),
        groups_per_problem=sum(touched) / max(1, len(touched)),
    )


def found_problems(groups: Sequence[Collection[int]], problems: Problems) -> dict[int, frozenset[int]]:
    """Give the problems that a group is mostly about and that it holds at least half of, each with that group."""
    sizes = Counter(one for one in problems.values() if one is not None)
    found = {}
    for group in groups:
        name = mostly(group, problems)
        if name is not None and 2 * sum(problems[one] == name for one in group) >= sizes[name]:
            found[name] = frozenset(group)
    return found


def pairs_right(group: Collection[int], problems: Problems) -> float:
    """Give the share of pairs of the reports that tell of one problem."""
    told = Counter(problems[one] for one in group if problems[one] is not None)
    return sum(map(_pairs, told.values())) / max(1, _pairs(len(group)))


def mostly(group: Collection[int], problems: Problems) -> int | None:
    """Give the problem that at least half of the reports tell of; None where there is none."""
    told = Counter(problems[one] for one in group if problems[one] is not None)
    name, held = max(told.items(), key=lambda one: (one[1], one[0] or 0), default=(None, 0))
    return name if 2 * held >= len(group) else None


def share(parts: Sequence[tuple[int, int]], seed: int = 0) -> Estimate:
    """Give the sum of the first numbers as a share of the sum of the second, with its interval from resampled parts."""
    if not parts:
        return Estimate(mean=0.0, low=0.0, high=0.0)
    chance = Random(seed)  # noqa: S311 -- resampling, not a secret
    means = sorted(_share(chance.choices(parts, k=len(parts))) for _ in range(_RESAMPLES))
    return Estimate(mean=_share(parts), low=means[int(_RESAMPLES * 0.025)], high=means[int(_RESAMPLES * 0.975) - 1])


def _share(parts: Sequence[tuple[int, int]]) -> float:
    return sum(right for right, _ in parts) / max(1, sum(of for _, of in parts))


def _pairs(number: int) -> int:
    return number * (number - 1) // 2
