"""Times as stories say them: spans such as `1h30m`, moments such as `fri 19:20 Asia/Kolkata`. Pure."""

import re
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from sandbox.clock import time_zones

SPAN = r"^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$"
MOMENT = r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):([0-5]\d) (\S+)$"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = Annotated[str, msgspec.Meta(pattern=SPAN, min_length=2)]
Moment = Annotated[str, msgspec.Meta(pattern=MOMENT)]


def read_span(text: Span) -> timedelta:
    """How long a span is."""
    found = re.fullmatch(SPAN, text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def zone_of(text: Moment) -> str | None:
    """The zone of a moment, where there is such a zone."""
    zone = text.rpartition(" ")[2]
    return zone if zone in time_zones() else None


def next_moment(text: Moment, now: datetime) -> datetime:
    """The next time, after `now`, that it is this weekday and time of day in its zone."""
    found = re.fullmatch(MOMENT, text)
    if found is None:
        raise ValueError(f"{text!r} is no moment like fri 19:20 Asia/Kolkata")
    here = now.astimezone(ZoneInfo(found[4]))
    day = here + timedelta(days=(WEEK.index(found[1]) - here.weekday()) % 7)
    moment = day.replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0)
    if moment <= here:
        moment += timedelta(days=7)
    return moment.astimezone(now.tzinfo)
