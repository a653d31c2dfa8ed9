"""What teams are told unasked, each notice as it stands. It must not decide what is told, nor to whom."""

from collections.abc import Collection, Iterable

from sqlalchemy import Boolean, Column, ColumnElement, Connection, Engine, Index, Table, Text, select, text
from sqlalchemy.dialects.postgresql import insert

from integrations.store.alone import each_alone
from integrations.store.columns import Of
from integrations.store.tables import METADATA, Moment
from orchestrator.changes import Notice

notices = Table(
    "notices",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("notice", Of(Notice), nullable=False),
    Index("notices_standing", "team", "at", postgresql_where=text("NOT ended")),
)


def write(connection: Connection, given: Iterable[Notice]) -> None:
    """Write notices; of one the last word counts."""
    rows = [
        {"id": one.id, "kind": one.kind, "team": one.team, "at": one.at, "ended": one.ended, "notice": one}
        for _, one in sorted({one.id: one for one in given}.items())
    ]
    if rows:
        new = insert(notices)
        later = {"ended": new.excluded.ended, "notice": new.excluded.notice}
        connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=later), rows)


class PostgresNotices:
    """What was told, the same for every worker."""

    def __init__(self, engine: Engine) -> None:
        self._each_alone = each_alone(engine)

    def notice(self, id_: str) -> Notice | None:
        """Give a notice by its id."""
        with self._each_alone.connect() as connection:
            found: Notice | None = connection.execute(select(notices.c.notice).where(notices.c.id == id_)).scalar()
            return found

    def told_to(self, teams: Collection[str]) -> tuple[Notice, ...]:
        """Give the notices to these teams that have not ended, the newest first."""
        return self._told(notices.c.team.in_(sorted(teams)), ~notices.c.ended)

    def _told(self, *wanted: ColumnElement[bool]) -> tuple[Notice, ...]:
        ordered = select(notices.c.notice).where(*wanted).order_by(notices.c.at.desc(), notices.c.id.desc())
        with self._each_alone.connect() as connection:
            return tuple(connection.execute(ordered).scalars())
