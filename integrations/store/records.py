"""Reads: requests, actions, cards, outcomes, switches, and what is waiting. Writes nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, Select, func, select, text

from integrations.store.absences import read_absences, read_delegations
from integrations.store.alone import each_alone
from integrations.store.intake import event_of, waiting
from integrations.store.ledger import PostgresLedger
from integrations.store.outages import troubles
from integrations.store.switchboard import thrown
from integrations.store.tables import (
    actions,
    cards,
    corpus,
    events,
    requests,
    subjects,
)
from integrations.store.threads import read_spoken, read_thread
from orchestrator.assigning.allotment import Allotment
from orchestrator.batching import Parting
from orchestrator.facts import ActionRecord, Followed
from orchestrator.memory import CardRow, Recorded, Standing, TrailRow
from orchestrator.people.availability import Absence
from orchestrator.talk import Spoken, Thread
from orchestrator.watching.alerts import Alert
from rules.canonical import revive
from rules.model import Event, Subject, Switch
from rules.requests import Delegation, Request, RequestState

_MOST_IN_A_BUNDLE = 300
_SWITCH = ("scope", "name", "by", "at")
_ABOUT = text(r"""
    SELECT
        ARRAY(SELECT request FROM requests WHERE subject = :subject ORDER BY asked_at, id) AS requests,
        ARRAY(SELECT record FROM actions WHERE subject = :subject ORDER BY request, position, key) AS actions,
        ARRAY(
            SELECT kind || ':' || decision || CASE item WHEN 0 THEN '' ELSE ':' || item END
            FROM outcomes WHERE subject = :subject ORDER BY 1
        ) AS outcomes,
        ARRAY(
            SELECT ARRAY[scope, name, by, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS.US"Z"')]
            FROM switches ORDER BY scope, name
        ) AS switches,
        ARRAY(SELECT ARRAY[agent, CAST(used AS text)] FROM budgets WHERE day = :day ORDER BY agent) AS budgets,
        (SELECT batch FROM batch_members WHERE item = :item) AS batch,
        ARRAY(
            SELECT mate.item FROM batch_members AS mate JOIN batch_members AS own USING (batch)
            WHERE own.item = :item AND mate.item <> :item ORDER BY mate.item
        ) AS mates,
        ARRAY(
            SELECT ARRAY[followed, batch] FROM followed LEFT JOIN batch_members USING (item)
            WHERE item = :item OR parent = :item ORDER BY item, parent
        ) AS followed,
        ARRAY(
            SELECT parting FROM batch_partings WHERE ones && ARRAY[CAST(:item AS bigint)] ORDER BY id
        ) AS partings,
        (SELECT allotment FROM allotments WHERE item = :item) AS allotment,
        (SELECT alert FROM alerts WHERE item = :item AND NOT ended ORDER BY at DESC, id LIMIT 1) AS alert,
        ARRAY(SELECT id FROM threads WHERE item = :item AND kept ORDER BY id) AS threads
""")


class PostgresRecords:
    """What was recorded, as it stands now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._each_alone = each_alone(engine)
        self._ledger = PostgresLedger(engine)

    def unhandled(self, subject: Subject) -> tuple[Event, ...]:
        """Read a subject's unhandled events in order, after taking its advisory lock."""
        with self._each_alone.connect() as connection:
            return tuple(waiting(connection, subject))

    def event(self, event: str) -> Event | None:
        """Give an event by its id, handled or not."""
        with self._each_alone.connect() as connection:
            row = connection.execute(select(events).where(events.c.id == event)).first()
        return None if row is None else event_of(row)

    def requests(self, subject: Subject) -> tuple[Request, ...]:
        """Give a subject's requests, oldest first."""
        ordered = select(requests.c.request).where(requests.c.subject == str(subject))
        return self._all(ordered.order_by(requests.c.asked_at, requests.c.id))

    def request(self, request: str) -> Request | None:
        """Give a request by its id."""
        return next(iter(self._all(select(requests.c.request).where(requests.c.id == request))), None)

    def bundle(self, bundle: str) -> tuple[Request, ...]:
        """Give the requests that share a card, oldest first."""
        wanted = select(requests.c.request).where(requests.c.bundle == bundle)
        return self._all(wanted.order_by(requests.c.asked_at, requests.c.id).limit(_MOST_IN_A_BUNDLE))

    def asked_since(self, since: datetime, most: int) -> tuple[Request, ...]:
        """Give the questions that were asked since a moment, the newest first, so many at most."""
        wanted = select(requests.c.request).where(requests.c.asked_at >= since)
        return self._all(wanted.order_by(requests.c.asked_at.desc(), requests.c.id).limit(most))

    def approved_before(self, workflow: str, requesters: Collection[str], but: str) -> frozenset[str]:
        """Give those of these requesters of whom something was approved in a workflow, but for a bundle's questions."""
        approved = requests.c.workflow == workflow, requests.c.state == RequestState.APPROVED
        others = requests.c.bundle.is_distinct_from(but)
        found = select(requests.c.requester).where(*approved, requests.c.requester.in_(requesters), others).distinct()
        with self._each_alone.connect() as connection:
            return frozenset(connection.execute(found).scalars())

    def undoing(self, request: str) -> Request | None:
        """Give the request that undoes another."""
        return next(iter(self._all(select(requests.c.request).where(requests.c.undoes == request))), None)

    def pending(self, limit: int) -> tuple[Request, ...]:
        """Give the pending requests, the one that expires first at the head."""
        wanted = select(requests.c.request).where(requests.c.state == "pending")
        return self._all(wanted.order_by(requests.c.expires_at, requests.c.id).limit(limit))

    def actions(self, subject: Subject) -> tuple[ActionRecord, ...]:
        """Give a subject's actions, those of one request in their order."""
        wanted = select(actions.c.record).where(actions.c.subject == str(subject))
        return self._all(wanted.order_by(actions.c.request, actions.c.position, actions.c.key))

    def absences(self, people: Collection[str], at: datetime) -> tuple[Absence, ...]:
        """Give these people's absences that are not over at a moment."""
        with self._each_alone.connect() as connection:
            return read_absences(connection, people, at)

    def delegations(self, people: Collection[str], at: datetime) -> tuple[Delegation, ...]:
        """Give the delegations that these people gave or were given and that are not over at a moment."""
        with self._each_alone.connect() as connection:
            return read_delegations(connection, people, at)

    def about(self, subject: Subject, day: str) -> Recorded:
        """Give at once what a look at a subject has to know, with the budgets of a day."""
        item = int(subject.id) if subject.kind == "item" else 0
        with self._each_alone.connect() as connection:
            row = connection.execute(_ABOUT, {"subject": str(subject), "day": day, "item": item}).one()
        return Recorded(
            requests=tuple(msgspec.json.decode(one, type=Request) for one in row.requests),
            actions=tuple(msgspec.json.decode(one, type=ActionRecord) for one in row.actions),
            outcomes=tuple(row.outcomes),
            switches=revive([dict(zip(_SWITCH, one, strict=True)) for one in row.switches], tuple[Switch, ...]),
            budget_used={agent: int(used) for agent, used in row.budgets},
            batch=row.batch,
            mates=tuple(row.mates),
            followed=tuple(
                msgspec.structs.replace(msgspec.json.decode(one, type=Followed), in_batch=batch)
                for one, batch in row.followed
            ),
            partings=tuple(msgspec.json.decode(one, type=Parting) for one in row.partings),
            threads=tuple(row.threads),
            allotment=msgspec.json.decode(row.allotment, type=Allotment) if row.allotment else None,
            alert=msgspec.json.decode(row.alert, type=Alert) if row.alert else None,
        )

    def thread(self, conversation: str) -> Thread | None:
        """Give what a thread is about, by the id of its conversation."""
        with self._each_alone.connect() as connection:
            return read_thread(connection, conversation)

    def spoken(self, thread: str, most: int) -> tuple[Spoken, ...]:
        """Give the newest replies of a thread that is kept, in their order."""
        with self._each_alone.connect() as connection:
            return read_spoken(connection, thread, most)

    def decision(self, decision: str) -> dict[str, Any] | None:
        """Give a decision's ledger data."""
        return self._ledger.decision(decision)

    def switches(self) -> tuple[Switch, ...]:
        """Give the switches that are thrown."""
        with self._each_alone.connect() as connection:
            return thrown(connection)

    def card(self, card: str) -> CardRow | None:
        """Give a card."""
        return next(iter(self._all(select(cards.c.card).where(cards.c.id == card))), None)

    def cards(self, request: str) -> tuple[CardRow, ...]:
        """Give the copies of a request's card."""
        return self._all(select(cards.c.card).where(cards.c.request == request).order_by(cards.c.id))

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the ledger's rows about an item, oldest first, the newest `limit`."""
        return self._ledger.trail(item, limit)

    def standing(self) -> Standing:
        """Count, over indexes of just the rows that are counted; the items and the ledger keep count themselves."""
        count = func.count()
        asked = {
            "waiting": select(count).where(events.c.state == "waiting"),
            "buried": select(count).where(events.c.state == "buried"),
            "quarantined": select(count).where(subjects.c.quarantined_by.is_not(None)),
            "pending": select(count).where(requests.c.state == "pending"),
            "open_actions": select(count).where(actions.c.state.in_(("planned", "claimed"))),
            "failed_actions": select(count).where(actions.c.state == "failed"),
            "items": select(func.coalesce(func.sum(corpus.c.documents), 0)),
        }
        with self._each_alone.connect() as connection:
            columns = [statement.scalar_subquery().label(name) for name, statement in asked.items()]
            counted = connection.execute(select(*columns)).mappings().one()
        rows, unsealed = self._ledger.counts()
        return Standing(
            **{name: int(value) for name, value in counted.items()},
            ledger_rows=rows,
            unsealed=unsealed,
            switches=self.switches(),
            troubles=troubles(self._engine),
        )

    def _all(self, statement: Select[Any]) -> tuple[Any, ...]:
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(statement).scalars())
