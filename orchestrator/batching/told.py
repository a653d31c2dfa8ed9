"""What people said about which issues belong together, and which word holds: of two about the same pair, the later.

Pure. It must not decide who is in which group; it says what a grouping has to respect.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import combinations, product
from typing import TypeAlias

from rules.canonical import Value

Pair: TypeAlias = tuple[int, int]


class Parting(Value, frozen=True, kw_only=True):
    """What somebody told apart: no issue of `ones` is the same problem as one of `others`. `by`: who, a person's id."""

    id: str
    ones: tuple[int, ...]
    others: tuple[int, ...]
    by: str
    at: datetime


class Joining(Value, frozen=True, kw_only=True):
    """What somebody said is one problem: all of `items`. `by`: who, a person's id."""

    id: str
    items: tuple[int, ...]
    by: str
    at: datetime


class Words:
    """Everything that people told apart or joined. In whatever order it is given, it says the same."""

    def __init__(self, partings: Collection[Parting] = (), joinings: Collection[Joining] = ()) -> None:
        self._partings = partings
        self._joinings = joinings
        self._apart = [
            (frozenset(one.ones), frozenset(one.others), [frozenset(word.items) for word in self._since(one)])
            for one in partings
        ]

    def between(self, one: Collection[int], other: Collection[int]) -> bool:
        """Tell whether any issue of the one group was told apart from any of the other, which has none in common."""
        here, there = frozenset(one), frozenset(other)
        return any(
            _holds(ones & this, others & that, rejoined)
            for ones, others, rejoined in self._apart
            for this, that in ((here, there), (there, here))
        )

    def joined(self, among: Collection[int]) -> list[Pair]:
        """Give the pairs of these issues that somebody joined and nobody told apart since, each ascending."""
        known = frozenset(among)
        pairs = (
            pair
            for joining in self._joinings
            for pair in combinations(sorted(known & frozenset(joining.items)), 2)
            if not any(_separates(parting, pair) for parting in self._partings if _is_later(parting, joining))
        )
        return sorted(set(pairs))

    def refused(self, among: Collection[int]) -> list[frozenset[int]]:
        """Give what somebody said is no problem at all, as far as it is among these; nobody joined any two since."""
        known, joined = frozenset(among), self.joined(among)
        whole = (frozenset(one.ones) & known for one in self._partings if set(one.ones) == set(one.others))
        return [ones for ones in whole if len(ones) > 1 and not any(ones.issuperset(pair) for pair in joined)]

    def _since(self, parting: Parting) -> list[Joining]:
        return [joining for joining in self._joinings if _is_later(joining, parting)]


def _is_later(one: Parting | Joining, other: Parting | Joining) -> bool:
    return (one.at, one.id) > (other.at, other.id)


def _separates(parting: Parting, pair: Pair) -> bool:
    one, other = pair
    return (one in parting.ones and other in parting.others) or (other in parting.ones and one in parting.others)


def _holds(ones: frozenset[int], others: frozenset[int], rejoined: Collection[frozenset[int]]) -> bool:
    """Tell whether any of the pairs was not joined again since."""
    if not ones or not others:
        return False
    return any(not any({one, other} <= items for items in rejoined) for one, other in product(ones, others))
