"""What is recorded of a card that cannot be shown in its place. Pure."""

from datetime import datetime

from orchestrator.changes import Entry
from orchestrator.remembered import CardRow
from rules.model import Line, Subject, Tainted
from rules.requests import Request


def lost(row: CardRow, why: str, at: datetime) -> Entry:
    """Record that a card that is not one question's could not be shown in its place."""
    return Entry(
        kind="card.undeliverable",
        subject=Subject(kind="card", id=row.id),
        at=at,
        text=Line(text="a card cannot be shown in {0}: {1}", parts=(Tainted(text=row.place), Tainted(text=why))),
        data={"place": row.place, "error": why},
        once=f"card.undeliverable:{row.id}",
    )


def undeliverable(row: CardRow, request: Request, instead: int, why: str, at: datetime) -> Entry:
    """Record that a card could not be shown in its place."""
    text = f"a card cannot be shown in {{0}}: {{1}}; direct messages instead: {instead}"
    return Entry(
        kind="card.undeliverable",
        subject=Subject(kind="card", id=row.id),
        at=at,
        text=Line(text=text, parts=(Tainted(text=row.place, source="slack"), Tainted(text=why))),
        about=request.items,
        data={"request": request.id, "place": row.place, "error": why, "instead": instead},
        decision=request.asks[0].decision,
        once=f"card.undeliverable:{row.id}",
    )
