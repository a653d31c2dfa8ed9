"""How many messages people had, what they muted, and what was held back from them. It must not decide what is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.ledger import append
from integrations.store.looks import Queue, bounded, hold, want
from integrations.store.tables import METADATA, Moment, cards
from orchestrator.changes import Entry
from orchestrator.memory import CardRow
from orchestrator.noise.holding import Held, Mute
from orchestrator.noise.restraining import DIGEST
from rules.canonical import revive
from rules.model import Subject

mutes = Table("mutes", METADATA, Column("user", Text, primary_key=True), Column("until", Moment, nullable=False))
messages = Table(
    "messages",
    METADATA,
    Column("user", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("sent", Integer, nullable=False),
    PrimaryKeyConstraint("user", "day"),
)
held_back = Table(
    "held_back",
    METADATA,
    Column("card", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("told_in", Text),
    Index("held_back_user", "user", postgresql_where="told_in IS NULL"),
    Index("held_back_told_in", "told_in"),
)
_FIELDS = ("card", "user", "request", "until", "why")


def write(connection: Connection, told: Sequence[Mute]) -> None:
    """Write mutes; of one user the last word counts."""
    rows = [{"user": user, "until": until} for user, until in {one.user: one.until for one in told}.items()]
    if rows:
        new = insert(mutes)
        connection.execute(new.on_conflict_do_update(index_elements=["user"], set_={"until": new.excluded.until}), rows)


class PostgresRestraint:
    """What was said to whom, and what was not."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine, self._queue = engine, queue
        self._each_alone = each_alone(engine)

    def muted_until(self, user: str) -> datetime | None:
        """Give until when a user wanted no messages, which may be over."""
        with self._each_alone.connect() as connection:
            found: datetime | None = connection.execute(select(mutes.c.until).where(mutes.c.user == user)).scalar()
        return found

    def sent(self, user: str, day: str) -> int:
        """Give how many messages a user had on a day."""
        counted = select(messages.c.sent).where(messages.c.user == user, messages.c.day == day)
        with self._each_alone.connect() as connection:
            return connection.execute(counted).scalar() or 0

    def count(self, user: str, day: str) -> None:
        """Count one more message."""
        new = insert(messages).values(user=user, day=day, sent=1)
        more = new.on_conflict_do_update(index_elements=["user", "day"], set_={"sent": messages.c.sent + 1})
        with self._each_alone.connect() as connection:
            connection.execute(more)

    def is_held(self, card: str) -> bool:
        """Tell whether a card was held back, told of in a digest or not."""
        with self._each_alone.connect() as connection:
            return connection.execute(select(held_back.c.card).where(held_back.c.card == card)).first() is not None

    def held_for(self, user: str) -> tuple[Held, ...]:
        """Give what is held back from a user and not told of yet, in the order of when it is told."""
        return self._held(held_back.c.user == user, held_back.c.told_in.is_(None))

    def hold(self, held: Held, entry: Entry) -> None:
        """Hold a card back, and have the user's page looked at."""
        page = Subject(kind="home", id=held.user)
        row = {name: getattr(held, name) for name in _FIELDS}
        with self._engine.begin() as connection:
            bounded(connection)
            hold(connection, [page])
            connection.execute(insert(held_back).values(row).on_conflict_do_nothing())
            append(connection, [entry])
            want(connection, self._queue, [page])

    def tell(self, user: str, cards_: Sequence[str], digest: str) -> None:
        """Have a user told of cards that were held back, in the message `digest`."""
        look = Subject(kind="card", id=digest)
        row = CardRow(id=digest, request=f"{DIGEST}{user}", place=f"user:{user}")
        untold = held_back.c.card.in_(cards_), held_back.c.told_in.is_(None)
        with self._engine.begin() as connection:
            bounded(connection)
            hold(connection, [look])
            connection.execute(update(held_back).where(*untold).values(told_in=digest))
            shown = {"id": row.id, "request": row.request, "place": row.place, "card": row}
            connection.execute(insert(cards).values(shown).on_conflict_do_nothing())
            want(connection, self._queue, [look])

    def told_in(self, digest: str) -> tuple[Held, ...]:
        """Give what a digest tells of."""
        return self._held(held_back.c.told_in == digest)

    def _held(self, *which: ColumnElement[bool]) -> tuple[Held, ...]:
        columns = [held_back.c[name] for name in _FIELDS]
        wanted = select(*columns).where(*which).order_by(held_back.c.until, held_back.c.card)
        with self._each_alone.connect() as connection:
            rows = connection.execute(wanted).all()
        return tuple(revive(dict(zip(_FIELDS, row, strict=True)), Held) for row in rows)
