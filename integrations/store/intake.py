"""The durable queue of events: what the door stores before it acknowledges, and what an operator may put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from integrations.store.alone import each_alone
from integrations.store.columns import written
from integrations.store.ledger import append, row_of
from integrations.store.looks import Queue, hold, want
from integrations.store.tables import events, subjects
from integrations.store.together import Together
from orchestrator.changes import Entry
from rules.model import Event, Line, Subject, Tainted

NUL = "\x00"
#: How many events are stored in one statement: as many as the door has threads, so that none waits for a second one.
_MOST_AT_ONCE = 32
_STORE = text("""
    SELECT store_event(
        :id, :subject, :kind, :name, :source, :received_at, :payload, :needs_look, :state, :error,
        :entry_kind, CAST(:about AS bigint[]), :commitment, :salt, :entry
    )
""")
# What a look or another sender holds is not waited for: it would hold up all the others. JSON, because psycopg needs
# as long for fifteen arrays of texts as for everything else.
_STORE_ALL = text("""
    SELECT CASE WHEN pg_try_advisory_xact_lock(hashtextextended(subject, 0)) THEN store_event(
        id, subject, kind, name, source, received_at, payload, needs_look, state, error,
        entry_kind, CAST(about AS bigint[]), decode(commitment, 'base64'), decode(salt, 'base64'),
        decode(entry, 'base64')
    ) END
    FROM json_to_recordset(CAST(:rows AS json)) AS told (
        id text, subject text, kind text, name text, source text, received_at timestamptz, payload text,
        needs_look boolean, state text, error text, entry_kind text, about text, commitment text, salt text, entry text
    )
""")
_WAITING = text("SELECT * FROM unhandled_events(:subject)").columns(*events.c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An event that was not handled (yet): `state` is waiting or buried, `error` says why."""

    event: Event
    state: str
    stored_at: datetime
    error: str | None
    failures: int


class PostgresIntake:
    """Stores events once, by the sender's delivery id; those of several threads in one transaction."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine, self._each_alone = engine, each_alone(engine)
        self._queue = queue
        self._together = Together(self._store_all, _MOST_AT_ONCE)

    def put(self, event: Event) -> bool:
        """Store an event and have its subject looked at, in one transaction. False: it was there already."""
        return self._stored(_row(event))

    def bury(self, event: Event, reason: str) -> bool:
        """Store something authentic that could not be understood, for an operator to see and put back."""
        return self._stored(_row(event, reason))

    def unhandled(self, limit: int) -> tuple[Kept, ...]:
        """Give what waits or is buried, oldest first."""
        statement = (
            select(events, subjects.c.failures, subjects.c.error.label("look_error"))
            .outerjoin(subjects, subjects.c.subject == events.c.subject)
            .where(events.c.state.in_(("waiting", "buried")))
            .order_by(events.c.seq)
            .limit(limit)
        )
        with self._each_alone.connect() as connection:
            return tuple(_kept(row) for row in connection.execute(statement))

    def buried(self, id_: str) -> Event | None:
        """Give a buried event."""
        wanted = select(events).where(events.c.id == id_, events.c.state == "buried")
        with self._each_alone.connect() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else event_of(row)

    def put_back(self, id_: str, event: Event) -> bool:
        """Have a buried event handled after all, as `event`, which may be a better reading of it."""
        with self._engine.begin() as connection:
            hold(connection, [event.subject])
            again: dict[str, object] = {
                "subject": str(event.subject),
                "kind": event.kind,
                "name": event.name,
                "payload": event.payload,
            }
            again |= {"needs_look": True, "state": "waiting", "error": None}
            same = events.c.id == id_, events.c.state == "buried"
            if not connection.execute(update(events).where(*same).values(again)).rowcount:
                return False
            forgotten = {"failures": 0, "share": None, "quarantined_by": None, "error": None}
            connection.execute(update(subjects).where(subjects.c.subject == str(event.subject)).values(forgotten))
            append(connection, [_told("event.put_back", event, "put back by an operator: {0}")])
            want(connection, self._queue, [event.subject])
            return True

    def _stored(self, row: dict[str, Any]) -> bool:
        """Store with what others have to store now; alone where its subject is in use, or that failed."""
        stored = self._together.done(row)
        if stored is not None:
            return stored
        with self._each_alone.connect() as connection:
            return _store(connection, row)

    def _store_all(self, rows: Sequence[dict[str, Any]]) -> Sequence[bool | None]:
        """Store what can be stored at once: all of it, or by an error nothing, which each alone then finds again."""
        try:
            with self._each_alone.connect() as connection:
                told = {"rows": msgspec.json.encode(rows).decode()}
                return connection.execute(_STORE_ALL, told).scalars().all()
        except (SQLAlchemyError, UnicodeError):
            return [None] * len(rows)


def store(connection: Connection, event: Event) -> bool:
    """Store an event, record it and have its subject looked at, all in one statement. False: it was there already.

    The subject's lock is taken; who takes several does that before, in their order.
    """
    return _store(connection, _row(event))


def _store(connection: Connection, row: dict[str, Any]) -> bool:
    return bool(connection.execute(_STORE, row).scalar_one())


def _row(event: Event, buried: str | None = None) -> dict[str, Any]:
    """Give an event, and the entry that records it, as `store_event` takes them."""
    kind, words = ("event.buried", "kept, but not understood: {0}") if buried else ("event.received", "came in: {0}")
    entry = row_of(_told(kind, event, words))
    given = {
        "id": event.id,
        "subject": str(event.subject),
        "kind": event.kind,
        "name": event.name,
        "source": event.source,
        "received_at": event.received_at,
        "payload": written(event.payload),
        "needs_look": event.needs_look,
        "state": "buried" if buried is not None else "waiting" if event.needs_look else "handled",
        "error": None if buried is None else buried.replace(NUL, ""),
    }
    recorded = {name: entry[name] for name in ("about", "commitment", "salt")}
    return given | recorded | {"entry_kind": entry["kind"], "entry": entry["payload"]}


def event_of(row: Row[tuple[object, ...]]) -> Event:
    """Give a row of `events` as an event."""
    return Event(
        id=row.id,
        kind=row.kind,
        name=row.name,
        source=row.source,
        subject=Subject.parse(row.subject),
        received_at=row.received_at,
        payload=row.payload,
        needs_look=row.needs_look,
    )


def waiting(connection: Connection, subject: Subject) -> Sequence[Event]:
    """Give a subject's unhandled events in their order, after taking its advisory lock."""
    return [event_of(row) for row in connection.execute(_WAITING, {"subject": str(subject)})]


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    error, failures = row.error or row.look_error, row.failures or 0
    return Kept(event=event_of(row), state=row.state, stored_at=row.stored_at, error=error, failures=failures)


def _told(kind: str, event: Event, words: str) -> Entry:
    subject = event.subject
    return Entry(
        kind=kind,
        subject=subject,
        at=event.received_at,
        text=Line(text=words, parts=(Tainted(text=event.name),)),
        about=(int(subject.id),) if subject.kind == "item" and subject.id.isdecimal() and len(subject.id) < 19 else (),
        data={"event": event.id, "name": event.name, "source": event.source, "kind": event.kind},
    )
