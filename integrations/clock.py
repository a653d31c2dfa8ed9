"""Tells domain time, from the system's clock or from the sandbox's, so that a day can be lived in minutes.

Only facts, SLAs, expiry, quiet hours and ticks are measured with it. It must not be used for signatures, time-outs,
leases, rate limits or retries: those are real time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Annotated

import msgspec
import requests

__all__ = ["ClockUnreachable", "SandboxClock", "SystemClock"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PIECE, _PIECES = 1024, 16
_YEAR_9000_MS = 221_845_392_000_000


class ClockUnreachable(Exception):
    """The sandbox did not tell the time, so nothing that depends on it may go on."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)


class _Answer(msgspec.Struct, frozen=True):
    epoch_ms: Annotated[int, msgspec.Meta(ge=0, le=_YEAR_9000_MS)]
    speed: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    told: datetime
    speed: float
    read_at: float

    def at(self, moment: float) -> datetime:
        return self.told + timedelta(seconds=(moment - self.read_at) * self.speed)


class SandboxClock:
    """The sandbox's clock: read again after `reread_after` real seconds, carried on by its speed in between.

    Its time never goes back unless the sandbox's did: where carrying on ran ahead of a clock that was slowed down, time
    stands still until the sandbox has caught up. Safe to share between threads.
    """

    def __init__(
        self,
        url: str,
        timeout: float = 2.0,
        *,
        reread_after: float = 0.2,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember where the clock is; nothing is read yet.

        Args:
            url: answers a GET with `{"epoch_ms": int, "speed": float}`: milliseconds since 1970, and the domain seconds
                that pass in one real second.
            timeout: seconds to wait for a connection, and again for the answer.
            reread_after: real seconds for which a reading is carried on.
            monotonic: real time in seconds that never goes back.
        """
        self._url = url
        self._timeout = timeout
        self._reread_after = reread_after
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy between us and a clock that is read five times a second helps nobody
        self._reading: _Reading | None = None
        self._last_told = _EPOCH

    def now(self) -> datetime:
        """Return the sandbox's time, aware, in UTC.

        Raises:
            ClockUnreachable: the sandbox does not answer, or answers something else than its time.
        """
        with self._lock:
            moment = self._monotonic()
            reading = self._reading
            if reading is None or moment - reading.read_at >= self._reread_after:
                reading = self._ask()
                moment = reading.read_at
                if self._reading is not None and reading.told < self._reading.told:
                    self._last_told = reading.told
                self._reading = reading
            self._last_told = max(self._last_told, reading.at(moment))
            return self._last_told

    def _ask(self) -> _Reading:
        try:
            with self._session.get(self._url, timeout=self._timeout, stream=True, allow_redirects=False) as response:
                body = b"".join(islice(response.iter_content(_PIECE), _PIECES))
            if response.status_code != HTTPStatus.OK or len(body) == _PIECE * _PIECES:
                raise ClockUnreachable(f"the sandbox's clock answered {response.status_code} and not the time")
            answer = msgspec.json.decode(body, type=_Answer)
        except (requests.RequestException, msgspec.DecodeError) as error:
            raise ClockUnreachable(f"the sandbox's clock did not tell the time ({type(error).__name__})") from error
        told = _EPOCH + timedelta(milliseconds=answer.epoch_ms)
        return _Reading(told=told, speed=answer.speed, read_at=self._monotonic())
