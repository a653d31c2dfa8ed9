"""What teams were warned of, and what came of it. It must not decide what is worth a warning."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Connection, Engine, Index, Table, Text, select, text
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.columns import Of
from integrations.store.tables import METADATA, Moment
from orchestrator.watching.alerts import Alert

alerts = Table(
    "alerts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("item", BigInteger, nullable=False),
    Column("team", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("ended", Boolean, nullable=False),
    Column("alert", Of(Alert), nullable=False),
    Index("alerts_running", "team", "at", postgresql_where=text("NOT ended")),
    Index("alerts_item", "item", postgresql_where=text("NOT ended")),
    Index("alerts_told", "project", "told_at", postgresql_where=text("told_at IS NOT NULL")),
)


def write(connection: Connection, given: Iterable[Alert]) -> None:
    """Write warnings; of one the last word counts."""
    rows = [
        {
            "id": one.id,
            "item": one.item,
            "team": one.team,
            "project": one.project,
            "at": one.at,
            "told_at": one.told_at,
            "ended": one.ended_at is not None,
            "alert": one,
        }
        for _, one in sorted({one.id: one for one in given}.items())
    ]
    if rows:
        new = insert(alerts)
        later = {"told_at": new.excluded.told_at, "ended": new.excluded.ended, "alert": new.excluded.alert}
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=later), rows)


class PostgresAlerts:
    """Warnings, the same for every worker."""

    def __init__(self, engine: Engine) -> None:
        self._each_alone = each_alone(engine)

    def running(self, teams: Collection[str]) -> tuple[Alert, ...]:
        """Give those of teams that have not ended, the oldest first."""
        return self._of(alerts.c.team.in_(sorted(teams)), ~alerts.c.ended)

    def told_since(self, projects: Collection[str], since: datetime) -> tuple[Alert, ...]:
        """Give those about projects that were told since a moment, ended or not, the oldest first."""
        return self._of(alerts.c.project.in_(sorted(projects)), alerts.c.told_at >= since)

    def _of(self, *wanted: ColumnElement[bool]) -> tuple[Alert, ...]:
        with self._each_alone.connect() as connection:
            found = select(alerts.c.alert).where(*wanted).order_by(alerts.c.at, alerts.c.id)
            return tuple(connection.execute(found).scalars())
