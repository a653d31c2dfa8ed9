"""How much work comes at which hour of the week, and how much that comes takes, learnt from what came. Pure.

Hours that saw little are drawn to the same hour of other days, and these to all hours, so that one odd Monday says
little. What comes takes what somebody worked on it: the time at work since it was begun, or since they finished
something else, whichever is later.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.courses import course
from orchestrator.people.past import Gone

__all__ = ["Arriving", "efforts"]

_HOUR, _WEEK = timedelta(hours=1), timedelta(days=7)
#: An hour of the week is drawn to that hour of all days as if it had been so for so many weeks more, and this to all.
_DRAWN = 2.0
#: What somebody did in less was no work, and nothing takes them more than this at a stretch.
_LEAST, _MOST = timedelta(minutes=5), timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """How many come in each hour of the week on average, by weekday and hour in a time zone."""

    zone: ZoneInfo
    rates: Mapping[tuple[int, int], float]

    @classmethod
    def learnt(cls, came: Iterable[datetime], zone: ZoneInfo, since: datetime, until: datetime) -> "Arriving":
        """Learn from when work came, all of it between two moments, the first included."""
        local = [at.astimezone(zone) for at in came if since <= at < until]
        weeks = max((until - since) / _WEEK, 1.0)
        mean = len(local) / weeks / 168
        of_day, of_week = Counter(at.hour for at in local), Counter((at.weekday(), at.hour) for at in local)
        daily = {hour: (of_day[hour] / 7 + _DRAWN * mean) / (weeks + _DRAWN) for hour in range(24)}
        rates = {
            (day, hour): (of_week[day, hour] + _DRAWN * daily[hour]) / (weeks + _DRAWN)
            for day in range(7)
            for hour in range(24)
        }
        return cls(zone=zone, rates=rates)

    def expected(self, since: datetime, lasts: timedelta) -> float:
        """Give how many are expected in a short time, no longer than an hour."""
        local = since.astimezone(self.zone)
        return self.rates[local.weekday(), local.hour] * (lasts / _HOUR)


def efforts(past: Iterable[Gone], worked: Callable[[datetime, datetime], timedelta]) -> list[int]:
    """Give in minutes what finished issues took whoever had them in the end, in the order of their ends.

    Args:
        past: issues; those that are open or that nobody has are passed over.
        worked: gives the working time between two moments.
    """
    known = tuple(past)
    categories = {one.item.status.id: one.item.status.category for one in known}
    done = []
    for one in known:
        went = course(one.item, one.changes, categories)
        if one.item.assignee is not None and went.finished is not None:
            done.append((went.finished, one.item.id, one.item.assignee, went.started or went.created))
    last: dict[str, datetime] = {}
    found = []
    for finished, _, who, started in sorted(done):
        begun = max(started, last.get(who, started))
        last[who] = finished
        found.append(min(max(worked(begun, finished), _LEAST), _MOST) // timedelta(minutes=1))
    return found
