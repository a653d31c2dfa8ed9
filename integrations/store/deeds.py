"""Writes how actions go: claimed, done, failed, put off. A claim reads the switches again and reserves the budget.

Each method is one transaction. The ledger says *intended* before anything is done.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from integrations.store.intake import store
from integrations.store.ledger import append
from integrations.store.looks import Queue, hold, look_at, want
from integrations.store.switchboard import thrown
from integrations.store.tables import actions, budgets, cards, items, requests
from orchestrator import deeds
from orchestrator.changes import Entry
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.memory import Outdated
from orchestrator.ports import Receipt
from rules.actions import Action, AnswerAction, AssignAction, CreateAction, LinkAction, UnlinkAction, kind_of
from rules.guardrails import Circumstances, stopped_words, stopping
from rules.model import Event, Item, Subject


class PostgresDeeds:
    """Actions on their way."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine = engine
        self._queue = queue

    def claim(self, record: ActionRecord, before: dict[str, Any], limit: int, day: str, at: datetime) -> str | None:
        """Read the switch again, reserve budget, write *intended*, claim; gives the reason when it may not be done.

        Raises `Outdated` when somebody else has it.
        """
        with self._engine.begin() as connection:
            showing = _hold(connection, record)
            if _locked(connection, record) != (record.state, record.attempts):
                raise Outdated("the action is in other hands")
            named = _items_of(connection, record)
            if stopped := _stopped(connection, record, named):
                look_at(connection, record.subject, None, held=True)
                return stopped
            if record.attempts == 0 and not reserved(connection, record.agent, day, limit):
                return f"{record.agent} has used up its {limit} actions of {day}"
            entry = deeds.intended(record, before, _keys(named), at)
            claimed = msgspec.structs.replace(
                record, state=RecordState.CLAIMED, attempts=record.attempts + 1, before=record.before or before
            )
            self._save(connection, claimed, entry, showing, claimed_at=func.now())
            return None

    def finish(self, record: ActionRecord, receipt: Receipt, at: datetime) -> None:
        """Write *done*."""
        with self._engine.begin() as connection:
            told = _completed(connection, record, receipt, at)
            showing = _hold(connection, record, told)
            held = _claimed(connection, record)
            if held is not None:
                done = msgspec.structs.replace(held, state=RecordState.DONE, receipt=receipt, error=None)
                entry = deeds.done(held, receipt, _keys(_items_of(connection, record)), at)
                self._save(connection, done, entry, showing)
                _tell(connection, told)

    def fail(self, record: ActionRecord, words: str, at: datetime) -> None:
        """Write *failed*: it was not done, and will not be tried again by itself. `record` is as before its claim."""
        self._not_done(record, "action.failed", RecordState.FAILED, words, at)

    def release(self, record: ActionRecord, words: str, at: datetime) -> None:
        """Plan a claimed action again: it was surely not done. `record` is as before its claim.

        Who fell silent after a claim and was taken for dead says nothing about the claim of another.
        """
        self._not_done(record, "action.put_off", RecordState.PLANNED, words, at)

    def claimed_for(self, record: ActionRecord) -> float:
        """Tell for how many seconds of transport time the action has been claimed."""
        passed = select(func.extract("epoch", func.now() - actions.c.claimed_at)).where(actions.c.key == record.key)
        with self._engine.connect() as connection:
            return float(connection.execute(passed).scalar() or 0.0)

    def _not_done(self, record: ActionRecord, kind: str, state: RecordState, words: str, at: datetime) -> None:
        with self._engine.begin() as connection:
            told = _completed(connection, record, None, at) if state is RecordState.FAILED else None
            showing = _hold(connection, record, told)
            held = _claimed(connection, record)
            if held is not None and held.attempts == record.attempts + 1:
                entry = deeds.not_done(kind, held, words, _keys(_items_of(connection, record)), at)
                self._save(connection, msgspec.structs.replace(held, state=state, error=words), entry, showing)
                _tell(connection, told)

    def _save(
        self, connection: Connection, record: ActionRecord, entry: Entry, showing: list[Subject], **more: Any
    ) -> None:
        row = {"state": record.state, "record": record, **more}
        connection.execute(update(actions).where(actions.c.key == record.key).values(row))
        append(connection, [entry])
        want(connection, self._queue, showing)


def doubt_planned(connection: Connection) -> int:
    """Have every planned action looked up before it is done, as if a call had got no answer; gives how many."""
    wanted = select(actions.c.record).where(actions.c.state == RecordState.PLANNED).with_for_update()
    planned: Sequence[ActionRecord] = connection.execute(wanted).scalars().all()
    for record in planned:
        doubted = msgspec.structs.replace(record, state=RecordState.CLAIMED, attempts=record.attempts + 1)
        row = {"state": doubted.state, "record": doubted, "claimed_at": func.now()}
        connection.execute(update(actions).where(actions.c.key == record.key).values(row))
    return len(planned)


def _completed(connection: Connection, record: ActionRecord, receipt: Receipt | None, at: datetime) -> Event | None:
    """Give what a subject is to be told that is complete now; only looks at the same subject do what belongs to it."""
    if record.subject.kind != "person" and not isinstance(record.action, CreateAction | AnswerAction | AssignAction):
        return None
    same = select(actions.c.record).where(actions.c.request == record.request)
    return deeds.completed(record, receipt, connection.execute(same).scalars().all(), at)


def _tell(connection: Connection, told: Event | None) -> None:
    if told is not None:
        store(connection, told)


def _hold(connection: Connection, record: ActionRecord, told: Event | None = None) -> list[Subject]:
    """Take the locks of the action's subject, of who is told and of the cards that show it, and give these."""
    showing = [Subject(kind="card", id=id_) for id_ in cards_of(connection, [record.request, str(record.subject)])]
    hold(connection, [record.subject, *showing, *([told.subject] if told is not None else [])])
    return showing


def _claimed(connection: Connection, record: ActionRecord) -> ActionRecord | None:
    """Give the action as it stands if it is still claimed; what another wrote since stays."""
    stands = select(actions.c.record).where(actions.c.key == record.key, actions.c.state == RecordState.CLAIMED)
    found: ActionRecord | None = connection.execute(stands.with_for_update()).scalar()
    return found


def cards_of(connection: Connection, shown: Iterable[str]) -> list[str]:
    """Name the cards that show these requests: their own, shared ones, and those of the requests that they undo."""
    ids = set(shown)
    if not ids:
        return []
    undone = select(requests.c.undoes).where(requests.c.id.in_(ids), requests.c.undoes.is_not(None))
    mine = or_(requests.c.id.in_(ids), requests.c.id.in_(undone))
    shared = select(requests.c.bundle).where(mine, requests.c.bundle.is_not(None))
    places = cards.c.request
    showing = select(cards.c.id).where(or_(places.in_(ids), places.in_(undone), places.in_(shared)))
    return list(connection.execute(showing.order_by(cards.c.id)).scalars())


def _locked(connection: Connection, record: ActionRecord) -> tuple[RecordState, int] | None:
    stands = select(actions.c.record).where(actions.c.key == record.key).with_for_update()
    found: ActionRecord | None = connection.execute(stands).scalar()
    return None if found is None else (found.state, found.attempts)


def _items_of(connection: Connection, record: ActionRecord) -> dict[int, Item]:
    action = record.action
    others = {action.other} if isinstance(action, LinkAction | UnlinkAction) else set()
    rows = connection.execute(
        select(items.c.id, items.c.item).where(items.c.id.in_({action.item} | others), items.c.item.is_not(None))
    )
    return {row.id: row.item for row in rows}


def _keys(named: dict[int, Item]) -> dict[int, str]:
    return {id_: item.key for id_, item in named.items()}


def _stopped(connection: Connection, record: ActionRecord, named: dict[int, Item]) -> str | None:
    workflow = connection.execute(select(requests.c.request).where(requests.c.id == record.request)).scalar()
    circumstances = Circumstances(
        workflow=workflow.workflow if workflow is not None else "",
        projects=tuple(sorted({item.project for item in named.values()} | _projects_of(record.action))),
        switches=thrown(connection),
    )
    stops = stopping(circumstances, record.agent, {kind_of(record.action)})
    return stopped_words(stops) if stops else None


def _projects_of(action: Action) -> set[str]:
    return {action.project} if isinstance(action, CreateAction) else set()


def reserved(connection: Connection, agent: str, day: str, limit: int) -> bool:
    """Count one more action of an agent on a day; False, and nothing is counted, where it had `limit` already."""
    first = insert(budgets).values(agent=agent, day=day, used=1)
    more = first.on_conflict_do_update(
        index_elements=["agent", "day"], set_={"used": budgets.c.used + 1}, where=budgets.c.used < limit
    )
    return limit > 0 and connection.execute(more.returning(budgets.c.used)).first() is not None
