"""The models that were learned: immutable rows, and which version is in use since when, by whom and why.

The shipped model is no row: it is always there, and in use until another is chosen. Queries stay here.
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
_CHOSEN = text("SELECT version FROM model_choices ORDER BY number DESC LIMIT 1")

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
        self._kept: tuple[float, Model] | None = None
        self._lock = Lock()

    def active(self) -> Model:
        """Give the model in use; the shipped one where what was chosen started from another shipped one."""
        with self._lock:
            now = self._monotonic()
            if self._kept is None or now >= self._kept[0] + KEPT_S:
                made = self._chosen()
                self._kept = (now, SHIPPED if made is None else made.model)
            return self._kept[1]

    def standing(self) -> Standing:
        """Give the versions made from the present shipped one, oldest first, and the one in use."""
        with self._each_alone.connect() as connection:
            made = tuple(connection.execute(select(models.c.made).order_by(models.c.number)).scalars())
        return Standing(made=tuple(one for one in made if one.base == SHIPPED.version), active=self._chosen())

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
            self._kept = None

    def _chosen(self) -> Made | None:
        with self._each_alone.connect() as connection:
            version = connection.execute(_CHOSEN).scalar()
        made = None if version is None else self.version(version)
        return made if made is not None and made.base == SHIPPED.version else None


def _one_at_a_time(connection: Connection) -> None:
    bounded(connection)
    connection.execute(select(func.pg_advisory_xact_lock(_LEARNING)))
