"""Seals the ledger's rows into a chain, one sealer at a time over all processes, and verifies the chain.

Nothing here changes a row. What verifying proves, and what it cannot, is in
`docs/decisions/0002-the-ledger-is-sealed-apart.md`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy import Row as Record

from integrations.store.chain import GENESIS, MOST_TOLD, Inspection, Row, Seal, link
from integrations.store.looks import bounded
from integrations.store.tables import seals, tallies

#: The advisory lock of whoever seals.
LOCK = (8801, 2)
_TRY = select(func.pg_try_advisory_xact_lock(*LOCK))

# OFFSET 0 keeps the join a look-up of each row: by the statistics of a queue, which are always out of date, the whole
# ledger would be read each time.
_WAIT = text("""
    SELECT one.* FROM (SELECT seq FROM unsealed ORDER BY seq LIMIT :limit) waiting
    CROSS JOIN LATERAL (SELECT * FROM ledger WHERE ledger.seq = waiting.seq OFFSET 0) one
    ORDER BY one.seq
""")

_WRITE = text("""
    WITH sealed AS (
        INSERT INTO seals (position, seq, hash)
        SELECT * FROM unnest(CAST(:position AS bigint[]), CAST(:seq AS bigint[]), CAST(:hash AS bytea[]))
    ), waited AS (
        DELETE FROM unsealed WHERE seq = ANY(CAST(:seq AS bigint[]))
    )
    INSERT INTO tallies (kind, entries)
    SELECT * FROM unnest(CAST(:kind AS text[]), CAST(:entries AS bigint[]))
    ON CONFLICT (kind) DO UPDATE SET entries = tallies.entries + excluded.entries
""")

_CHAIN = text("""
    SELECT s.position, s.seq, s.hash, l.kind, l.subject, l.at, l.about, l.decision, l.once, l.commitment,
        sha256(p.salt || p.payload) = l.commitment AS intact
    FROM seals s LEFT JOIN ledger l ON l.seq = s.seq LEFT JOIN ledger_payloads p ON p.seq = s.seq
    ORDER BY s.position
""")

_ASTRAY = text("""
    SELECT seq, 'is in no seal and does not wait for one: its seal was removed, or it was slipped in' AS words
    FROM ledger l
    WHERE NOT EXISTS (SELECT FROM seals s WHERE s.seq = l.seq)
        AND NOT EXISTS (SELECT FROM unsealed u WHERE u.seq = l.seq)
    UNION ALL
    SELECT seq, 'was removed before it was sealed' FROM unsealed u
    WHERE NOT EXISTS (SELECT FROM ledger l WHERE l.seq = u.seq)
    UNION ALL
    SELECT seq, 'is sealed and yet waits to be' FROM unsealed JOIN seals USING (seq)
""")

_LEFT = text("""
    SELECT count(*) AS rows, count(*) FILTER (WHERE since < now() - interval '1 minute') AS late FROM unsealed
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What verifying came to. `head` is the last position and its hash in hex; `found` counts what `findings` tells."""

    rows: int
    erased: int
    unsealed: int
    head: tuple[int, str]
    findings: tuple[str, ...]
    found: int

    def words(self) -> tuple[str, ...]:
        """Give lines for a person."""
        counted = f"{self.rows:,} rows in the chain, {self.erased:,} of them erased; {self.unsealed:,} not sealed yet"
        if not self.findings:
            kept = f"head {self.head[0]}:{self.head[1]} - keep it elsewhere, and give it as --head the next time"
            return counted, "nothing was changed, removed or reordered", kept
        more = self.found - len(self.findings)
        return counted, *self.findings, *([f"and {more:,} findings more"] if more else [])


class Sealer:
    """Gives rows their positions in the chain."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def seal(self, limit: int = 5000) -> int:
        """Seal the rows that wait, in the order of their `seq`; gives how many. 0 also when another is sealing.

        A row that is committed late gets a later position, whatever its `seq` is.
        """
        with self._engine.begin() as connection:
            bounded(connection)
            return seal_waiting(connection, limit) if connection.execute(_TRY).scalar() else 0


def seal_waiting(connection: Connection, limit: int) -> int:
    """Seal rows in the caller's transaction, which holds the sealers' lock; gives how many."""
    rows = _waiting(connection, limit)
    if rows:
        _seal(connection, rows)
    return len(rows)


def seal_all(connection: Connection, limit: int = 5000) -> None:
    """Seal all rows that wait, in the caller's transaction, while nobody else can seal."""
    while seal_waiting(connection, limit):
        continue


def last_seal(connection: Connection) -> tuple[int, bytes]:
    """Give the chain's last position and its hash."""
    last = connection.execute(select(seals.c.position, seals.c.hash).order_by(seals.c.position.desc()).limit(1)).first()
    return (last.position, last.hash) if last else (0, GENESIS)


def verify(engine: Engine, head: tuple[int, str] | None = None, batch: int = 1000) -> Report:
    """Compare the whole chain with the rows, as they stand at one moment.

    Args:
        engine: the ledger's database; it is only read, `batch` rows at a time, and payloads not at all.
        head: a position and its hash in hex, kept elsewhere since an earlier report.
        batch: how many rows are held in memory.
    """
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        return verify_within(connection, head, batch)


def verify_within(connection: Connection, head: tuple[int, str] | None, batch: int = 1000) -> Report:
    """Compare as the caller's transaction sees the chain and the rows."""
    inspection = Inspection(head)
    for seal in _chain(connection, batch):
        inspection.take(seal)
    told, found = inspection.findings({row.kind: row.entries for row in connection.execute(select(tallies))})
    astray, strays = _astray(connection)
    waiting, late = connection.execute(_LEFT).one()
    idle = (f"{late:,} rows have waited for more than a minute: no sealer is running",) if late else ()
    return Report(
        rows=inspection.rows,
        erased=inspection.erased,
        unsealed=waiting,
        head=(inspection.position, inspection.hash.hex()),
        findings=(*told, *astray, *idle),
        found=found + strays + len(idle),
    )


def _waiting(connection: Connection, limit: int) -> Sequence[Row]:
    return [_row(record) for record in connection.execute(_WAIT, {"limit": limit})]


def _seal(connection: Connection, rows: Sequence[Row]) -> None:
    position, before = last_seal(connection)
    hashes = []
    for row in rows:
        before = link(before, row)
        hashes.append(before)
    kinds = Counter(row.kind for row in rows)
    connection.execute(
        _WRITE,
        {
            "position": list(range(position + 1, position + 1 + len(rows))),
            "seq": [row.seq for row in rows],
            "hash": hashes,
            "kind": list(kinds),
            "entries": list(kinds.values()),
        },
    )


def _chain(connection: Connection, batch: int) -> Iterator[Seal]:
    for record in connection.execute(_CHAIN, execution_options={"yield_per": batch}):
        row = None if record.commitment is None else _row(record)
        yield Seal(position=record.position, seq=record.seq, hash=record.hash, row=row, intact=record.intact)


def _astray(connection: Connection) -> tuple[list[str], int]:
    words: list[str] = []
    count = 0
    for count, row in enumerate(connection.execute(_ASTRAY), start=1):
        if count <= MOST_TOLD:
            words.append(f"row {row.seq} {row.words}")
    return words, count


def _row(record: Record[Any]) -> Row:
    return Row(
        seq=record.seq,
        kind=record.kind,
        subject=record.subject,
        at=record.at.astimezone(UTC),
        about=tuple(record.about),
        decision=record.decision,
        once=record.once,
        commitment=record.commitment,
    )
