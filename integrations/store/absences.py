"""When people are away, and who answers in whose place, as they or their calendars said it. Decides nothing.

What somebody said themselves and what a calendar tells stand beside each other; each replaces only its like.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Engine, Identity, Index, Table, Text, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.columns import Of
from integrations.store.looks import bounded
from integrations.store.tables import METADATA, Moment
from orchestrator.people.availability import Absence
from rules.requests import Delegation

__all__ = ["PostgresCalendars", "absences", "delegations", "read_absences", "read_delegations", "write"]

_ONE_AT_A_TIME = 8_815

absences = Table(
    "absences",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("person", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("absence", Of(Absence), nullable=False),
    Index("absences_person", "person", "until"),
)

delegations = Table(
    "delegations",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("giver", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("delegation", Of(Delegation), nullable=False),
    Index("delegations_giver", "giver", "until"),
    Index("delegations_receiver", "receiver", "until"),
)


def read_absences(connection: Connection, people: Collection[str], at: datetime) -> tuple[Absence, ...]:
    """Give these people's absences that are not over at a moment, in their order."""
    wanted = select(absences.c.absence).where(absences.c.person.in_(people), absences.c.until > at)
    return tuple(connection.execute(wanted.order_by(absences.c.person, absences.c.number)).scalars())


def read_delegations(connection: Connection, people: Collection[str], at: datetime) -> tuple[Delegation, ...]:
    """Give the delegations that these people gave or were given and that are not over at a moment, by their ids."""
    theirs = or_(delegations.c.giver.in_(people), delegations.c.receiver.in_(people))
    wanted = select(delegations.c.delegation).where(theirs, delegations.c.until > at)
    return tuple(connection.execute(wanted.order_by(delegations.c.id)).scalars())


def write(connection: Connection, away: Sequence[Absence], given: Sequence[Delegation]) -> None:
    """Write what people said: somebody's absence replaces the one that they told of before, the last word counts."""
    latest = {(one.person, one.source): one for one in away}
    for person, source in latest:
        connection.execute(delete(absences).where(absences.c.person == person, absences.c.source == source))
    if latest:
        connection.execute(absences.insert(), [_row(one) for one in latest.values()])
    rows = [
        {"id": one.id, "giver": one.giver, "receiver": one.to, "until": one.until, "delegation": one} for one in given
    ]
    if rows:
        new = insert(delegations)
        changed = {"until": new.excluded.until, "delegation": new.excluded.delegation}
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


class PostgresCalendars:
    """What shared calendars tell of absences: replaced as a whole each time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._each_alone = each_alone(engine)

    def replace(self, told: Sequence[Absence]) -> int:
        """Keep exactly these; gives how many rows that changed. What is the same is left as it is."""
        with self._engine.begin() as connection:
            bounded(connection)
            connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            known = select(absences.c.number, absences.c.absence).where(absences.c.source == "calendar")
            rows = connection.execute(known).all()
            wanted = set(told)
            gone = [row.number for row in rows if row.absence not in wanted]
            new = [_row(one) for one in sorted(wanted - {row.absence for row in rows}, key=lambda one: one.person)]
            if gone:
                connection.execute(delete(absences).where(absences.c.number.in_(gone)))
            if new:
                connection.execute(absences.insert(), new)
        return len(gone) + len(new)


def _row(one: Absence) -> dict[str, object]:
    return {"person": one.person, "source": one.source, "until": one.until, "absence": one}
