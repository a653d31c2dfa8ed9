"""When a colleague answers: in their own hours, in their own manner, the same each time for the same seed. Pure."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from sandbox.playing.moments import Span, read_span

SHIFT = r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$"
WEEKEND = 5


class Manner(StrEnum):
    """How somebody answers: soon, after hours, not at all while the story lasts, or at once and without reading."""

    PROMPT = "prompt"
    SLOW = "slow"
    AWAY = "away"
    CARELESS = "careless"


DELAYS_S = {Manner.PROMPT: (60, 360), Manner.SLOW: (3_600, 10_800), Manner.CARELESS: (10, 40)}


class Colleague(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who answers; `after` is a fixed time to think, by day and night, in the place of hours and manner."""

    manner: Manner = Manner.PROMPT
    hours: Annotated[str, msgspec.Meta(pattern=SHIFT)] = "09:00-17:30"
    after: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Working hours from Monday to Friday in a zone."""

    opens: time
    closes: time
    zone: ZoneInfo

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself in working hours, else when the next ones begin."""
        here = moment.astimezone(self.zone)
        while here.weekday() >= WEEKEND or here.time() >= self.closes:
            here = self._at(here + timedelta(days=1), time(0))
        return max(here, self._at(here, self.opens)).astimezone(moment.tzinfo)

    def after(self, moment: datetime, worked: timedelta) -> datetime:
        """When so much working time has passed since a moment."""
        begins = self.next_open(moment)
        closes = self._at(begins.astimezone(self.zone), self.closes).astimezone(moment.tzinfo)
        if begins + worked <= closes:
            return begins + worked
        return self.after(closes, worked - (closes - begins))

    def _at(self, day: datetime, moment: time) -> datetime:
        return datetime.combine(day.date(), moment, tzinfo=self.zone)


def read_shift(text: str, zone: str) -> Shift:
    """The shift in a text like `09:00-17:30`; ValueError when it is none, or ends before it begins."""
    found = re.fullmatch(SHIFT, text)
    if found is None or text[:5] >= text[6:]:
        raise ValueError(f"{text!r} is no shift like 09:00-17:30")
    return Shift(opens=time.fromisoformat(text[:5]), closes=time.fromisoformat(text[6:]), zone=ZoneInfo(zone))


def answers_at(colleague: Colleague, zone: str, asked: datetime, seed: str) -> datetime | None:
    """When somebody answers what they were asked, the same for the same seed; None where they do not."""
    if colleague.after is not None:
        return asked + read_span(colleague.after)
    if colleague.manner is Manner.AWAY:
        return None
    least, most = DELAYS_S[colleague.manner]
    delay = timedelta(seconds=random.Random(seed).randint(least, most))  # noqa: S311 - it must repeat
    return read_shift(colleague.hours, zone).after(asked, delay)
