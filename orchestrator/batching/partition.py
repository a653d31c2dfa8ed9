"""Which issues belong together: clusters from pairwise evidence and what people said, the same in any order. Pure.

Two groups are joined while the average likelihood over all their pairs is high enough, the likeliest first (average
linkage). A chain of neighbours does not make a group, and one pair that is unlike does not break one. What people
coupled is together from the start; what they told apart is never in one group.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush

from orchestrator.batching.told import Pair, Words

#: The average likeness over all pairs, in per mille, from which two groups are one. Of how likely that is one problem
#: `sureness` tells; whether people are told of it, the rules.
JOINS_FROM = 450
_FINE = 1_000_000


def partition(
    items: Collection[int],
    likeness: Mapping[Pair, int],
    joins_from: int,
    coupled: Collection[Pair] = (),
    words: Words | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Give the groups of two and more, each ascending, by their lowest ids.

    Args:
        items: the issues' ids.
        likeness: per mille for pairs, the lower id first; a pair that is missing is at 0.
        joins_from: the average, in per mille, from which two groups are one.
        coupled: pairs that are coupled in the tracker.
        words: what people told apart or joined; it overrules what is coupled.
    """
    said = words or Words()
    groups = _coupled(items, [*coupled, *said.joined(items)], said)
    sums = _sums(groups, likeness)
    waiting = [_bid(sums, groups, one, other) for one, other in sums]
    heapify(waiting)
    while waiting:
        average, one, other, sizes = heappop(waiting)
        if -average < joins_from * _FINE // 1000:
            break
        if one not in groups or other not in groups or sizes != (len(groups[one]), len(groups[other])):
            continue
        if said.between(groups[one], groups[other]):
            continue
        for third in _join(groups, sums, one, other):
            heappush(waiting, _bid(sums, groups, *sorted((one, third))))
    return tuple(sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1))


def unrefused(
    groups: Iterable[tuple[int, ...]],
    likeness: Mapping[Pair, int],
    joins_from: int,
    coupled: Collection[Pair],
    words: Words,
) -> tuple[tuple[int, ...], ...]:
    """Leave out the groups that are as like issues which somebody refused to take for a problem as like each other.

    It would be the same question on the same evidence. A group in which a pair is coupled was agreed to.
    """
    groups = tuple(groups)
    ids = {id_ for pair in likeness for id_ in pair}
    taken = {id_ for group in groups for id_ in group}
    refused = [some for ones in words.refused(ids) if (some := ones - taken)]
    agreed = [{*pair} for pair in [*coupled, *words.joined(taken)]]

    def is_refused(group: tuple[int, ...]) -> bool:
        if any(pair.issubset(group) for pair in agreed):
            return False
        return any(_average(group, ones, likeness) >= joins_from for ones in refused)

    return tuple(group for group in groups if not is_refused(group))


def _average(group: Collection[int], others: Collection[int], likeness: Mapping[Pair, int]) -> float:
    pairs = ((min(one, other), max(one, other)) for one in group for other in others)
    return sum(likeness.get(pair, 0) for pair in pairs) / (len(group) * len(others))


def component(of: Collection[int], pairs: Iterable[Pair]) -> frozenset[int]:
    """Give what hangs together with any of these, through however many pairs, and these."""
    beside: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in pairs:
        beside[one].append(other)
        beside[other].append(one)
    found, waiting = set(of), list(of)
    while waiting:
        new = set(beside[waiting.pop()]) - found
        found |= new
        waiting += new
    return frozenset(found)


def _coupled(items: Collection[int], coupled: Collection[Pair], said: Words) -> dict[int, list[int]]:
    """Begin with one group for each issue, and what people coupled in one; a group is known by its lowest id."""
    groups = {id_: [id_] for id_ in sorted(items)}
    place = {id_: id_ for id_ in groups}
    for one, other in sorted({(min(pair), max(pair)) for pair in coupled}):
        if one not in place or other not in place:
            continue
        here, there = sorted((place[one], place[other]))
        if here == there or said.between(groups[here], groups[there]):
            continue
        groups[here] += groups.pop(there)
        place |= dict.fromkeys(groups[here], here)
    return groups


def _sums(groups: Mapping[int, list[int]], likeness: Mapping[Pair, int]) -> dict[Pair, int]:
    place = {id_: name for name, group in groups.items() for id_ in group}
    sums: dict[Pair, int] = {}
    for (one, other), per_mille in likeness.items():
        if per_mille and one in place and other in place and place[one] != place[other]:
            here, there = sorted((place[one], place[other]))
            sums[here, there] = sums.get((here, there), 0) + per_mille
    return sums


def _bid(
    sums: Mapping[Pair, int], groups: Mapping[int, list[int]], one: int, other: int
) -> tuple[int, int, int, tuple[int, int]]:
    """Order the likeliest first, of equals the lowest ids; the sizes tell later whether it still stands."""
    sizes = len(groups[one]), len(groups[other])
    return -(sums[one, other] * _FINE // 1000 // (sizes[0] * sizes[1])), one, other, sizes


def _join(groups: dict[int, list[int]], sums: dict[Pair, int], one: int, other: int) -> list[int]:
    """Make two groups one, which keeps the lower id; gives the groups that it has anything to do with."""
    groups[one] += groups.pop(other)
    sums.pop((one, other))
    touched = []
    for third in groups:
        if third == one:
            continue
        mine, gone = (min(one, third), max(one, third)), (min(other, third), max(other, third))
        total = sums.get(mine, 0) + sums.pop(gone, 0)
        if total:
            sums[mine] = total
            touched.append(third)
    return touched
