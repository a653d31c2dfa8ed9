from datetime import UTC, datetime

import msgspec
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, select, text

from integrations.store import migrate
from integrations.store.alerts import alerts, write
from integrations.store.batch_tables import batches
from integrations.store.forecast_models import forecast_models
from integrations.store.items import PostgresItems
from integrations.store.models import choices, models
from integrations.store.vectors import vectors
from orchestrator.watching.alerts import Alert
from tests.integrations.store.seen import whole
from tests.integrations.store.stored import database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_the_migrations_lead_to_the_tables_that_the_queries_expect(database_url: str) -> None:
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in batches.metadata.tables}
        )
        differences = compare_metadata(context, batches.metadata)

    assert {choices.name, forecast_models.name, models.name, vectors.name} <= batches.metadata.tables.keys()
    assert differences == []


def test_a_database_that_is_up_to_date_is_left_as_it_is(database_url: str) -> None:
    migrate.upgrade(database_url)

    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0029"


def test_documents_of_before_are_found_as_they_were(database_url: str) -> None:
    with database(database_url) as engine:
        items = PostgresItems(engine)
        items.merge([whole(7, description="The form says 500"), whole(8, summary="")])
        now = items.candidates([7, 8])
        for one in now:
            counts = list(zip(one.ids, one.times, strict=True))
            pairs = {"id": one.id, "counts": counts, "length": one.length, "summary": one.summary, "traits": one.traits}
            with engine.begin() as connection:
                old = {"id": one.id, "old": msgspec.msgpack.encode(pairs)}
                connection.execute(text("UPDATE documents SET candidate = :old WHERE id = :id"), old)

        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0006").module.upgrade()

        assert items.candidates([7, 8]) == now


def test_warnings_of_before_are_found_by_their_items(database_url: str) -> None:
    warning = Alert(
        id="a", item=7, project="WEB", team="web", sla='"item":8', at=NOW, chance=620, usual=200, latest=620
    )
    with database(database_url) as engine:
        with engine.begin() as connection:
            write(connection, [warning])
            connection.execute(text("ALTER TABLE alerts DROP COLUMN item"))

        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0027").module.upgrade()

        with engine.connect() as connection:
            assert connection.execute(select(alerts.c.item)).scalars().all() == [7]
