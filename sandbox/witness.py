"""Listens to the bot for the page: is it ready, what does it tell, its trail of an issue. Never writes to it."""

import threading
from collections import deque
from typing import Any

from sandbox.bot import Bot
from sandbox.pulse import Pulse

Json = dict[str, Any]
REMEMBERED = 500
LOOK_EVERY_S = 2.0


class Witness:
    """Follows one bot at a time; before it is told of one, there is nothing to tell."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._lock = threading.Lock()
        self._entries: deque[Json] = deque(maxlen=REMEMBERED)
        self.bot: Bot | None = None
        self._stop = threading.Event()
        self._ready = False

    def follow(self, bot: Bot | None) -> None:
        """Listen to this bot from now on, to none where there is none."""
        with self._lock:
            self._stop.set()
            self._stop, self.bot, self._ready = threading.Event(), bot, False
            self._entries.clear()
        if bot:
            for work in (self._listen, self._ask):
                threading.Thread(target=work, args=(bot, self._stop), name="witness", daemon=True).start()

    def listed(self, after: int) -> Json:
        """What the bot told since the entry with this number, oldest first."""
        with self._lock:
            entries = [entry for entry in self._entries if int(entry.get("seq", 0)) > after]
            return {"connected": self.bot is not None, "ready": self._ready, "entries": entries}

    def trail(self, key: str) -> Json:
        """All that the bot has to say about an issue; raises BotError."""
        bot = self.bot
        return {"entries": bot.trail(key) if bot else []}

    def _listen(self, bot: Bot, stop: threading.Event) -> None:
        for entry in bot.stream(stop.is_set):
            with self._lock:
                if stop.is_set():
                    return
                self._entries.append(entry)
            self._pulse.beat()

    def _ask(self, bot: Bot, stop: threading.Event) -> None:
        while not stop.is_set():
            ready = bot.is_ready()
            changed = ready != self._ready
            self._ready = ready and not stop.is_set()
            if changed:
                self._pulse.beat()
            stop.wait(LOOK_EVERY_S)
