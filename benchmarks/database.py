"""A PostgreSQL of its own for a measurement, as durable as the real one, of which nothing is left behind."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from integrations.store import migrate, private_postgres
from integrations.store.private_postgres import PrivatePostgres


@contextmanager
def own_database(*, commit_times: bool = False) -> Iterator[PrivatePostgres]:
    """Start it and bring its database to the present shape; `commit_times`: it remembers when each change was made."""
    home = Path(tempfile.mkdtemp(prefix="ym-bench-"))
    home.chmod(0o711)  # as root, the server's own user passes through
    server = private_postgres.start(home)
    try:
        if commit_times:
            with psycopg.connect(server.url().replace("+psycopg", "", 1), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
            server.stop()
            server = private_postgres.start(home)
        migrate.upgrade(server.url())
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)
