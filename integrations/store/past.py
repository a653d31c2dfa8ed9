"""Reads who did what: the latest issues of a project with what happened to them, and what people have open."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import BigInteger, Connection, Text, text

from integrations.store.ledger import storable
from integrations.store.tables import items
from orchestrator.courses import COUNTED
from orchestrator.people.past import Gone
from rules.model import FieldChange, Item

_LATEST = text("""
    WITH latest AS (
        SELECT DISTINCT item AS id FROM item_keys WHERE starts_with(key, :prefix) ORDER BY item DESC LIMIT :most
    )
    SELECT items.id, items.item FROM latest JOIN items USING (id) WHERE items.item IS NOT NULL ORDER BY items.id
""").columns(id=BigInteger, item=items.c.item.type)
_CHANGES = text("""
    SELECT item, change FROM item_changes
    WHERE item = ANY (CAST(:ids AS bigint[])) AND substring(change FROM '"field":"([^"]*)"') = ANY (:fields)
""").columns(item=BigInteger, change=Text)
# An item's fields are written in the order of their names, so that its assignee stands first.
_HELD = text("""
    SELECT items.item FROM open_items JOIN items USING (id)
    WHERE substring(items.item FROM '^[{]"assignee":"([^"]*)"') = ANY (:accounts) ORDER BY items.id
""").columns(item=items.c.item.type)
_OWNERS = text("""
    SELECT substring(items.item FROM '^[{]"assignee":"([^"]*)"') AS account, count(*) AS number
    FROM open_items JOIN items USING (id) GROUP BY 1
""")
_PROJECTS = text("SELECT project FROM open_items GROUP BY project ORDER BY count(*) DESC, project LIMIT :most")
_CHANGE = msgspec.json.Decoder(FieldChange)


def latest(connection: Connection, project: str, most: int) -> tuple[Gone, ...]:
    """Give the latest issues of a project, at most so many, in the order of their ids."""
    rows = connection.execute(_LATEST, {"prefix": storable(f"{project}-"), "most": most}).all()
    found = [row.item for row in rows if row.item.project == project and not row.item.deleted]
    changes = changed(connection, [one.id for one in found], COUNTED)
    return tuple(Gone(item=one, changes=tuple(changes.get(one.id, ()))) for one in found)


def changed(connection: Connection, ids: Collection[int], fields: Collection[str]) -> dict[int, list[FieldChange]]:
    """Give the changes of these fields by the ids of their issues, in no order; none where nothing is known."""
    found: dict[int, list[FieldChange]] = {}
    for row in connection.execute(_CHANGES, {"ids": list(ids), "fields": list(fields)}):
        found.setdefault(row.item, []).append(_CHANGE.decode(row.change))
    return found


def held(connection: Connection, accounts: Sequence[str]) -> tuple[Item, ...]:
    """Give the open items that are assigned to any of these accounts."""
    rows = connection.execute(_HELD, {"accounts": [storable(one) for one in accounts]})
    return tuple(row.item for row in rows if row.item.assignee in accounts)


def owners(connection: Connection) -> dict[str, int]:
    """Give how many open items are assigned to each account that has any."""
    return {row.account: row.number for row in connection.execute(_OWNERS) if row.account}


def projects(connection: Connection, most: int) -> tuple[str, ...]:
    """Give the projects with most open items."""
    return tuple(connection.execute(_PROJECTS, {"most": most}).scalars())
