"""Learns what Jira holds already, or what changed there since the last time, batch by batch; may be interrupted.

It makes no events: what Jira held before is known, not news. It shows no text of an issue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from integrations.jira.changelogs import ISSUES_A_CALL, ChangelogPage
from integrations.jira.history import Page
from integrations.jira.skipped import Skipped
from orchestrator.ports import Clock
from rules.canonical import plain, revive
from rules.model import FieldChange, Snapshot

__all__ = ["Backfill", "Changelogs", "History", "Learned", "Merging", "Progress"]

_LAG = timedelta(hours=1)


class History(Protocol):
    """What Jira holds, as `JiraHistory` reads it. Both raise GatewayError."""

    def count(self, since: datetime | None = None, project: str | None = None) -> int:
        """Count, more or less, what `pages` would read."""
        ...

    def pages(self, since: datetime | None = None, project: str | None = None) -> Iterator[Page]:
        """Read the issues updated since a moment, the one updated longest ago first."""
        ...


class Changelogs(Protocol):
    """How issues came to be as they are, as `JiraChangelogs` reads it."""

    def pages(self, issues: Sequence[int]) -> Iterator[ChangelogPage]:
        """Read the whole changelogs of so many issues as one call takes; raises GatewayError."""
        ...


class Merging(Protocol):
    """The part of `Items` that learns. Each method is one transaction, and may be repeated."""

    def merge(self, snapshots: Sequence[Snapshot]) -> object:
        """Merge snapshots by `updated`."""
        ...

    def unite(self, changes: Mapping[int, Iterable[FieldChange]]) -> None:
        """Unite changelogs with what is known."""
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
    """What a run read so far: issues (one that changed meanwhile counts again), in all and by project, and so on.

    `changes`: changed fields. `skipped`: what could not be understood. `seconds`: since the run began, of transport
    time; `storing` of them went into the database, nearly all others into waiting for Jira.
    """

    issues: int = 0
    changes: int = 0
    skipped: int = 0
    projects: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    storing: float = 0.0

    def plus(self, found: Sequence[Page], logs: ChangelogPage) -> Learned:
        """Count more pages."""
        projects = Counter(str(one.fields.get("project", "?")) for page in found for one in page.snapshots)
        return replace(
            self,
            issues=self.issues + projects.total(),
            changes=self.changes + sum(map(len, logs.changes.values())),
            skipped=self.skipped + sum(len(page.skipped) for page in found) + len(logs.skipped),
            projects=Counter(self.projects) + projects,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Merges the history into the items and marks how far it came; `say` gets plain sentences for an operator.

    `learnt` is given the ids of each batch once all of it is stored, before the mark moves.
    """

    history: History
    changelogs: Changelogs
    items: Merging
    progress: Progress
    clock: Clock
    monotonic: Callable[[], float]
    say: Callable[[str], None]
    learnt: Callable[[Sequence[int]], object]
    at_once: int = ISSUES_A_CALL

    def expected(self, projects: Sequence[str] = (), *, anew: bool = False) -> int:
        """Count, more or less, the issues that a run would read; arguments and errors as for `steps`."""
        return sum(self.history.count(self._mark(scope, anew), scope) for scope in projects or (None,))

    def run(self) -> Learned:
        """Learn everything that we may browse; see `steps`."""
        learned = Learned()
        for so_far in self.steps():
            learned = so_far
        return learned

    def steps(self, projects: Sequence[str] = (), *, anew: bool = False) -> Iterator[Learned]:
        """Learn on from the marks, or from the beginning where there is none, and tell after each batch how it goes.

        Each project has its mark, and so has everything together. The last hour before a mark is read again. A run
        that ends early loses at most a batch of work: the mark moves only over what is stored.

        Args:
            projects: keys; all that we may browse where none is given.
            anew: go back to the beginning.

        Raises:
            GatewayError: Jira failed for good, or again and again; the next run goes on from the mark.
            ValueError: what is given cannot be the key of a project.
        """
        began, learned = self.monotonic(), Learned()
        for scope in projects or (None,):
            cursor = self._mark(scope, anew)
            for batch in _batches(self.history.pages(cursor, scope), self.at_once):
                learned = self._learn(batch, learned)
                for page in batch:
                    cursor = _moved(cursor, page, self.clock.now() - _LAG)
                if cursor is not None:
                    self.progress.write(_row(scope), plain(cursor))
                learned = replace(learned, seconds=self.monotonic() - began)
                yield learned

    def _learn(self, batch: Sequence[Page], learned: Learned) -> Learned:
        self._tell(skipped for page in batch for skipped in page.skipped)
        snapshots = [one for page in batch for one in page.snapshots]
        spent = self._timed(self.items.merge, snapshots)
        learned = learned.plus(batch, ChangelogPage())
        ids = sorted({one.id for one in snapshots})
        for logs in self.changelogs.pages(ids):
            self._tell(logs.skipped)
            spent += self._timed(self.items.unite, logs.changes)
            learned = learned.plus((), logs)
        spent += self._timed(self.learnt, ids)
        return replace(learned, storing=learned.storing + spent)

    def _timed(self, do: Callable[[Any], object], what: object) -> float:
        began = self.monotonic()
        do(what)
        return self.monotonic() - began

    def _tell(self, skipped: Iterable[Skipped]) -> None:
        if left_out := list(skipped):
            self.say(f"Left out, because Jira's answer makes no sense: {len(left_out)}, first {left_out[0]}")

    def _mark(self, scope: str | None, anew: bool) -> datetime | None:
        marked = None if anew else self.progress.read(_row(scope))
        return None if marked is None else revive(marked, datetime)


def _row(scope: str | None) -> str:
    return "jira.backfill" if scope is None else f"jira.backfill:{scope}"


def _batches(pages: Iterator[Page], at_once: int) -> Iterator[list[Page]]:
    """Gather pages, as many as hold at most `at_once` issues together."""
    batch: list[Page] = []
    issues = 0
    for page in pages:
        if batch and issues + len(page.snapshots) > at_once:
            yield batch
            batch, issues = [], 0
        batch.append(page)
        issues += len(page.snapshots)
    if batch:
        yield batch


def _moved(cursor: datetime | None, page: Page, limit: datetime) -> datetime | None:
    """Give how far all is known: not less than before, nor past the limit.

    The limit lies in the past, because Jira's search lags, and a date of tomorrow would hide what changes today.
    """
    told = [min(one.updated, limit) for one in page.snapshots if one.updated is not None]
    return max(told if cursor is None else [cursor, *told], default=None)
