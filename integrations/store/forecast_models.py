"""The patterns of how promises go that were learnt: immutable rows. Which is in use, the choices of all models say."""

from collections.abc import Callable
from threading import Lock

from sqlalchemy import BigInteger, Column, Engine, Identity, Table, Text, insert, select

from integrations.store.alone import each_alone
from integrations.store.columns import Of
from integrations.store.models import KEPT_S, PostgresModels
from integrations.store.tables import METADATA
from orchestrator.forecast.learnt import InUse
from orchestrator.forecast.taught import Taught

__all__ = ["PostgresForecastModels", "forecast_models"]

forecast_models = Table(
    "forecast_models",
    METADATA,
    Column("version", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("made", Of(Taught), nullable=False),
)


class PostgresForecastModels:
    """Keeps the version that it read for some seconds: a forecast names the one that it was made with."""

    def __init__(self, engine: Engine, choices: PostgresModels, monotonic: Callable[[], float]) -> None:
        self._each_alone, self._choices, self._monotonic = each_alone(engine), choices, monotonic
        self._kept: dict[str, tuple[float, InUse | None]] = {}
        self._lock = Lock()

    def in_use(self, base: str) -> InUse | None:
        """Give the version in use that started from these counts; None where they alone are."""
        now = self._monotonic()
        with self._lock:
            if base not in self._kept or now >= self._kept[base][0] + KEPT_S:
                active = self.active(base)
                self._kept[base] = now, None if active is None else active.in_use
            return self._kept[base][1]

    def active(self, base: str) -> Taught | None:
        """Give the version in use that started from these counts; None where they alone are."""
        version = self._choices.choice(base)
        return None if version is None else self.version(version)

    def made(self) -> tuple[Taught, ...]:
        """Give all versions, the oldest first."""
        with self._each_alone.connect() as connection:
            return tuple(
                connection.execute(select(forecast_models.c.made).order_by(forecast_models.c.number)).scalars()
            )

    def version(self, version: str) -> Taught | None:
        """Give one that was learnt."""
        wanted = select(forecast_models.c.made).where(forecast_models.c.version == version)
        with self._each_alone.connect() as connection:
            found: Taught | None = connection.execute(wanted).scalar()
            return found

    def keep(self, taught: Taught) -> None:
        """Keep a version for good, without using it."""
        with self._each_alone.connect() as connection:
            connection.execute(insert(forecast_models).values(version=taught.version, made=taught))
