"""Dates of JQL: written, relative to now, or at the edge of a day, week, month or year. Weeks begin on Sunday."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo

from sandbox.clock import EPOCH

FORMS = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
VALID = (
    "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
    "or a period format e.g. '-5d', '4w 2d'."
)
PERIOD = re.compile(r"([+-]?)((?:\d{1,7}[wdhm]\s*)+)")
PART = re.compile(r"(\d+)([wdhm])")
INCREMENT = re.compile(r"([+-]?\d{1,5})([yMwdhm]?)")
SPANS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def read_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A moment in UTC, or None when the text is none: a date, a period before or after now, or milliseconds."""
    try:
        if period := PERIOD.fullmatch(text.strip()):
            span = sum((timedelta(**{SPANS[unit]: int(n)}) for n, unit in PART.findall(period[2])), timedelta())
            return now - span if period[1] == "-" else now + span
        if re.fullmatch(r"\d{1,14}", text):
            return EPOCH + timedelta(milliseconds=int(text))
    except OverflowError:
        return None
    for form in FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def edge(unit: str, now: datetime, zone: tzinfo, increment: str, *, end: bool) -> datetime | None:
    """The start or the end of the day, week, month or year (d, w, M, y) around now, moved by an increment."""
    moved = INCREMENT.fullmatch(increment or "0")
    if moved is None:
        return None
    try:
        local = _moved(now.astimezone(zone), int(moved[1]), moved[2] or unit)
        first = _start(local, unit)
        last = _start(_moved(first, 1, unit), unit) - timedelta(milliseconds=1)
        return (last if end else first).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _start(local: datetime, unit: str) -> datetime:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "w":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    if unit == "M":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "y" else day


def _moved(local: datetime, count: int, unit: str) -> datetime:
    if unit in SPANS:
        return local + timedelta(**{SPANS[unit]: count})
    months = local.year * 12 + local.month - 1 + count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))
