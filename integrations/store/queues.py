"""Which items are open, by project, with what puts them in a queue's order at first sight. It weighs nothing for good.

The rows are written with the items, inside the transaction that changes them; the rows of the items are locked then.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Table, Text, text

from integrations.store.ledger import storable
from integrations.store.tables import METADATA, Moment, items
from orchestrator.impact import breaks_at, neighbours
from rules.model import Item

open_items = Table(
    "open_items",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project", Text, nullable=False),
    Column("waiting", Integer, nullable=False, comment="how many links lead to what waits for it, or repeats it"),
    Column("breaks_at", Moment, comment="when the first of its SLA clocks breaks that run"),
    Index("open_items_waiting", "project", text("waiting DESC"), "id"),
    Index("open_items_breaks", "project", "breaks_at", "id", postgresql_where=text("breaks_at IS NOT NULL")),
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
        (SELECT id FROM open_items WHERE project = :project AND breaks_at IS NOT NULL
            ORDER BY breaks_at, id LIMIT :most)
    )
    SELECT items.item, (SELECT count(*) FROM open_items WHERE project = :project) AS number
    FROM found JOIN items USING (id) ORDER BY id
""").columns(item=items.c.item.type)


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


def first(connection: Connection, project: str, most: int) -> tuple[tuple[Item, ...], int]:
    """Give the open items of a project with most links that something waits by, and those whose SLA breaks first.

    At most so many of either, in the order of their ids; and how many open items the project has.
    """
    rows = connection.execute(_FIRST, {"project": storable(project), "most": most}).all()
    return tuple(row.item for row in rows), rows[0].number if rows else 0
