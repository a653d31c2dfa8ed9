"""The bot on its real store, with a Jira and a Slack in memory, two approvers, and a clock that is set.

Looks are done one after the other. It makes no reports and measures nothing but seconds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

import msgspec
from sqlalchemy import Connection, func, select

from benchmarks.batch_stream import START, Report
from benchmarks.batch_vendors import APPROVERS, CountingChat, MadeTracker, SetClock
from benchmarks.database import own_database
from integrations.durable import LookQueue
from integrations.jira.gateway import JiraTracker
from integrations.lookers import looker_of
from integrations.parts import Parts
from integrations.settings import Settings
from integrations.slack.gateway import SlackChat
from integrations.store.batch_tables import batches
from integrations.store.sweeping import PostgresSweep
from integrations.store.tables import cards, events, requests
from orchestrator.batching import Batch
from orchestrator.memory import CardRow
from rules.canonical import plain
from rules.loader import load
from rules.model import Event, Snapshot, Subject
from rules.requests import Request

_PACKS = Path(__file__).resolve().parents[1] / "rules" / "packs"
_PEOPLE = """
people:
  mika: {name: Mika, jira: j-mika, slack: U0MIKA, roles: [triager]}
  priya: {name: Priya, jira: j-priya, slack: U0PRIYA, roles: [triager]}
"""
_TOLD = (
    select(events.c.subject)
    .where(events.c.state == "waiting", events.c.needs_look)
    .group_by(events.c.subject)
    .order_by(func.min(events.c.seq))
)
_OPEN = {"id": "1", "name": "Open", "category": "new"}
_DONE = {"id": "5", "name": "Done", "category": "done"}


class Waiting(LookQueue):
    """The subjects that are to be looked at although nothing was told of them, in the order of wanting."""

    def __init__(self) -> None:
        self.wanted: dict[Subject, None] = {}

    def defer(self, connection: Connection, wanted: Sequence[Subject], *, urgent: bool) -> None:
        """Remember them; nobody else takes them."""
        del connection, urgent
        self.wanted |= dict.fromkeys(wanted)


class _Parts(Parts):
    """The bot's own wiring, with these two vendors and this queue."""

    @cached_property
    def queue(self) -> LookQueue:
        return Waiting()

    @cached_property
    def tracker(self) -> JiraTracker:
        return cast("JiraTracker", MadeTracker(cast("SetClock", self.clock)))

    @cached_property
    def chat(self) -> SlackChat:
        return cast("SlackChat", CountingChat(cast("SetClock", self.clock)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A card that stood in the channel: since when, and about which issues. `together`: it is a batch's."""

    at: datetime
    items: frozenset[int]
    together: bool


class Yard:
    """A running bot. `seconds` of computing by kind of subject; `asked` are all questions in the order of asking."""

    def __init__(self, parts: _Parts, agrees: Callable[[Request], bool]) -> None:
        self._parts, self._agrees = parts, agrees
        self._clock = cast("SetClock", parts.clock)
        self._queue = cast("Waiting", parts.queue)
        self.tracker, self.chat = cast("MadeTracker", parts.tracker), cast("CountingChat", parts.chat)
        self._engine = looker_of(parts).engine
        self._sweep = PostgresSweep(parts.database, parts.queue)
        self._voted: set[tuple[str, str]] = set()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def report(self, told: Report) -> None:
        """Have an issue reported, and do all looks that come of it and of the time that has passed."""
        self._clock.at = told.at
        with self._timed("timers"):
            self._sweep.timers(told.at)
        snapshot = as_open(told)
        self.tracker.issues[told.id] = snapshot
        payload = {"actor": "j-tom", "snapshot": plain(snapshot)}
        self._put("signal", "jira.issue_created", Subject(kind="item", id=str(told.id)), payload)
        self.settle()

    def finish(self, ids: Collection[int]) -> None:
        """Have issues done, which nobody looks at by itself."""
        done = []
        for id_ in ids:
            issue = self.tracker.issues[id_]
            at = max(self._clock.now(), (issue.updated or START) + timedelta(milliseconds=1))
            fields = issue.fields | {"status": _DONE, "updated": plain(at), "resolved_at": plain(at)}
            done.append(msgspec.structs.replace(issue, updated=at, fields=fields))
        self.tracker.issues |= {one.id: one for one in done}
        self._parts.items.merge(done)

    def settle(self) -> None:
        """Do looks and answer questions until nothing is left to do."""
        while wanted := self._wanted() or self._vote():
            for subject in wanted:
                self._queue.wanted.pop(subject, None)
                with self._timed("sorting" if subject.id == "sorting" else subject.kind):
                    self._engine.look(subject, self._parts.records.unhandled(subject))

    def pass_by(self, hours: int) -> None:
        """Let time pass, ten minutes at a time."""
        for _ in range(6 * hours):
            self._clock.at += timedelta(minutes=10)
            self._sweep.timers(self._clock.at)
            self.settle()

    def batches(self) -> list[tuple[int, ...]]:
        """Give the members of every batch that there is, in an order that is the same in every run."""
        with self._parts.database.connect() as connection:
            found: Sequence[Batch] = connection.execute(select(batches.c.batch).order_by(batches.c.id)).scalars().all()
        return [one.members for one in found if one.members]

    def asked(self) -> list[Request]:
        """Give every question that people had to answer, oldest first."""
        with self._parts.database.connect() as connection:
            found = connection.execute(select(requests.c.request).order_by(requests.c.asked_at, requests.c.id))
            everything: Sequence[Request] = found.scalars().all()
        return [one for one in everything if one.undoes is None and any(vote.kept_from is None for vote in one.votes)]

    def joined(self) -> list[tuple[int, int]]:
        """Give the issues that joined others by a yes that was said of those that come, each with the one in front."""
        with self._parts.database.connect() as connection:
            found: Sequence[Request] = connection.execute(select(requests.c.request)).scalars().all()
        held = [one for one in found if any(vote.kept_from for vote in one.votes)]
        return [(ask.payload.item, ask.other) for one in held for ask in one.couplings if ask.other is not None]

    def posted(self) -> list[Posted]:
        """Give every card that was posted."""
        with self._parts.database.connect() as connection:
            rows: Sequence[CardRow] = connection.execute(select(cards.c.card)).scalars().all()
        return [self._posted(row) for row in rows if row.id in self.chat.posted]

    def _posted(self, row: CardRow) -> Posted:
        at, together = self.chat.posted[row.id], row.request.startswith("batch:")
        subject = Subject.parse(row.request) if together else None
        records = self._parts.records
        own = records.requests(subject) if subject else (records.request(row.request),)
        asked = (*own, *records.bundle(row.request))
        items = frozenset(id_ for one in asked if one is not None for id_ in one.items)
        return Posted(at=at, items=items, together=together)

    def _wanted(self) -> list[Subject]:
        """Give the subjects that were told of something, and those that are to be looked at anyway."""
        with self._parts.database.connect() as connection:
            told = [Subject.parse(one) for one in connection.execute(_TOLD).scalars()]
        return list(dict.fromkeys([*told, *self._queue.wanted]))

    def _vote(self) -> list[Subject]:
        """Have who has not answered yet answer what waits; gives what was answered about."""
        answered = []
        for one in self._parts.records.pending(100):
            user = next((user for user in APPROVERS if (one.id, user) not in self._voted), None)
            if user is not None:
                self._voted.add((one.id, user))
                choice = "approve" if self._agrees(one) else "reject"
                further = choice == "approve" and self.chat.offers("batch.approve", one.id)
                said = {"user": user, "request": one.id, "choice": choice, "further": further}
                self._put("command", "vote.cast", one.subject, said)
                answered.append(one.subject)
        return answered

    def _put(self, kind: Literal["signal", "command"], name: str, subject: Subject, payload: dict[str, object]) -> None:
        event = Event(
            id=f"{name}:{subject}:{payload.get('request', '')}:{payload.get('user', '')}",
            kind=kind,
            name=name,
            source="slack" if kind == "command" else "jira",
            subject=subject,
            received_at=self._clock.now(),
            payload=payload,
        )
        self._parts.intake.put(event)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[what] += time.perf_counter() - began


@contextmanager
def yard(agrees: Callable[[Request], bool]) -> Iterator[Yard]:
    """Start the bot on a database of its own, with the shipped rules."""
    with own_database() as server:
        settings = Settings.read({"YARDMASTER_DATABASE_URL": server.url()}, None)
        parts = _Parts(settings=settings, clock=SetClock(), packs=_PACKS, say=lambda _: None)
        shipped = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(_PACKS.glob("*.yml"))]
        parts.rulebook.publish(load([*shipped, ("people", _PEOPLE)]), parts.clock)
        try:
            yield Yard(parts, agrees)
        finally:
            parts.database.dispose()


def as_open(told: Report) -> Snapshot:
    """Give a report as a webhook carries it."""
    at = plain(told.at)
    fields = {
        "project": told.project,
        "summary": {"as": "tainted", "text": told.summary},
        "description": {"as": "tainted", "text": told.description},
        "type": "Bug",
        "status": _OPEN,
        "created": at,
        "updated": at,
        "reporter": "j-tom",
        "links": [],
    }
    return Snapshot(id=told.id, key=f"{told.project}-{told.id}", updated=told.at, fields=fields)
