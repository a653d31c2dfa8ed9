"""Keeps the database in a file, and puts it back so that nothing is done twice. Tells nothing to anybody itself.

Putting back is one transaction: what is damaged, of another program, or not what its head says leaves all as it was.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from integrations.store import migrate
from integrations.store.archive import Archivist, empty, is_empty, others_connected
from integrations.store.deeds import doubt_planned
from integrations.store.ledger import append
from integrations.store.sealing import Report, last_seal, seal_all, verify_within
from integrations.store.switchboard import throw
from orchestrator.changes import Entry
from orchestrator.ports import Clock
from rules.model import SYSTEM, Line, Switch

__all__ = ["Occupied", "Refused", "Restoring", "keep"]

_TOLD = Line(text="the database was put back from a backup; everything is stopped until somebody resumes it")


class Refused(Exception):
    """Nothing was done, and why, in a sentence."""


class Occupied(Refused):
    """The database is not empty."""


def keep(engine: Engine, file: Path, archivist: Archivist, *, replace: bool) -> tuple[int, str]:
    """Write the database into a file that only its owner can read; the file is there when it is whole.

    Returns:
        The ledger's last position and its hash in hex, of just before.

    Raises:
        Refused: the file is there already and is not to be replaced, or the database is none of ours.
        ArchiveFailed: it could not be written.
        OSError: the directory cannot be written to.
    """
    _refuse_existing(file, replace=replace)
    with engine.connect() as connection:
        if not migrate.is_known(connection):
            raise Refused("the database holds nothing of Yardmaster's")
        position, hash_ = last_seal(connection)
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        archivist.write(engine, unfinished)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        _refuse_existing(file, replace=replace)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return position, hash_.hex()


def _refuse_existing(file: Path, *, replace: bool) -> None:
    if file.exists() and not replace:
        raise Refused(f"{file} is there already; it is only overwritten with --force")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What putting a database back needs."""

    engine: Engine
    archivist: Archivist
    clock: Clock

    def restore(self, file: Path, head: tuple[int, str] | None, *, replace: bool) -> Report:
        """Put back what a file holds, bring it to the tables' present shape, verify its ledger, and stop everything.

        Args:
            file: as `keep`, or `pg_dump --format=custom`, wrote it.
            head: what the ledger has to hold, as it was told when the file was written.
            replace: whether what the database holds now may be lost.

        Raises:
            Occupied: the database holds something, and may not lose it.
            Refused: somebody is at work on it, or the file is not what it should be.
            ArchiveFailed: the file is none of PostgreSQL's, or damaged.
        """
        with self.engine.begin() as connection:
            _make_room(connection, replace=replace)
            self.archivist.read(connection, file)
            _bring_up_to_date(connection)
            seal_all(connection)
            report = verify_within(connection, head)
            if report.findings:
                raise Refused("\n".join(("the ledger in it is not as it was written:", *report.findings)))
            self._stop_everything(connection, report)
        return report

    def _stop_everything(self, connection: Connection, report: Report) -> None:
        """Have nothing done of itself, and have what was planned looked up before it is done after all."""
        now = self.clock.now()
        doubted = doubt_planned(connection)
        throw(connection, Switch(scope="everything", name="", by="restore", at=now))
        head = f"{report.head[0]}:{report.head[1]}"
        data = {"head": head, "doubted": doubted}
        append(connection, [Entry(kind="database.restored", subject=SYSTEM, at=now, text=_TOLD, data=data)])


def _make_room(connection: Connection, *, replace: bool) -> None:
    migrate.wait_for_others(connection)
    others = others_connected(connection)
    if others:
        raise Refused(f"{others} others are connected to the database: stop all doors and workers first")
    if is_empty(connection):
        return
    if not replace:
        raise Occupied("the database is not empty")
    empty(connection)


def _bring_up_to_date(connection: Connection) -> None:
    if not migrate.is_known(connection):
        raise Refused("the file holds the database of another program")
    try:
        migrate.upgrade_within(connection)
    except CommandError as error:
        raise Refused(f"the file is of a later version of Yardmaster: {error}") from error
    except SQLAlchemyError as error:
        raise Refused(f"the file's tables could not be brought up to date: {type(error).__name__}") from error
