"""What people let us do in Jira in their own names, sealed, and which invitations were used. It opens nothing.

Whoever uses a grant that has to be renewed holds its row meanwhile: a refresh token works once, so that two processes
must not renew at the same time.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Connection, Engine, Row, Select, Table, Text, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.intake import store
from integrations.store.looks import Queue, hold
from integrations.store.tables import METADATA, Moment
from rules.model import Event

__all__ = ["KeptGrant", "PostgresGrants", "forget", "grants"]

grants = Table(
    "grants",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("cloud", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("sealed_by", Text, nullable=False),
    Column("access_until", Moment, nullable=False, comment="transport"),
)
invitations = Table(
    "invitations",
    METADATA,
    Column("once", Text, primary_key=True),
    Column("used_at", Moment, nullable=False, server_default=func.now(), comment="transport"),
)
#: An access token that ends sooner is renewed before it is used.
_TOO_LATE_S: Final = 60
#: Longer than the two calls take that are made while a row is held.
_HELD_S: Final = 40
_BOUND = text(f"SELECT set_config('idle_in_transaction_session_timeout', '{_HELD_S}s', true)")
_RESEALED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGrant:
    """A grant as it is kept. `id` is new with each consent; `seconds`: how long its access token works yet."""

    account: str
    user: str
    id: str
    cloud: str
    sealed: str
    sealed_by: str
    seconds: float


class PostgresGrants:
    """Grants by the account that gave them."""

    def __init__(self, engine: Engine, queue: Queue) -> None:
        self._engine = engine
        self._queue = queue
        self._each_alone = each_alone(engine)

    def used(self, once: str) -> bool:
        """Use up an invitation. False: somebody has used it already."""
        with self._each_alone.connect() as connection:
            new = insert(invitations).values(once=once).on_conflict_do_nothing().returning(invitations.c.once)
            return connection.execute(new).first() is not None

    def give(self, grant: KeptGrant, told: Event) -> None:
        """Keep a grant in the place of an older one, and tell whose it is, in one transaction."""
        with self._engine.begin() as connection:
            hold(connection, [told.subject])
            row = _row(grant)
            new = insert(grants).values(row)
            connection.execute(new.on_conflict_do_update(index_elements=["account"], set_=row))
            store(connection, told)

    def held(self, accounts: Collection[str], keys: Collection[str]) -> frozenset[str]:
        """Give those of these accounts that gave a grant which one of the keys opens."""
        wanted = select(grants.c.account).where(grants.c.account.in_(accounts), grants.c.sealed_by.in_(keys))
        with self._each_alone.connect() as connection:
            return frozenset(connection.execute(wanted).scalars())

    def usable(self, account: str, unlike: str | None, renew: Callable[[KeptGrant], KeptGrant]) -> KeptGrant | None:
        """Give a grant whose access token works a while yet, renewed where it has to be; None where there is none.

        Args:
            account: whose.
            unlike: the sealed tokens that turned out not to work, so that others are needed.
            renew: gives the grant with new tokens; what it raises leaves the grant as it is.
        """
        with self._engine.begin() as connection:
            connection.execute(_BOUND)
            row = connection.execute(_chosen(account).with_for_update()).first()
            kept = _kept(row) if row is not None else None
            if kept is None or (kept.seconds > _TOO_LATE_S and kept.sealed != unlike):
                return kept
            renewed = renew(kept)
            connection.execute(update(grants).where(grants.c.account == account).values(_row(renewed)))
            return renewed

    def lose(self, account: str, id_: str, told: Event) -> None:
        """Forget a grant that is worth nothing any more, and tell whose it was; nothing where there is a newer one."""
        with self._engine.begin() as connection:
            hold(connection, [told.subject])
            if connection.execute(delete(grants).where(grants.c.account == account, grants.c.id == id_)).rowcount:
                store(connection, told)

    def reseal(self, newest: str, again: Callable[[str], str | None]) -> int:
        """Have grants sealed by the newest key that are sealed by others; gives how many were."""
        older = select(grants.c.account, grants.c.sealed).where(grants.c.sealed_by != newest)
        done = 0
        with self._engine.begin() as connection:
            for row in connection.execute(older.limit(_RESEALED_AT_ONCE).with_for_update(skip_locked=True)).all():
                sealed = again(row.sealed)
                if sealed is not None:
                    new = {"sealed": sealed, "sealed_by": newest}
                    connection.execute(update(grants).where(grants.c.account == row.account).values(new))
                    done += 1
        return done

    def tidy(self, seconds: int) -> int:
        """Forget which invitations were used so long ago that none of them would be taken any more."""
        ended = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        with self._each_alone.connect() as connection:
            return connection.execute(delete(invitations).where(invitations.c.used_at < ended)).rowcount

    def counted(self) -> dict[str, int]:
        """Count the grants by the key that sealed them."""
        wanted = select(grants.c.sealed_by, func.count().label("number")).group_by(grants.c.sealed_by)
        with self._each_alone.connect() as connection:
            return {row.sealed_by: row.number for row in connection.execute(wanted)}


def forget(connection: Connection, accounts: Sequence[str]) -> None:
    """Forget what these accounts gave, when the transaction is committed."""
    if accounts:
        connection.execute(delete(grants).where(grants.c.account.in_(accounts)))


def _chosen(account: str) -> Select[tuple[object, ...]]:
    left = func.extract("epoch", grants.c.access_until - func.clock_timestamp()).label("seconds")
    return select(grants, left).where(grants.c.account == account)


def _kept(row: Row[tuple[object, ...]]) -> KeptGrant:
    return KeptGrant(
        account=row.account,
        user=row.user,
        id=row.id,
        cloud=row.cloud,
        sealed=row.sealed,
        sealed_by=row.sealed_by,
        seconds=float(row.seconds),
    )


def _row(grant: KeptGrant) -> dict[str, object]:
    until = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, grant.seconds)
    named = {name: getattr(grant, name) for name in ("account", "user", "id", "cloud", "sealed", "sealed_by")}
    return {**named, "access_until": until}
