"""The models that were learned: immutable rows, and which version is in use since when, by whom and why.

The shipped defaults are no rows: they are always there, each in use until a version that started from it is chosen.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Identity,
    Table,
    Text,
    func,
    insert,
    select,
    text,
)

from integrations.store.alone import each_alone
from integrations.store.columns import Of
from integrations.store.ledger import append
from integrations.store.looks import bounded
from integrations.store.tables import METADATA, Moment
from orchestrator.changes import Entry
from orchestrator.learning import Made, Standing
from orchestrator.related import SHIPPED, Model
from rules.canonical import Value, plain
from rules.model import SYSTEM, Line, Tainted

__all__ = ["Chosen", "PostgresModels", "choices", "models"]

#: For so many seconds of transport time a worker goes on with the version that it read.
KEPT_S = 10.0
_LEARNING = 8_804
_CHOSEN = text("""
    SELECT version FROM model_choices WHERE version = :base OR starts_with(version, :base || '.')
    ORDER BY number DESC LIMIT 1
""")

models = Table(
    "models",
    METADATA,
    Column("version", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("made", Of(Made), nullable=False),
)

choices = Table(
    "model_choices",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("version", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("stays", Boolean, nullable=False),
)


class Chosen(Value, frozen=True, kw_only=True):
    """Which version was taken into use when (domain time), by whom and why; `stays`: learning does not change it."""

    version: str
    at: datetime
    by: str
    why: str
    stays: bool = False


class PostgresModels:
    """Keeps the version that it read for some seconds: a decision names the one that it was made with."""

    def __init__(self, engine: Engine, monotonic: Callable[[], float]) -> None:
        self._engine, self._each_alone = engine, each_alone(engine)
        self._monotonic = monotonic
        self._kept: dict[str, tuple[float, Model]] = {}
        self._lock = Lock()

    def active(self, defaults: Model = SHIPPED) -> Model:
        """Give the model in use that started from these defaults, which may be themselves."""
        base, now = defaults.version, self._monotonic()
        with self._lock:
            if base not in self._kept or now >= self._kept[base][0] + KEPT_S:
                made = self._chosen(base)
                self._kept[base] = (now, defaults if made is None else made.model)
            return self._kept[base][1]

    def standing(self, defaults: Model = SHIPPED) -> Standing:
        """Give the versions that were made from these defaults, oldest first, and the one in use."""
        base = defaults.version
        with self._each_alone.connect() as connection:
            made = tuple(connection.execute(select(models.c.made).order_by(models.c.number)).scalars())
        ours = tuple(one for one in made if one.base == base)
        return Standing(defaults=defaults, made=ours, active=self._chosen(base))

    def version(self, version: str) -> Made | None:
        """Give one that was learned."""
        with self._each_alone.connect() as connection:
            found: Made | None = connection.execute(select(models.c.made).where(models.c.version == version)).scalar()
            return found

    def chosen(self, limit: int) -> tuple[Chosen, ...]:
        """Give what was taken into use, the newest first."""
        query = select(choices).order_by(choices.c.number.desc()).limit(limit)
        with self._each_alone.connect() as connection:
            return tuple(
                Chosen(version=row.version, at=row.at.astimezone(UTC), by=row.by, why=row.why, stays=row.stays)
                for row in connection.execute(query)
            )

    def keep(self, made: Made) -> None:
        """Keep a version for good, without using it; one that is there already stays as it is."""
        with self._engine.begin() as connection:
            _one_at_a_time(connection)
            if connection.execute(select(models.c.version).where(models.c.version == made.version)).first() is None:
                connection.execute(insert(models).values(version=made.version, made=made))

    def use(self, chosen: Chosen) -> None:
        """Take a version into use everywhere; who and why is recorded."""
        parts = (Tainted(text=chosen.version), Tainted(text=chosen.by), Tainted(text=chosen.why))
        words = Line(text="model {0} is in use, by {1}: {2}", parts=parts)
        entry = Entry(kind="model.chosen", subject=SYSTEM, at=chosen.at, text=words, data=plain(chosen))
        with self._engine.begin() as connection:
            _one_at_a_time(connection)
            said = {"version": chosen.version, "at": chosen.at, "by": chosen.by, "why": chosen.why}
            connection.execute(insert(choices).values(**said, stays=chosen.stays))
            append(connection, [entry])
        with self._lock:
            self._kept.clear()

    def choice(self, base: str) -> str | None:
        """Give which version was taken into use last of those that started from a base; None where none ever was."""
        with self._each_alone.connect() as connection:
            version: str | None = connection.execute(_CHOSEN, {"base": base}).scalar()
            return version

    def _chosen(self, base: str) -> Made | None:
        version = self.choice(base)
        return None if version is None else self.version(version)


def _one_at_a_time(connection: Connection) -> None:
    bounded(connection)
    connection.execute(select(func.pg_advisory_xact_lock(_LEARNING)))
