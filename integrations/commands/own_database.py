"""The private PostgreSQL of who sets no database: started for a command, and found by others while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from integrations.commands.root import RUNNING
from integrations.settings import Settings
from integrations.store import private_postgres

__all__ = ["borrowed_database", "kept_database", "own_database"]

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


@contextmanager
def kept_database(settings: Settings) -> Iterator[str]:
    """Give the URL of the one that holds what is to be kept: as set, of the `run` at work here, or the private one."""
    found = settings.home / RUNNING
    if settings.database_url is not None:
        yield settings.database_url.reveal()
    elif found.exists():
        yield found.read_text(encoding="utf-8")
    elif (settings.home / "postgres").exists():
        with own_database(settings) as url:
            yield url
    else:
        raise click.ClickException(f"YARDMASTER_DATABASE_URL is not set, and there is no database in {settings.home}")
