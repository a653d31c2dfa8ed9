"""What the core needs from its own memory: the store, and what is derived from it, as roles in our own words."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from orchestrator.batching import Batch, Joining, Parting
from orchestrator.changes import CardWanted, Changes, Entry
from orchestrator.facts import ActionRecord, Followed
from orchestrator.people.availability import Absence
from orchestrator.people.past import Past
from orchestrator.ports import Receipt
from orchestrator.related import SHIPPED, Candidate, Corpus, Model
from orchestrator.remembered import CardRow, Recorded, Standing, TrailRow
from orchestrator.sla.ended import Ended
from orchestrator.talk import Spoken, Thread
from rules.model import Event, Item, Person, Snapshot, Subject, Switch
from rules.requests import Delegation, Request
from rules.ruleset import Ruleset


class Rulebook(Protocol):
    """The rules in force: immutable rows keyed by hash, one active pointer, read at each look."""

    def active(self) -> Ruleset:
        """Give the rules in force."""
        ...

    def version(self, hash_: str) -> Ruleset | None:
        """Give an earlier ruleset."""
        ...


class Models(Protocol):
    """The versions of the model of related issues: immutable rows, one in use for each of the defaults."""

    def active(self, defaults: Model = SHIPPED) -> Model:
        """Give the model in use that started from these defaults, which may be themselves."""
        ...


class Items(Past, Protocol):
    """Items as last seen, and the search index over them. What was merged is found by the next search of any worker."""

    def merge(self, snapshots: Sequence[Snapshot]) -> tuple[Item, ...]:
        """Merge snapshots by `updated` (an older one never overwrites) and index their texts, in one transaction.

        Gives what is known now of the items that they tell of, in the order of their ids.
        """
        ...

    def item(self, item: int) -> Item | None:
        """Give an item by its numeric id."""
        ...

    def by_key(self, key: str) -> Item | None:
        """Give an item by its key or a former key."""
        ...

    def items(self, ids: Collection[int]) -> tuple[Item, ...]:
        """Give several items."""
        ...

    def queue(self, project: str, most: int, now: datetime) -> tuple[tuple[Item, ...], int]:
        """Give open items of a project: of those by which most waits, and of those whose SLA breaks first, `most` each.

        Clocks of Jira and of the rules count apart, and so do those that broke by now, the last of them first. With
        them comes how many open items the project has.
        """
        ...

    def ended(self, ids: Collection[int]) -> Mapping[int, Sequence[Ended]]:
        """Give the completed cycles of SLA clocks that are kept of items, by their ids; written by `Journal.commit`."""
        ...

    def corpus(self, terms: Collection[int]) -> Corpus:
        """Give the statistics of the index for these terms."""
        ...

    def search(self, terms: Collection[int], item: int, resolved_after: datetime) -> tuple[Candidate, ...]:
        """Give the items, but for `item`, that hold any of the terms and are open or were resolved after that."""
        ...

    def candidates(self, ids: Collection[int]) -> tuple[Candidate, ...]:
        """Give items as candidates, whether they share a term or not."""
        ...

    def beside(self, terms: Collection[int], item: int, since: datetime, until: datetime) -> tuple[Candidate, ...]:
        """Give the items, but for `item`, that hold any of the terms and were created in between, open or not."""
        ...

    def came(self, since: datetime, until: datetime) -> int:
        """Count the items that were created in between, both ends included; 100,000 at most."""
        ...

    def times(self, terms: Collection[int], since: datetime, until: datetime) -> Mapping[int, tuple[int, ...]]:
        """Give for each term when the items that hold it were created, of those in between: ascending, in seconds."""
        ...


class Batches(Protocol):
    """Which items are one problem, and what people told apart. Written by `Journal.commit`."""

    def batch(self, id_: str) -> Batch | None:
        """Give a batch by its id."""
        ...

    def of_items(self, items: Collection[int]) -> tuple[Batch, ...]:
        """Give the batches that any of the items is in."""
        ...

    def partings(self, items: Collection[int]) -> tuple[Parting, ...]:
        """Give what people told apart of these items."""
        ...

    def followed(self, items: Collection[int]) -> tuple[Followed, ...]:
        """Give how far these items follow others."""
        ...

    def joinings(self, items: Collection[int]) -> tuple[Joining, ...]:
        """Give what people said is one problem, where any of these items is concerned."""
        ...

    def latest(self, limit: int) -> tuple[Batch, ...]:
        """Give the batches that have members, the one that grew last at the head."""
        ...

    def questions(self, items: Collection[int]) -> tuple[Request, ...]:
        """Give the questions that were asked about single items of these, oldest first."""
        ...


class Records(Protocol):
    """Requests, actions, cards, outcomes, switches, and what is waiting."""

    def unhandled(self, subject: Subject) -> tuple[Event, ...]:
        """Read a subject's unhandled events in order, after taking its advisory lock."""
        ...

    def event(self, event: str) -> Event | None:
        """Give an event by its id, handled or not."""
        ...

    def requests(self, subject: Subject) -> tuple[Request, ...]:
        """Give a subject's requests, oldest first."""
        ...

    def request(self, request: str) -> Request | None:
        """Give a request by its id."""
        ...

    def bundle(self, bundle: str) -> tuple[Request, ...]:
        """Give the requests that share a card, oldest first; some hundreds at most."""
        ...

    def asked_since(self, since: datetime, most: int) -> tuple[Request, ...]:
        """Give the questions that were asked since a moment, the newest first, so many at most."""
        ...

    def approved_before(self, workflow: str, requesters: Collection[str], but: str) -> frozenset[str]:
        """Give those of these requesters of whom something was approved in a workflow, but for a bundle's questions."""
        ...

    def undoing(self, request: str) -> Request | None:
        """Give the request that undoes another."""
        ...

    def pending(self, limit: int) -> tuple[Request, ...]:
        """Give the pending requests, the one that expires first at the head."""
        ...

    def actions(self, subject: Subject) -> tuple[ActionRecord, ...]:
        """Give a subject's actions."""
        ...

    def absences(self, people: Collection[str], at: datetime) -> tuple[Absence, ...]:
        """Give these people's absences that are not over at a moment."""
        ...

    def delegations(self, people: Collection[str], at: datetime) -> tuple[Delegation, ...]:
        """Give the delegations that these people gave or were given and that are not over at a moment."""
        ...

    def about(self, subject: Subject, day: str) -> Recorded:
        """Give at once what a look at a subject has to know, with the budgets of a day (YYYY-MM-DD, domain time)."""
        ...

    def thread(self, conversation: str) -> Thread | None:
        """Give what a thread is about, by the id of its conversation; None for one that is about nothing of ours."""
        ...

    def spoken(self, thread: str, most: int) -> tuple[Spoken, ...]:
        """Give the newest replies of a thread that is kept, in their order."""
        ...

    def decision(self, decision: str) -> dict[str, Any] | None:
        """Give a decision's ledger data."""
        ...

    def switches(self) -> tuple[Switch, ...]:
        """Give the switches that are thrown."""
        ...

    def card(self, card: str) -> CardRow | None:
        """Give a card."""
        ...

    def cards(self, request: str) -> tuple[CardRow, ...]:
        """Give the copies of a request's card."""
        ...

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the ledger's rows about an item, oldest first, the newest `limit`."""
        ...

    def standing(self) -> Standing:
        """Count."""
        ...


class Journal(Protocol):
    """Writes. Each method is one transaction that is there as a whole or not at all."""

    def commit(self, subject: Subject, handled: Sequence[Event], changes: Changes) -> None:
        """Write a look's changes, mark its events handled, have cards rendered; `Outdated` if a version moved."""
        ...

    def claim(self, record: ActionRecord, before: dict[str, Any], limit: int, day: str, at: datetime) -> str | None:
        """Read the switch again, reserve budget, write *intended*, claim; gives the reason when it may not be done.

        Raises `Outdated` when somebody else has it.
        """
        ...

    def finish(self, record: ActionRecord, receipt: Receipt, at: datetime) -> None:
        """Write *done*."""
        ...

    def fail(self, record: ActionRecord, words: str, at: datetime) -> None:
        """Write *failed*: it was not done, and will not be tried again by itself."""
        ...

    def release(self, record: ActionRecord, words: str, at: datetime) -> None:
        """Plan a claimed action again: it was surely not done."""
        ...

    def claimed_for(self, record: ActionRecord) -> float:
        """Tell for how many seconds of transport time the action has been claimed."""
        ...

    def card_trying(self, card: CardRow, channel: str, at: datetime) -> None:
        """Write that the card is about to be posted, so that a lost answer can be looked up."""
        ...

    def card_shown(self, card: CardRow, channel: str, ts: str, shown: str, look_again: datetime | None) -> None:
        """Write where the card stands and what it shows."""
        ...

    def card_lost(self, card: CardRow, instead: Sequence[CardWanted], entry: Entry) -> None:
        """Give a card up that cannot be shown in its place, and have copies of it shown in others."""
        ...


class Outdated(Exception):
    """What the look had read was changed meanwhile by somebody else; the look ends and is done again."""


class Directory(Protocol):
    """Joins people across Jira and Slack: an explicit mapping in the rules wins, then e-mail."""

    def everyone(self, rules: Ruleset) -> tuple[Person, ...]:
        """Give the people whom the rules name, linked as far as can be told."""
        ...

    def of_slack(self, user: str, rules: Ruleset) -> Person | None:
        """Give the human behind a Slack user."""
        ...

    def of_jira(self, account: str, rules: Ruleset) -> Person | None:
        """Give the human behind a Jira account, as far as the rules or e-mail tell."""
        ...

    def has_left(self, person: Person) -> bool:
        """Tell whether their Slack user is deactivated; no where they have none."""
        ...


class Audience(Protocol):
    """The viewer's eyes: who may browse what in Jira, cached for minutes, refused when unknown.

    Raises GatewayError where it cannot be told now.
    """

    def person_sees(self, person: Person, items: Collection[int]) -> frozenset[int]:
        """Give the items that a person may browse; none without a Jira account."""
        ...

    def channel_sees(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        """Give the items that everybody in a channel may browse; none when anybody in it is unknown."""
        ...

    def channel_would_see(self, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        """Give the same of the members as last known while the chat does not answer: to choose a place, not to show."""
        ...


__all__ = [
    "Audience",
    "Batches",
    "CardRow",
    "CardWanted",
    "Directory",
    "Items",
    "Journal",
    "Models",
    "Outdated",
    "Recorded",
    "Records",
    "Rulebook",
    "Standing",
    "TrailRow",
]
