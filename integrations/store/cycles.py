"""Completed cycles of SLA clocks as they were told when they were first seen. It must not decide which are kept."""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Connection, Engine, Integer, Table, Text, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.ledger import append, storable
from integrations.store.looks import bounded
from integrations.store.tables import METADATA, Moment, item_keys, items
from orchestrator.changes import Entry
from orchestrator.sla.ended import Ended
from rules.model import Item

cycles = Table(
    "cycles",
    METADATA,
    Column("item", BigInteger, primary_key=True, autoincrement=False),
    Column("sla", Text, primary_key=True),
    Column("started", Moment, primary_key=True),
    Column("stopped", Moment, nullable=False),
    Column("within", Integer, nullable=False, comment="seconds"),
    Column("elapsed", Integer, nullable=False, comment="seconds"),
    Column("breached", Boolean, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("basis", Text, nullable=False, comment="the digest of the rule, its calendars and teams"),
    Column("at", Moment, nullable=False),
)
_KEY = ("item", "sla", "started")


def write(connection: Connection, new: Iterable[Ended], gone: Iterable[Ended] = ()) -> None:
    """Write what is kept, in the place of what was, and forget what was kept by mistake; in the order of their keys."""
    if lost := sorted((one.item, one.sla, one.started) for one in gone):
        connection.execute(delete(cycles).where(tuple_(*(cycles.c[name] for name in _KEY)).in_(lost)))
    rows = [msgspec.structs.asdict(one) for one in sorted(new, key=lambda one: (one.item, one.sla, one.started))]
    if rows:
        row = insert(cycles)
        later = {column.name: row.excluded[column.name] for column in cycles.c if column.name not in _KEY}
        connection.execute(row.on_conflict_do_update(index_elements=list(_KEY), set_=later), rows)


def of_items(connection: Connection, ids: Collection[int]) -> dict[int, list[Ended]]:
    """Give what is kept of issues, by their ids."""
    found: dict[int, list[Ended]] = {}
    kept = select(cycles).where(cycles.c.item.in_(list(ids))).order_by(*(cycles.c[name] for name in _KEY))
    for row in connection.execute(kept).mappings():
        found.setdefault(row["item"], []).append(Ended(**row))
    return found


class PostgresCycles:
    """Goes through all issues, and writes what is kept of them, apart from any look."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._each_alone = engine, each_alone(engine)

    def issues(self, project: str | None, after: int, most: int) -> tuple[Item, ...]:
        """Give the next known issues by id, of one project or all; those too that once were of it."""
        named = select(items.c.item).where(items.c.id > after, items.c.item.is_not(None))
        if project is not None:
            keys = select(item_keys.c.item).where(item_keys.c.key.startswith(storable(f"{project}-"), autoescape=True))
            named = named.where(items.c.id.in_(keys))
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(named.order_by(items.c.id).limit(most)).scalars())

    def keep(self, new: Sequence[Ended], gone: Sequence[Ended], entry: Entry | None = None) -> None:
        """Write and forget in one transaction, and record that, where there is something to record."""
        with self._engine.begin() as connection:
            bounded(connection)
            write(connection, new, gone)
            append(connection, [entry] if entry is not None else [])
