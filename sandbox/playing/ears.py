"""Listens to what the bot tells, and says whether it has come to rest. Never writes to it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot import Bot

Json = dict[str, Any]
QUIET_S = 0.6
LOOKED = frozenset({"look.done", "decision.made"})


@dataclass(slots=True, kw_only=True)
class Ears:
    """What one bot tells while a story is played; `told` is called with each entry."""

    bot: Bot
    told: Callable[[Json], None]
    looked_at: set[str] = field(default_factory=set)
    last_s: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)

    def open(self) -> None:
        """Listen from now on."""
        threading.Thread(target=self._listen, name="ears", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self.stop.set()

    def stir(self) -> None:
        """Something was done just now, of which the bot will hear."""
        self.last_s = time.monotonic()

    def is_quiet(self) -> bool:
        """Whether nothing was told for a moment of real time."""
        return time.monotonic() - self.last_s >= QUIET_S

    def _listen(self) -> None:
        for entry in self.bot.stream(self.stop.is_set):
            if self.stop.is_set():
                return
            self.stir()
            if entry.get("kind") in LOOKED and entry.get("key"):
                self.looked_at.add(str(entry["key"]))
            self.told(entry)
