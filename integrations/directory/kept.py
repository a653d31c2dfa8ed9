"""Remembers answers for a while: a good one for minutes, "no" and "unknown" for less, and never too many of them.

It must not read anything itself, and measures with transport time: a sandbox that lives a day in minutes forgets as
slowly as anybody else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from cachetools import TLRUCache, TTLCache

from orchestrator.ports import GatewayError

__all__ = ["Kept"]

K = TypeVar("K")
V = TypeVar("V")

_LAST_S = 86_400.0


class Kept(Generic[K, V]):
    """Answers by what was asked; safe to share between threads. The least recently used makes room for a new one."""

    def __init__(self, most: int, *, good_s: float, bad_s: float, monotonic: Callable[[], float]) -> None:
        """Begin with nothing.

        Args:
            most: how many answers are kept.
            good_s: seconds for which an answer is kept.
            bad_s: seconds for which one is kept that is false, empty or None.
            monotonic: real time in seconds that never goes back.
        """
        self._lock = threading.Lock()
        self._last: TTLCache[K, V] = TTLCache(most, _LAST_S, timer=monotonic)
        self._answers: TLRUCache[K, V, float] = TLRUCache(
            most, lambda _, answer, now: now + (good_s if answer else bad_s), timer=monotonic
        )

    def known(self, asked: Collection[K]) -> dict[K, V]:
        """Give the answers that are still good, by what was asked."""
        with self._lock:
            return {one: self._answers[one] for one in asked if one in self._answers}

    def keep(self, answers: Mapping[K, V]) -> None:
        """Remember answers."""
        with self._lock:
            self._answers.update(answers)
            self._last.update(answers)

    def get(self, one: K, read: Callable[[K], V]) -> V:
        """Give the answer, read where it is not known. Nobody waits for another's reading, which may happen twice."""
        known = self.known((one,))
        if one not in known:
            known[one] = read(one)
            self.keep(known)
        return known[one]

    def get_or_last(self, one: K, read: Callable[[K], V]) -> V:
        """Give the answer as `get` does; where it cannot be read now, the last one, for a day."""
        try:
            return self.get(one, read)
        except GatewayError as error:
            with self._lock:
                if error.final or one not in self._last:
                    raise
                return self._last[one]
