"""Working hours: which moments lie within them, and how much of a time does. Pure; every moment is in UTC.

A shift is open from one local time to another, whatever the clock does meanwhile: on the night when clocks go back a
shift over that hour is an hour longer, and where a time does not exist the shift starts (or ends) at the first minute
that does. A time that comes twice is taken the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FORESIGHT = 5 * 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day without work; a yearly one comes back at the same date."""

    day: date
    yearly: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calendar:
    """Shifts by weekday (Monday first) as minutes of the local day, in order and apart; 1440 is midnight at its end.

    A calendar equals only itself, so that its days are found again in half the time.
    """

    name: str
    zone: str
    shifts: tuple[tuple[tuple[int, int], ...], ...]
    holidays: tuple[Holiday, ...] = ()


def open_spans(calendar: Calendar | None, begin: datetime, end: datetime) -> Iterator[Span]:
    """The open times between two moments, in order and apart; a shift that is cut short comes cut."""
    if calendar is None:
        if begin < end:
            yield begin, end
        return
    day, last = (moment.astimezone(ZoneInfo(calendar.zone)).date() for moment in (begin, end))
    while day <= last:
        for opens, closes in _shifts_on(calendar, day):
            if max(opens, begin) < min(closes, end):
                yield max(opens, begin), min(closes, end)
        day += DAY


def open_time(calendar: Calendar | None, begin: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments."""
    return sum((closes - opens for opens, closes in open_spans(calendar, begin, end)), timedelta())


def is_open(calendar: Calendar | None, moment: datetime) -> bool:
    """Whether a moment lies within the hours; the moment of closing does not."""
    return any(open_spans(calendar, moment, moment + timedelta(microseconds=1)))


def after_open_time(calendar: Calendar | None, begin: datetime, wanted: timedelta) -> datetime | None:
    """The moment at which this much working time has gone by; none when it does not come within five years."""
    if calendar is None:
        return begin + wanted
    for opens, closes in open_spans(calendar, begin, begin + FORESIGHT * DAY):
        if closes - opens >= wanted:
            return opens + wanted
        wanted -= closes - opens
    return None


@lru_cache(maxsize=100_000)
def _shifts_on(calendar: Calendar, day: date) -> tuple[Span, ...]:
    if any(_falls_on(holiday, day) for holiday in calendar.holidays):
        return ()
    zone = ZoneInfo(calendar.zone)
    found = [
        (_moment(day, opens, zone), _moment(day, closes, zone)) for opens, closes in calendar.shifts[day.weekday()]
    ]
    return tuple((opens, closes) for opens, closes in found if opens < closes)


def _falls_on(holiday: Holiday, day: date) -> bool:
    if holiday.yearly:
        return (holiday.day.month, holiday.day.day) == (day.month, day.day)
    return holiday.day == day


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, time()) + minute * MINUTE
    while not _exists(local, zone):
        local += MINUTE
    return local.replace(tzinfo=zone).astimezone(UTC)


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == local
