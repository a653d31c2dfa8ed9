"""What looks run into: waiting, failing, the search for a poisoned event, quarantine. Decides nothing about items."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.ledger import append
from integrations.store.looks import Queue, hold, look_soon, want
from integrations.store.tables import events, subjects
from orchestrator.changes import Entry
from rules.model import Event, Line, Subject, Tainted


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """How a subject's looks went since the last good one.

    `waits`: looks that ended because somebody else was not ready; `failures`: looks that broke here. `share`: how many
    events a look takes, None for all. `quarantined_by`: the code and rules under which it is not looked at. `noted`:
    there is something to forget after a good look.
    """

    waits: int = 0
    failures: int = 0
    share: int | None = None
    quarantined_by: str | None = None
    noted: bool = False


class PostgresTroubles:
    """Keeps them beside the subject's timers."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine = engine
        self._each_alone = each_alone(engine)
        self._queue = queue

    def of(self, subject: Subject) -> Trouble:
        """Give a subject's trouble."""
        columns = subjects.c.waits, subjects.c.failures, subjects.c.share, subjects.c.quarantined_by
        marks = func.num_nonnulls(subjects.c.retry_at, subjects.c.error, subjects.c.share, subjects.c.quarantined_by)
        noted = marks + subjects.c.waits + subjects.c.failures > 0
        wanted = select(*columns, noted.label("noted")).where(subjects.c.subject == str(subject))
        with self._each_alone.connect() as connection:
            row = connection.execute(wanted).mappings().first()
        return Trouble(**row) if row is not None else Trouble()

    def over(self, subject: Subject, *, more: bool) -> None:
        """Forget what was, after a good look; `more`: events are left that the look did not take."""
        forgotten = {"retry_at": None, "waits": 0, "failures": 0, "quarantined_by": None, "error": None}
        with self._engine.begin() as connection:
            hold(connection, [subject])
            share = {} if more else {"share": None}
            connection.execute(update(subjects).where(subjects.c.subject == str(subject)).values(forgotten | share))
            if more:
                want(connection, self._queue, [subject])

    def wait(self, subject: Subject, seconds: float, words: str) -> None:
        """Look again after some seconds of transport time; nothing is broken."""
        with self._engine.begin() as connection:
            look_soon(connection, subject, seconds)
            self._note(connection, subject, words, waits=subjects.c.waits + 1)

    def failed(self, subject: Subject, seconds: float, words: str, share: int | None = None) -> None:
        """Look again after some seconds; `share` narrows the search for the event that breaks the look."""
        more = {"failures": subjects.c.failures + 1} if share is None else {"failures": 0, "share": share}
        with self._engine.begin() as connection:
            look_soon(connection, subject, seconds)
            self._note(connection, subject, words, **more)

    def bury(self, subject: Subject, event: Event, words: str, at: datetime) -> None:
        """Take a poisoned event out of the way, for an operator to see; then look at the rest."""
        told = Line(text="{0} broke each look and was buried", parts=(Tainted(text=f"{event.name} {event.id}"),))
        entry = Entry(kind="event.buried", subject=subject, at=at, text=told, data={"event": event.id, "error": words})
        with self._engine.begin() as connection:
            hold(connection, [subject])
            connection.execute(
                update(events).where(events.c.id == event.id).values(state="buried", error=words.replace("\x00", ""))
            )
            self._note(connection, subject, words, failures=0, share=None)
            append(connection, [entry])
            want(connection, self._queue, [subject])

    def quarantine(self, subject: Subject, version: str, words: str, at: datetime) -> None:
        """Look at a subject no more until code or rules change; its events wait."""
        told = Line(text="looks at it keep failing; it is quarantined until code or rules change")
        entry = Entry(kind="subject.quarantined", subject=subject, at=at, text=told, data={"error": words})
        with self._engine.begin() as connection:
            hold(connection, [subject])
            self._note(connection, subject, words, quarantined_by=version, retry_at=None, next_look_at=None)
            append(connection, [entry])

    def _note(self, connection: Connection, subject: Subject, words: str, **columns: object) -> None:
        said = {"error": words.replace("\x00", "")[:1000], **columns}
        connection.execute(
            insert(subjects).values(subject=str(subject)).on_conflict_do_nothing(index_elements=["subject"])
        )
        connection.execute(update(subjects).where(subjects.c.subject == str(subject)).values(said))
