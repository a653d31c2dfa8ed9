"""Listens to what the bot tells, and says whether it has come to rest. Never writes to it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot import Bot

Json = dict[str, Any]
QUIET_S = 0.6
STUCK_S = 5.0
LOOKED = frozenset({"look.done", "decision.made"})


@dataclass(slots=True, kw_only=True)
class Ears:
    """What one bot tells while a story is played; `told` is called with each entry, `looked_s` holds its last look."""

    bot: Bot
    told: Callable[[Json], None]
    looked_s: dict[str, float] = field(default_factory=dict)
    last_s: float = field(default_factory=time.monotonic)
    left: int = 0
    left_s: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)

    def open(self) -> None:
        """Listen from now on."""
        threading.Thread(target=self._listen, name="ears", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self.stop.set()

    def stir(self, later_s: float = 0.0) -> None:
        """Something was done just now, of which the bot will hear, or so many seconds later."""
        self.last_s = time.monotonic() + later_s

    def has_looked(self, keys: frozenset[str], since_s: float) -> bool:
        """Whether the bot has looked at any of these issues since a moment."""
        return any(self.looked_s.get(key, 0.0) >= since_s for key in keys)

    def is_quiet(self) -> bool:
        """Whether nothing was told for a moment of real time, and the bot has nothing left to do that gets on."""
        return time.monotonic() - self.last_s >= QUIET_S and not self._gets_on()

    def _gets_on(self) -> bool:
        """Whether the bot is at work; what has not become less or more for a while waits for something else."""
        left, now_s = self.bot.left_to_do(), time.monotonic()
        if left != self.left:
            self.left, self.left_s = left, now_s
        return left > 0 and now_s - self.left_s < STUCK_S

    def _listen(self) -> None:
        for entry in self.bot.stream(self.stop.is_set):
            if self.stop.is_set():
                return
            self.stir()
            if entry.get("kind") in LOOKED and entry.get("key"):
                self.looked_s[str(entry["key"])] = self.last_s
            self.told(entry)
