"""What a look came to, as one value: the store writes all of it in one transaction, before anything happens outside."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

import msgspec

from orchestrator.assigning.allotment import Allotment
from orchestrator.batching import Batch, Joining, Parting
from orchestrator.facts import ActionRecord, Followed
from orchestrator.messages import Form, Message, ReplyTo, Section
from orchestrator.noise.holding import Mute
from orchestrator.people.availability import Absence
from orchestrator.sla.ended import Ended
from orchestrator.sla.placed import Place
from orchestrator.talk import Spoken, Thread
from orchestrator.watching.alerts import Alert
from rules.canonical import Value, digest
from rules.model import Event, Line, Subject
from rules.requests import Delegation, Request, Vote


class Entry(Value, frozen=True, kw_only=True):
    """One row of the ledger. `about` are the numeric ids of the items that it speaks of; `data` is canonical JSON.

    `once` names what must not be recorded twice (a decision, say); an entry with the same name is not written again.
    """

    kind: str
    subject: Subject
    at: datetime
    text: Line
    about: tuple[int, ...] = ()
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    decision: str | None = None
    once: str | None = None


class Outcome(Value, frozen=True, kw_only=True):
    """What Jira or people said of a decision afterwards; of one `item` where the decision was about several."""

    decision: str
    kind: Literal["confirmed", "rejected", "undone", "reopened", "expired", "reassigned", "finished"]
    by: str | None
    at: datetime
    reason: str = ""
    item: int = 0


class Spent(Value, frozen=True, kw_only=True):
    """One of an agent's actions of a `day` (YYYY-MM-DD) that is done with this look; no more than `limit` a day."""

    agent: str
    day: str
    limit: int


class CardWanted(Value, frozen=True, kw_only=True):
    """A copy of the card of `request`, or of a batch (`batch:<id>`), in a place as of `CardRow`."""

    request: str
    place: str

    @property
    def card(self) -> str:
        """The id of the copy, by what makes it the same one."""
        return digest(self)[:20]


class CardMoved(Value, frozen=True, kw_only=True):
    """The card of a request shows a batch (`to`: `batch:<id>`) from now on, where that has none in the same place."""

    request: str
    to: str


class Reply(Value, frozen=True, kw_only=True):
    """An answer for one person's eyes, given after the transaction; not an effect. A form goes into `to.view`."""

    to: ReplyTo
    message: Message | Form


class Piece(Value, frozen=True, kw_only=True):
    """A part of a notice: it is shown where everybody may browse all of its `items`."""

    section: Section
    items: tuple[int, ...] = ()


class Notice(Value, frozen=True, kw_only=True):
    """What a `team` is told unasked in one message, which is kept true until it has `ended`.

    `kind` and `team` say what it is about, `at` when it was told first; no team is named where it is written once and
    stays as it was then. `readers`: the ids of the people whose pages in
    App Home show it too.
    """

    id: str
    kind: str
    team: str
    at: datetime
    title: Line
    pieces: tuple[Piece, ...] = ()
    footer: tuple[Line, ...] = ()
    readers: tuple[str, ...] = ()
    ended: bool = False

    @property
    def items(self) -> frozenset[int]:
        """The items that it tells of."""
        return frozenset(id_ for one in self.pieces for id_ in one.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that a look changes. `requests` carry the version that they were read at (compare-and-swap), 0 for new ones.

    `ended`, `unended`: completed cycles of SLA clocks that are to be kept, and that were kept by mistake.
    `places`: when the first of the rules' clocks about an open item breaks.
    `records`: actions that are new or planned again. `spent`: those that this look has done with it.
    `grants_ended`: the Jira accounts whose grants are forgotten.
    `held`: look again when work is resumed. `next_look_at` is domain time.
    """

    entries: tuple[Entry, ...] = ()
    requests: tuple[Request, ...] = ()
    votes: tuple[Vote, ...] = ()
    records: tuple[ActionRecord, ...] = ()
    spent: tuple[Spent, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    cards: tuple[CardWanted, ...] = ()
    moved: tuple[CardMoved, ...] = ()
    events: tuple[Event, ...] = ()
    batches: tuple[Batch, ...] = ()
    partings: tuple[Parting, ...] = ()
    followed: tuple[Followed, ...] = ()
    joinings: tuple[Joining, ...] = ()
    absences: tuple[Absence, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    mutes: tuple[Mute, ...] = ()
    threads: tuple[Thread, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    allotments: tuple[Allotment, ...] = ()
    notices: tuple[Notice, ...] = ()
    alerts: tuple[Alert, ...] = ()
    ended: tuple[Ended, ...] = ()
    unended: tuple[Ended, ...] = ()
    places: tuple[Place, ...] = ()
    grants_ended: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    held: bool = False
    next_look_at: datetime | None = field(default=None)

    def __add__(self, other: "Changes") -> "Changes":
        """Join two parts of a look; the later word on a request or batch wins, the earlier time to look again."""
        if other == _NOTHING:
            return self
        joined: dict[str, Any] = {
            one.name: getattr(self, one.name) + getattr(other, one.name)
            for one in fields(self)
            if one.name not in ("requests", "batches", "held", "next_look_at")
        }
        latest = {request.id: request for request in self.requests + other.requests}
        times = [at for at in (self.next_look_at, other.next_look_at) if at is not None]
        return Changes(
            **joined,
            requests=tuple(latest.values()),
            batches=tuple({batch.id: batch for batch in self.batches + other.batches}.values()),
            held=self.held or other.held,
            next_look_at=min(times, default=None),
        )


_NOTHING = Changes()
