"""The baselines, and the courses of issues that they are made of. A baseline that was frozen is never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, Text, insert, or_, select, type_coerce
from sqlalchemy import func as sql
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.ledger import append
from integrations.store.tables import baselines, item_changes, items
from orchestrator.baseline import Baseline
from orchestrator.changes import Entry
from orchestrator.courses import COUNTED, Course, course
from rules.model import SYSTEM, FieldChange, Line, Moment, Tainted

__all__ = ["Frozen", "PostgresBaselines"]

_ONE_AT_A_TIME = 8803
_AT_ONCE = 1000
_CHANGES = msgspec.json.Decoder(FieldChange)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A baseline with its number, from 1 on, and when it was frozen (domain time)."""

    number: int
    frozen_at: datetime
    baseline: Baseline


class PostgresBaselines:
    """Freezes baselines and gives them back. Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def courses(self, categories: Mapping[str, str]) -> Iterator[Course]:
        """Read off how each issue went that is known and not deleted, few at a time; see `course`."""
        written = type_coerce(item_changes.c.change, Text)
        counted = or_(*(written.contains(f'"field":"{name}"', autoescape=True) for name in COUNTED))
        found = select(sql.array_agg(written, type_=ARRAY(Text)))
        changes = found.where(item_changes.c.item == items.c.id, counted).scalar_subquery()
        wanted = select(items.c.item, changes.label("changes")).where(items.c.item.is_not(None))
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(wanted):
                if not row.item.deleted:
                    yield course(row.item, map(_CHANGES.decode, row.changes or ()), categories)

    def freeze(self, baseline: Baseline, at: datetime, *, another: bool = False) -> Frozen | None:
        """Keep a baseline for good, with an entry in the ledger; None where there is one and no other is wanted.

        Args:
            baseline: what to keep.
            at: domain time.
            another: keep it beside those that are there.
        """
        with self._engine.begin() as connection:
            connection.execute(select(sql.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            known = _all(connection)
            same = next((one for one in known if one.baseline == baseline), None)
            if same is not None or (known and not another):
                return same if another else None
            frozen = Frozen(number=len(known) + 1, frozen_at=at, baseline=baseline)
            row = {"number": frozen.number, "hash": baseline.hash, "frozen_at": at, "baseline": baseline}
            connection.execute(insert(baselines), row)
            append(connection, [_entry(frozen)])
            return frozen

    def all(self) -> tuple[Frozen, ...]:
        """Give all baselines, the first first."""
        with self._engine.connect() as connection:
            return _all(connection)


def _all(connection: Connection) -> tuple[Frozen, ...]:
    return tuple(map(_frozen, connection.execute(select(baselines).order_by(baselines.c.number)).mappings()))


def _frozen(row: RowMapping) -> Frozen:
    return Frozen(number=row["number"], frozen_at=row["frozen_at"].astimezone(UTC), baseline=row["baseline"])


def _entry(frozen: Frozen) -> Entry:
    baseline = frozen.baseline
    words = Line(
        text="froze baseline {0}: how {1} issues went from {2} to {3}",
        parts=(
            Tainted(text=str(frozen.number)),
            Tainted(text=str(baseline.whole.issues)),
            Moment(at=baseline.window.since),
            Moment(at=baseline.window.until),
        ),
    )
    data = {"number": frozen.number, "hash": baseline.hash, "projects": list(baseline.projects)}
    return Entry(kind="baseline.frozen", subject=SYSTEM, at=frozen.frozen_at, text=words, data=data)
