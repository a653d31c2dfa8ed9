"""A ledger in memory that plays the store's roles, counts its readings, and can fail; and a door with real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from integrations.console import Broadcast, api, vitals
from integrations.settings import Secret
from orchestrator.changes import Entry
from orchestrator.memory import Standing, TrailRow
from rules.model import SYSTEM, Item, Line, Status, Subject, Tainted

TOKEN = "made-up"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
NOW = datetime(2026, 11, 21, 9, 30, 15, tzinfo=UTC)
ITEM = Item(
    id=10021,
    key="WEB-21",
    project="WEB",
    summary=Tainted(text="Paying fails"),
    type="Bug",
    status=Status(id="1", name="Open", category="new"),
    created=NOW,
    updated=NOW,
)


def row(seq: int, text: str = "looked", *, item: int | None = None, kind: str = "look.done", **data: Any) -> TrailRow:
    """An entry about an item, or about the system."""
    subject = Subject(kind="item", id=str(item)) if item else SYSTEM
    about = (item,) if item else ()
    return TrailRow(
        seq=seq, entry=Entry(kind=kind, subject=subject, at=NOW, text=Line(text=text), about=about, data=data)
    )


class Yard:
    """Telling, Health and Counting in one; safe to share between threads."""

    def __init__(self) -> None:
        self.rows: list[TrailRow] = []
        self.lacking: tuple[str, ...] = ()
        self.readings: list[int] = []
        self.failure: Exception | None = None
        self.read_once = threading.Event()
        self.missed: int | None = 10
        self.standing_now = Standing(
            waiting=1, buried=2, quarantined=3, pending=4, open_actions=5, failed_actions=6, items=7, ledger_rows=8,
            unsealed=9,
        )  # fmt: skip

    def add(self, count: int, **about: Any) -> None:
        first = len(self.rows) + 1
        self.rows.extend(row(seq, **about) for seq in range(first, first + count))

    def entries_after(self, seq: int, limit: int) -> tuple[TrailRow, ...]:
        self.readings.append(seq)
        self.read_once.set()
        self._fail()
        return tuple(self.rows[seq : seq + limit])

    def last(self) -> int:
        self._fail()
        return len(self.rows)

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        self._fail()
        return tuple(one for one in self.rows if item in one.entry.about)[-limit:]

    def item_of(self, key: str) -> Item | None:
        self._fail()
        return ITEM if key in {"WEB-21", "OLD-1"} else None

    def keys_of(self, ids: Collection[int]) -> dict[int, str]:
        self._fail()
        return {ITEM.id: ITEM.key} if ITEM.id in ids else {}

    def missing(self) -> tuple[str, ...]:
        self._fail()
        return self.lacking

    def standing(self) -> Standing:
        self._fail()
        return self.standing_now

    def gap(self) -> int | None:
        self._fail()
        return self.missed

    def tallies(self) -> dict[str, int]:
        self._fail()
        counts: dict[str, int] = {}
        for one in self.rows:
            counts[one.entry.kind] = counts.get(one.entry.kind, 0) + 1
        return counts

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


def application(yard: Yard, broadcast: Broadcast, token: Secret | None = Secret(TOKEN)) -> Flask:  # noqa: B008
    app = Flask(__name__)
    app.register_blueprint(vitals.blueprint(yard, yard, yard.gap))
    app.register_blueprint(api.blueprint(yard, broadcast, token))
    return app


@contextmanager
def served(app: Flask, *, lookahead: int = 1) -> Iterator[str]:
    """Serve on a free port with waitress, as the door does; gives the address."""
    sockets: dict[int, object] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=4, channel_request_lookahead=lookahead)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
    server.task_dispatcher.shutdown(timeout=5)
    thread.join(5)


def events(chunk: bytes) -> list[dict[str, str]]:
    """What a reader of server-sent events makes of a text: its fields, without comments."""
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        for block in chunk.decode().split("\n\n")
    ]
    return [block for block in blocks if "data" in block]


def numbers(chunk: bytes) -> list[int]:
    """The positions of the entries in a piece of a stream, which are the same in its ids and its data."""
    found = events(chunk)
    told = [json.loads(one["data"])["seq"] for one in found]
    assert told == [int(one["id"]) for one in found]
    return told
