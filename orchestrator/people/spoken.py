"""Reads how people write moments: "until friday", "tomorrow 14:00", "2026-11-27", "2h", "3 days". Pure.

A day means its beginning: who is away until Friday is back on Friday. It must not guess: what it cannot read is None.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rules.ruleset import WEEKDAYS

LONGEST: Final = timedelta(days=366)
_LEADING: Final = frozenset({"until", "till", "for"})
_AMOUNT: Final = re.compile(r"([1-9][0-9]{0,4})(m|min|minutes?|h|hours?|d|days?|w|weeks?)")
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_SPELT: Final = {
    name: place
    for place, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}


def until(words: Sequence[str], now: datetime, zone: ZoneInfo) -> tuple[datetime, tuple[str, ...]] | None:
    """Give the moment that the first words tell, in UTC, and the words after them.

    None where they tell none, one that is over, or one that is more than a year ahead.
    """
    rest = [word.casefold() for word in words]
    skipped = 1 if rest and rest[0] in _LEADING else 0
    found = _amount(rest[skipped:], now) or _moment(rest[skipped:], now.astimezone(zone))
    if found is None:
        return None
    at, used = found[0].astimezone(now.tzinfo), found[1]
    return (at, tuple(words[skipped + used :])) if now < at <= now + LONGEST else None


def _amount(words: Sequence[str], now: datetime) -> tuple[datetime, int] | None:
    for used in (2, 1):
        if len(words) >= used and (match := _AMOUNT.fullmatch("".join(words[:used]))):
            lasts = int(match[1]) * _UNITS[match[2][0]]
            return (now + lasts, used) if lasts <= LONGEST else None
    return None


def _moment(words: Sequence[str], here: datetime) -> tuple[datetime, int] | None:
    if not words:
        return None
    day = _day(words[0], here.date())
    if day is None:
        clock = _time(words[0])
        if clock is None:
            return None
        today = datetime.combine(here.date(), clock, here.tzinfo)
        return (today if today > here else datetime.combine(here.date() + timedelta(days=1), clock, here.tzinfo)), 1
    clock = _time(words[1]) if len(words) > 1 else None
    return datetime.combine(day, clock or time(), here.tzinfo), 1 if clock is None else 2


def _day(word: str, today: date) -> date | None:
    """Read a day; a weekday is the next one of that name, never today."""
    if word == "tomorrow":
        return today + timedelta(days=1)
    place = _SPELT.get(word, WEEKDAYS.index(word) if word in WEEKDAYS else None)
    if place is not None:
        return today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(word) if _DATE.fullmatch(word) else None
    except ValueError:
        return None


def _time(word: str) -> time | None:
    match = _TIME.fullmatch(word)
    return time(int(match[1]), int(match[2])) if match else None
