"""Tells everybody who listens what is new in the ledger: one thread reads, and only while somebody listens.

It must not forget a row for a slow listener, nor keep more than two pages for one: who does not take is not read for.
Waiting is measured in real time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from integrations.console.reading import UNREADABLE, Telling
from integrations.console.telling import frame, items_named, told

__all__ = ["Broadcast", "Listener", "NoRoom"]

_PAGE: Final = 100
_LONGEST_WAIT_S: Final = 5.0
_LOOK_UP_S: Final = 1.0
_GREETING: Final = b"retry: 1000\n: listening\n\n"
_HEARTBEAT: Final = b": still here\n\n"

log = logging.getLogger(__name__)


class NoRoom(Exception):
    """Nobody else can listen now: there are as many listeners as may be, or the process is about to stop."""


class Broadcast:
    """One process's listeners and their one reader; safe to share between threads."""

    def __init__(self, telling: Telling, *, most: int = 8, every_s: float = 0.5, heartbeat_s: float = 15.0) -> None:
        """Read nothing yet.

        Args:
            telling: the ledger.
            most: how many may listen at once; each holds a thread of the server.
            every_s: seconds between two looks at the ledger.
            heartbeat_s: seconds of silence after which a listener hears that we are still here.
        """
        self._telling, self._most, self._every_s, self._heartbeat_s = telling, most, every_s, heartbeat_s
        self._changed = threading.Condition()
        self._listeners: set[Listener] = set()
        self._reader: threading.Thread | None = None
        self._hurry = False
        self._stopped = False

    def listen(self, after: int | None) -> Listener:
        """Begin to listen after a position of the chain, at the present when there is none or it is yet to come.

        Raises:
            NoRoom: nobody else can listen now.
            UNREADABLE: the ledger cannot be read.
        """
        last = self._telling.last()
        listener = Listener(self, last if after is None else min(after, last), self._heartbeat_s)
        with self._changed:
            if self._stopped or len(self._listeners) >= self._most:
                raise NoRoom
            self._listeners.add(listener)
            self._hasten()
            if self._reader is None:
                self._reader = threading.Thread(target=self._read, name="broadcast", daemon=True)
                self._reader.start()
        return listener

    def stop(self) -> None:
        """End all listening; gives back once the reader has ended, or after ten seconds."""
        with self._changed:
            self._stopped = True
            reader = self._reader
            self._end_all()
        if reader is not None:
            reader.join(timeout=10)

    def leave(self, listener: Listener) -> None:
        """Let a listener go, also twice."""
        with self._changed:
            self._listeners.discard(listener)
            listener.ended = True

    def take(self, listener: Listener, timeout_s: float) -> bytes:
        """Give what is there for a listener; nothing when nothing comes within the time, or listening ended."""
        with self._changed:
            self._changed.wait_for(lambda: listener.waiting or listener.ended, timeout_s)
            taken = b"".join(listener.waiting)
            if len(listener.waiting) >= _PAGE:
                self._hasten()
            listener.waiting.clear()
            return taken

    def _read(self) -> None:
        wait = self._every_s
        try:
            while self._is_wanted():
                try:
                    self._read_pages()
                    wait = self._every_s
                except UNREADABLE as error:
                    wait = min(2 * wait, _LONGEST_WAIT_S)
                    log.warning("What is new cannot be told, the ledger is not readable: %s", type(error).__name__)
                self._pause(wait)
        finally:
            self._clear_up()

    def _is_wanted(self) -> bool:
        """Tell whether anybody listens; where nobody does, the reader is over in the same moment."""
        with self._changed:
            if not self._listeners:
                self._reader = None
            return bool(self._listeners)

    def _read_pages(self) -> None:
        """Read a page for each position at which somebody waits; mostly all wait at the same one."""
        for position, listeners in self._waiting_at().items():
            rows = self._telling.entries_after(position, _PAGE)
            if not rows:
                continue
            keys = self._telling.keys_of(items_named(rows))
            frames = [frame(told(row, keys)) for row in rows]
            with self._changed:
                for listener in listeners:
                    listener.waiting += frames
                    listener.position = rows[-1].seq
                self._changed.notify_all()

    def _waiting_at(self) -> dict[int, list[Listener]]:
        positions: dict[int, list[Listener]] = defaultdict(list)
        with self._changed:
            for listener in self._listeners:
                if len(listener.waiting) < _PAGE:
                    positions[listener.position].append(listener)
        return positions

    def _pause(self, wait_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._hurry, wait_s)
            self._hurry = False

    def _hasten(self) -> None:
        self._hurry = True
        self._changed.notify_all()

    def _end_all(self) -> None:
        for listener in self._listeners:
            listener.ended = True
        self._listeners.clear()
        self._hasten()

    def _clear_up(self) -> None:
        """Where reading broke for a reason that we do not know, let everybody come back instead of hearing nothing."""
        with self._changed:
            if self._reader is threading.current_thread():
                self._reader = None
                self._end_all()


class Listener:
    """Somebody who listens. Its state is the broadcast's to change, under its lock."""

    __slots__ = ("_broadcast", "_heartbeat_s", "ended", "position", "waiting")

    def __init__(self, broadcast: Broadcast, position: int, heartbeat_s: float) -> None:
        """Begin after a position of the chain."""
        self._broadcast, self._heartbeat_s = broadcast, heartbeat_s
        self.position = position
        self.waiting: list[bytes] = []
        self.ended = False

    def stream(self, hung_up: Callable[[], bool]) -> Iterator[bytes]:
        """Give server-sent events, and a comment after silence, until listening ends or `hung_up` says so."""
        yield _GREETING
        spoke = time.monotonic()
        while not (self.ended or hung_up()):
            events = self._broadcast.take(self, min(_LOOK_UP_S, self._heartbeat_s))
            if not events and time.monotonic() - spoke >= self._heartbeat_s:
                events = _HEARTBEAT
            if events:
                yield events
                spoke = time.monotonic()

    def close(self) -> None:
        """Listen no more; also twice, and also where nothing was streamed yet."""
        self._broadcast.leave(self)
