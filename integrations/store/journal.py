"""Writes what a look came to. Each method is one transaction; what two looks must not both do, a constraint refuses."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from integrations.store import (
    absences,
    alerts,
    allotments,
    batches,
    cycles,
    grants,
    homes,
    notices,
    queues,
    restraint,
    threads,
)
from integrations.store.deeds import PostgresDeeds, cards_of, reserved
from integrations.store.intake import store
from integrations.store.ledger import append
from integrations.store.looks import STOPPED_AFTER_S, bounded, hold, look_at, look_soon, want
from integrations.store.tables import actions, cards, outcomes, requests, subjects, votes
from orchestrator.approvals.questions import card_of
from orchestrator.changes import CardMoved, CardWanted, Changes, Entry, Outcome, Spent
from orchestrator.execution import DOUBT, STALE, Later
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.home import concerned
from orchestrator.memory import CardRow, Outdated
from orchestrator.watching.notices import NOTICE
from rules.model import Event, Subject
from rules.requests import Request, Vote

_BEGIN = text("SELECT begin_commit(CAST(:subjects AS text[]), CAST(:handled AS text[]), :bound)")


class PostgresJournal(PostgresDeeds):
    """Commits looks, and what cards show."""

    def commit(self, subject: Subject, handled: Sequence[Event], changes: Changes) -> None:
        """Write a look's changes, mark its events handled, have cards rendered; `Outdated` if a version moved."""
        try:
            with self._engine.begin() as connection:
                self._write(connection, subject, handled, changes)
        except IntegrityError as error:  # unique(request, human), or one undo of a request
            raise Outdated("somebody else wrote the same at the same time") from error

    def _write(self, connection: Connection, subject: Subject, handled: Sequence[Event], changes: Changes) -> None:
        undone = {one.undoes for one in changes.requests if one.undoes is not None}
        shown = {*(one.id for one in changes.requests), *(one.request for one in changes.records), *undone}
        shown |= {card_of(one, asked) for one in changes.requests for asked in one.questions}
        shown |= {str(subject)} if subject.kind in ("batch", "item") else set()
        shown |= {f"{NOTICE}{one.id}" for one in changes.notices}
        shown |= {one.request for one in changes.moved}
        rendered = [_card(one) for one in changes.cards]
        stale = [*(row.id for row in rendered), *cards_of(connection, shown)]
        looks = [Subject(kind="card", id=id_) for id_ in dict.fromkeys(stale)]
        looks += homes.open_lately(connection, concerned(changes, subject))
        looks += [Subject(kind="home", id=one.user) for one in changes.mutes]
        _begin(connection, [subject, *looks, *(event.subject for event in changes.events)], handled)
        for request in changes.requests:
            _write_request(connection, request)
        _write_votes(connection, changes.votes)
        _write_records(connection, changes.records)
        _write_outcomes(connection, subject, changes.outcomes)
        batches.write(connection, changes.batches, changes.partings, changes.joinings)
        batches.follow(connection, changes.followed)
        allotments.write(connection, changes.allotments)
        notices.write(connection, changes.notices)
        alerts.write(connection, changes.alerts)
        cycles.write(connection, changes.ended, changes.unended)
        queues.place(connection, changes.places)
        restraint.write(connection, changes.mutes)
        grants.forget(connection, changes.grants_ended)
        threads.write(connection, changes.threads, changes.spoken)
        absences.write(connection, changes.absences, changes.delegations)
        _move_cards(connection, changes.moved)
        _write_cards(connection, rendered)
        append(connection, changes.entries)
        for event in changes.events:
            store(connection, event)
        look_at(connection, subject, changes.next_look_at, held=changes.held)
        want(connection, self._queue, looks)
        _spend(connection, changes.spent)

    def card_trying(self, card: CardRow, channel: str, at: datetime) -> None:
        """Write that the card is about to be posted, so that a lost answer can be looked up.

        `Outdated` when another has it in hands. `Later` while an earlier try may still get through, and when the
        process was asleep so long that another may have taken over.
        """
        trying = msgspec.structs.replace(card, channel=channel, trying_since=card.trying_since or at)
        same = cards.c.id == card.id, cards.c.card == card
        with self._engine.begin() as connection:
            bounded(connection)
            left = _doubt_left(connection, card)
            if card.trying_since is not None and left > 0:
                raise Later("a post is in doubt", left + 0.1)
            if not connection.execute(update(cards).where(*same).values(card=trying)).rowcount:
                raise Outdated("the card is in other hands")
            look_soon(connection, Subject(kind="card", id=card.id), DOUBT)
        with self._engine.connect() as connection:
            if _doubt_left(connection, card) < DOUBT - STALE:
                raise Later("the try went stale before the post", DOUBT)

    def card_shown(self, card: CardRow, channel: str, ts: str, shown: str, look_again: datetime | None) -> None:
        """Write where the card stands and what it shows."""
        standing = msgspec.structs.replace(card, channel=channel, ts=ts, shown=shown, trying_since=None)
        with self._engine.begin() as connection:
            bounded(connection)
            _write_standing(connection, standing)
            look_at(connection, Subject(kind="card", id=card.id), look_again)
            tried = subjects.c.subject == f"card:{card.id}", subjects.c.retry_at.is_not(None)
            connection.execute(update(subjects).where(*tried).values(retry_at=None))

    def card_lost(self, card: CardRow, instead: Sequence[CardWanted], entry: Entry) -> None:
        """Give a card up that cannot be shown in its place, and have copies of it shown in others."""
        lost = msgspec.structs.replace(card, lost=True, trying_since=None)
        others = [_card(one) for one in instead]
        looks = [Subject(kind="card", id=one.id) for one in others]
        with self._engine.begin() as connection:
            bounded(connection)
            hold(connection, looks)
            _write_standing(connection, lost)
            _write_cards(connection, others)
            append(connection, [entry])
            look_at(connection, Subject(kind="card", id=card.id), None)
            want(connection, self._queue, looks)


def _doubt_left(connection: Connection, card: CardRow) -> float:
    """Give for how many seconds a post that was tried may still get through, by the timer that the try has set."""
    left = select(func.extract("epoch", subjects.c.retry_at - func.clock_timestamp()))
    return float(connection.execute(left.where(subjects.c.subject == f"card:{card.id}")).scalar() or 0.0)


def _begin(connection: Connection, concerned: Sequence[Subject], handled: Sequence[Event]) -> None:
    """Take the subjects' locks, as `hold` does, and mark the events handled."""
    given = {"subjects": sorted({str(one) for one in concerned}), "handled": [event.id for event in handled]}
    if connection.execute(_BEGIN, given | {"bound": f"{STOPPED_AFTER_S}s"}).scalar_one() != len(handled):
        raise Outdated("another look handled the same events")


def _write_request(connection: Connection, request: Request) -> None:
    """Insert a new request, or swap the version that was read for the next."""
    row = {
        "state": request.state,
        "version": request.version + 1,
        "expires_at": request.expires_at,
        "bundle": request.bundle,
        "request": msgspec.structs.replace(request, version=request.version + 1),
    }
    if request.version == 0:
        first = {
            "id": request.id,
            "subject": str(request.subject),
            "asked_at": request.asked_at,
            "workflow": request.workflow,
            "requester": request.requester,
        }
        new = insert(requests).values(**first, **row, undoes=None if request.only else request.undoes)
        written = connection.execute(new.on_conflict_do_nothing(index_elements=["id"]).returning(requests.c.id)).first()
    else:
        same = requests.c.id == request.id, requests.c.version == request.version
        written = connection.execute(update(requests).where(*same).values(row).returning(requests.c.id)).first()
    if written is None:
        raise Outdated(f"request {request.id} was changed meanwhile")


def _write_votes(connection: Connection, cast: Sequence[Vote]) -> None:
    """Write votes; one that is there already was taken back since."""
    rows = [
        {"event": one.event, "request": one.request, "human": one.human, "counts": one.counts, "vote": one}
        for one in cast
    ]
    if rows:
        new = insert(votes)
        taken_back = {"counts": new.excluded.counts, "vote": new.excluded.vote}
        connection.execute(new.on_conflict_do_update(index_elements=["event"], set_=taken_back), rows)


def _write_records(connection: Connection, planned: Sequence[ActionRecord]) -> None:
    for record in planned:
        row = {"state": record.state, "record": record}
        new = insert(actions).values(
            key=record.key,
            subject=str(record.subject),
            request=record.request,
            decision=record.decision,
            position=record.position,
            **row,
        )
        again = actions.c.state == RecordState.FAILED
        connection.execute(new.on_conflict_do_update(index_elements=["key"], set_=row, where=again))


def _spend(connection: Connection, spent: Sequence[Spent]) -> None:
    """Count what agents did; the last of a commit, so that nothing is waited for with a budget in hands."""
    for one in sorted(spent, key=lambda one: (one.agent, one.day)):
        if not reserved(connection, one.agent, one.day, one.limit):
            raise Outdated(f"{one.agent} has used up its {one.limit} actions of {one.day} meanwhile")


def _write_outcomes(connection: Connection, subject: Subject, came: Sequence[Outcome]) -> None:
    rows = [
        {
            "decision": one.decision,
            "kind": one.kind,
            "subject": str(subject),
            "by": one.by,
            "at": one.at,
            "reason": one.reason.replace("\x00", ""),
            "item": one.item,
        }
        for one in came
    ]
    if rows:
        connection.execute(insert(outcomes).on_conflict_do_nothing(), rows)


def _write_standing(connection: Connection, card: CardRow) -> None:
    """Write where a card stands; what it is to show may have been moved while it was being shown, and stays moved."""
    same = cards.c.id == card.id
    shows = connection.execute(select(cards.c.request).where(same).with_for_update()).scalar_one()
    row = msgspec.structs.replace(card, request=shows)
    connection.execute(update(cards).where(same).values(card=row))


def _move_cards(connection: Connection, moved: Sequence[CardMoved]) -> None:
    """Have cards show a batch, unless it has one in the same place: then they go on showing what they did."""
    for one in moved:
        taken = select(cards.c.place).where(cards.c.request == one.to)
        theirs = select(cards.c.card).where(cards.c.request == one.request, cards.c.place.not_in(taken))
        found: Sequence[CardRow] = connection.execute(theirs).scalars().all()
        for row in found:
            shows = msgspec.structs.replace(row, request=one.to)
            connection.execute(update(cards).where(cards.c.id == row.id).values(request=one.to, card=shows))


def _write_cards(connection: Connection, wanted: Sequence[CardRow]) -> None:
    rows = [{"id": one.id, "request": one.request, "place": one.place, "card": one} for one in wanted]
    if rows:
        connection.execute(insert(cards).on_conflict_do_nothing(), rows)


def _card(wanted: CardWanted) -> CardRow:
    return CardRow(id=wanted.card, request=wanted.request, place=wanted.place)
