"""How much open work people have, in hours by forecast, and how much more they take. Pure.

A forecast is the median of what work of the same kind took; it counts hours, not tickets, since ten small ones are less
than one large one. It must not guess for want of any history: what nothing is known of counts as the declared usual.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from orchestrator.estimates import quantile
from rules.canonical import Value

__all__ = ["Forecasts", "Load", "Work", "loads", "overflow"]

#: Open work that nothing is known of counts so much.
USUAL = timedelta(hours=4)
_LEAST = timedelta(minutes=15)
#: Nothing counts more: what lay about for weeks was not worked on for weeks.
_MOST = timedelta(hours=40)
#: With fewer pieces of work of a kind, all of them tell what one takes.
_ENOUGH = 5
_HOUR = timedelta(hours=1)


class Work(Value, frozen=True, kw_only=True):
    """An open piece of work. `minutes`: what it takes by forecast."""

    item: int
    person: str
    minutes: int


class Load(Value, frozen=True, kw_only=True):
    """What somebody has open, and how much they take in all; None where they declared no limit."""

    person: str
    items: int = 0
    minutes: int = 0
    limit: int | None = None

    @property
    def room(self) -> int | None:
        """How many minutes more they take; None for any number."""
        return None if self.limit is None else max(0, self.limit - self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasts:
    """What work takes by its kind, in minutes; under the empty name of all."""

    usual: Mapping[str, int]

    @classmethod
    def learnt(cls, took: Iterable[tuple[str, timedelta]]) -> "Forecasts":
        """Learn from what work of each kind took; each is cut to what one can have worked on it."""
        times: dict[str, list[int]] = {"": []}
        for kind, time in took:
            minutes = min(max(time, _LEAST), _MOST) // timedelta(minutes=1)
            times[""].append(minutes)
            times.setdefault(kind, []).append(minutes)
        return cls(
            usual={kind: quantile(sorted(some), 500).value for kind, some in times.items() if len(some) >= _ENOUGH}
        )

    def minutes(self, kind: str) -> int:
        """Give what a piece of work of a kind takes."""
        return self.usual.get(kind, self.usual.get("", USUAL // timedelta(minutes=1)))


def loads(open_work: Iterable[Work], limits: Mapping[str, int | None]) -> dict[str, Load]:
    """Give everybody's load.

    Args:
        open_work: all open work, each item once.
        limits: how many hours each person takes; None where they did not declare it.
    """
    found = {
        person: Load(person=person, limit=None if hours is None else hours * (_HOUR // timedelta(minutes=1)))
        for person, hours in limits.items()
    }
    for one in open_work:
        known = found.get(one.person, Load(person=one.person))
        found[one.person] = Load(
            person=one.person, items=known.items + 1, minutes=known.minutes + one.minutes, limit=known.limit
        )
    return found


def overflow(waiting: Iterable[int], rooms: Iterable[int | None]) -> int:
    """Give how many minutes of waiting work are more than everybody together takes; 0 where somebody has no limit."""
    left = list(rooms)
    if None in left:
        return 0
    return max(0, sum(waiting) - sum(one for one in left if one is not None))
