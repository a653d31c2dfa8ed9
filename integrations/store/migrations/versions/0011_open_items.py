"""Which items are open, by project, with how many links lead to what waits for each."""

from pathlib import Path
from typing import Any

import msgspec
from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"

_AT_ONCE = 1_000
_BY = {
    "outward": {"blocks", "blocker", "gantt end to start", "causes", "problem/incident"},
    "inward": {"depends", "dependency", "dependent", "requires", "duplicate", "duplicates"},
}
_SOME = text("SELECT id, item FROM items WHERE id > :after ORDER BY id LIMIT :most")
_WRITE = text("""
    INSERT INTO open_items (id, project, waiting)
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:projects AS text[]), CAST(:waiting AS integer[]))
""")


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    cursor.close()
    after = -(2**63)
    while rows := op.get_bind().execute(_SOME, {"after": after, "most": _AT_ONCE}).all():
        after = rows[-1].id
        known = {row.id: msgspec.json.decode(row.item) for row in rows if row.item is not None}
        still = {id_: item for id_, item in known.items() if _is_open(item)}
        told = {"ids": list(still), "projects": [item["project"] for item in still.values()]}
        op.get_bind().execute(_WRITE, told | {"waiting": [_waiting(item) for item in still.values()]})


def _is_open(item: dict[str, Any]) -> bool:
    return item["status"]["category"] != "done" and not item.get("deleted", False)


def _waiting(item: dict[str, Any]) -> int:
    return len({link["other"] for link in item.get("links", ()) if link["type"].casefold() in _BY[link["direction"]]})
