"""On which days a team works, in its own time zone, and when such a day begins, by declared hours. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.people.hours import hours_of
from orchestrator.people.leaves import zone_of
from rules.ruleset import Ruleset

__all__ = ["begins", "day_after", "day_before", "midnight"]

_DAY = timedelta(days=1)
#: No holiday of a team is longer.
_LOOKED_BACK = 21


def begins(people: Iterable[str], day: date, zone: ZoneInfo, rules: Ruleset) -> datetime | None:
    """Give when the first of these people begins work on a day; None where none of them works on it.

    Where somebody is at work at midnight and nobody begins later, it begins at midnight.
    """
    since, until = midnight(day, zone), midnight(day + _DAY, zone)
    known = [hours for one in people if (hours := hours_of(one, rules)) is not None]
    starts = sorted({start for hours in known for start, _ in hours.spans(since, until)})
    return next((one for one in starts if one > since), since if starts else None)


def day_before(people: Iterable[str], day: date, zone: ZoneInfo, rules: Ruleset) -> date:
    """Give the last day before this one on which any of these people works; the day before where none is known."""
    named, days = tuple(people), (day - number * _DAY for number in range(1, _LOOKED_BACK))
    return next((one for one in days if begins(named, one, zone, rules) is not None), day - _DAY)


def day_after(people: Iterable[str], at: datetime, days: int, rules: Ruleset) -> date:
    """Give the day so many days of work of these people after a moment; days count as such where none is known."""
    named = tuple(people)
    zone = zone_of(named[0] if named else "", rules)
    day = at.astimezone(zone).date()
    ahead = [day + number * _DAY for number in range(1, days + _LOOKED_BACK)]
    worked = [one for one in ahead if begins(named, one, zone, rules) is not None]
    return (worked if len(worked) >= days else ahead)[days - 1]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Give when a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
