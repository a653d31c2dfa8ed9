"""What the bot and people did through the vendor APIs, in order; what the control API did is never written here."""

import threading
from typing import Any

from sandbox.clock import Clock, iso_z


class Effects:
    """An append-only list, numbered from 1."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: list[dict[str, Any]] = []

    def record(self, *, service: str, actor: str, kind: str, request: str, body: Any, **where: Any) -> None:
        """Write one effect; `where` says where it happened: issue, channel, id."""
        with self._lock:
            entry = {"n": len(self._entries) + 1, "at": iso_z(self._clock.now()), "service": service, "actor": actor}
            self._entries.append({**entry, "kind": kind, **where, "body": body, "request": request})

    def put_back(self, entries: list[dict[str, Any]]) -> None:
        """Have these effects and no others."""
        with self._lock:
            self._entries = entries

    def after(self, number: int) -> list[dict[str, Any]]:
        """The effects with a larger number than this."""
        with self._lock:
            return self._entries[max(number, 0) :]
