"""Asks Jira what changed, for where no webhook can reach, and puts it into the same intake as webhooks.

It decides nothing about an issue, and does not see what was deleted. It must not rely on our clock being Jira's: the
mark is made of Jira's times alone, and moves only over what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from integrations.backfill import Progress
from integrations.jira import poll
from integrations.jira.history import Page
from integrations.store.outages import trouble_row
from orchestrator.ports import Clock, GatewayError, Intake
from rules.canonical import plain, revive

__all__ = ["History", "Marks", "Poller", "Polls", "Storing", "Trouble", "patience"]

#: So much is read again in each round, besides the minute that JQL adds, because Jira's search lags.
OVERLAP = timedelta(minutes=2)
#: After so many events that are new, a round leaves the rest to the next.
MOST = 1000
#: How long a Jira that refuses us is left alone, and the longest that one is left alone which wants it, seconds.
REFUSED_S, LONGEST_S = 60.0, 3600.0
_MARK = "jira.poll"


class History(Protocol):
    """What changed in Jira, as `JiraHistory` reads it. Both raise GatewayError."""

    def now(self) -> datetime:
        """Read Jira's own time."""
        ...

    def pages(self, since: datetime | None = None) -> Iterator[Page]:
        """Read the issues updated since a moment, the one updated longest ago first."""
        ...


class Polls(Protocol):
    """Turns over all processes, and what is stored already."""

    def turn(self, name: str, seconds: float) -> AbstractContextManager[bool]:
        """Take the turn: False while another has it, or it began less than `seconds` ago, or it was put off."""
        ...

    def put_off(self, name: str, seconds: float) -> None:
        """Give nobody the turn before so many seconds from now."""
        ...

    def unknown(self, ids: Collection[str]) -> frozenset[str]:
        """Give those of the ids that no stored event has."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Storing:
    """Stores what was found, each issue and `updated` once."""

    intake: Intake
    polls: Polls
    clock: Clock

    def store(self, page: Page) -> int:
        """Store what is new, and give how much that was; what makes no sense is buried for an operator to see."""
        now = self.clock.now()
        found = {event.id: event for event in (poll.found(one, now) for one in page.snapshots)}
        senseless = {poll.not_understood(one, now).id: one for one in page.skipped}
        new = self.polls.unknown([*found, *senseless])
        for id_ in senseless.keys() & new:
            self.intake.bury(poll.not_understood(senseless[id_], now), str(senseless[id_]))
        return sum(self.intake.put(event) for id_, event in found.items() if id_ in new)


class Marks(Protocol):
    """Marks over all processes, by their names."""

    def read(self, name: str) -> str | None:
        """Give the mark that was written last; None before the first."""
        ...

    def swap(self, name: str, before: str, after: str) -> bool:
        """Write a mark in the place of `before`, an empty one being as good as none; False where it is another."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Tells an operator once that something fails, and once that it works again, whichever process finds out."""

    what: str
    progress: Marks
    warn: Callable[[str], None]

    def begins(self, error: GatewayError) -> None:
        """Tell of a failure, unless one was told since it last worked."""
        if not self._told() and self.progress.swap(self._row, "", str(error)):
            self.warn(f"{self.what} fails, and is tried again by itself: {error}")

    def ends(self) -> None:
        """Tell that it works, if a failure was told."""
        if (told := self._told()) and self.progress.swap(self._row, told, ""):
            self.warn(f"{self.what} works again")

    def _told(self) -> str:
        return self.progress.read(self._row) or ""

    @property
    def _row(self) -> str:
        return trouble_row(self.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Reads on from the mark, every `seconds` of transport time over all processes."""

    history: History
    storing: Storing
    polls: Polls
    progress: Progress
    clock: Clock
    trouble: Trouble
    seconds: float

    def round(self) -> None:
        """Store what changed since the last round, if it is time and nobody else does.

        A Jira that fails ends the round; what was stored until then is marked, and the next round goes on from there.
        """
        with self.polls.turn(_MARK, self.seconds) as ours:
            if not ours:
                return
            try:
                self._read()
            except GatewayError as error:
                self.trouble.begins(error)
                self.polls.put_off(_MARK, max(self.seconds, patience(error)))
            else:
                self.trouble.ends()

    def _read(self) -> None:
        mark, stored = self._mark(), 0
        for page in self.history.pages(mark - OVERLAP):
            stored += self.storing.store(page)
            mark = _moved(mark, page, self.clock.now())
            self.progress.write(_MARK, plain(mark))
            if stored >= MOST:
                return

    def _mark(self) -> datetime:
        """Give how far all is stored; before the first round, Jira's own time: what was before is known, not news."""
        marked = self.progress.read(_MARK)
        if marked is not None:
            return revive(marked, datetime)
        now = self.history.now()
        self.progress.write(_MARK, plain(now))
        return now


def patience(error: GatewayError) -> float:
    """Give for how many seconds Jira is to be left alone after a failure."""
    return min(LONGEST_S, max(error.retry_after or 0.0, 0.0 if error.retryable else REFUSED_S))


def _moved(mark: datetime, page: Page, now: datetime) -> datetime:
    """Give the latest `updated` up to which all is stored; a date of tomorrow would hide what changes today.

    It is not moved by the mere passing of time: while Jira's search shows nothing new, nothing can be missed.
    """
    return max([mark, *(one.updated for one in page.snapshots if one.updated is not None and one.updated <= now)])
