"""What a process writes to its standard error, read as a collector reads it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.installation import free_port
from integrations import logs

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.CHATTY}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def read(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_each_line_is_one_object_with_what_the_call_knows(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_terminal("INFO", "json", "worker")

    logging.getLogger("yardmaster").warning("two\nlines of %s", "item:7", extra={"subject": "item:7", "seconds": 0.25})
    logging.getLogger("yardmaster").info("said")

    first, second = read(capsys.readouterr().err)
    assert datetime.now(UTC) - datetime.fromisoformat(first.pop("time")) < timedelta(minutes=1)
    assert first == {
        "level": "WARNING",
        "logger": "yardmaster",
        "message": "two\nlines of item:7",
        "process": "worker",
        "subject": "item:7",
        "seconds": 0.25,
    }
    assert set(second) == {"time", "level", "logger", "message", "process"}


def test_an_error_with_its_trace_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_terminal("INFO", "json", "door")

    try:
        int("odd")
    except ValueError:
        logging.getLogger("yardmaster").exception("it broke")

    (line,) = read(capsys.readouterr().err)
    assert line["message"] == "it broke"
    assert "ValueError: invalid literal" in line["exc_info"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_libraries_tell_only_what_is_wrong(capsys: pytest.CaptureFixture[str], form: logs.Form) -> None:
    logs.to_terminal("DEBUG", form)

    logging.getLogger("slack_sdk").info("chatter")
    logging.getLogger("slack_sdk").warning("trouble")
    logging.getLogger("yardmaster").debug("our own")

    said = capsys.readouterr().err
    assert "chatter" not in said
    assert "trouble" in said
    assert "our own" in said


def test_lines_for_a_person_are_the_usual_ones(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_terminal("INFO")

    logging.getLogger("yardmaster").info("said", extra={"subject": "item:7"})

    assert capsys.readouterr().err.endswith(" INFO    yardmaster: said\n")


@pytest.mark.slow
def test_a_door_tells_as_it_is_set_to(database_url: str, tmp_path: Path) -> None:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "SLACK_", "YARDMASTER_"))
    }
    environ = clean | {
        "YARDMASTER_DATABASE_URL": database_url,
        "YARDMASTER_LOG_FORMAT": "JSON",
        "YARDMASTER_HOME": str(tmp_path),
        "YARDMASTER_PORT": str(free_port()),
        "YARDMASTER_RULES": str(broken_rules(tmp_path)),
        "JIRA_URL": "http://127.0.0.1:9",
        "JIRA_EMAIL": "bot@example.com",
        "JIRA_API_TOKEN": "s3same",
        "SLACK_BOT_TOKEN": "xoxb-s3same",
        "SLACK_SIGNING_SECRET": "s3same",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    with subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "door", "--kept"],
        env=environ,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
    ) as door:
        assert door.stderr is not None
        told, awaited = list[Any](), {"the door listens on", "the rules' files hold mistakes"}
        for line in door.stderr:
            told += read(line)
            lacking = {words for words in awaited if words not in told[-1]["message"]}
            if awaited and not lacking:
                door.terminate()
            awaited = lacking

    messages = " ".join(line["message"] for line in told)
    assert {line["process"] for line in told} == {"door"}
    assert "the door listens on" in messages
    assert "the rules' files hold mistakes" in messages
    assert "s3same" not in str(told)


def broken_rules(place: Path) -> Path:
    (place / "rules.yml").write_text("limits: {undo_button_minutes: soon}")
    return place / "rules.yml"
