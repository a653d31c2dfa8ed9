"""Reads absences out of shared calendar files in iCalendar (RFC 5545).

An absence is an event of whole days, or one that is marked as out of office; any other is a meeting. What an event is
about is nobody's business and is not kept. A file is hostile input: it is bounded, and what cannot be read is left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice, takewhile
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar

from orchestrator.people.availability import Absence

__all__ = ["LARGEST", "Owner", "absences"]

T = TypeVar("T")

LARGEST: Final = 5_000_000
_MOST_EVENTS: Final = 20_000
_MOST_TURNS: Final = 10_000
_OLDEST: Final = timedelta(days=20 * 366)
_LONGEST: Final = timedelta(days=366)
_WHOLE_DAYS: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Somebody whose absences are told: their id in the rules, and the zone in which a whole day of theirs lies."""

    person: str
    zone: ZoneInfo


def absences(
    text: bytes, owner: Owner | None, by_email: Mapping[str, Owner], since: datetime, until: datetime
) -> tuple[Absence, ...]:
    """Give the absences between two moments that a file tells of, in order; raises ValueError where it is none.

    Args:
        text: the file.
        owner: whose calendar it is; None for one that several share, where the people of an event tell whose it is.
        by_email: people by their e-mail addresses, in lower case.
        since: from when on.
        until: up to when.
    """
    if len(text) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1_000_000} MB")
    events: list[Any] = list(islice(Calendar.from_ical(text).walk("VEVENT"), _MOST_EVENTS))
    moved = {one for event in events for one in _readable(partial(_moved, event))}
    found = {one for event in events for one in _readable(partial(_told, event, owner, by_email, moved, since, until))}
    return tuple(sorted(found, key=lambda one: (one.person, one.since, one.until)))


def _readable(read: Callable[[], Iterator[T]]) -> list[T]:
    """Read one event; one that cannot be read hides no other."""
    try:
        return list(read())
    except (ValueError, TypeError, OverflowError, KeyError, AttributeError):
        return []


def _moved(event: Any) -> Iterator[tuple[str, datetime]]:
    """Give which turn of a series an event stands for."""
    if "RECURRENCE-ID" in event:
        yield str(event.get("UID")), _local(event["RECURRENCE-ID"].dt, ZoneInfo("UTC"))[0]


def _told(
    event: Any,
    owner: Owner | None,
    by_email: Mapping[str, Owner],
    moved: set[tuple[str, datetime]],
    since: datetime,
    until: datetime,
) -> Iterator[Absence]:
    if _is_absence(event):
        for who in _whose(event, owner, by_email):
            yield from _of(event, who, moved, since, until)


def _is_absence(event: Any) -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    away = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "OOF"
    begins = getattr(event.get("DTSTART"), "dt", None)
    whole = isinstance(begins, date) and not isinstance(begins, datetime)
    return away or (whole and str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT")


def _whose(event: Any, owner: Owner | None, by_email: Mapping[str, Owner]) -> Iterator[Owner]:
    """Give the calendar's owner, else those who take part and did not decline, else who organises it."""
    if owner is not None:
        yield owner
        return
    invited = [one for one in _listed(event, "ATTENDEE") if _said(one, "PARTSTAT") != "DECLINED"]
    for address in invited or _listed(event, "ORGANIZER"):
        known = by_email.get(str(address).casefold().removeprefix("mailto:"))
        if known is not None:
            yield known


def _of(
    event: Any, owner: Owner, moved: set[tuple[str, datetime]], since: datetime, until: datetime
) -> Iterator[Absence]:
    begins, zone = _local(event["DTSTART"].dt, owner.zone)
    lasts = _lasts(event, owner.zone, begins, zone)
    left_out = {_local(one.dt, owner.zone)[0] for dates in _listed(event, "EXDATE") for one in dates.dts}
    last = until.astimezone(zone).replace(tzinfo=None)
    for turn in _turns(event, begins, last):
        start = turn.replace(tzinfo=zone).astimezone(UTC)
        end = (turn + lasts).replace(tzinfo=zone).astimezone(UTC)
        is_moved = "RRULE" in event and (str(event.get("UID")), turn) in moved
        if turn not in left_out and not is_moved and start < until and since < end:
            yield Absence(person=owner.person, since=start, until=end, source="calendar")


def _turns(event: Any, begins: datetime, last: datetime) -> Iterator[datetime]:
    """Give when the event begins, each time, up to a moment; the times are local ones."""
    if "RRULE" not in event:
        yield begins
        return
    rule = event["RRULE"]
    ends = rule.get("UNTIL", [None])[0]
    if str(rule.get("FREQ", [""])[0]).upper() not in _WHOLE_DAYS or last - begins > _OLDEST:
        return
    if ends is not None:
        last = min(last, ends.replace(tzinfo=None) if isinstance(ends, datetime) else datetime.combine(ends, time.max))
    words = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL="))
    turns: Any = rrulestr(words, dtstart=begins)
    bounded = turns if "COUNT" in rule else turns.replace(until=last)
    yield from takewhile(lambda turn: turn <= last, islice(bounded, _MOST_TURNS))


def _lasts(event: Any, home: ZoneInfo, begins: datetime, zone: Any) -> timedelta:
    if "DTEND" in event:
        ends, its_zone = _local(event["DTEND"].dt, home)
        ends = ends if its_zone is zone else ends.replace(tzinfo=its_zone).astimezone(zone).replace(tzinfo=None)
        lasts = ends - begins
    else:
        lasts = event["DURATION"].dt if "DURATION" in event else _DAY
    return max(timedelta(), min(lasts, _LONGEST))


def _local(told: Any, home: ZoneInfo) -> tuple[datetime, Any]:
    """Give a local time with its zone; a day begins where its owner is, and so does a time without a zone."""
    if not isinstance(told, datetime):
        return datetime.combine(told, time()), home
    return told.replace(tzinfo=None), told.tzinfo or home


def _listed(event: Any, name: str) -> Sequence[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _said(address: Any, name: str) -> str:
    return str(getattr(address, "params", {}).get(name, "")).upper()
