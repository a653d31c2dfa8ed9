"""The bot's memory as dictionaries. Every write is there as a whole or not at all, and constraints are kept."""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from integrations.store.merging import Known, item_of, merged
from orchestrator import deeds, related
from orchestrator.approvals.questions import card_of
from orchestrator.assigning.allotment import Allotment
from orchestrator.batching import Batch, Joining, Parting
from orchestrator.changes import CardMoved, CardWanted, Changes, Entry, Notice, Outcome, Spent
from orchestrator.courses import COUNTED
from orchestrator.facts import ActionRecord, Followed, RecordState
from orchestrator.gather import query_of
from orchestrator.home import HomeRow, concerned
from orchestrator.impact import breaks_at, neighbours
from orchestrator.memory import CardRow, Outdated, Recorded, Standing, TrailRow
from orchestrator.noise.holding import Held
from orchestrator.noise.restraining import DIGEST
from orchestrator.people.availability import Absence
from orchestrator.people.past import Gone
from orchestrator.ports import Receipt
from orchestrator.related import Candidate, Corpus
from orchestrator.sla.ended import Ended
from orchestrator.talk import Spoken, Thread
from orchestrator.watching.alerts import Alert
from orchestrator.watching.notices import NOTICE
from rules.actions import CreateAction, kind_of
from rules.canonical import canonical, digest
from rules.guardrails import Circumstances, stopped_words, stopping
from rules.model import Event, FieldChange, Item, Snapshot, Subject, Switch
from rules.requests import Delegation, Request, RequestState, Vote
from rules.ruleset import Ruleset


@dataclass
class Tables:
    """All that is kept."""

    items: dict[int, Known] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    changes: dict[int, dict[str, FieldChange]] = field(default_factory=dict)
    waiting: list[Event] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    votes: dict[str, Vote] = field(default_factory=dict)
    actions: dict[str, ActionRecord] = field(default_factory=dict)
    claimed_at: dict[str, float] = field(default_factory=dict)
    cards: dict[str, CardRow] = field(default_factory=dict)
    outcomes: dict[tuple[Subject, str, str, int], Outcome] = field(default_factory=dict)
    followed: dict[tuple[int, int], Followed] = field(default_factory=dict)
    absences: dict[tuple[str, str], Absence] = field(default_factory=dict)
    delegations: dict[str, Delegation] = field(default_factory=dict)
    homes: dict[str, HomeRow] = field(default_factory=dict)
    mutes: dict[str, datetime] = field(default_factory=dict)
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    held_back: dict[str, tuple[Held, str | None]] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    budgets: Counter[tuple[str, str]] = field(default_factory=Counter)
    wanted: dict[Subject, None] = field(default_factory=dict)
    timers: dict[Subject, datetime] = field(default_factory=dict)
    held: set[Subject] = field(default_factory=set)
    batches: dict[str, Batch] = field(default_factory=dict)
    partings: dict[str, Parting] = field(default_factory=dict)
    joinings: dict[str, Joining] = field(default_factory=dict)
    grants: set[str] = field(default_factory=set)
    threads: dict[str, Thread] = field(default_factory=dict)
    spoken: dict[tuple[str, str], Spoken] = field(default_factory=dict)
    allotments: dict[int, Allotment] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    ended: dict[tuple[int, str, datetime], Ended] = field(default_factory=dict)
    places: dict[int, datetime | None] = field(default_factory=dict)


class FakeItems:
    """Items as last seen, and a search over all of them."""

    def __init__(self, tables: Callable[[], Tables]) -> None:
        self._tables = tables

    def merge(self, snapshots: Sequence[Snapshot]) -> tuple[Item, ...]:
        tables = self._tables()
        for one in snapshots:
            tables.items[one.id] = merged(tables.items.get(one.id, Known()), one)
            tables.changes.setdefault(one.id, {}).update({change.id: change for change in one.changes})
            if one.key:
                tables.keys[one.key.upper()] = one.id
        return self.items([one.id for one in snapshots])

    def item(self, item: int) -> Item | None:
        known = self._tables().items.get(item)
        return None if known is None else item_of(item, known)

    def by_key(self, key: str) -> Item | None:
        id_ = self._tables().keys.get(key.upper())
        return None if id_ is None else self.item(id_)

    def items(self, ids: Collection[int]) -> tuple[Item, ...]:
        return tuple(item for id_ in sorted(set(ids)) if (item := self.item(id_)) is not None)

    def queue(self, project: str, most: int, now: datetime) -> tuple[tuple[Item, ...], int]:
        still = [one for one in self._alive() if one.is_open and one.project == project]
        first = sorted(still, key=lambda one: (-len(neighbours(one)), one.id))[:most]
        places, found = self._tables().places, {one.id for one in first}
        jiras = [(at, one.id) for one in still if (at := breaks_at(one)) is not None]
        for breaking in (jiras, [(at, one.id) for one in still if (at := places.get(one.id)) is not None]):
            ahead = sorted(one for one in breaking if one[0] > now)[:most]
            behind = sorted((one for one in breaking if one[0] <= now), reverse=True)[:most]
            found |= {id_ for _, id_ in (*ahead, *behind)}
        return self.items(found), len(still)

    def past(self, project: str, most: int) -> tuple[Gone, ...]:
        latest = [one for one in self._alive() if one.project == project][-most:]
        known = self.changed([one.id for one in latest], COUNTED)
        return tuple(Gone(item=one, changes=tuple(known[one.id])) for one in latest)

    def changed(self, ids: Collection[int], fields: Collection[str]) -> Mapping[int, Sequence[FieldChange]]:
        known = self._tables().changes
        return {id_: [one for one in known.get(id_, {}).values() if one.field in fields] for id_ in ids}

    def ended(self, ids: Collection[int]) -> Mapping[int, Sequence[Ended]]:
        kept = self._tables().ended
        return {id_: [one for _, one in sorted(kept.items()) if one.item == id_] for id_ in ids}

    def held(self, accounts: Sequence[str]) -> tuple[Item, ...]:
        return tuple(one for one in self._alive() if one.is_open and one.assignee in accounts)

    def corpus(self, terms: Collection[int]) -> Corpus:
        documents = [_document(item) for item in self._alive()]
        df = Counter(term for one in documents for term in one.ids if term in terms)
        length = sum(one.length for one in documents) / max(len(documents), 1)
        return Corpus(documents=len(documents), average_length=length, df=df)

    def search(self, terms: Collection[int], item: int, resolved_after: datetime) -> tuple[Candidate, ...]:
        found = (one for one in self._alive() if one.id != item)
        recent = (one for one in found if one.is_open or (one.resolved_at or one.updated) > resolved_after)
        asked = set(terms)
        return tuple(_document(one) for one in recent if asked.intersection(_document(one).ids))

    def candidates(self, ids: Collection[int]) -> tuple[Candidate, ...]:
        return tuple(_document(one) for one in self._alive() if one.id in ids)

    def beside(self, terms: Collection[int], item: int, since: datetime, until: datetime) -> tuple[Candidate, ...]:
        found = (one for one in self._alive() if one.id != item and since <= one.created <= until)
        return tuple(_document(one) for one in found if set(terms).intersection(_document(one).ids))

    def came(self, since: datetime, until: datetime) -> int:
        return sum(since <= one.created <= until for one in self._alive())

    def times(self, terms: Collection[int], since: datetime, until: datetime) -> dict[int, tuple[int, ...]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for one in sorted(self._alive(), key=lambda item: item.created):
            for term in set(terms).intersection(_document(one).ids) if since <= one.created <= until else ():
                found[term].append(int(one.created.timestamp()))
        return {term: tuple(times) for term, times in found.items()}

    def _alive(self) -> Iterator[Item]:
        return (one for one in self.items(self._tables().items) if not one.deleted)


@lru_cache(maxsize=10_000)
def _document(item: Item) -> Candidate:
    terms = related.terms(item.summary.text, item.description.text)
    traits = query_of(msgspec.structs.replace(item, summary=msgspec.structs.replace(item.summary, text=""))).traits
    return Candidate.of(item.id, terms, traits)


class FakeMemory:
    """Records, Journal, Rulebook and intake over the same tables. `monotonic` is transport time."""

    def __init__(self, monotonic: Callable[[], float], rules: Ruleset) -> None:
        self.tables = Tables()
        self.troubles: dict[str, str] = {}
        self.items = FakeItems(self._present)
        self.rules = rules
        self._monotonic = monotonic
        self.breaks = False

    # Intake

    def put(self, event: Event) -> bool:
        if event.id in self.tables.events:
            return False
        self.tables.events[event.id] = event
        if event.needs_look:
            self.tables.waiting.append(event)
            self.tables.wanted[event.subject] = None
        return True

    # Rulebook

    def active(self) -> Ruleset:
        return self.rules

    def version(self, hash_: str) -> Ruleset | None:
        return self.rules if self.rules.version == hash_ else None

    # Records

    def unhandled(self, subject: Subject) -> tuple[Event, ...]:
        return tuple(event for event in self.tables.waiting if event.subject == subject)

    def event(self, event: str) -> Event | None:
        return self.tables.events.get(event)

    def requests(self, subject: Subject) -> tuple[Request, ...]:
        mine = (one for one in self.tables.requests.values() if one.subject == subject)
        return tuple(sorted(mine, key=lambda one: (one.asked_at, one.id)))

    def _present(self) -> Tables:
        return self.tables

    def request(self, request: str) -> Request | None:
        return self.tables.requests.get(request)

    def bundle(self, bundle: str) -> tuple[Request, ...]:
        mine = (one for one in self.tables.requests.values() if one.bundle == bundle)
        return tuple(sorted(mine, key=lambda one: (one.asked_at, one.id)))

    def asked_since(self, since: datetime, most: int) -> tuple[Request, ...]:
        mine = [one for one in self.tables.requests.values() if one.asked_at >= since]
        return tuple(sorted(mine, key=lambda one: (-one.asked_at.timestamp(), one.id))[:most])

    def approved_before(self, workflow: str, requesters: Collection[str], but: str) -> frozenset[str]:
        approved = (one for one in self.tables.requests.values() if one.state is RequestState.APPROVED)
        mine = (one.requester for one in approved if one.workflow == workflow and one.bundle != but)
        return frozenset(one for one in mine if one is not None and one in requesters)

    def undoing(self, request: str) -> Request | None:
        return next((one for one in self.tables.requests.values() if one.takes_back(request)), None)

    def pending(self, limit: int) -> tuple[Request, ...]:
        waiting = (one for one in self.tables.requests.values() if one.state is RequestState.PENDING)
        return tuple(sorted(waiting, key=lambda one: (one.expires_at, one.id))[:limit])

    def actions(self, subject: Subject) -> tuple[ActionRecord, ...]:
        mine = (one for one in self.tables.actions.values() if one.subject == subject)
        return tuple(sorted(mine, key=lambda one: (one.request, one.position, one.key)))

    def absences(self, people: Collection[str], at: datetime) -> tuple[Absence, ...]:
        return tuple(one for _, one in sorted(self.tables.absences.items()) if one.person in people and one.until > at)

    def delegations(self, people: Collection[str], at: datetime) -> tuple[Delegation, ...]:
        known = (one for _, one in sorted(self.tables.delegations.items()) if one.until > at)
        return tuple(one for one in known if {one.giver, one.to} & set(people))

    def about(self, subject: Subject, day: str) -> Recorded:
        outcomes = [one for (whose, *_), one in self.tables.outcomes.items() if whose == subject]
        came = (f"{one.kind}:{one.decision}" + (f":{one.item}" if one.item else "") for one in outcomes)
        item = int(subject.id) if subject.kind == "item" else 0
        batch_of = {id_: one.id for one in self.tables.batches.values() for id_ in one.members}
        return Recorded(
            followed=tuple(
                msgspec.structs.replace(one, in_batch=batch_of.get(one.item))
                for pair, one in sorted(self.tables.followed.items())
                if item in pair
            ),
            partings=self.partings([item]),
            threads=tuple(sorted(one.id for one in self.tables.threads.values() if one.is_kept and one.item == item)),
            allotment=self.tables.allotments.get(item),
            alert=next((one for one in self.tables.alerts.values() if one.item == item and one.ended_at is None), None),
            requests=self.requests(subject),
            actions=self.actions(subject),
            outcomes=tuple(sorted(came)),
            switches=self.switches(),
            batch=batch_of.get(item),
            mates=tuple(
                id_ for one in self.tables.batches.values() if item in one.members for id_ in one.members if id_ != item
            ),
            budget_used={agent: used for (agent, on), used in self.tables.budgets.items() if on == day},
        )

    def thread(self, conversation: str) -> Thread | None:
        return self.tables.threads.get(conversation)

    def allotments(self, items: Collection[int]) -> tuple[Allotment, ...]:
        return tuple(self.tables.allotments[id_] for id_ in sorted(items) if id_ in self.tables.allotments)

    def notice(self, id_: str) -> Notice | None:
        return self.tables.notices.get(id_)

    def told_to(self, teams: Collection[str]) -> tuple[Notice, ...]:
        return tuple(one for one in self._told() if one.team in teams and not one.ended)

    def running(self, teams: Collection[str]) -> tuple[Alert, ...]:
        return tuple(one for one in self._alerts() if one.team in teams and one.ended_at is None)

    def told_since(self, projects: Collection[str], since: datetime) -> tuple[Alert, ...]:
        told = (one for one in self._alerts() if one.told_at is not None and one.told_at >= since)
        return tuple(one for one in told if one.project in projects)

    def _alerts(self) -> list[Alert]:
        return sorted(self.tables.alerts.values(), key=lambda one: (one.at, one.id))

    def _told(self) -> list[Notice]:
        return sorted(self.tables.notices.values(), key=lambda one: (one.at, one.id), reverse=True)

    def spoken(self, thread: str, most: int) -> tuple[Spoken, ...]:
        mine = sorted((one for one in self.tables.spoken.values() if one.thread == thread), key=lambda one: one.ts)
        return tuple(mine[-most:])

    def decision(self, decision: str) -> dict[str, Any] | None:
        made = (one for one in self.tables.ledger if one.kind == "decision.made" and one.decision == decision)
        return next((one.data for one in made), None)

    def switches(self) -> tuple[Switch, ...]:
        return tuple(self.tables.switches)

    def card(self, card: str) -> CardRow | None:
        return self.tables.cards.get(card)

    def cards(self, request: str) -> tuple[CardRow, ...]:
        return tuple(one for one in self.tables.cards.values() if one.request == request)

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        rows = [TrailRow(seq=seq, entry=entry) for seq, entry in enumerate(self.tables.ledger) if item in entry.about]
        return tuple(rows[-limit:])

    def standing(self) -> Standing:
        states = Counter(one.state for one in self.tables.actions.values())
        return Standing(
            waiting=len(self.tables.waiting),
            buried=0,
            quarantined=0,
            pending=len(self.pending(10_000)),
            open_actions=states[RecordState.PLANNED] + states[RecordState.CLAIMED],
            failed_actions=states[RecordState.FAILED],
            items=len(self.tables.items),
            ledger_rows=len(self.tables.ledger),
            unsealed=0,
            switches=self.switches(),
            troubles=self.troubles,
        )

    # Batches

    def batch(self, id_: str) -> Batch | None:
        return self.tables.batches.get(id_)

    def of_items(self, items: Collection[int]) -> tuple[Batch, ...]:
        wanted = set(items)
        return tuple(one for _, one in sorted(self.tables.batches.items()) if wanted & set(one.members))

    def partings(self, items: Collection[int]) -> tuple[Parting, ...]:
        wanted = set(items)
        return tuple(one for _, one in sorted(self.tables.partings.items()) if wanted & {*one.ones, *one.others})

    def followed(self, items: Collection[int]) -> tuple[Followed, ...]:
        return tuple(one for (item, _), one in sorted(self.tables.followed.items()) if item in items)

    def joinings(self, items: Collection[int]) -> tuple[Joining, ...]:
        wanted = set(items)
        return tuple(one for _, one in sorted(self.tables.joinings.items()) if wanted & set(one.items))

    def latest(self, limit: int) -> tuple[Batch, ...]:
        live = [one for one in self.tables.batches.values() if one.members]
        return tuple(sorted(live, key=lambda one: (-one.grown_at.timestamp(), one.id))[:limit])

    def questions(self, items: Collection[int]) -> tuple[Request, ...]:
        subjects = {Subject(kind="item", id=str(id_)) for id_ in items}
        return tuple(one for one in self.tables.requests.values() if one.subject in subjects)

    # Journal

    def commit(self, subject: Subject, handled: Sequence[Event], changes: Changes) -> None:
        with self._transaction() as tables:
            waiting = {event.id for event in tables.waiting}
            ids = {event.id for event in handled}
            if not ids <= waiting:
                raise Outdated("another look handled the same events")
            tables.waiting = [event for event in tables.waiting if event.id not in ids]
            for request in changes.requests:
                _write_request(tables, request)
            for vote in changes.votes:
                _write_vote(tables, vote)
            for record in changes.records:
                old = tables.actions.get(record.key)
                if old is None or old.state is RecordState.FAILED:
                    tables.actions[record.key] = record
            _spend(tables, changes.spent)
            for outcome in changes.outcomes:
                tables.outcomes.setdefault((subject, outcome.kind, outcome.decision, outcome.item), outcome)
            for followed in changes.followed:
                tables.followed[followed.item, followed.parent] = followed
            tables.allotments |= {one.item: one for one in changes.allotments}
            tables.notices |= {one.id: one for one in changes.notices}
            tables.alerts |= {one.id: one for one in changes.alerts}
            for one in changes.unended:
                del tables.ended[one.item, one.sla, one.started]
            tables.places |= {one.item: one.at for one in changes.places}
            tables.ended |= {(one.item, one.sla, one.started): one for one in changes.ended}
            tables.absences |= {(one.person, one.source): one for one in changes.absences}
            tables.delegations |= {one.id: one for one in changes.delegations}
            for batch in changes.batches:
                _write_batch(tables, batch)
            tables.partings = {one.id: one for one in changes.partings} | tables.partings
            tables.joinings = {one.id: one for one in changes.joinings} | tables.joinings
            tables.threads |= {one.id: one for one in changes.threads}
            tables.spoken |= {(one.thread, one.ts): one for one in changes.spoken}
            self._write_cards(tables, changes)
            self._show(tables, {str(subject), *(f"{NOTICE}{one.id}" for one in changes.notices)})
            tables.mutes |= {one.user: one.until for one in changes.mutes}
            tables.grants = tables.grants - set(changes.grants_ended)
            tables.wanted |= {Subject(kind="home", id=one.user): None for one in changes.mutes}
            named = concerned(changes, subject)
            pages = (one.user for one in tables.homes.values() if named & set(one.watches))
            tables.wanted |= {Subject(kind="home", id=user): None for user in pages}
            _append(tables, changes.entries)
            _look_again(tables, subject, changes)
        for event in changes.events:
            self.put(event)

    def claim(self, record: ActionRecord, before: dict[str, Any], limit: int, day: str, at: datetime) -> str | None:
        with self._transaction() as tables:
            now = tables.actions[record.key]
            if (now.state, now.attempts) != (record.state, record.attempts):
                raise Outdated("the action is in other hands")
            if stopped := self._stopped(now):
                tables.held.add(record.subject)
                return stopped
            if now.attempts == 0:
                if tables.budgets[record.agent, day] >= limit:
                    return f"{record.agent} has used up its {limit} actions of {day}"
                tables.budgets[record.agent, day] += 1
            _append(tables, [deeds.intended(record, before, self._keys(), at)])
            claimed = {"state": RecordState.CLAIMED, "attempts": now.attempts + 1, "before": now.before or before}
            tables.actions[record.key] = msgspec.structs.replace(record, **claimed)
            tables.claimed_at[record.key] = self._monotonic()
            self._show(tables, {record.request})
            return None

    def finish(self, record: ActionRecord, receipt: Receipt, at: datetime) -> None:
        entry = deeds.done(record, receipt, self._keys(), at)
        self._settle(record, entry, state=RecordState.DONE, receipt=receipt, error=None)

    def fail(self, record: ActionRecord, words: str, at: datetime) -> None:
        entry = deeds.not_done("action.failed", record, words, self._keys(), at)
        self._settle(record, entry, state=RecordState.FAILED, error=words)

    def release(self, record: ActionRecord, words: str, at: datetime) -> None:
        entry = deeds.not_done("action.put_off", record, words, self._keys(), at)
        self._settle(record, entry, state=RecordState.PLANNED, error=words)

    def claimed_for(self, record: ActionRecord) -> float:
        return self._monotonic() - self.tables.claimed_at[record.key]

    def card_trying(self, card: CardRow, channel: str, at: datetime) -> None:
        trying = card.trying_since or at
        self.tables.cards[card.id] = msgspec.structs.replace(card, channel=channel, trying_since=trying)

    def card_shown(self, card: CardRow, channel: str, ts: str, shown: str, look_again: datetime | None) -> None:
        standing = msgspec.structs.replace(card, channel=channel, ts=ts, shown=shown, trying_since=None)
        self.tables.cards[card.id] = standing
        if look_again is not None:
            self.tables.timers[Subject(kind="card", id=card.id)] = look_again

    def card_lost(self, card: CardRow, instead: Sequence[CardWanted], entry: Entry) -> None:
        with self._transaction() as tables:
            tables.cards[card.id] = msgspec.structs.replace(card, lost=True, trying_since=None)
            for wanted in instead:
                id_ = digest(wanted)[:20]
                tables.cards.setdefault(id_, CardRow(id=id_, request=wanted.request, place=wanted.place))
                tables.wanted[Subject(kind="card", id=id_)] = None
            _append(tables, [entry])

    # Homes

    def home(self, user: str) -> HomeRow | None:
        return self.tables.homes.get(user)

    def opened(self, user: str) -> None:
        self.tables.homes.setdefault(user, HomeRow(user=user))

    def home_shown(self, row: HomeRow) -> None:
        self.tables.homes[row.user] = row

    # Restraint

    def muted_until(self, user: str) -> datetime | None:
        return self.tables.mutes.get(user)

    def sent(self, user: str, day: str) -> int:
        return self.tables.messages[user, day]

    def count(self, user: str, day: str) -> None:
        self.tables.messages[user, day] += 1

    def is_held(self, card: str) -> bool:
        return card in self.tables.held_back

    def held_for(self, user: str) -> tuple[Held, ...]:
        mine = (held for held, told_in in self.tables.held_back.values() if held.user == user and told_in is None)
        return tuple(sorted(mine, key=lambda one: (one.until, one.card)))

    def hold(self, held: Held, entry: Entry) -> None:
        self.tables.held_back.setdefault(held.card, (held, None))
        self.tables.wanted[Subject(kind="home", id=held.user)] = None
        _append(self.tables, [entry])

    def tell(self, user: str, cards: Sequence[str], digest: str) -> None:
        for card in cards:
            self.tables.held_back[card] = (self.tables.held_back[card][0], digest)
        self.tables.cards.setdefault(digest, CardRow(id=digest, request=f"{DIGEST}{user}", place=f"user:{user}"))
        self.tables.wanted[Subject(kind="card", id=digest)] = None

    def told_in(self, digest: str) -> tuple[Held, ...]:
        return tuple(held for held, told_in in self.tables.held_back.values() if told_in == digest)

    @contextmanager
    def _transaction(self) -> Iterator[Tables]:
        copied = {name: copy.copy(value) for name, value in vars(self.tables).items()}
        tables = Tables(**copied)
        yield tables
        if self.breaks:
            raise ConnectionError("the store broke down at the end of the transaction")
        self.tables = tables

    def _settle(self, record: ActionRecord, entry: Entry, **changed: Any) -> None:
        others = [one for one in self.tables.actions.values() if one.request == record.request]
        told = deeds.completed(record, changed.get("receipt"), others, entry.at)
        if told is not None and changed["state"] is not RecordState.PLANNED:
            self.put(told)
        with self._transaction() as tables:
            now = tables.actions[record.key]
            if now.state is RecordState.CLAIMED:
                tables.actions[record.key] = msgspec.structs.replace(now, **changed)
                _append(tables, [entry])
                self._show(tables, {record.request, str(record.subject)})

    def _stopped(self, record: ActionRecord) -> str | None:
        involved = self.items.items([record.action.item, getattr(record.action, "other", record.action.item)])
        request = self.tables.requests.get(record.request)
        made = {record.action.project} if isinstance(record.action, CreateAction) else set()
        projects = tuple(sorted({item.project for item in involved} | made))
        around = Circumstances(
            workflow=request.workflow if request else "", projects=projects, switches=self.switches()
        )
        stops = stopping(around, record.agent, {kind_of(record.action)})
        return stopped_words(stops) if stops else None

    def _keys(self) -> dict[int, str]:
        return {id_: key for key, id_ in self.tables.keys.items()}

    def _write_cards(self, tables: Tables, changes: Changes) -> None:
        for moved in changes.moved:
            _move_cards(tables, moved)
        for wanted in changes.cards:
            if wanted.request.startswith("batch:") and (wanted.request, wanted.place) in _places(tables):
                continue
            tables.cards.setdefault(wanted.card, CardRow(id=wanted.card, request=wanted.request, place=wanted.place))
            tables.wanted[Subject(kind="card", id=wanted.card)] = None
        asked = {card_of(one, question) for one in changes.requests for question in one.questions}
        self._show(tables, {one.id for one in changes.requests} | {one.request for one in changes.records} | asked)

    @staticmethod
    def _show(tables: Tables, shown: set[str]) -> None:
        undone = {one.undoes for one in tables.requests.values() if one.id in shown}
        shared = {one.bundle for one in tables.requests.values() if one.id in shown | undone}
        for card in tables.cards.values():
            if card.request in shown | undone | shared:
                tables.wanted[Subject(kind="card", id=card.id)] = None


def _places(tables: Tables) -> set[tuple[str, str]]:
    return {(one.request, one.place) for one in tables.cards.values()}


def _move_cards(tables: Tables, moved: CardMoved) -> None:
    for row in [one for one in tables.cards.values() if one.request == moved.request]:
        if (moved.to, row.place) not in _places(tables):
            tables.cards[row.id] = msgspec.structs.replace(row, request=moved.to)
            tables.wanted[Subject(kind="card", id=row.id)] = None


def _write_batch(tables: Tables, batch: Batch) -> None:
    old = tables.batches.get(batch.id)
    if (old.version if old else 0) != batch.version:
        raise Outdated("the batch was changed meanwhile")
    tables.batches[batch.id] = batch.next_version()


def _append(tables: Tables, entries: Sequence[Entry]) -> None:
    once = {entry.once for entry in tables.ledger}
    for entry in entries:
        canonical(entry)
        if entry.once is None or entry.once not in once:
            tables.ledger.append(entry)
            once.add(entry.once)


def _look_again(tables: Tables, subject: Subject, changes: Changes) -> None:
    tables.timers.pop(subject, None)
    if changes.next_look_at is not None:
        tables.timers[subject] = changes.next_look_at
    if changes.held:
        tables.held.add(subject)


def _spend(tables: Tables, spent: Sequence[Spent]) -> None:
    for one in spent:
        tables.budgets[one.agent, one.day] += 1
        if tables.budgets[one.agent, one.day] > one.limit:
            raise Outdated("its budget is used up")


def _write_request(tables: Tables, request: Request) -> None:
    old = tables.requests.get(request.id)
    if (old.version if old else 0) != request.version:
        raise Outdated(f"request {request.id} was changed meanwhile")
    others = (one for one in tables.requests.values() if one.id != request.id)
    if request.undoes is not None and not request.only and any(one.takes_back(request.undoes) for one in others):
        raise Outdated("somebody else undoes the same")
    tables.requests[request.id] = msgspec.structs.replace(request, version=request.version + 1)


def _write_vote(tables: Tables, vote: Vote) -> None:
    same = (one for one in tables.votes.values() if (one.request, one.human) == (vote.request, vote.human))
    if vote.counts and any(one.counts and one.event != vote.event for one in same):
        raise Outdated("one human's vote counts once")
    tables.votes[vote.event] = vote
