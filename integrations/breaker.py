"""Keeps a vendor that is out of service from holding those who have other work: meanwhile calls to it fail at once.

It must not retry anything, nor judge an error: `GatewayError.outage` says whether one is about the vendor or the call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from orchestrator.ports import GatewayError

__all__ = ["Breaker", "Recovery", "Telling"]

#: So many failures in a row are an outage; a single one may be a connection that had grown old.
STREAK: Final = 3
#: Seconds of transport time between two calls that try whether the vendor is back.
PAUSE_S: Final = 5.0
#: Longer than such a call can take, in seconds: ten to connect and ten for an answer.
_CALL_S: Final = 25.0


class Telling(Protocol):
    """Tells the operator once when it begins and once when it ends, whichever process finds out."""

    def begins(self, error: GatewayError) -> None:
        """Tell of an outage."""
        ...

    def ends(self) -> None:
        """Tell that it is over, if one was told."""
        ...


class Breaker:
    """What one process knows of one vendor; safe to share between threads."""

    def __init__(self, vendor: str, telling: Telling, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with a vendor of which nothing is known; `monotonic` is transport time in seconds."""
        self._vendor = vendor
        self._telling = telling
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._known_to_work = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Make a call inside. Raises GatewayError, never in doubt, while the vendor is out of service."""
        self._enter()
        try:
            yield
        except GatewayError as error:
            if error.outage:
                self._failed(error)
            else:
                self._worked()
            raise
        self._worked()

    def _enter(self) -> None:
        """Let all calls through while all is well, and one at a time, after a pause, while it is not."""
        with self._lock:
            now = self._monotonic()
            if self._failures < STREAK:
                return
            if now >= self._until:
                self._until = now + _CALL_S
                return
            wait = min(self._until - now, PAUSE_S)
        words = f"{self._vendor} is out of service and was not asked"
        raise GatewayError(words, retryable=True, retry_after=wait, outage=True)

    def _failed(self, error: GatewayError) -> None:
        with self._lock:
            self._failures += 1
            self._until = self._monotonic() + PAUSE_S
            is_outage, self._known_to_work = self._failures >= STREAK, False
        if is_outage:
            self._telling.begins(error)

    def _worked(self) -> None:
        """Forget the failures; the first success of a process ends what another may have told before it died."""
        with self._lock:
            self._failures, known, self._known_to_work = 0, self._known_to_work, True
        if not known:
            self._telling.ends()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Tries whether a vendor of which an outage was told is back, for where no work of its own would find out.

    `troubles` gives what fails now, by its name; `pings` asks a vendor by its name whether it is there.
    """

    troubles: Callable[[], Mapping[str, str]]
    pings: Mapping[str, Callable[[], None]]

    def round(self) -> None:
        """Try each once; what comes of it is told by the vendor's breaker."""
        for vendor in self.pings.keys() & self.troubles().keys():
            with suppress(GatewayError):
                self.pings[vendor]()
