"""For how long issues of a kind lie before something happens to them, from how it went before. Pure.

An issue that nothing has happened to yet counts as lying for at least so long (the product-limit estimate), so that a
shelf of old wishes does not make every one of them strange. A kind of which little is known is drawn to the project's.
Source: Kaplan and Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from orchestrator.courses import COUNTED, in_order
from orchestrator.people.past import Gone

__all__ = ["Idleness", "Kind", "Lay", "Worked", "lays"]

#: The type of an issue, and the category of the status in which it lies.
Kind: TypeAlias = tuple[str, str]
Worked: TypeAlias = Callable[[datetime, datetime], timedelta]

#: All other kinds of the project together weigh as much as so many times that issues of the kind lay.
_SHRINK = 10.0
#: With fewer times in all that something happened nothing is usual.
_ENOUGH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lay:
    """For how long an item lay; not `moved`: it lies there still."""

    item: int
    kind: Kind
    time: timedelta
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Idleness:
    """What is known of how long issues lay, the shortest times first."""

    lays: Sequence[Lay]

    @classmethod
    def learnt(cls, lays: Iterable[Lay]) -> "Idleness":
        """Learn from times, in any order."""
        return cls(lays=sorted(lays, key=lambda one: (one.time, not one.moved, one.item)))

    def usual(self, kind: Kind, percent: int, but: int = 0) -> timedelta | None:
        """Give the time within which something happens to so many percent of a kind, of all items `but` one.

        None where that is not known, as where more than the rest of them lie for longer than was ever seen to end.
        """
        others = [one for one in self.lays if one.item != but]
        if sum(one.moved for one in others) < _ENOUGH:
            return None
        everybody = _SHRINK / len(others)
        weights = [everybody + (one.kind == kind) for one in others]
        left, still = sum(weights), 1.0
        for one, weight in zip(others, weights, strict=True):
            if one.moved:
                still *= 1 - weight / left
            if still <= 1 - percent / 100 + 1e-9:
                return one.time
            left = max(left - weight, everybody)
        return None


def lays(past: Iterable[Gone], worked: Worked, now: datetime) -> Iterator[Lay]:
    """Tell for how long issues lay in each of their states, in working time.

    Args:
        past: issues with the changes of their status and assignee; what is not in there did not happen.
        worked: gives the working time between two moments.
        now: until when those lie that are open.
    """
    known = tuple(past)
    categories: Mapping[str, str] = {one.item.status.id: one.item.status.category for one in known}
    for one in known:
        since, changes = one.item.created, in_order(one.changes, COUNTED)
        moves = [change.before or "" for change in changes if change.field == "status"]
        status = categories.get(moves[0], "undefined") if moves else one.item.status.category
        for change in changes:
            if change.at > since:
                yield Lay(item=one.item.id, kind=(one.item.type, status), time=worked(since, change.at), moved=True)
            since = max(since, change.at)
            if change.field == "status":
                status = categories.get(change.after or "", "undefined")
        if one.item.is_open:
            lain = worked(max(since, one.item.updated), now)
            yield Lay(item=one.item.id, kind=(one.item.type, status), time=lain, moved=False)
