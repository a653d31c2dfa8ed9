"""The command line as an operator uses it, against a real database."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

import app
from benchmarks.installation import free_port
from integrations import rules_files
from integrations.clock import SystemClock
from integrations.durable import LookQueue
from integrations.store.intake import PostgresIntake
from integrations.store.items import PostgresItems
from integrations.store.rulebook import PostgresRulebook
from integrations.store.sealing import Sealer
from rules.model import SYSTEM
from tests.integrations.store.seen import whole
from tests.integrations.store.stored import database, event, jobs

ROOT = Path(app.__file__).parent


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def yardmaster(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name in [name for name in os.environ if name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YARDMASTER_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app.main, words)


def test_each_command_is_introduced_as_it_introduces_itself() -> None:
    for name, words in app.COMMANDS.items():
        command = app.main.get_command(click.Context(app.main), name)
        assert command is not None
        assert command.get_short_help_str(limit=200) == words


def test_asking_for_help_imports_no_command() -> None:
    told = (
        "import sys, app; app.main(['--help'], standalone_mode=False);"
        "print([name for name in sys.modules if name.startswith('integrations')])"
    )
    run = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_the_intake_shows_what_waits_fails_and_is_buried(engine: Engine, yardmaster: Callable[..., Result]) -> None:
    assert yardmaster("intake").output == "Nothing waits, and nothing is buried.\n"
    intake = PostgresIntake(engine, LookQueue())
    intake.put(event("e1"))
    intake.bury(event("e2", payload={"text": "private words"}), "it names no issue")

    shown = yardmaster("intake").output

    assert "waiting" in shown
    assert "jira.issue_updated for item:7  e1" in shown
    assert "buried" in shown
    assert "it names no issue" in shown
    assert "private words" not in shown


def test_a_buried_event_is_put_back(engine: Engine, yardmaster: Callable[..., Result]) -> None:
    PostgresIntake(engine, LookQueue()).bury(event("e1"), "poisoned")

    assert yardmaster("intake", "put-back", "e1").output == "It waits to be handled again.\n"

    assert [subject for subject, *_ in jobs(engine)] == ["item:7"]
    again = yardmaster("intake", "put-back", "e1")
    assert (again.exit_code, "no buried event has the id e1" in again.output) == (1, True)


def test_what_is_still_not_understood_stays_buried(engine: Engine, yardmaster: Callable[..., Result]) -> None:
    body = '{"webhookEvent": "jira:issue_updated"}'
    strange = event("e1", subject=SYSTEM, name="jira.not_understood", payload={"body": body}, needs_look=False)
    PostgresIntake(engine, LookQueue()).bury(strange, "it names no issue")

    result = yardmaster("intake", "put-back", "e1")

    assert result.exit_code == 1
    assert "still not understood" in result.output
    assert "buried" in yardmaster("intake").output


def test_the_ledger_is_verified_up_to_a_head_that_was_kept(engine: Engine, yardmaster: Callable[..., Result]) -> None:
    PostgresIntake(engine, LookQueue()).put(event("e1"))
    Sealer(engine).seal()

    good = yardmaster("ledger", "verify")
    assert good.exit_code == 0, good.output
    head = next(word for word in good.output.split() if len(word) > 64 and ":" in word).strip(".,`")
    assert yardmaster("ledger", "verify", "--head", head).exit_code == 0

    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE ledger SET kind = 'forged'"))
    bad = yardmaster("ledger", "verify", "--head", head)
    assert bad.exit_code == 1
    assert "changed" in bad.output


@pytest.mark.parametrize("head", ["x", "1:abc", "-1:" + "0" * 64])
def test_a_head_that_is_none_is_told(yardmaster: Callable[..., Result], head: str) -> None:
    result = yardmaster("ledger", "verify", "--head", head)

    assert result.exit_code == 2
    assert "POSITION:HASH" in result.output


def test_the_manifest_is_printed_for_either_way(yardmaster: Callable[..., Result]) -> None:
    assert yardmaster("manifest").output == (ROOT / "manifest.yml").read_text(encoding="utf-8")
    assert (
        "request_url: https://yard.example.com/slack/events"
        in yardmaster("manifest", "--http", "https://yard.example.com").output
    )
    refused = yardmaster("manifest", "--http", "http://yard.example.com")
    assert (refused.exit_code, "https address only" in refused.output) == (1, True)


def test_rules_are_checked_with_every_mistake_at_once(yardmaster: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "good.yml").write_text("limits: {undo_button_minutes: 5}")
    (tmp_path / "bad.yml").write_text("limits: {undo_button_minutes: soon}\nworkflows: {duplicates: {channel: 5}}")

    good = yardmaster("rules", "check", "good.yml")
    bad = yardmaster("rules", "check", "bad.yml")

    assert (good.exit_code, "The rules are good" in good.output) == (0, True)
    assert bad.exit_code == 1
    assert "undo_button_minutes" in bad.output
    assert "channel" in bad.output


def test_rules_are_tried_by_the_cases_beside_them(yardmaster: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text("limits: {projects: [PAY]}")
    (tmp_path / "cases").mkdir()
    given = "given: {workflow: duplicates, item: {key: WEB-1}}"
    (tmp_path / "cases" / "own.yml").write_text(f"cases: {{the-shop: {{{given}, expect: {{verdict: deny}}}}}}")

    good = yardmaster("rules", "test", "--rules", "rules.yml")
    bad = yardmaster("rules", "test", "cases/own.yml")

    assert (good.exit_code, good.output) == (0, "as expected  the-shop\n1 cases, 0 differ\n")
    assert bad.exit_code == 1
    assert "differs      the-shop\n             expected deny, got ask (" in bad.output


def test_the_shipped_rules_come_out_as_their_cases_say(yardmaster: Callable[..., Result]) -> None:
    result = yardmaster("rules", "test")

    assert result.exit_code == 0
    assert result.output.endswith("10 cases, 0 differ\n")


def test_the_schemas_of_rules_cases_and_tools_are_schemas(yardmaster: Callable[..., Result]) -> None:
    for what in ("rules", "cases", "tools"):
        jsonschema.Draft202012Validator.check_schema(json.loads(yardmaster("rules", "schema", what).output))


def test_rules_are_compared_activated_and_shown(
    engine: Engine, yardmaster: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "own.yml").write_text("limits: {undo_button_minutes: 5}")
    rulebook = PostgresRulebook(engine)
    shipped, own = rules_files.read(app.PACKS), rules_files.read(app.PACKS, tmp_path / "own.yml")
    rulebook.publish(shipped, SystemClock())
    rulebook.publish(own, SystemClock())

    differs = yardmaster("rules", "diff", shipped.version[:8], "active").output
    done = yardmaster("rules", "activate", shipped.version[:8], "--by", "priya", "--why", "five is too short")
    shown = yardmaster("rules", "versions").output.splitlines()

    assert differs == "limits.undo_button_minutes: 10 becomes 5\n"
    assert done.exit_code == 0
    assert rulebook.active() == shipped
    assert shown[0].endswith(f"{shipped.version[:12]}  priya: five is too short")
    assert yardmaster("rules", "diff", "active", "packs").output == "They say the same.\n"
    unknown = yardmaster("rules", "activate", "ffffff", "--why", "x")
    assert (unknown.exit_code, "not the beginning of exactly one version" in unknown.output) == (1, True)


def test_an_issue_that_is_not_known_is_not_explained(yardmaster: Callable[..., Result]) -> None:
    result = yardmaster("rules", "explain", "PAY-1")

    assert (result.exit_code, "no issue PAY-1 is known" in result.output) == (1, True)


SLA = "slas:\n  Soon: {when: item.is_open, starts: [issue created], stops: [resolution set], goals: [{within: 9h}]}"


def test_the_clocks_of_an_issue_are_explained(
    engine: Engine, yardmaster: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "own.yml").write_text(SLA)
    PostgresRulebook(engine).publish(rules_files.read(app.PACKS, tmp_path / "own.yml"), SystemClock())
    PostgresItems(engine).merge([whole(7)])

    told = yardmaster("sla", "explain", "PAY-7")

    assert told.exit_code == 0, told.output
    assert told.output.startswith("The SLA clocks of PAY-7\nSoon\nBroken since")
    assert "no issue PAY-8 is known" in yardmaster("sla", "explain", "PAY-8").output


def test_what_ended_is_told_by_the_rules_in_force_once_an_operator_says_so(
    engine: Engine, yardmaster: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "own.yml").write_text(SLA)
    PostgresRulebook(engine).publish(rules_files.read(app.PACKS, tmp_path / "own.yml"), SystemClock())
    PostgresItems(engine).merge([whole(7)])

    asked, done = yardmaster("sla", "recount"), yardmaster("sla", "recount", "--project", "pay", "--yes")

    assert (asked.exit_code, "Every issue of all projects that is known is read" in asked.output) == (1, True)
    assert done.output == "1 issues: 0 cycles are told by the rules in force, 0 no more.\n"


def test_doubtful_slas_are_told_with_file_and_line(yardmaster: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(SLA)
    (tmp_path / "bad.yml").write_text("slas: {Soon: {}}")

    doubtful, none = yardmaster("sla", "lint", "own.yml"), yardmaster("sla", "lint")

    assert (doubtful.exit_code, none.exit_code) == (1, 0)
    assert "own.yml:2:" in doubtful.output
    assert "has no calendar" in doubtful.output
    assert none.output == "Nothing is doubtful.\n"
    assert "starts" in yardmaster("sla", "lint", "bad.yml").output


@pytest.mark.parametrize("command", ["door", "worker", "backfill"])
def test_what_a_process_lacks_is_told(yardmaster: Callable[..., Result], command: str) -> None:
    result = yardmaster(command)

    assert result.exit_code == 1
    assert "not set: JIRA_URL, SLACK_BOT_TOKEN" in result.output


def test_half_of_the_credentials_do_not_start_anything(
    yardmaster: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIRA_URL", "https://example.atlassian.net")
    monkeypatch.setenv("JIRA_EMAIL", "bot@example.com")
    monkeypatch.setenv("JIRA_API_TOKEN", "t0ken")

    result = yardmaster("run")

    assert result.exit_code == 1
    assert "set both Jira and Slack" in result.output


def test_nothing_starts_where_somebody_else_has_the_doors_port(
    yardmaster: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("YARDMASTER_PORT", str(taken.getsockname()[1]))
        result = yardmaster("run", "--page-port=0", "--jira-port=0", "--slack-port=0")
    assert result.exit_code == 1
    assert "YARDMASTER_PORT" in result.output


def test_commands_that_need_a_database_say_where_it_would_come_from(
    yardmaster: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YARDMASTER_DATABASE_URL")

    result = yardmaster("intake")

    assert result.exit_code == 1
    assert "no `yardmaster run` is at work here" in result.output


@pytest.mark.long
@pytest.mark.slow
def test_one_command_shows_the_main_job_and_ends_cleanly(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))
    }
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "run", "--page-port=0", "--jira-port=0", "--slack-port=0"],
        env=kept | {"YARDMASTER_PORT": str(free_port()), "YARDMASTER_HOME": str(tmp_path / "var")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    ) as process:
        watchdog = threading.Timer(240, process.kill)
        watchdog.start()
        for line in process.stdout or ():
            said.append(line)
            if "It goes on until Ctrl-C" in line:
                process.send_signal(signal.SIGINT)
    watchdog.cancel()

    told = "".join(said)
    assert process.returncode == 0, told
    for words in ("reports WEB-12", "presses Approve", "The whole trail of WEB-12", "action.done", "decision.made"):
        assert words in told
    assert "Traceback" not in told
    assert "WARNING" not in told
