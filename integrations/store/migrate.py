"""Brings a database to the tables' present shape; many processes may call it at once. Leaves no connection open."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine, text

_LOCK = 8_801_001


def upgrade(url: str) -> None:
    """Apply the migrations that are missing. `url` is SQLAlchemy's; raises sqlalchemy.exc.OperationalError."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
