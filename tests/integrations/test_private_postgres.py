"""The private PostgreSQL: closed to others, taken over when it still runs, started again when it was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from integrations.store import private_postgres
from integrations.store.private_postgres import ExposedSocket, PostgresFailed, PrivatePostgres

REPOSITORY = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
NOBODY = 65534


@pytest.fixture
def place() -> Iterator[Path]:
    """A short directory that the server's user can pass through; pytest's own are closed to it."""
    made = Path(tempfile.mkdtemp(prefix="ym-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def server(place: Path) -> Iterator[PrivatePostgres]:
    started = private_postgres.start(place / "home", durable=False)
    yield started
    started.stop()


def ask(server: PrivatePostgres, question: str, database: str = "yardmaster") -> str:
    with psycopg.connect(server.url(database).replace("+psycopg", "", 1), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return str(row[0]) if row else ""


def tell(server: PrivatePostgres, command: str) -> None:
    with psycopg.connect(server.url().replace("+psycopg", "", 1)) as connection:
        connection.execute(command.encode())


def is_running(server: PrivatePostgres) -> bool:
    try:
        return ask(server, "SELECT 'yes'") == "yes"
    except psycopg.OperationalError:
        return False


def number_of(server: PrivatePostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_its_database_answers_through_sqlalchemy(server: PrivatePostgres) -> None:
    engine = create_engine(server.url())
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar_one() == "yardmaster"
    engine.dispose()


def test_it_can_hold_vectors(server: PrivatePostgres) -> None:
    assert ask(server, "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'") == "1"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("max_connections", "200"),
        ("shared_buffers", "128MB"),
        ("fsync", "off"),
        ("unix_socket_permissions", "0700"),
        ("log_min_error_statement", "panic"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_it_runs_with_our_settings(server_and_template: tuple[str, str], setting: str, value: str) -> None:
    if "YARDMASTER_TEST_DATABASE_URL" in os.environ:
        pytest.skip("the tests run on a server that is not ours")
    with psycopg.connect(server_and_template[0].replace("+psycopg", "", 1)) as connection:
        assert connection.execute("SELECT current_setting(%s)", (setting,)).fetchone() == (value,)


def test_a_durable_server_forgets_nothing(place: Path) -> None:
    server = private_postgres.start(place / "home")
    assert ask(server, "SHOW fsync") == "on"
    assert ask(server, "SHOW full_page_writes") == "on"
    server.stop()


def test_data_and_socket_are_closed_to_others(server: PrivatePostgres) -> None:
    assert [directory.stat().st_mode & 0o777 for directory in (server.data, server.socket)] == [0o700, 0o700]


def test_starting_opens_no_directory(place: Path) -> None:
    before = [(parent, parent.stat().st_mode) for parent in (place, *place.parents)]
    private_postgres.start(place / "home", durable=False).stop()
    assert [(parent, parent.stat().st_mode) for parent, _ in before] == before


def test_starting_twice_is_one_server(server: PrivatePostgres, place: Path) -> None:
    tell(server, "CREATE TABLE kept (x int)")
    again = private_postgres.start(place / "home", durable=False)
    assert again == server
    assert ask(again, "SELECT count(*) FROM kept") == "0"


@pytest.mark.long
def test_many_starting_at_once_are_one_server(place: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        servers = set(threads.map(lambda _: private_postgres.start(place / "home", durable=False).url(), range(4)))
    assert len(servers) == 1
    private_postgres.start(place / "home").stop()


@pytest.mark.long
def test_two_homes_are_two_servers(server: PrivatePostgres, place: Path) -> None:
    other = private_postgres.start(place / "other", durable=False)
    tell(server, "CREATE TABLE here (x int)")
    assert ask(other, "SELECT to_regclass('here') IS NULL") == "True"
    other.stop()
    assert is_running(server)


def test_data_outlive_the_server(server: PrivatePostgres, place: Path) -> None:
    tell(server, "CREATE TABLE kept AS SELECT 42 AS x")
    server.stop()
    assert not is_running(server)
    assert ask(private_postgres.start(place / "home", durable=False), "SELECT x FROM kept") == "42"


def test_stopping_what_is_stopped_is_no_error(server: PrivatePostgres) -> None:
    server.stop()
    server.stop()
    assert not is_running(server)


def test_a_killed_server_starts_again(server: PrivatePostgres, place: Path) -> None:
    os.kill(number_of(server), signal.SIGKILL)
    assert is_running(private_postgres.start(place / "home", durable=False))


def test_a_number_that_another_program_has_by_now_is_no_server(server: PrivatePostgres, place: Path) -> None:
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert is_running(private_postgres.start(place / "home", durable=False))


def test_half_made_data_are_made_again(place: Path) -> None:
    unfinished = place / "home" / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (place / "home").chmod(0o711)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = private_postgres.start(place / "home", durable=False)
    assert is_running(server)
    server.stop()


@pytest.mark.long
@pytest.mark.parametrize("name", ["x" * 90, 'O\'Brien, & "friends" `touch ran` $HOME'])
def test_a_home_that_no_socket_could_live_in_gets_a_short_private_one(place: Path, name: str) -> None:
    server = private_postgres.start(place / name, durable=False)
    assert is_running(server)
    assert server.data == place / name / "postgres"
    assert server.socket != server.data
    assert server.socket.stat().st_mode & 0o777 == 0o700
    server.stop()
    server.socket.rmdir()


@pytest.mark.long
@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_data_that_are_open_to_others_are_refused(server: PrivatePostgres, place: Path, mode: int) -> None:
    server.data.chmod(mode)
    with pytest.raises(ExposedSocket, match="chmod 700"):
        private_postgres.start(place / "home", durable=False)
    server.data.chmod(0o700)


@pytest.mark.long
@pytest.mark.parametrize("trap", ["open", "link", "file"])
def test_a_socket_directory_that_somebody_prepared_is_refused(place: Path, trap: str) -> None:
    home = place / ("x" * 90)
    server = private_postgres.start(home, durable=False)
    server.stop()
    server.socket.rmdir()
    if trap == "open":
        server.socket.mkdir()
        server.socket.chmod(0o777)
    elif trap == "link":
        server.socket.symlink_to(place)
    else:
        server.socket.touch()
    with pytest.raises(ExposedSocket):
        private_postgres.start(home, durable=False)
    server.socket.rmdir() if trap == "open" else server.socket.unlink()


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a directory to somebody else")
def test_data_of_somebody_else_are_refused(server: PrivatePostgres, place: Path) -> None:
    server.stop()
    os.chown(server.data, NOBODY, NOBODY)
    with pytest.raises(ExposedSocket, match="does not belong"):
        private_postgres.start(place / "home", durable=False)


@pytest.mark.long
@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as somebody else")
def test_root_keeps_out_of_reach_homes_closed_and_shelters_the_data(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    server = private_postgres.start(closed / "home", durable=False)
    again = private_postgres.start(closed / "home", durable=False)
    assert is_running(again)
    assert again == server
    assert (closed / "home" / "postgres").readlink() == server.data
    assert closed.stat().st_mode & 0o777 == 0o700
    server.stop()
    shutil.rmtree(server.data)


@pytest.mark.long
@pytest.mark.skipif(not AS_ROOT, reason="only root can become an ordinary user")
def test_an_ordinary_user_needs_no_other(place: Path) -> None:
    os.chown(place, NOBODY, NOBODY)
    code = (
        "import os, pathlib, psycopg\n"
        "from integrations.store import private_postgres\n"
        f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        f"server = private_postgres.start(pathlib.Path({str(place / 'home')!r}), durable=False)\n"
        "print(server.data.stat().st_uid, oct(server.home.stat().st_mode & 0o777))\n"
        "server.stop()\n"
    )
    command = (sys.executable, "-c", code)
    told = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=50, check=False)
    assert (told.stdout.split(), told.stderr) == ([str(NOBODY), "0o700"], "")


def test_a_failing_program_is_told_with_its_last_words(server: PrivatePostgres) -> None:
    with pytest.raises(PostgresFailed, match=r"pg_ctl ended with \d+: .*no operation specified"):
        server.run("pg_ctl")


def test_data_that_are_broken_are_told_and_kept(server: PrivatePostgres, place: Path) -> None:
    server.stop()
    (server.data / "global" / "pg_control").write_bytes(b"broken")
    with pytest.raises(PostgresFailed, match="pg_ctl ended with"):
        private_postgres.start(place / "home", durable=False)
    assert (server.data / "global" / "pg_control").read_bytes() == b"broken"


def test_what_people_wrote_stays_out_of_the_servers_log(server: PrivatePostgres) -> None:
    tell(server, "CREATE TABLE once (word text PRIMARY KEY)")
    tell(server, "INSERT INTO once VALUES ('private-word')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        tell(server, "INSERT INTO once VALUES ('private-word')")
    server.stop()
    logs = "".join(log.read_text() for log in (server.data / "log").iterdir())
    assert "duplicate key" in logs
    assert "private-word" not in logs


@pytest.mark.long
@pytest.mark.skipif(not AS_ROOT, reason="only root copies programs to where another user can run them")
def test_programs_out_of_reach_run_from_the_shelter(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_postgres, "_SHELTER", place / "shelter")
    monkeypatch.setattr(private_postgres, "_can_reach", lambda path, _: "pginstall18" not in str(path))
    server = private_postgres.start(place / "home", durable=False)
    assert server.binaries.is_relative_to(place / "shelter")
    assert is_running(server)
    server.stop()
