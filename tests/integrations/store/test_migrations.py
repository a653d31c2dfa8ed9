from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine

from integrations.store import migrate
from integrations.store.tables import METADATA


def test_the_migrations_lead_to_the_tables_that_the_queries_expect(database_url: str) -> None:
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables}
        )
        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_a_database_that_is_up_to_date_is_left_as_it_is(database_url: str) -> None:
    migrate.upgrade(database_url)

    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0005"
