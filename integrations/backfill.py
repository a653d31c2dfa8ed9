"""Learns what Jira holds already, or what changed there since the last time, page by page; may be interrupted.

It makes no events: what Jira held before is known, not news. It shows no text of an issue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from integrations.jira.history import JiraHistory, Page
from orchestrator.ports import Clock
from rules.canonical import plain, revive
from rules.model import Snapshot

__all__ = ["Backfill", "Learned", "Merging", "Progress"]

_CURSOR = "jira.history"
_LAG = timedelta(hours=1)
_TOLD_EVERY = 1000


class Merging(Protocol):
    """The part of `Items` that learns."""

    def merge(self, snapshots: Sequence[Snapshot]) -> None:
        """Merge snapshots by `updated`, in one transaction."""
        ...


class Progress(Protocol):
    """Marks of how far work has come."""

    def read(self, name: str) -> str | None:
        """Give the mark that was written last; None before the first."""
        ...

    def write(self, name: str, value: str) -> None:
        """Write a mark in the place of the former one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What a run read: issues (one that changed meanwhile counts again), issues not understood, pages."""

    issues: int = 0
    skipped: int = 0
    pages: int = 0

    def plus(self, page: Page) -> Learned:
        """Count one more page."""
        return Learned(
            issues=self.issues + len(page.snapshots), skipped=self.skipped + len(page.skipped), pages=self.pages + 1
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Merges the history into the items and marks how far it came; `say` gets plain sentences for an operator."""

    history: JiraHistory
    items: Merging
    progress: Progress
    clock: Clock
    say: Callable[[str], None]

    def run(self) -> Learned:
        """Learn everything from the mark on, or from the beginning where there is none; the last hour is read again.

        Raises:
            GatewayError: Jira failed for good, or again and again; the next run goes on from the mark.
        """
        marked = self.progress.read(_CURSOR)
        cursor = None if marked is None else revive(marked, datetime)
        learned = Learned()
        for page in self.history.pages(cursor):
            self.items.merge(page.snapshots)
            cursor = _moved(cursor, page, self.clock.now() - _LAG)
            if cursor is not None:
                self.progress.write(_CURSOR, plain(cursor))
            before, learned = learned, learned.plus(page)
            self._tell(before, learned, cursor, page)
        return learned

    def _tell(self, before: Learned, learned: Learned, cursor: datetime | None, page: Page) -> None:
        if page.skipped:
            self.say(f"Left out, because Jira's answer makes no sense: {len(page.skipped)}, first {page.skipped[0]}")
        if cursor is not None and before.issues // _TOLD_EVERY < learned.issues // _TOLD_EVERY:
            self.say(f"{learned.issues} issues read, up to what changed on {cursor:%Y-%m-%d at %H:%M} UTC")


def _moved(cursor: datetime | None, page: Page, limit: datetime) -> datetime | None:
    """Give how far all is known: not less than before, nor past the limit.

    The limit lies in the past, because Jira's search lags, and a date of tomorrow would hide what changes today.
    """
    told = [min(one.updated, limit) for one in page.snapshots if one.updated is not None]
    return max(told if cursor is None else [cursor, *told], default=None)
