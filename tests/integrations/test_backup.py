"""Backup and restore as an operator uses them: a real database, its file, and what may go wrong with both."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import sql
from sqlalchemy import Engine, create_engine, make_url, select, text

import app
from integrations.commands.own_database import own_database
from integrations.durable import LookQueue
from integrations.settings import Settings
from integrations.store import migrate, private_postgres
from integrations.store.archive import ArchiveFailed, Archivist
from integrations.store.intake import PostgresIntake
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from integrations.store.sealing import Sealer, verify
from integrations.store.switchboard import Switchboard
from integrations.store.tables import METADATA, events
from orchestrator.changes import Changes, Entry
from orchestrator.facts import RecordState
from rules.model import SYSTEM, Line, Switch
from tests.integrations.store.stored import ITEM, NOON, database, event, kinds, record, request

ODD = "a tab\t, a line\nand another\n\\.\nCOPY public.x FROM stdin;\n\\restrict x\n\u00fc \U0001f600"
Yardmaster = Callable[..., Result]


@contextmanager
def another_database(url: str, owner: str | None = None) -> Iterator[str]:
    """An empty database on the same server."""
    server, name = make_url(url).set(drivername="postgresql", database="postgres"), f"ym_{uuid4().hex[:12]}"
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as admin:
        made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        admin.execute(made + sql.SQL(" OWNER {}").format(sql.Identifier(owner)) if owner else made)
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def empty_url(database_url: str) -> Iterator[str]:
    with another_database(database_url) as url:
        yield url


@pytest.fixture
def yardmaster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yardmaster:
    for name in [name for name in os.environ if name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(url: str, *words: str, answer: str | None = None, home: Path = tmp_path / "var") -> Result:
        environ = {"YARDMASTER_DATABASE_URL": url, "YARDMASTER_HOME": str(home)}
        return CliRunner().invoke(app.main, words, env=environ, input=answer)

    return run


@pytest.fixture
def busy(database_url: str) -> str:
    """A database in which a question waits, an action is planned, and the ledger has a chain and unsealed rows."""
    with database(database_url) as engine:
        PostgresIntake(engine, LookQueue()).put(event("e1", payload={"text": ODD}))
        planned = Changes(entries=(said("looked"),), requests=(request(),), records=(record(),))
        PostgresJournal(engine, LookQueue()).commit(ITEM, [event("e1")], planned)
        Sealer(engine).seal()
        PostgresIntake(engine, LookQueue()).put(event("e2"))
    return database_url


def said(words: str) -> Entry:
    return Entry(kind="look.done", subject=ITEM, at=NOON, text=Line(text=words))


def content(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(str(row) for row in connection.execute(text(f"SELECT t.*::text FROM {table.name} t")))
            for table in METADATA.sorted_tables
        }


def tables(url: str) -> int:
    with database(url) as engine, engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one())


def head_in(result: Result) -> str:
    return next(word for word in result.output.split() if len(word) > 64 and ":" in word)


def test_what_is_kept_comes_back_as_it_was(busy: str, empty_url: str, yardmaster: Yardmaster) -> None:
    kept = yardmaster(busy, "backup", "all.dump")
    assert kept.exit_code == 0, kept.output
    restored = yardmaster(empty_url, "restore", "all.dump", "--head", head_in(kept))

    assert restored.exit_code == 0, restored.output
    changed = {"actions", "switches", "ledger", "ledger_payloads", "seals", "tallies", "unsealed"}
    with database(busy) as before, database(empty_url) as after:
        was, is_ = content(before), content(after)
        assert {name for name in was if was[name] != is_[name]} == changed
        assert set(was["ledger"]) < set(is_["ledger"])
        assert set(was["seals"]) < set(is_["seals"])
        assert verify(after).findings == ()
        assert kinds(after)[-1] == "database.restored"


def test_a_file_is_for_its_owner_alone_and_not_overwritten_by_mistake(
    busy: str, yardmaster: Yardmaster, tmp_path: Path
) -> None:
    yardmaster(busy, "backup", "all.dump")
    written = (tmp_path / "all.dump").read_bytes()

    again = yardmaster(busy, "backup", "all.dump")

    assert stat.S_IMODE((tmp_path / "all.dump").stat().st_mode) == 0o600
    assert (again.exit_code, "only overwritten with --force" in again.output) == (1, True)
    assert (tmp_path / "all.dump").read_bytes() == written
    assert yardmaster(busy, "backup", "all.dump", "--force").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["all.dump"]


def test_an_empty_database_is_not_kept(empty_url: str, yardmaster: Yardmaster, tmp_path: Path) -> None:
    result = yardmaster(empty_url, "backup", "all.dump")

    assert (result.exit_code, "holds nothing of Yardmaster's" in result.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_backup_that_fails(busy: str, yardmaster: Yardmaster, tmp_path: Path) -> None:
    gone = make_url(busy).set(database="not_there").render_as_string(hide_password=False)

    failed = yardmaster(gone, "backup", "all.dump")
    nowhere = yardmaster(busy, "backup", "missing/all.dump")

    assert (failed.exit_code, "does not answer" in failed.output) == (1, True)
    assert (nowhere.exit_code, "cannot be written" in nowhere.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_all_work_is_stopped_and_what_was_planned_is_looked_up_first(
    busy: str, empty_url: str, yardmaster: Yardmaster
) -> None:
    yardmaster(busy, "backup", "all.dump")
    yardmaster(empty_url, "restore", "all.dump")

    with database(empty_url) as engine:
        switchboard, journal = Switchboard(engine, LookQueue()), PostgresJournal(engine, LookQueue())
        (planned,) = PostgresRecords(engine).actions(ITEM)
        refused = journal.claim(planned, {}, 5, "2026-03-02", NOON)
        assert [(one.scope, one.by) for one in switchboard.thrown()] == [("everything", "restore")]
        assert planned.state is RecordState.CLAIMED
        assert refused is not None
        assert "stopped" in refused
        switchboard.lift(
            event("resume", subject=SYSTEM), said("resumed"), Switch(scope="everything", name="", by="", at=NOON)
        )
        assert journal.claim(planned, {}, 5, "2026-03-02", NOON) is None


def test_a_question_that_waited_still_waits(busy: str, empty_url: str, yardmaster: Yardmaster) -> None:
    yardmaster(busy, "backup", "all.dump")
    yardmaster(empty_url, "restore", "all.dump")

    with database(busy) as before, database(empty_url) as after:
        assert PostgresRecords(after).request("r1") == PostgresRecords(before).request("r1") is not None


@pytest.mark.parametrize(("share", "told"), [(0.3, "end of file"), (0.95, "end of file"), (0.001, "input file")])
def test_a_file_that_was_cut_short_changes_nothing(
    busy: str, empty_url: str, yardmaster: Yardmaster, tmp_path: Path, share: float, told: str
) -> None:
    yardmaster(busy, "backup", "all.dump")
    whole = (tmp_path / "all.dump").read_bytes()
    (tmp_path / "cut.dump").write_bytes(whole[: int(len(whole) * share)])

    result = yardmaster(empty_url, "restore", "cut.dump")

    assert result.exit_code == 1
    assert told in result.output
    assert "as it was" in result.output
    assert tables(empty_url) == 0


def test_a_damaged_file_does_not_replace_what_is_there(busy: str, yardmaster: Yardmaster, tmp_path: Path) -> None:
    yardmaster(busy, "backup", "all.dump")
    whole = bytearray((tmp_path / "all.dump").read_bytes())
    middle = whole.index(b"\x78\x9c", len(whole) // 2)
    whole[middle + 2 : middle + 40] = bytes(38)
    (tmp_path / "bad.dump").write_bytes(whole)
    with database(busy) as engine:
        before = content(engine)
        engine.dispose()
        result = yardmaster(busy, "restore", "bad.dump", "--replace", "--yes")

        assert (result.exit_code, "as it was" in result.output) == (1, True), result.output
        assert content(engine) == before


@pytest.mark.parametrize("words", [b"", b"PGDMP", b"SELECT 1;\n", b"\x00" * 5000])
def test_what_is_no_backup_is_told(empty_url: str, yardmaster: Yardmaster, tmp_path: Path, words: bytes) -> None:
    (tmp_path / "x.dump").write_bytes(words)

    result = yardmaster(empty_url, "restore", "x.dump")

    assert (result.exit_code, "pg_restore: error:" in result.output) == (1, True)
    assert tables(empty_url) == 0


def test_the_database_of_another_program_is_refused(
    database_url: str, empty_url: str, yardmaster: Yardmaster, tmp_path: Path
) -> None:
    with another_database(database_url) as foreign:
        with database(foreign) as engine, engine.begin() as connection:
            connection.execute(text("CREATE TABLE ledger (a int)"))
        with database(foreign) as engine:
            (tmp_path / "x.dump").touch()
            archivist().write(engine, tmp_path / "x.dump")

    result = yardmaster(empty_url, "restore", "x.dump")

    assert (result.exit_code, "another program" in result.output) == (1, True)
    assert tables(empty_url) == 0


def test_a_backup_of_a_later_version_is_refused(busy: str, empty_url: str, yardmaster: Yardmaster) -> None:
    with database(busy) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    yardmaster(busy, "backup", "all.dump")

    result = yardmaster(empty_url, "restore", "all.dump")

    assert (result.exit_code, "a later version" in result.output) == (1, True)
    assert tables(empty_url) == 0


def test_a_ledger_without_the_head_that_was_kept_is_refused(busy: str, empty_url: str, yardmaster: Yardmaster) -> None:
    yardmaster(busy, "backup", "all.dump")

    result = yardmaster(empty_url, "restore", "all.dump", "--head", f"1:{'0' * 64}")

    assert (result.exit_code, "not as it was written" in result.output) == (1, True)
    assert tables(empty_url) == 0
    assert yardmaster(empty_url, "restore", "all.dump", "--head", "1:x").exit_code == 2


def test_a_full_database_is_only_replaced_when_asked_to(busy: str, yardmaster: Yardmaster) -> None:
    yardmaster(busy, "backup", "all.dump")
    with database(busy) as engine:
        PostgresIntake(engine, LookQueue()).put(event("e3"))
        engine.dispose()

        refused = yardmaster(busy, "restore", "all.dump")
        thought_better = yardmaster(busy, "restore", "all.dump", "--replace", answer="n\n")
        assert (refused.exit_code, "not empty" in refused.output) == (1, True)
        assert (thought_better.exit_code, "is lost" in thought_better.output) == (1, True)
        assert ids(engine) == ["e1", "e2", "e3"]
        engine.dispose()

        replaced = yardmaster(busy, "restore", "all.dump", "--replace", answer="y\n")
        assert replaced.exit_code == 0, replaced.output
        assert ids(engine) == ["e1", "e2"]


def ids(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(events.c.id).order_by(events.c.id)).scalars())


def test_a_database_that_somebody_works_on_is_left_alone(busy: str, yardmaster: Yardmaster) -> None:
    yardmaster(busy, "backup", "all.dump")
    with database(busy) as engine, engine.connect() as connection:
        connection.execute(text("SELECT 1"))

        result = yardmaster(busy, "restore", "all.dump", "--replace", "--yes")

    assert (result.exit_code, "stop all doors and workers first" in result.output) == (1, True)


def test_who_is_just_leaving_is_waited_for(busy: str, yardmaster: Yardmaster) -> None:
    yardmaster(busy, "backup", "all.dump")
    with database(busy) as engine, engine.connect() as connection:
        connection.execute(text("SET idle_session_timeout = 500"))
        connection.commit()

        result = yardmaster(busy, "restore", "all.dump", "--replace", "--yes")
        connection.invalidate()

    assert result.exit_code == 0, result.output


def test_who_owns_no_more_than_the_database_can_keep_restore_and_replace(
    busy: str, yardmaster: Yardmaster, tmp_path: Path
) -> None:
    yardmaster(busy, "backup", "all.dump")
    owner = f"owner_{uuid4().hex[:8]}"
    with database(busy) as engine, engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {owner} LOGIN PASSWORD 'Sesame-8801'"))
    with another_database(busy, owner) as url:
        theirs = make_url(url).set(username=owner, password="Sesame-8801").render_as_string(hide_password=False)

        first = yardmaster(theirs, "restore", "all.dump")
        kept = yardmaster(theirs, "backup", "again.dump")
        second = yardmaster(theirs, "restore", "again.dump", "--replace", "--yes", "--head", head_in(kept))

        assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
        assert "Sesame" not in first.output + kept.output + second.output
    with database(busy) as engine, engine.begin() as connection:
        connection.execute(text(f"DROP ROLE {owner}"))


@pytest.mark.slow
def test_the_private_database_is_kept_and_put_back_while_nothing_runs(yardmaster: Yardmaster) -> None:
    with short_place() as old, short_place() as new:
        with own_database(Settings.read({"YARDMASTER_HOME": str(old)}, None)) as url:
            migrate.upgrade(url)
            with database(url) as engine:
                PostgresIntake(engine, LookQueue()).put(event("e1"))
            while_it_runs = yardmaster("", "backup", "first.dump", home=old)
        kept = yardmaster("", "backup", "second.dump", home=old)
        restored = yardmaster("", "restore", "second.dump", home=new)

        assert [one.exit_code for one in (while_it_runs, kept, restored)] == [0, 0, 0], restored.output
        with own_database(Settings.read({"YARDMASTER_HOME": str(new)}, None)) as url, database(url) as engine:
            assert ids(engine) == ["e1"]


def test_without_any_database_there_is_nothing_to_keep(yardmaster: Yardmaster, tmp_path: Path) -> None:
    result = yardmaster("", "backup", "x.dump")

    assert (result.exit_code, "there is no database in" in result.output) == (1, True)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def short_place() -> Iterator[Path]:
    """A directory that the private server's user can pass through; pytest's own are closed to it."""
    made = Path(tempfile.mkdtemp(prefix="ym-"))
    made.chmod(0o711)
    yield made / "home"
    shutil.rmtree(made)


def test_no_password_stands_in_the_list_of_processes(tmp_path: Path) -> None:
    said = tmp_path / "said"
    (tmp_path / "pg_dump").write_text(f'#!/bin/sh\necho "$* and $PGPASSWORD" > {said}\n')
    (tmp_path / "pg_dump").chmod(0o755)
    engine = create_engine("postgresql+psycopg://ann:S%20esame@db.example.com:5433/yard?sslmode=require")

    Archivist(programs=tmp_path, environ={}).write(engine, tmp_path / "x.dump")

    options, _, password = said.read_text().strip().partition(" and ")
    assert password == "S esame"
    assert "esame" not in options
    assert "host=db.example.com" in options
    assert "sslmode=require" in options


def test_a_secret_that_could_not_be_hidden_is_refused(tmp_path: Path) -> None:
    engine = create_engine("postgresql+psycopg://ann@db.example.com/yard?sslpassword=Sesame")

    with pytest.raises(ArchiveFailed, match=r"sslpassword .* would be seen") as refused:
        archivist().write(engine, tmp_path / "x.dump")

    assert "Sesame" not in str(refused.value)


def test_a_server_that_is_newer_than_our_programs_is_told(tmp_path: Path) -> None:
    words = "pg_dump: error: aborting because of server version mismatch"
    (tmp_path / "pg_dump").write_text(f'#!/bin/sh\necho "{words}" >&2\nexit 1\n')
    (tmp_path / "pg_dump").chmod(0o755)

    with pytest.raises(ArchiveFailed, match="use the server's own"):
        Archivist(programs=tmp_path, environ={}).write(create_engine("postgresql+psycopg://"), tmp_path / "x.dump")


def archivist() -> Archivist:
    return Archivist(programs=private_postgres.programs(), environ=os.environ)
