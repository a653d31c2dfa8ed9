"""Measures what we missed: compares issues that changed in Jira of late with what we know, and has them looked at.

It finds what webhooks lost and what Jira's search showed too late to polling. It changes nothing that is known.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from integrations.backfill import Progress
from integrations.jira.history import Page
from integrations.polling import History, Polls, Storing, Trouble, patience
from orchestrator.ports import GatewayError
from rules.canonical import plain, revive
from rules.model import Item, Snapshot

__all__ = ["GapCheck", "Known", "read_gap"]

#: Seconds of transport time between two measures, over all processes.
EVERY_S = 300.0
#: How far back the sample begins; on a site where more changes than it holds, it is the part that changed first.
REACH = timedelta(hours=1)
PAGES = 5
#: What changed within the last minute may be on its way to us.
SETTLED = timedelta(minutes=1)
_GAP = "jira.gap"
_BEGINNING = "jira.gap.beginning"
_UNKNOWN = "unknown"


class Known(Protocol):
    """The part of `Items` that is compared."""

    def items(self, ids: Collection[int]) -> tuple[Item, ...]:
        """Give several items; unknown ones are left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCheck:
    """Compares a sample every few minutes, in one process at a time."""

    history: History
    items: Known
    storing: Storing
    polls: Polls
    progress: Progress
    trouble: Trouble

    def round(self) -> None:
        """Measure the gap and have the missed issues looked at, if it is time and nobody else does."""
        with self.polls.turn(_GAP, EVERY_S) as ours:
            if not ours:
                return
            try:
                now = self.history.now()
                pages = self.history.pages(max(now - REACH, self._beginning(now)))
                sample = [one for page in islice(pages, PAGES) for one in page.snapshots]
            except GatewayError as error:
                self.progress.write(_GAP, _UNKNOWN)
                self.trouble.begins(error)
                self.polls.put_off(_GAP, max(EVERY_S, patience(error)))
            else:
                self.trouble.ends()
                self._compare(sample, now)

    def _beginning(self, now: datetime) -> datetime:
        """Give when it was measured first: what changed before is the backfill's to learn, and no news."""
        marked = self.progress.read(_BEGINNING)
        if marked is None:
            self.progress.write(_BEGINNING, plain(now))
            return now
        return revive(marked, datetime)

    def _compare(self, sample: Sequence[Snapshot], now: datetime) -> None:
        known = {item.id: item.updated for item in self.items.items([one.id for one in sample])}
        missed = {one.id: one for one in sample if _is_missed(one, known.get(one.id), now)}
        self.storing.store(Page(snapshots=tuple(missed.values())))
        self.progress.write(_GAP, str(len(missed)))


def read_gap(progress: Progress) -> int | None:
    """Give how many issues of the last sample we had missed; None where Jira did not let it be measured."""
    told = progress.read(_GAP)
    return int(told) if told and told.isdecimal() else None


def _is_missed(found: Snapshot, known: datetime | None, now: datetime) -> bool:
    if found.updated is None or found.updated > now - SETTLED:
        return False
    return known is None or known < found.updated
