"""The database: does it answer, in which version and shape, who else could enter it, does somebody work with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from integrations.doctor.finding import Finding, fault, unchecked, warning, well
from integrations.durable import workers_alive
from integrations.store.migrate import MIGRATIONS
from integrations.store.tables import events, subjects

__all__ = ["check_database", "who_enters"]

SYSTEM = "database"
OLDEST = 140000
MOST_SKEW_S = 5
_WAY = text("""
    SELECT client_addr IS NULL OR host(client_addr) IN ('127.0.0.1', '::1'), coalesce(ssl, false)
    FROM pg_stat_activity LEFT JOIN pg_stat_ssl USING (pid) WHERE pid = pg_backend_pid()
""")
_TRUSTED = text("SELECT type, coalesce(address, '') FROM pg_hba_file_rules WHERE auth_method = 'trust'")
_NO_TRUST = "write scram-sha-256 instead of trust in pg_hba.conf, and reload it"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_database(engine: Engine) -> Iterator[Finding]:
    """Look at the database; where it does not answer, nothing else of it is looked at."""
    try:
        with engine.connect() as connection:
            yield _version(connection)
            yield _shape(connection)
            yield _skew(connection)
            yield from _reach(connection, engine)
            if connection.dialect.has_table(connection, "events"):
                yield from _work(connection, engine)
            else:
                yield unchecked(SYSTEM, "workers and events", "the database is empty yet")
    except SQLAlchemyError as error:
        fix = "start it (`yardmaster run` starts its own), or set YARDMASTER_DATABASE_URL to where it is"
        yield fault(SYSTEM, f"it does not answer ({type(error).__name__})", fix)


def _version(connection: Connection) -> Finding:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if number < OLDEST:
        return fault(SYSTEM, f"PostgreSQL {number // 10000} is too old", f"use {OLDEST // 10000} or newer")
    return well(SYSTEM, f"PostgreSQL {number // 10000} answers")


def _shape(connection: Connection) -> Finding:
    scripts = ScriptDirectory(str(MIGRATIONS))
    head, found = scripts.get_current_head(), MigrationContext.configure(connection).get_current_revision()
    if found == head:
        return well(SYSTEM, f"its tables are those of this version ({head})")
    known = {script.revision for script in scripts.walk_revisions()}
    if found is None or found in known:
        words = f"its tables are of version {found or 'none'}, this program's of {head}"
        return warning(SYSTEM, words, "start a door, a worker or `yardmaster backfill`: each brings it up to date")
    return fault(SYSTEM, f"its tables are of a newer version, {found}", "upgrade Yardmaster on this machine")


def _skew(connection: Connection) -> Finding:
    now = connection.execute(select(func.clock_timestamp())).scalar_one()
    skew = abs((now - datetime.now(now.tzinfo)).total_seconds())
    if skew > MOST_SKEW_S:
        words = f"its clock and this machine's are {skew:.0f} s apart"
        return warning(SYSTEM, words, "switch on time synchronisation (NTP) on both")
    return well(SYSTEM, f"its clock and ours agree within {MOST_SKEW_S} s")


def _reach(connection: Connection, engine: Engine) -> Iterator[Finding]:
    """Tell whether others could listen on the way, or enter without a password."""
    named = engine.url.query.get("host")
    socket = Path(named) if isinstance(named, str) and named.startswith("/") else None
    here, safe = connection.execute(_WAY).one()
    if not (socket or here or safe):
        yield warning(SYSTEM, "it is reached over the network without TLS", "add ?sslmode=require to its URL")
    if not connection.execute(text("SELECT usesuper FROM pg_user WHERE usename = current_user")).scalar():
        yield unchecked(SYSTEM, "who else may enter", "only a superuser is told")
        return
    listens = bool(connection.execute(text("SHOW listen_addresses")).scalar())
    trusted = [str(place) for kind, place in connection.execute(_TRUSTED) if kind == "local" or listens]
    yield who_enters(trusted, socket, here=socket is not None or here)


def who_enters(trusted: Sequence[str], socket: Path | None, *, here: bool) -> Finding:
    """Judge who gets in without a password.

    Args:
        trusted: the addresses that may; empty stands for the socket.
        socket: the directory of the socket that we come in by; None: we come by an address.
        here: whether the database is on this machine.
    """
    addresses = {address for address in trusted if address}
    if addresses - _LOOPBACK:
        return fault(SYSTEM, "it lets others in over the network without a password", _NO_TRUST)
    if addresses and here:
        return warning(SYSTEM, "every user of this machine gets in without a password", _NO_TRUST)
    if "" in trusted and socket is not None and socket.stat().st_mode & 0o077:
        words = f"whoever enters {socket} gets in without a password, and it is open to others"
        return fault(SYSTEM, words, f"chmod 700 {socket}")
    return well(SYSTEM, "nobody else gets in without a password")


def _work(connection: Connection, engine: Engine) -> Iterator[Finding]:
    workers = workers_alive(engine)
    if workers:
        yield well(SYSTEM, f"workers at work: {workers}")
    else:
        yield warning(SYSTEM, "no worker is at work", "start `yardmaster run`, or `yardmaster worker`")
    buried = connection.execute(select(func.count()).where(events.c.state == "buried")).scalar_one()
    if buried:
        yield warning(SYSTEM, f"events that are buried: {buried}", "`yardmaster intake` shows them, and why")
    stopped = connection.execute(select(func.count()).where(subjects.c.quarantined_by.is_not(None))).scalar_one()
    if stopped:
        yield warning(SYSTEM, f"subjects that are quarantined: {stopped}", "`yardmaster intake` shows why")
