"""The private PostgreSQL of who sets no database: started for a command, and found by others while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.commands.root import RUNNING
from integrations.settings import Settings
from integrations.store import private_postgres

__all__ = ["borrowed_database", "own_database"]

_NAME = "yardmaster"


@contextmanager
def own_database(settings: Settings, *, sandbox: bool = False) -> Iterator[str]:
    """Run it meanwhile, and let other commands find it; gives its URL. The sandbox's is empty each time."""
    server = private_postgres.start(settings.home)
    url, found = server.fresh("sandbox") if sandbox else server.url(_NAME), settings.home / RUNNING
    try:
        found.write_text(url, encoding="utf-8")
        yield url
    finally:
        found.unlink(missing_ok=True)
        server.stop()


@contextmanager
def borrowed_database(settings: Settings) -> Iterator[str]:
    """Give the URL of the one that a `yardmaster run` keeps running here, which goes on; else as `own_database`."""
    if (settings.home / RUNNING).exists():
        yield private_postgres.start(settings.home).url(_NAME)
        return
    with own_database(settings) as url:
        yield url
