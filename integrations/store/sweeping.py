"""Finds what no signal told: timers that are due, events without a job, subjects that waited for a switch."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, or_, select, update

from integrations.store.looks import Queue, hold, want
from integrations.store.tables import events, subjects, switches
from rules.model import Subject

#: How many subjects one round takes on; what is left is the next round's.
BATCH = 500


class PostgresSweep:
    """Each method is one round, safe to run in every process at once; it gives how many subjects it had looked at."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine = engine
        self._queue = queue

    def timers(self, now: datetime) -> int:
        """Have looked at what is due: at `now` in domain time, or after a wait in transport time."""
        timed = subjects.c.next_look_at <= now, or_(subjects.c.retry_at.is_(None), _waited())
        return self._look_at(*timed) + self._look_at(_waited())

    def stranded(self, older_than: float) -> int:
        """Have looked at subjects with events that have waited for some seconds; queued looks are not doubled."""
        since = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, older_than)
        resting = select(subjects.c.subject).where(or_(~_free(), subjects.c.retry_at > func.now()))
        waiting = select(events.c.subject).where(events.c.state == "waiting", events.c.stored_at < since)
        with self._engine.begin() as connection:
            found = connection.execute(waiting.where(events.c.subject.not_in(resting)).distinct().limit(BATCH))
            return self._want(connection, found.scalars())

    def quarantined(self, version: str) -> int:
        """Try again what was quarantined under other code or rules than `version`."""
        return self._look_at(subjects.c.quarantined_by != version, free=False)

    def held(self) -> int:
        """Have looked at what was held, when no switch is thrown any more."""
        with self._engine.begin() as connection:
            if connection.execute(select(func.count()).select_from(switches)).scalar():
                return 0
            return release(connection, self._queue)

    def _look_at(self, *due: ColumnElement[bool], free: bool = True) -> int:
        wanted = select(subjects.c.subject).where(*due, *([_free()] if free else [])).limit(BATCH)
        with self._engine.begin() as connection:
            return self._want(connection, connection.execute(wanted).scalars())

    def _want(self, connection: Connection, found: Iterable[str]) -> int:
        wanted = [Subject.parse(subject) for subject in sorted(found)]
        hold(connection, wanted)
        want(connection, self._queue, wanted)
        return len(wanted)


def release(connection: Connection, queue: Queue) -> int:
    """Have looked at what was held; gives how many subjects that were."""
    waiting = select(subjects.c.subject).where(subjects.c.held).limit(BATCH)
    released = [Subject.parse(subject) for subject in sorted(connection.execute(waiting).scalars())]
    hold(connection, released)
    names = [str(subject) for subject in released]
    connection.execute(update(subjects).where(subjects.c.subject.in_(names)).values(held=False))
    want(connection, queue, released)
    return len(released)


def _waited() -> ColumnElement[bool]:
    return subjects.c.retry_at <= func.now()


def _free() -> ColumnElement[bool]:
    return subjects.c.quarantined_by.is_(None)
