"""The ledger: appends inside the caller's transaction, and reads. It chains nothing; that is the sealer's.

What a person may want erased, an entry's sentence and data, stands apart from the row, which keeps only a salted hash
of it.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, Engine, Row, Select, any_, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.columns import written
from integrations.store.tables import ledger, ledger_payloads, seals, tallies, unsealed
from orchestrator.changes import Entry
from orchestrator.memory import TrailRow
from rules.canonical import Value
from rules.model import SYSTEM, Line, Subject

#: What is read in place of a sentence whose payload was erased; such an entry's data is None.
ERASED = Line(text="what stood here was erased")

_APPEND = text("""
    SELECT append_entry(kind, subject, at, CAST(about AS bigint[]), decision, once, commitment, salt, payload)
    FROM unnest(
        CAST(:kind AS text[]), CAST(:subject AS text[]), CAST(:at AS timestamptz[]), CAST(:about AS text[]),
        CAST(:decision AS text[]), CAST(:once AS text[]), CAST(:commitment AS bytea[]), CAST(:salt AS bytea[]),
        CAST(:payload AS bytea[])
    ) AS given(kind, subject, at, about, decision, once, commitment, salt, payload)
""")


class Payload(Value, frozen=True, kw_only=True):
    """What may be erased of an entry."""

    text: Line
    data: dict[str, Any] = msgspec.field(default_factory=dict)


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Append entries in their order, in the caller's transaction and one round trip.

    An entry whose `once` is there already is left out. Texts that PostgreSQL or UTF-8 cannot hold do not stop it.
    Raises TypeError for a float in an entry's data.
    """
    if entries:
        rows = [row_of(entry) for entry in entries]
        connection.execute(_APPEND, {name: [row[name] for row in rows] for name in rows[0]})


class PostgresLedger:
    """Reads the ledger, and erases payloads from it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def trail(self, item: int, limit: int) -> tuple[TrailRow, ...]:
        """Give the rows about an item, sealed or not, oldest first, the newest `limit`."""
        wanted = _entries(ledger.c.seq).where(ledger.c.about.contains([item]))
        return tuple(reversed(self._rows(wanted.order_by(ledger.c.seq.desc()).limit(limit))))

    def entries_after(self, position: int, limit: int) -> tuple[TrailRow, ...]:
        """Give sealed rows in the chain's order; each `seq` is the row's position."""
        chained = _entries(seals.c.position).join(seals, seals.c.seq == ledger.c.seq)
        return self._rows(chained.where(seals.c.position > position).order_by(seals.c.position).limit(limit))

    def last(self) -> int:
        """Give the last sealed position, 0 for none."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.max(seals.c.position), 0))).scalar_one())

    def decision(self, decision: str) -> dict[str, Any] | None:
        """Give what was recorded when a decision was made; None where there is none or it was erased."""
        made = _entries(ledger.c.seq).where(ledger.c.decision == storable(decision), ledger.c.kind == "decision.made")
        with self._engine.connect() as connection:
            row = connection.execute(made.order_by(ledger.c.seq).limit(1)).first()
        return None if row is None or row.payload is None else _payload(row.payload).data

    def tallies(self) -> dict[str, int]:
        """Count the sealed rows by kind."""
        with self._engine.connect() as connection:
            return {row.kind: row.entries for row in connection.execute(select(tallies).order_by(tallies.c.kind))}

    def counts(self) -> tuple[int, int]:
        """Count all rows, and those not sealed yet."""
        sealed = select(func.coalesce(func.sum(tallies.c.entries), 0)).scalar_subquery()
        waiting = select(func.count()).select_from(unsealed).scalar_subquery()
        with self._engine.connect() as connection:
            done, left = connection.execute(select(sealed, waiting)).one()
        return int(done) + left, left

    def erase(self, seqs: Collection[int], why: Line, at: datetime) -> int:
        """Remove the payloads of rows (`seq` as in the trail) for good, and record that; gives how many there were."""
        chosen = any_(literal(list(seqs), ARRAY(BigInteger)))
        gone = delete(ledger_payloads).where(ledger_payloads.c.seq == chosen).returning(ledger_payloads.c.seq)
        with self._engine.begin() as connection:
            rows = sorted(connection.execute(gone).scalars())
            if rows:
                append(connection, [Entry(kind="ledger.erased", subject=SYSTEM, at=at, text=why, data={"rows": rows})])
        return len(rows)

    def _rows(self, statement: Select[Any]) -> tuple[TrailRow, ...]:
        with self._engine.connect() as connection:
            return tuple(_trail_row(row) for row in connection.execute(statement))


def storable(words: str) -> str:
    r"""Write what PostgreSQL's text cannot hold, U+0000 and lone surrogates, as `\x00` and `\ud800`."""
    return words.replace("\x00", "\\x00").encode(errors="backslashreplace").decode()


def row_of(entry: Entry) -> dict[str, Any]:
    """Give an entry as `append_entry` takes it, with a new salt."""
    salt = secrets.token_bytes(16)
    payload = written(Payload(text=entry.text, data=entry.data)).encode()
    return {
        "kind": storable(entry.kind),
        "subject": storable(str(entry.subject)),
        "at": entry.at,
        "about": f"{{{','.join(map(str, entry.about))}}}",
        "decision": None if entry.decision is None else storable(entry.decision),
        "once": None if entry.once is None else storable(entry.once),
        "commitment": hashlib.sha256(salt + payload).digest(),
        "salt": salt,
        "payload": payload,
    }


def _entries(number: Any) -> Select[Any]:
    columns = (ledger.c.kind, ledger.c.subject, ledger.c.at, ledger.c.about, ledger.c.decision, ledger.c.once)
    payload = ledger_payloads.c.payload
    joined = ledger.outerjoin(ledger_payloads, ledger_payloads.c.seq == ledger.c.seq)
    return select(number.label("number"), *columns, payload).select_from(joined)


def _trail_row(row: Row[Any]) -> TrailRow:
    payload = None if row.payload is None else _payload(row.payload)
    data: Any = None if payload is None else payload.data
    entry = Entry(
        kind=row.kind,
        subject=Subject.parse(row.subject),
        at=row.at.astimezone(UTC),
        text=ERASED if payload is None else payload.text,
        about=tuple(row.about),
        data=data,
        decision=row.decision,
        once=row.once,
    )
    return TrailRow(seq=row.number, entry=entry)


def _payload(stored: bytes) -> Payload:
    return msgspec.json.decode(stored, type=Payload)
