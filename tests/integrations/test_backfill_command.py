"""`yardmaster backfill` and `yardmaster baseline` as an operator uses them, against a Jira that keeps state."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

import app
from integrations.store.ledger import PostgresLedger
from integrations.store.tables import item_changes, items, progress
from tests.integrations.jira.archive import SECRET_WORDS, Archive, archive
from tests.integrations.store.stored import database

ISSUES = 2300
Yardmaster = Callable[..., Result]


@pytest.fixture
def jira() -> Iterator[Archive]:
    with archive(12) as jira:
        yield jira


@pytest.fixture
def environ(jira: Archive, database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "YARDMASTER_DATABASE_URL": database_url,
        "YARDMASTER_HOME": str(tmp_path),
        "JIRA_URL": jira.sandbox.world.places.jira,
        "JIRA_EMAIL": "yardmaster@example.com",
        "JIRA_API_TOKEN": "sandbox",
        "SLACK_BOT_TOKEN": "xoxb-unused",
        "SLACK_APP_TOKEN": "xapp-unused",
    }


@pytest.fixture
def yardmaster(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yardmaster:
    for name in [name for name in os.environ if name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*words: str, **more: str) -> Result:
        for name, value in (environ | more).items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app.main, words)

    return run


def test_it_says_what_it_read_and_freezes_the_first_baseline(jira: Archive, yardmaster: Yardmaster) -> None:
    jira.rename(3, "renamed")

    told = yardmaster("backfill")

    assert told.exit_code == 0, told.output
    assert "read 12 issues and 1 of their changes; 0 made no sense" in told.output
    assert re.search(r"^  PAY +12$", told.output, re.MULTILINE)
    assert "Baseline 1 is frozen" in told.output
    assert SECRET_WORDS not in told.output


def test_a_second_run_freezes_none_unless_it_is_told_to(yardmaster: Yardmaster) -> None:
    yardmaster("backfill")

    assert "Baseline" not in yardmaster("backfill").output
    assert "Baseline 2 is frozen" in yardmaster("backfill", "--new-baseline").output


def test_one_project_may_be_read_without_a_baseline(jira: Archive, yardmaster: Yardmaster) -> None:
    jira.add(1, jira.now, key="WEB-1", project=jira.jira.projects["WEB"])

    told = yardmaster("backfill", "--project", "web", "--project", "WEB")

    assert "read 1 issues" in told.output
    assert "Baseline" not in told.output


def test_the_projects_that_the_rules_name_are_read(jira: Archive, yardmaster: Yardmaster, tmp_path: Path) -> None:
    jira.add(1, jira.now, key="WEB-1", project=jira.jira.projects["WEB"])
    rules = tmp_path / "rules.yml"
    rules.write_text("limits:\n  projects: [WEB]\n")

    told = yardmaster("backfill", "--json", YARDMASTER_RULES=str(rules))

    assert json.loads(told.stdout)["projects"] == {"WEB": 1}
    assert json.loads(yardmaster("baseline", "--json").stdout)["baseline"]["projects"] == ["WEB"]


def test_everything_may_be_read_anew(yardmaster: Yardmaster) -> None:
    yardmaster("backfill")

    assert json.loads(yardmaster("backfill", "--json").stdout)["issues"] < 12
    assert json.loads(yardmaster("backfill", "--json", "--anew").stdout)["issues"] == 12


def test_what_makes_no_sense_is_told_beside_the_json(jira: Archive, yardmaster: Yardmaster) -> None:
    jira.fail(status=200, body={"issues": [{"id": "8", "fields": {"summary": [SECRET_WORDS]}}], "isLast": True})

    told = yardmaster("backfill", "--json")

    assert json.loads(told.stdout)["skipped"] == 1
    assert told.stderr.startswith("Left out, because Jira's answer makes no sense: 1, first issue 8")
    assert SECRET_WORDS not in told.output


@pytest.mark.parametrize("key", ["1AY", 'PAY" OR "A'])
def test_what_is_no_project_is_refused(yardmaster: Yardmaster, key: str) -> None:
    told = yardmaster("backfill", "--project", key)

    assert told.exit_code == 2
    assert "is not the key of a project" in told.output


def test_a_jira_that_refuses_is_told_in_its_words(jira: Archive, yardmaster: Yardmaster) -> None:
    jira.fail(status=403, body={"errorMessages": ["not for you"]})

    told = yardmaster("backfill")

    assert told.exit_code == 1
    assert "not for you" in told.output
    assert "the next run goes on where this one stopped" in told.output


def test_the_baseline_reads_well(jira: Archive, yardmaster: Yardmaster) -> None:
    done = next(status for status in jira.jira.statuses.values() if status.category == "done")
    jira.move(3, done.name)
    jira.add(1, jira.now, key="WEB-1", project=jira.jira.projects["WEB"])
    yardmaster("backfill", "--weeks", "4")

    told = yardmaster("baseline").output

    assert re.search(r"^Baseline 1 of 1, frozen on .* UTC, [0-9a-f]{16}$", told, re.MULTILINE)
    assert "\nAll projects\n" in told
    assert "\nPAY\n" in told
    assert re.search(r"^  issues +13, 12 of them open; 13 came, 1 were done, 0 in the median week", told, re.MULTILINE)
    assert re.search(r"^  created to done +p50 [\d.]+ (s|min|h), p85 .* of 1$", told, re.MULTILINE)
    assert re.search(
        r"^  opened again +0 of the 1 that were closed, 0\.0 % \[0\.0 % to 79\.\d %\]; 0 times$", told, re.MULTILINE
    )


def test_the_baseline_in_json_is_whole(yardmaster: Yardmaster, environ: dict[str, str]) -> None:
    yardmaster("backfill")

    told = json.loads(yardmaster("baseline", "--json").stdout)

    assert told["number"] == 1
    assert told["baseline"]["whole"]["issues"] == 12
    with database(environ["YARDMASTER_DATABASE_URL"]) as engine:
        assert PostgresLedger(engine).counts()[0] == 1


@pytest.mark.parametrize(("number", "said"), [("1", "none is frozen yet"), ("2", "there are 1")])
def test_a_baseline_that_is_not_there_is_told_so(yardmaster: Yardmaster, number: str, said: str) -> None:
    yardmaster("backfill", "--project", "PAY", *(["--new-baseline"] if number == "2" else []))

    told = yardmaster("baseline", "--number", number)

    assert told.exit_code == 1
    assert said in told.output


def interrupted(environ: dict[str, str], number: int) -> tuple[int, str]:
    """Run it as a process, and send it a signal as soon as it has stored a first batch."""
    words = [sys.executable, app.__file__, "backfill"]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))
    }
    run: dict[str, Any] = {"env": kept | environ, "cwd": environ["YARDMASTER_HOME"], "text": True}
    with (
        database(environ["YARDMASTER_DATABASE_URL"]) as engine,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **run) as process,
    ):
        while process.poll() is None:
            with engine.connect() as connection:
                if connection.execute(select(progress.c.value)).first():
                    process.send_signal(number)
                    break
            time.sleep(0.01)
        told = process.stdout.read() if process.stdout else ""
    return process.returncode, told


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_in_the_middle_is_gone_on_with_and_nothing_is_lost_or_doubled(
    jira: Archive, yardmaster: Yardmaster, environ: dict[str, str], number: int
) -> None:
    for one in range(13, ISSUES + 1):
        jira.add(one, jira.now)
    for one in (1, 1200, 2290):
        jira.rename(one, "renamed")
    jira.fail(times=None, path="changelog/bulkfetch", delay_ms=4000)

    ended, told = interrupted(environ, number)
    jira.sandbox.world.faults.clear()
    rest = json.loads(yardmaster("backfill", "--json").stdout)

    assert ended == (130 if number == signal.SIGINT else -signal.SIGKILL), told
    assert ("Interrupted; the next run goes on where this one stopped." in told) == (number == signal.SIGINT)
    assert "Traceback" not in told
    with database(environ["YARDMASTER_DATABASE_URL"]) as engine, engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(items)).scalar() == ISSUES
        assert connection.execute(select(func.count()).select_from(item_changes)).scalar() == 3
    assert rest["skipped"] == 0
