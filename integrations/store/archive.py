"""Writes a whole database into a file and reads it back, by the `pg_dump` and `pg_restore` of the private server.

It does not know what the database is for, and commits nothing: reading happens in the caller's transaction, so that
what turns out to be damaged, or not what was wanted, leaves the database as it was.
"""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, text

__all__ = ["ArchiveFailed", "Archivist", "empty", "is_empty", "others_connected"]

_COPY: Final = re.compile(rb"COPY .* FROM stdin;\n")
#: What `psql` alone understands, and a setting that servers before 17 do not know.
_FOR_OTHERS: Final = re.compile(rb"^(?:\\(?:un)?restrict .*|SET transaction_timeout = 0;)$", re.MULTILINE)
_LAST_WORDS: Final = 500
_CHUNK: Final = 1 << 20
_NEWER: Final = "pg_dump is the one that comes with Yardmaster: use the server's own, with --format=custom"
_TABLES = text(
    "SELECT count(*) FROM pg_tables WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg\\_%'"
)
_OTHERS = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
""")
#: A server ends a connection soon after its program has ended, and tells within a transaction what it told first.
_LEAVING_S: Final = 5.0
_LOOK_ANEW = text("SELECT pg_sleep(0.1), pg_stat_clear_snapshot()")


class ArchiveFailed(Exception):
    """A file could not be written or read; the message says why, without what is in it."""


class _CutShort(Exception):
    """What a program wrote ended in the middle of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archivist:
    """Runs PostgreSQL's programs, which lie in `programs`, with the environment that this process was given."""

    programs: Path
    environ: Mapping[str, str]

    def write(self, engine: Engine, file: Path) -> None:
        """Write the database into a file that is there already and empty; everything in it is of one moment.

        Raises:
            ArchiveFailed: the server is newer than the programs, or the database or the disk failed.
        """
        address, secrets = _address(engine)
        options = ("--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--file={file}")
        with self._running("pg_dump", *options, f"--dbname={address}", more=secrets):
            pass

    def read(self, connection: Connection, file: Path) -> None:
        """Read a file into an empty database, within the transaction that the connection is in.

        Raises:
            ArchiveFailed: the file is none of PostgreSQL's, damaged, or does not fit into this database.
        """
        raw = cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)
        try:
            with raw.cursor() as cursor:
                for section in ("pre-data", "data", "post-data"):
                    with self._section(file, section) as lines:
                        _feed(cursor, lines)
                cursor.execute("RESET ALL; ANALYZE")
        except psycopg.Error as error:
            words = error.diag.message_primary or type(error).__name__
            raise ArchiveFailed(f"the database did not take it: {words}") from None

    @contextmanager
    def _section(self, file: Path, section: str) -> Iterator[IO[bytes]]:
        options = (f"--section={section}", "--no-owner", "--no-privileges", "--file=-", "--", str(file))
        with self._running("pg_restore", *options) as lines:
            yield lines

    @contextmanager
    def _running(self, program: str, *options: str, more: Mapping[str, str] | None = None) -> Iterator[IO[bytes]]:
        """Give what a program writes; ArchiveFailed with its last words where it did not end well."""
        command = (str(self.programs / program), *options)
        environ = {**self.environ, "LC_ALL": "C", **(more or {})}
        with (
            tempfile.TemporaryFile() as words,
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words, env=environ
            ) as process,
        ):
            lines = cast(IO[bytes], process.stdout)
            cut_short = False
            try:
                yield lines
            except _CutShort:
                cut_short = True
            except BaseException:
                process.kill()
                raise
            lines.read()
            if process.wait() or cut_short:
                words.seek(0)
                raise ArchiveFailed(_in_a_line(words.read()) or f"{program} ended with {process.returncode}")


def is_empty(connection: Connection) -> bool:
    """Whether the database has no table."""
    return bool(connection.execute(_TABLES).scalar_one() == 0)


def others_connected(connection: Connection) -> int:
    """Count the other connections to this database; those that are just ending are waited for, a few seconds."""
    end = time.monotonic() + _LEAVING_S
    while (others := int(connection.execute(_OTHERS).scalar_one())) and time.monotonic() < end:
        connection.execute(_LOOK_ANEW)
    return others


def empty(connection: Connection) -> None:
    """Remove everything from the schema that Yardmaster uses. Raises sqlalchemy.exc.ProgrammingError if it may not."""
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))


def _address(engine: Engine) -> tuple[str, dict[str, str]]:
    """Give libpq's address of a database, and apart from it what must not stand in a list of processes."""
    _, given = engine.dialect.create_connect_args(engine.url)
    options = {option.keyword.decode(): option for option in pq.Conninfo.get_defaults()}
    open_, secrets = {}, {}
    for name, value in given.items():
        option = options.get(name)
        if option is None:
            continue
        if option.dispchar != b"*":
            open_[name] = value
        elif option.envvar is not None:
            secrets[option.envvar.decode()] = str(value)
        else:
            raise ArchiveFailed(f"{name} in the database's address would be seen by other users of this machine")
    return make_conninfo(**open_), secrets


def _feed(cursor: psycopg.Cursor[tuple[object, ...]], lines: Iterable[bytes]) -> None:
    """Execute a script of `pg_restore`: statements, and the content of tables, which ends with a line of its own."""
    source, statements = iter(lines), bytearray()
    for line in source:
        if not _COPY.fullmatch(line):
            statements += line
            continue
        _execute(cursor, statements)
        statements.clear()
        with cursor.copy(line) as copy:
            for block in _blocks(source):
                copy.write(block)
    _execute(cursor, statements)


def _execute(cursor: psycopg.Cursor[tuple[object, ...]], statements: bytearray) -> None:
    wanted = _FOR_OTHERS.sub(b"", statements)
    if wanted.strip():
        cursor.execute(wanted)


def _blocks(source: Iterator[bytes]) -> Iterator[bytes]:
    block = bytearray()
    for line in source:
        if line == b"\\.\n":
            yield bytes(block)
            return
        block += line
        if len(block) > _CHUNK:
            yield bytes(block)
            block.clear()
    raise _CutShort


def _in_a_line(words: bytes) -> str:
    told = " ".join(words[-_LAST_WORDS:].decode(errors="replace").split())
    return f"{told}; {_NEWER}" if "server version mismatch" in told else told
