"""Turns what a search found into events, one for each issue and its `updated`. Pure.

Whoever polls, and however often, so comes to the same events. They say neither who changed the issue nor how: a search
tells no more than how things stand, and nothing of what was deleted.
"""

from __future__ import annotations

from datetime import datetime

from integrations.jira.history import Skipped
from rules.canonical import digest, plain
from rules.model import SYSTEM, Event, Snapshot, Subject

__all__ = ["NAME", "found", "not_understood"]

NAME = "jira.issue_found"


def found(snapshot: Snapshot, received_at: datetime) -> Event:
    """Give the event that an issue was found as it stands in `snapshot`, which it carries; times are domain time."""
    told = plain(snapshot)
    version = digest(told) if snapshot.updated is None else plain(snapshot.updated)
    return _event(f"{snapshot.id}:{version}", _item(snapshot.id), received_at, {"actor": None, "snapshot": told})


def not_understood(skipped: Skipped, received_at: datetime) -> Event:
    """Give the event that an issue was found which makes no sense; put back, it has the issue read once more."""
    subject = SYSTEM if skipped.issue is None else _item(skipped.issue)
    return _event(f"not-understood:{digest(str(skipped))}", subject, received_at, {"actor": None})


def _event(version: str, subject: Subject, received_at: datetime, payload: dict[str, object]) -> Event:
    return Event(
        id=f"poll:{version}",
        kind="signal",
        name=NAME,
        source="jira",
        subject=subject,
        received_at=received_at,
        payload=payload,
    )


def _item(issue: int) -> Subject:
    return Subject(kind="item", id=str(issue))
