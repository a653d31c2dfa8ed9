"""The sandbox's domain time: Jira's dates and Slack's message timestamps. Transport things must never read it."""

import threading
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

#: The names of all time zones, read once: they stand in hundreds of files.
time_zones = cache(available_timezones)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that can be set, advanced and sped up; safe to read from any thread."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._domain = start or datetime.now(UTC)
        self._real = time.monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Domain seconds that pass in a real second."""
        return self._speed

    def now(self) -> datetime:
        """The domain time in UTC, cut to whole milliseconds."""
        with self._lock:
            return self._read()

    def set(self, moment: datetime) -> None:
        """Jump to a moment, forwards or backwards."""
        with self._lock:
            self._anchor(moment.astimezone(UTC))

    def advance(self, seconds: float) -> None:
        """Let some domain seconds pass at once."""
        with self._lock:
            self._anchor(self._read() + timedelta(seconds=seconds))

    def set_speed(self, speed: float) -> None:
        """Change how fast domain time passes from now on."""
        if not 0 <= speed <= 1_000_000:
            raise ValueError("speed must be between 0 and 1000000")
        with self._lock:
            self._anchor(self._read())
            self._speed = speed

    def _read(self) -> datetime:
        moment = self._domain + timedelta(seconds=(time.monotonic() - self._real) * self._speed)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def _anchor(self, moment: datetime) -> None:
        self._domain = moment
        self._real = time.monotonic()


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def iso_z(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def read_moment(text: str) -> datetime:
    """An ISO time with an offset; ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"the time {text!r} has no offset")
    return moment.astimezone(UTC)
