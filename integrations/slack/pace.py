"""Slows down after Slack wanted fewer calls: what has to wait comes one by one, and not all at the same moment.

It refuses nothing before Slack does, so that short bursts, which Slack takes, stay fast. Seconds are transport time;
what one process was refused the others find out by themselves. It must not sleep.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

#: How far calls are apart once Slack wanted fewer: one message a second in a channel, else the tier of the method.
#: Source: https://docs.slack.dev/apis/web-api/rate-limits
APART_S: Final = {"chat.postMessage": 1.0, "chat.update": 1.2, "views.publish": 0.6}
_MOST_KINDS: Final = 10_000
#: A kind of call that nobody wanted for so long starts afresh.
_FORGOTTEN_S: Final = 120.0


class Pace:
    """Who may call when, by kind of call; safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Hold nobody up yet; `monotonic` is real time in seconds that never goes back."""
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._slots: TTLCache[str, tuple[float, float]] = TTLCache(_MOST_KINDS, _FORGOTTEN_S, timer=monotonic)

    def wait(self, kind: str, apart_s: float) -> float:
        """Give how many seconds a call has to wait; 0.0 where it may be made now. Who waits has a slot of their own."""
        with self._lock:
            known = self._slots.get(kind)
            if known is None:
                return 0.0
            now, (free, end) = self._monotonic(), known
            if now >= free:
                free = max(free, now - apart_s) + apart_s
                self._slots[kind] = (free, max(free, end))
                return 0.0
            self._slots[kind] = (free, end + apart_s)
            return end - now

    def refused(self, kind: str, seconds: float) -> None:
        """Hold up all calls of a kind, because Slack wanted that for so long."""
        with self._lock:
            free = self._monotonic() + seconds
            self._slots[kind] = (free, max(free, self._slots.get(kind, (free, free))[1]))
