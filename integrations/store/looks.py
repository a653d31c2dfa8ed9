"""Which subject is to be looked at, and when: advisory locks, jobs, and timers. Decides nothing about the subject.

Whoever stores an event and whoever reads a subject's events takes the subject's lock first; so a look that was wanted
before it began sees the event, and one that is wanted later gets a job of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, func, text
from sqlalchemy.dialects.postgresql import insert

from integrations.store.tables import subjects
from rules.model import Subject

#: After so many seconds the server ends the transaction of a process that stopped in the middle of it, and frees what
#: it had locked. Longer than any of ours waits for its own code, shorter than others should wait for it.
STOPPED_AFTER_S = 10
BOUND = f"set_config('idle_in_transaction_session_timeout', '{STOPPED_AFTER_S}s', true)"
UNFLUSHED = "set_config('synchronous_commit', 'off', true)"
_BOUNDED = text(f"SELECT {BOUND}")
_BOUNDED_UNFLUSHED = text(f"SELECT {BOUND}, {UNFLUSHED}")
_HOLD = text(f"""
    SELECT pg_advisory_xact_lock(hashtextextended(subject, 0)), {BOUND}
    FROM unnest(CAST(:subjects AS text[])) AS concerned (subject)
""")  # noqa: S608 - the words are ours
_LOOK_AT = text("""
    INSERT INTO subjects (subject, next_look_at, held) VALUES (:subject, :at, :held)
    ON CONFLICT (subject) DO UPDATE
    SET next_look_at = excluded.next_look_at, held = subjects.held OR excluded.held
""")


class Queue(Protocol):
    """The queue that carries the work."""

    def defer(self, connection: Connection, wanted: Sequence[Subject], *, urgent: bool) -> None:
        """Have subjects looked at, in this transaction; nothing for those whose look is waiting already."""
        ...


def hold(connection: Connection, concerned: Iterable[Subject]) -> None:
    """Take the subjects' locks, in one order everywhere, until the transaction ends, which is `bounded` with it."""
    if names := sorted({str(one) for one in concerned}):
        connection.execute(_HOLD, {"subjects": names})


def bounded(connection: Connection, *, flushed: bool = True) -> None:
    """Have the transaction, which takes locks other than subjects', ended if its process stops in the middle of it.

    Not `flushed`, it does not wait for the disk at its end. A crash of the database may then take it back, but only
    with all that was committed after it: for what can be repeated, and is told to nobody before a later one is flushed.
    """
    connection.execute(_BOUNDED if flushed else _BOUNDED_UNFLUSHED)


def want(connection: Connection, queue: Queue, wanted: Sequence[Subject], *, urgent: bool = False) -> None:
    """Have subjects looked at; their locks are held. Looks at the cards of one channel wait for each other."""
    if wanted:
        queue.defer(connection, wanted, urgent=urgent)


def look_at(connection: Connection, subject: Subject, at: datetime | None, *, held: bool = False) -> None:
    """Write when a subject is to be looked at again (domain time), and whether it waits for a switch."""
    connection.execute(_LOOK_AT, {"subject": str(subject), "at": at, "held": held})


def look_soon(connection: Connection, subject: Subject, seconds: float) -> None:
    """Have a subject looked at again after some seconds of transport time."""
    at = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    row = insert(subjects).values(subject=str(subject), retry_at=at)
    connection.execute(row.on_conflict_do_update(index_elements=["subject"], set_={"retry_at": at}))
