"""Who opened their page in App Home, what it shows, and whom it tells of. It must not decide what a page shows."""

from collections.abc import Collection

from sqlalchemy import Column, Connection, Engine, Index, Table, Text, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from integrations.store.alone import each_alone
from integrations.store.tables import METADATA, Moment
from orchestrator.home import HomeRow
from rules.model import Subject

#: For so long after it was opened a page is kept up to date by itself; opening it again brings it up to date anyway.
_LATELY = func.make_interval(0, 0, 0, 0, 12)

homes = Table(
    "homes",
    METADATA,
    Column("user", Text, primary_key=True),
    Column("opened_at", Moment, nullable=False, comment="transport"),
    Column("shown", Text),
    Column("watches", ARRAY(Text), nullable=False),
    Index("homes_watches", "watches", postgresql_using="gin"),
)


def open_lately(connection: Connection, people: Collection[str]) -> list[Subject]:
    """Give the pages, opened lately, that tell of any of these people."""
    if not people:
        return []
    lately = homes.c.opened_at > func.now() - _LATELY
    found = select(homes.c.user).where(homes.c.watches.overlap(sorted(people)), lately).order_by(homes.c.user)
    return [Subject(kind="home", id=user) for user in connection.execute(found).scalars()]


class PostgresHomes:
    """What is known of everybody's page."""

    def __init__(self, engine: Engine) -> None:
        self._each_alone = each_alone(engine)

    def home(self, user: str) -> HomeRow | None:
        """Give what is known of a user's page; None where they never opened it."""
        with self._each_alone.connect() as connection:
            row = connection.execute(select(homes).where(homes.c.user == user)).first()
        return None if row is None else HomeRow(user=user, shown=row.shown, watches=tuple(row.watches))

    def opened(self, user: str) -> None:
        """Remember that a user opened their page just now."""
        row = insert(homes).values(user=user, opened_at=func.now(), watches=[])
        again = row.on_conflict_do_update(index_elements=["user"], set_={"opened_at": func.now()})
        with self._each_alone.connect() as connection:
            connection.execute(again)

    def home_shown(self, row: HomeRow) -> None:
        """Write what a page shows, and whom it tells of."""
        shown = {"shown": row.shown, "watches": list(row.watches)}
        with self._each_alone.connect() as connection:
            connection.execute(update(homes).where(homes.c.user == row.user).values(shown))
