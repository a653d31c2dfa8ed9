"""Brings a database to the tables' present shape; many processes may call it at once. Leaves no connection open."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 8_801_001


def upgrade(url: str) -> None:
    """Apply the migrations that are missing. `url` is SQLAlchemy's; raises sqlalchemy.exc.OperationalError."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        upgrade_within(connection)


def upgrade_within(connection: Connection) -> None:
    """Apply them in the caller's transaction. Raises alembic.util.CommandError for a database of a later version."""
    wait_for_others(connection)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_known(connection: Connection) -> bool:
    """Whether the tables are Yardmaster's, of whatever version."""
    ours = text("SELECT to_regclass('public.alembic_version') IS NOT NULL AND to_regclass('public.ledger') IS NOT NULL")
    return bool(connection.execute(ours).scalar_one())


def wait_for_others(connection: Connection) -> None:
    """Let nobody else change the tables' shape until this transaction ends; who starts meanwhile waits."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
