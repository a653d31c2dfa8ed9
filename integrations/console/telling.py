"""Turns rows of the ledger into what is told of them over HTTP. Pure.

It leaves out the facts of a decision unless they are asked for: they are large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from integrations.console.plain import words
from orchestrator.changes import Entry
from orchestrator.memory import TrailRow

__all__ = ["Told", "Trail", "frame", "items_named", "told"]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One row: `key` is the present key of the issue that it is mostly about, `data` is null for an erased one."""

    seq: int
    at: datetime
    kind: str
    key: str | None
    text: str
    decision: str | None
    data: dict[str, Any] | None


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """The rows about one issue, oldest first."""

    key: str
    item: int
    entries: tuple[Told, ...]


def told(row: TrailRow, keys: Mapping[int, str], *, full: bool = False) -> Told:
    """Tell a row; `keys` are the keys of the issues in `items_named`. `full` keeps a decision's facts."""
    item = _item_of(row.entry)
    return Told(
        seq=row.seq,
        at=row.entry.at,
        kind=row.entry.kind,
        key=None if item is None else keys.get(item),
        text=words(row.entry.text),
        decision=row.entry.decision,
        data=_shown(row.entry.data, full=full),
    )


def items_named(rows: Iterable[TrailRow]) -> frozenset[int]:
    """Give the issues whose keys are needed to tell these rows."""
    return frozenset(item for row in rows if (item := _item_of(row.entry)) is not None)


def frame(one: Told) -> bytes:
    """Write a row as a server-sent event.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (one.seq, one.kind.encode(), msgspec.json.encode(one))


def _item_of(entry: Entry) -> int | None:
    if entry.subject.kind == "item" and entry.subject.id.isdecimal():
        return int(entry.subject.id)
    return entry.about[0] if entry.about else None


def _shown(data: dict[str, Any] | None, *, full: bool) -> dict[str, Any] | None:
    if data is None or full:
        return data
    return {name: value for name, value in data.items() if name != "facts"}
