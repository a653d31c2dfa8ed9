"""The stage: which story is played now, how fast, what was said and how it ended. One story at a time.

Where it has been told before in this sandbox, its issues of then are taken away; at its end the clock goes as before.
It plays in a thread of its own and takes no lock of the world, since it speaks to the sandbox over HTTP as anybody.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from sandbox.bot import Bot
from sandbox.clock import iso_z
from sandbox.playing import library
from sandbox.playing.company import Company, Refused
from sandbox.playing.moments import zone_of
from sandbox.playing.player import Player
from sandbox.world import Places

Json = dict[str, Any]
REMEMBERED = 1000


class StageError(ValueError):
    """Something that the stage cannot do now; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that was said: when in domain time, who, what."""

    at: datetime
    who: str
    text: str


@dataclass(slots=True, kw_only=True)
class Stage:
    """Safe to ask from any thread; stories are played with `bot`, else with the one that the page `follows`."""

    places: Places
    bot: Bot | None = None
    follows: Callable[[], Bot | None] = lambda: None
    state: str = "idle"
    name: str = ""
    trouble: str = ""
    speed: float = 1.0
    lines: list[Line] = field(default_factory=list)
    player: Player | None = None
    _told: dict[int, dict[str, str]] = field(default_factory=dict)
    _speed_before: float = 1.0
    _thread: threading.Thread | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def listed(self) -> Json:
        """All stories, in words."""
        stories = [(name, library.story(name)) for name in library.names()]
        known = {name: msgspec.to_builtins(one) for name, one in library.capabilities().items()}
        shown = [
            {"name": name, "number": one.number, "title": one.title, "about": one.about, "people": [*one.colleagues]}
            | {"checks": [{"says": check.says, "needs": check.needs} for check in one.ends]}
            for name, one in stories
        ]
        return {"stories": shown, "capabilities": known}

    def start(self, name: str, *, speed: float | None = None, leaps: bool = False, seed: str = "1") -> None:
        """Begin a story; raises StageError while another one is played, StoryError where there is no such story."""
        with self._lock:
            if self.state in ("playing", "paused"):
                raise StageError(f"{self.name} is being played; stop it first")
            if (bot := self._partner) is None:
                raise StageError("no bot is known to play with; start the sandbox with --bot")
            story, company = library.story(name), Company(places=self.places)
            self.speed = self._speed_before = company.speed()
            self.name, self.state, self.trouble, self.lines = name, "playing", "", []
            self.player = Player(
                story=story,
                company=company,
                bot=bot,
                capabilities=library.capabilities(),
                say=self._said,
                stop=threading.Event(),
                leaps=leaps,
                seed=seed,
                earlier=self._told.get(story.number, {}),
            )
            self._told[story.number] = self.player.keys
            if speed is not None:
                self._set_speed(speed)
            self._thread = threading.Thread(target=self._play, args=(self.player,), name="stage", daemon=True)
            self._thread.start()

    def pause(self) -> None:
        """Hold the story and the sandbox's clock."""
        with self._lock:
            if self.player is None or self.state != "playing":
                raise StageError("no story is being played")
            self.player.paused.set()
            self.player.company.set_speed(0)
            self.state = "paused"

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            if self.player is None or self.state != "paused":
                raise StageError("no story is paused")
            self.player.company.set_speed(self.speed)
            self.player.paused.clear()
            self.state = "playing"

    def stop(self) -> None:
        """End the story where it is; does nothing where none is played."""
        with self._lock:
            player, thread = self.player, self._thread
        if player and thread:
            player.stop.set()
            thread.join(5)

    def set_pace(self, *, speed: float | None, leaps: bool | None) -> None:
        """Change how fast time passes, and whether quiet time is passed over."""
        with self._lock:
            if speed is not None:
                self._set_speed(speed)
            if leaps is not None and self.player:
                self.player.leaps = leaps

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the story has ended."""
        if self._thread:
            self._thread.join(seconds)

    def shown(self, after: int = 0) -> Json:
        """What is on the stage now; `lines` since that many."""
        with self._lock:
            player, lines = self.player, self.lines
            said = [{"at": iso_z(one.at), "who": one.who, "text": one.text} for one in lines[after:]]
            return {
                "state": self.state,
                "name": self.name,
                "title": player.story.title if player else "",
                "about": player.story.about if player else "",
                "speed": self.speed,
                "leaps": player.leaps if player else False,
                "trouble": self.trouble,
                "issues": dict(player.keys) if player else {},
                "lines": said,
                "next": after + len(said),
                "checks": [msgspec.to_builtins(one) for one in player.findings] if player else [],
                "connected": self._partner is not None,
            }

    @property
    def _partner(self) -> Bot | None:
        return self.bot or self.follows()

    @property
    def zone(self) -> str | None:
        """The zone in which the story begins, where it says one."""
        return zone_of(self.player.story.begins) if self.player and self.player.story.begins else None

    def _play(self, player: Player) -> None:
        ended = "ended"
        try:
            player.play()
        except Refused as refusal:
            with self._lock:
                self.trouble = str(refusal)
        if player.stop.is_set():
            ended = "stopped"
        with self._lock:
            with suppress(Refused):
                player.company.set_speed(self._speed_before)
            self.state = ended

    def _set_speed(self, speed: float) -> None:
        if not 0 < speed <= 1_000_000:
            raise StageError("speed must be more than 0 and at most 1000000")
        if self.state != "paused":
            Company(places=self.places).set_speed(speed)
        self.speed = speed

    def _said(self, at: datetime, who: str, text: str) -> None:
        with self._lock:
            if len(self.lines) < REMEMBERED:
                self.lines.append(Line(at=at, who=who, text=text))
