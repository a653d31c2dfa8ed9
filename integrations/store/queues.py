"""Which items are open, by project, with what puts them in a queue's order at first sight. It weighs nothing for good.

The rows are written with the items, inside the transaction that changes them; the rows of the items are locked then.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, Integer, Table, Text, text

from integrations.store.ledger import storable
from integrations.store.looks import bounded
from integrations.store.tables import METADATA, Moment, items
from orchestrator.impact import breaks_at, neighbours
from orchestrator.sla.placed import Place
from rules.model import Item

open_items = Table(
    "open_items",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project", Text, nullable=False),
    Column("waiting", Integer, nullable=False, comment="how many links lead to what waits for it, or repeats it"),
    Column("breaks_at", Moment, comment="when the first of its SLA clocks breaks that run"),
    Column("promised_at", Moment, comment="when the first clock of the rules breaks"),
    Column("promised_by", Text, comment="the digest of the rules that say so; null while none did"),
    Index("open_items_waiting", "project", text("waiting DESC"), "id"),
    Index("open_items_breaks", "project", "breaks_at", "id", postgresql_where=text("breaks_at IS NOT NULL")),
    Index("open_items_promised", "project", "promised_at", "id", postgresql_where=text("promised_at IS NOT NULL")),
)

#: Two parts of a statement with `WITH`: they want what `places` gives.
KEPT = """
    placed AS (
        INSERT INTO open_items (id, project, waiting, breaks_at)
        SELECT * FROM unnest(
            CAST(:open AS bigint[]), CAST(:project AS text[]), CAST(:waiting AS integer[]),
            CAST(:breaks_at AS timestamptz[])
        ) AS told (id, project, waiting, breaks_at)
        ON CONFLICT (id) DO UPDATE
        SET project = excluded.project, waiting = excluded.waiting, breaks_at = excluded.breaks_at
        WHERE (open_items.project, open_items.waiting, open_items.breaks_at)
            IS DISTINCT FROM (excluded.project, excluded.waiting, excluded.breaks_at)
    ), taken AS (
        DELETE FROM open_items WHERE id = ANY (CAST(:closed AS bigint[]))
    )
"""

_FIRST = text("""
    WITH found AS (
        (SELECT id FROM open_items WHERE project = :project ORDER BY waiting DESC, id LIMIT :most)
        UNION
        (SELECT id FROM open_items WHERE project = :project AND breaks_at > :now ORDER BY breaks_at, id LIMIT :most)
        UNION
        (SELECT id FROM open_items WHERE project = :project AND promised_at > :now ORDER BY promised_at, id LIMIT :most)
        UNION
        (SELECT id FROM open_items WHERE project = :project AND breaks_at <= :now
            ORDER BY breaks_at DESC, id LIMIT :most)
        UNION
        (SELECT id FROM open_items WHERE project = :project AND promised_at <= :now
            ORDER BY promised_at DESC, id LIMIT :most)
    )
    SELECT items.item, (SELECT count(*) FROM open_items WHERE project = :project) AS number
    FROM found JOIN items USING (id) ORDER BY id
""").columns(item=items.c.item.type)

_PLACE = text("""
    UPDATE open_items SET promised_at = told.at, promised_by = told.by
    FROM unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[]), CAST(:by AS text[])) AS told (id, at, by)
    WHERE open_items.id = told.id
        AND (open_items.promised_at, open_items.promised_by) IS DISTINCT FROM (told.at, told.by)
""")
_RENEW = text(f"{_PLACE.text} AND open_items.promised_by IS DISTINCT FROM told.by")
_STALE = text("""
    SELECT items.item FROM open_items JOIN items USING (id)
    WHERE promised_by IS DISTINCT FROM :by ORDER BY id LIMIT :most
""").columns(item=items.c.item.type)
_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended('placing', 0))")


def places(changed: Collection[int], known: Iterable[Item]) -> dict[str, Any]:
    """Give the places in queues of items that changed: of those known that are open, and the rest's ends."""
    still = [one for one in known if one.id in changed and one.is_open and not one.deleted]
    return {
        "open": [one.id for one in still],
        "project": [storable(one.project) for one in still],
        "waiting": [len(neighbours(one)) for one in still],
        "breaks_at": [breaks_at(one) for one in still],
        "closed": sorted(set(changed) - {one.id for one in still}),
    }


def first(connection: Connection, project: str, most: int, now: datetime) -> tuple[tuple[Item, ...], int]:
    """Give the open items of a project with most links that something waits by, and those whose SLA breaks first.

    At most so many of each: by links, by the next breach of a clock of Jira and of one of the rules, and by the last
    breach of each kind; in the order of their ids. And how many open items the project has.
    """
    rows = connection.execute(_FIRST, {"project": storable(project), "most": most, "now": now}).all()
    return tuple(row.item for row in rows), rows[0].number if rows else 0


def place(connection: Connection, places: Iterable[Place], *, only_stale: bool = False) -> None:
    """Write when the first clock of the rules breaks; `only_stale`: not where a look did so meanwhile."""
    told = sorted(places, key=lambda one: one.item)
    if told:
        columns = {"ids": [one.item for one in told], "at": [one.at for one in told], "by": [one.by for one in told]}
        connection.execute(_RENEW if only_stale else _PLACE, columns)


class PostgresPlaces:
    """The places of open items, apart from looks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def renew(self, by: str, most: int, placed: Callable[[Sequence[Item]], Iterable[Place]]) -> int:
        """Write the places of the next items that other rules placed, or none, in one transaction; gives how many.

        None where another process is at it.
        """
        with self._engine.begin() as connection:
            bounded(connection, flushed=False)
            if not connection.execute(_ALONE).scalar():
                return 0
            found = connection.execute(_STALE, {"by": by, "most": most}).scalars().all()
            place(connection, placed(found), only_stale=True)
            return len(found)
