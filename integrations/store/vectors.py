"""What an encoder said of each item, and which items are nearest to a vector. It encodes nothing.

The table is there in any database. What searches it, pgvector with an index for each encoder, is made when an encoder
is set up: a database without pgvector can still hold everything else.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, REAL, BigInteger, Column, Engine, LargeBinary, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.exc import DBAPIError

from integrations.store.tables import METADATA

__all__ = ["AT_ONCE", "NEAREST", "NoPgvector", "PostgresVectors", "Told", "vectors"]

NEAREST = 50
"""How many items a search gives at most that no word need have in common with the text."""
AT_ONCE = 32

OLDEST_PGVECTOR = (0, 8)

vectors = Table(
    "vectors",
    METADATA,
    Column("item", BigInteger, nullable=False),
    Column("encoder", Text, nullable=False),
    Column("said", LargeBinary, nullable=False),
    Column("vector", ARRAY(REAL)),
    PrimaryKeyConstraint("item", "encoder"),
)

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('vectors', 0))")
_VERSION = text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
_FORMER = text("""
    SELECT indexname FROM pg_indexes
    WHERE tablename = 'vectors' AND schemaname = current_schema() AND indexname LIKE 'vectors\\_near\\_%'
""")
# Of the nearest many may be closed long ago: the scan goes on until enough are found that are not. In strict order it
# would leave out what it comes upon late.
_SCAN = text("SET hnsw.ef_search = 200; SET hnsw.iterative_scan = relaxed_order; SET jit = off")
_OF = text("SELECT vector FROM vectors WHERE item = :item AND encoder = :encoder AND said = :said")
_KEEP = text("""
    INSERT INTO vectors (item, encoder, said, vector) VALUES (:item, :encoder, :said, CAST(:vector AS real[]))
    ON CONFLICT (item, encoder) DO UPDATE SET said = excluded.said, vector = excluded.vector
    WHERE (vectors.said, vectors.vector) IS DISTINCT FROM (excluded.said, excluded.vector)
""")
_MISSING = text("""
    SELECT id FROM documents
    WHERE NOT EXISTS (SELECT FROM vectors WHERE vectors.item = documents.id AND vectors.encoder = :encoder)
    ORDER BY id DESC LIMIT :most
""")
_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('encoding', 0))")


class NoPgvector(Exception):
    """The database cannot search vectors; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an encoder said of an item: the digest of its text, and the vector; None where it says nothing."""

    item: int
    said: bytes
    vector: Sequence[float] | None


class PostgresVectors:
    """The vectors of one encoder, whose name is letters and digits. Each method is one transaction."""

    def __init__(self, engine: Engine, encoder: str, width: int) -> None:
        if not encoder.isalnum():
            raise ValueError(f"an encoder's name is letters and digits, not {encoder!r}")
        self._engine = engine
        self._encoder = encoder
        self._width = width
        as_vector = f"CAST(vector AS halfvec({width}))"
        asked = f"CAST(CAST(:asked AS real[]) AS halfvec({width}))"
        mine = f"encoder = '{encoder}' AND item <> :item"
        # Asked as a value, so that the planner keeps to the index's order and looks up items until enough are found.
        self._near = text(f"""
            WITH nearest AS MATERIALIZED (
                SELECT item, {as_vector} <=> {asked} AS apart FROM vectors
                WHERE {mine} AND vector IS NOT NULL AND (
                    SELECT closed_at IS NULL OR closed_at > :resolved_after FROM document_terms WHERE id = vectors.item
                )
                ORDER BY {as_vector} <=> {asked} LIMIT :most
            )
            SELECT item, apart FROM nearest UNION
            SELECT item, {as_vector} <=> {asked} FROM vectors
            WHERE {mine} AND vector IS NOT NULL AND item = ANY(CAST(:among AS bigint[]))
        """)  # noqa: S608 - the name was looked at, the rest is ours
        self._index = text(f"""
            CREATE INDEX IF NOT EXISTS vectors_near_{encoder} ON vectors
            USING hnsw (({as_vector}) halfvec_cosine_ops) WHERE encoder = '{encoder}'
        """)

    def prepare(self) -> None:
        """Make what a search needs, and forget what other encoders said. Raises NoPgvector."""
        try:
            with self._engine.begin() as connection:
                connection.execute(_ALONE)
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
                version = str(connection.execute(_VERSION).scalar_one())
                if tuple(map(int, version.split(".")[:2])) < OLDEST_PGVECTOR:
                    raise NoPgvector(f"the database has pgvector {version}; embeddings need 0.8 or newer")
                connection.execute(text("DELETE FROM vectors WHERE encoder <> :encoder"), {"encoder": self._encoder})
                for name in connection.execute(_FORMER).scalars().all():
                    if name != f"vectors_near_{self._encoder}":
                        connection.execute(text(f'DROP INDEX "{name}"'))
                connection.execute(self._index)
        except DBAPIError as error:
            why = type(error.orig).__name__
            raise NoPgvector(
                f"the database cannot search vectors ({why}): install pgvector 0.8 or newer there and have "
                "`CREATE EXTENSION vector` run, or leave YARDMASTER_EMBEDDINGS empty"
            ) from error

    def of(self, item: int, said: bytes) -> Told | None:
        """Give what was said of an item's text, if it is this one."""
        with self._engine.connect() as connection:
            asked = {"item": item, "encoder": self._encoder, "said": said}
            row = connection.execute(_OF, asked).one_or_none()
            return None if row is None else Told(item=item, said=said, vector=row.vector)

    def keep(self, told: Collection[Told]) -> None:
        """Write what was said of items, in the place of what was said of their former texts."""
        rows = [
            {"item": one.item, "encoder": self._encoder, "said": one.said, "vector": one.vector}
            for one in sorted(told, key=lambda one: one.item)
        ]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(_KEEP, rows)

    def near(
        self, asked: Sequence[float], item: int, resolved_after: datetime, among: Collection[int]
    ) -> Mapping[int, int]:
        """Give how near items are to a vector, but for `item`, in per mille of a copy; what points away is at 0.

        Those `among`, and the nearest that are open or were closed after that.
        """
        given = {
            "asked": list(asked),
            "item": item,
            "resolved_after": resolved_after,
            "among": list(among),
            "most": NEAREST,
        }
        with self._engine.connect() as connection:
            if not connection.info.get("scans"):
                connection.execute(_SCAN)
                connection.commit()
                connection.info["scans"] = True
            rows = connection.execute(self._near, given).all()
        return {row.item: min(1000, max(0, round(1000 * (1 - row.apart)))) for row in rows}

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Tell meanwhile whether it is this process's turn to encode what is missing."""
        with self._engine.begin() as connection:
            yield bool(connection.execute(_TURN).scalar_one())

    def missing(self, most: int = AT_ONCE) -> tuple[int, ...]:
        """Give items of which nothing was said yet, the youngest first."""
        with self._engine.connect() as connection:
            return tuple(connection.execute(_MISSING, {"encoder": self._encoder, "most": most}).scalars())
