"""Everything that a decision about one item may know, frozen, `now` included, so that it can be judged again.

Values only: gathering them is `gather.py`'s work, judging them `decide.py`'s.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from orchestrator.approvals.pace import Pace
from orchestrator.assigning.allotment import Allotment
from orchestrator.batching.regroup import Batch
from orchestrator.batching.told import Parting
from orchestrator.people.availability import Agenda
from orchestrator.ports import DeskApproval, Receipt
from orchestrator.related import Features
from orchestrator.talk import Spot
from orchestrator.watching.alerts import Alert
from rules.actions import Action, CreateAction, IssueForm, OpenTransition
from rules.canonical import Value
from rules.model import Event, FieldChange, Item, Line, Person, PersonRef, Subject, Switch
from rules.requests import Delegation, Request


class Known(Value, frozen=True, kw_only=True):
    """A known item that may be the same problem. `confidence` is per mille, calibrated, of model version `model`.

    `relation` names what it is to the other, as `related.Relation` does; empty where there is too little for any.
    `features`: what the model saw, so that it can learn from what came of it; None where it saw nothing.
    """

    item: Item
    confidence: int
    model: str
    evidence: tuple[Line, ...] = ()
    relation: str = ""
    features: Features | None = None


class Eyes(Value, frozen=True, kw_only=True):
    """Which of the items in the facts a viewer (a channel's id, or a person's) may browse in Jira."""

    viewer: str
    items: tuple[int, ...] = ()


class RecordState(StrEnum):
    """Where an action stands. `claimed` without an answer for longer than a time-out is in doubt."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


class ActionRecord(Value, frozen=True, kw_only=True):
    """An action on its way: `key` makes it happen once, `before` is the image taken when it was claimed."""

    key: str
    decision: str
    request: str
    agent: str
    subject: Subject
    position: int
    action: Action
    state: RecordState = RecordState.PLANNED
    attempts: int = 0
    before: dict[str, Any] = msgspec.field(default_factory=dict)
    receipt: Receipt | None = None
    error: str | None = None


def made_by(records: Iterable[ActionRecord]) -> frozenset[int]:
    """Give the issues that these actions created."""
    done = (one.receipt for one in records if isinstance(one.action, CreateAction))
    return frozenset(int(receipt.id) for receipt in done if receipt is not None)


class Followed(Value, frozen=True, kw_only=True):
    """How far an item has followed `parent`, the one that it repeats.

    `state`: the last one of the parent that it was told of, or was coupled in; empty where that cannot be said. `told`:
    those that it was told of since the parent was last resolved; `asked`: the one that people are asked about.
    `in_batch`: the batch that the item is in now.
    """

    item: int
    parent: int
    state: str = ""
    told: tuple[str, ...] = ()
    asked: str = ""
    in_batch: str | None = None


class Offer(Value, frozen=True, kw_only=True):
    """The transitions that Jira offers for one of several items."""

    item: int
    transitions: tuple[OpenTransition, ...]


class Wanted(Value, frozen=True, kw_only=True):
    """What Jira and Slack tell of an issue that a person wants created by the command `event`.

    `may_create`: they may create issues in the project. `form`: what is wanted for one of that type; None where we
    cannot create it. `permalink`: the message that it is about, where its address is told; `author`: who wrote that, if
    it was somebody else. `taken`: somebody else is having that message made an issue. `conversation`: the thread that
    is to be kept in step with the issue.
    """

    event: str
    project: str
    may_create: bool = False
    form: IssueForm | None = None
    permalink: str | None = None
    author: PersonRef | None = None
    taken: bool = False
    conversation: str = ""

    @property
    def takes_a_reporter(self) -> bool:
        """Tell whether Jira lets us say who reported it."""
        fields = (*self.form.required, *self.form.optional) if self.form else ()
        return any(field.id == "reporter" for field in fields)


class Facts(Value, frozen=True, kw_only=True):
    """What a look at an item knows.

    `fresh`: Jira was read again in this look, transitions, people and eyes included. `stirred`: something happened that
    was not our own doing, by `actor` if known. `unsorted`: the tracker told of it, and batches may not have heard of
    the item yet; `just_sorted`: they say that they have, and are as they were, and nothing else is told.
    `outcomes` are written `kind:decision`, and with a third part, an item, where they are about one of several.
    `people` are those whom this item concerns: who reported it, who gave commands, who may be asked.
    `in_batch`: the batch that it is in, with its `mates`, which is asked about as a whole. `followed` tells of the item
    as the one that follows and as the one that is followed; `moved`: whose status this look was told to have changed.
    `partings`: what people told apart of it; `refusals`: how often they said no to two of its title. `delegations`: who
    may answer in whose place; `agendas`: what is known of people's time, `paces` what waits for them, where some are
    asked first. `arrival`: the change that brought the item into its status, None where Jira's history does not tell;
    `named`: what the fields hold that a gate of the rules names; `desk`: the approvals that a service desk asks for by
    itself, `granted` the accounts of those asked that let us answer for them. `spots`: the threads of the cards of
    those requests about which somebody asks something back, each with the users in its channel; `comments`: the events
    that tell of new comments. `threads`: those that are kept in step with the item, by their conversations.
    `allotment`: who could take the item, as its queue's last look had it; `alert`: the warning that runs about one of
    its promises. In a look at a `batch` `begun` are the questions about two of its issues that it goes on, and the item
    is the one that the others, `known`, are to be linked to; `elsewhere` are those about which a question of their own
    is open, or was answered as of another batch; `offers` are the transitions of those that may have to be moved;
    `other_batches` those with which somebody wants this one to be merged; `wanted` are the issues that people want
    created to stand in front; `watchers` are the Jira accounts that watch the item, None where that is not known, and
    `points` is the impact of all of them together. In a look at a person there is no item: `wanted` are the issues that
    they want created, `known` those that these are to be linked to.
    """

    subject: Subject
    now: datetime
    fresh: bool = False
    stirred: bool = True
    unsorted: bool = False
    just_sorted: bool = False
    actor: str | None = None
    item: Item | None = None
    known: tuple[Known, ...] = ()
    transitions: tuple[OpenTransition, ...] = ()
    requests: tuple[Request, ...] = ()
    records: tuple[ActionRecord, ...] = ()
    outcomes: tuple[str, ...] = ()
    commands: tuple[Event, ...] = ()
    people: tuple[Person, ...] = ()
    channels: dict[str, str] = msgspec.field(default_factory=dict)
    eyes: tuple[Eyes, ...] = ()
    switches: tuple[Switch, ...] = ()
    budget_left: dict[str, int] = msgspec.field(default_factory=dict)
    in_batch: str | None = None
    mates: tuple[int, ...] = ()
    batch: Batch | None = None
    begun: tuple[Request, ...] = ()
    other_batches: tuple[Batch, ...] = ()
    elsewhere: tuple[int, ...] = ()
    watchers: tuple[str, ...] | None = None
    points: int = 0
    followed: tuple[Followed, ...] = ()
    moved: tuple[int, ...] = ()
    offers: tuple[Offer, ...] = ()
    partings: tuple[Parting, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    agendas: tuple[Agenda, ...] = ()
    paces: tuple[Pace, ...] = ()
    arrival: FieldChange | None = None
    named: dict[str, str] = msgspec.field(default_factory=dict)
    desk: tuple[DeskApproval, ...] = ()
    spots: dict[str, Spot] = msgspec.field(default_factory=dict)
    comments: tuple[Event, ...] = ()
    threads: tuple[str, ...] = ()
    refusals: int = 0
    allotment: Allotment | None = None
    alert: Alert | None = None
    granted: tuple[str, ...] = ()

    def person(self, id_: str | None) -> Person | None:
        """Give the person by any of their ids: the name in `people.yml`, the Jira account or the Slack user."""
        return next((one for one in self.people if id_ is not None and id_ in (one.id, one.jira, one.slack)), None)

    def agenda(self, person: str) -> Agenda:
        """Give what is known of somebody's time, which may be nothing."""
        return next((one for one in self.agendas if one.person == person), Agenda(person=person))

    def item_of(self, id_: int) -> Item | None:
        """Give one of the items by its id."""
        return next((one for one in (self.item, *(one.item for one in self.known)) if one and one.id == id_), None)

    def holders(self, role: str) -> tuple[Person, ...]:
        """Give the people who hold a role."""
        return tuple(one for one in self.people if role in one.roles)

    def may_see(self, viewer: str, *items: int) -> bool:
        """Tell whether a viewer may browse all of the items; unknown is no."""
        seen = {item for eyes in self.eyes if eyes.viewer == viewer for item in eyes.items}
        return set(items) <= seen

    def offered(self, item: int) -> tuple[OpenTransition, ...]:
        """Give the transitions that Jira offers for one of the items; none for one that was not asked about."""
        own = self.transitions if self.item is not None and self.item.id == item else ()
        return own or next((one.transitions for one in self.offers if one.item == item), ())

    def apart(self, one: int, other: int) -> bool:
        """Tell whether people told two items apart."""
        pairs = [(parting.ones, parting.others) for parting in self.partings]
        return any((one in here and other in there) or (other in here and one in there) for here, there in pairs)

    def after(
        self,
        requests: tuple[Request, ...],
        records: tuple[ActionRecord, ...] = (),
        followed: tuple[Followed, ...] = (),
        batches: tuple[Batch, ...] = (),
    ) -> "Facts":
        """Give the facts as they are once these have changed."""
        latest = {request.id: request for request in (*self.requests, *requests)}
        planned = {record.key: record for record in (*self.records, *records)}
        far = {(one.item, one.parent): one for one in (*self.followed, *followed)}
        return msgspec.structs.replace(
            self,
            requests=tuple(latest.values()),
            records=tuple(planned.values()),
            followed=tuple(far.values()),
            batch=next((one for one in batches if self.batch is not None and one.id == self.batch.id), self.batch),
        )

    def made(self) -> frozenset[int]:
        """Give the issues that were created for the subject."""
        return made_by(self.records)

    def records_of(self, request: str) -> tuple[ActionRecord, ...]:
        """Give the actions of a request in their order."""
        return tuple(sorted((one for one in self.records if one.request == request), key=lambda one: one.position))
