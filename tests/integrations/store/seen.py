"""Snapshots of issues, as payloads of Jira would give them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rules.canonical import plain
from rules.model import FieldChange, Snapshot

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPEN = {"id": "1", "name": "Open", "category": "new"}
DONE = {"id": "5", "name": "Done", "category": "done"}


def minute(number: float) -> datetime:
    return MONDAY + timedelta(minutes=number)


def words(text: str) -> dict[str, str]:
    return {"as": "tainted", "text": text}


def seen(
    item: int = 7, at: float | None = 0, *, deleted: bool = False, key: str | None = None, **fields: Any
) -> Snapshot:
    """What a payload of minute `at` says, with just these fields; texts are given plainly."""
    named = {name: words(value) if name in {"summary", "description"} else value for name, value in fields.items()}
    updated = None if at is None else minute(at)
    said = named if updated is None else {"updated": plain(updated)} | named
    return Snapshot(id=item, key=f"PAY-{item}" if key is None else key, updated=updated, fields=said, deleted=deleted)


def whole(item: int = 7, at: float = 0, *, deleted: bool = False, key: str | None = None, **fields: Any) -> Snapshot:
    """What a payload of minute `at` says of an issue with all that every issue has."""
    always = {
        "project": "PAY",
        "summary": "Checkout fails for saved cards",
        "type": "Bug",
        "status": OPEN,
        "created": plain(MONDAY - timedelta(days=1)),
    }
    return seen(item, at, deleted=deleted, key=key, **always | fields)


def gone(item: int = 7) -> Snapshot:
    """What a read says that found nothing."""
    return Snapshot(id=item, key="", deleted=True)


def change(id_: str, at: float = 0, **more: Any) -> FieldChange:
    return FieldChange(id=id_, at=minute(at), author="acc-dana", field="status", **more)
