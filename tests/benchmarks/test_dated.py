"""The benchmark of due dates over real issues: what it makes of their changelogs, and what it prints."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks.__main__ import main
from benchmarks.forecasting.dated import read_issues
from tests.sandbox.old_issues import payload, written


def resolved(number: int, day: int) -> dict[str, Any]:
    """An issue of the day of its number, due on the tenth at first and on the twentieth since, done on a day."""
    at = f"2014-01-{day}T10:00:00.000+0000"
    told = payload(number, duedate="2014-01-20", resolutiondate=at, updated=at)
    later = {"field": "duedate", "from": "2014-01-10", "fromString": "2014-01-10", "to": "2014-01-20"}
    done = {"field": "resolution", "from": None, "fromString": None, "to": "1", "toString": "Fixed"}
    told["changelog"]["histories"] = [
        {"id": "2", "created": at, "items": [done]},
        {"id": "1", "created": "2014-01-09T10:00:00.000+0000", "items": [later]},
    ]
    return told


def run(path: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["due", str(path), "--resamples", "10", *more])


def test_issues_are_read_with_what_their_changelogs_tell(tmp_path: Path) -> None:
    items, changes = read_issues(written(tmp_path, resolved(2, 15), resolved(1, 25)))

    assert [(one.key, one.due) for one in items] == [(f"OLD-{number}", date(2014, 1, 20)) for number in (1, 2)]
    assert [(one.field, one.before) for one in changes[501]] == [("duedate", "2014-01-10"), ("resolution", None)]


def test_each_date_that_was_set_is_asked_about_while_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, *(resolved(number, 15 if number % 2 else 25) for number in range(1, 9)))

    found = json.loads(run(path, "--json").output)

    assert {"auc", "brier", "ece", "baseline", "n"} <= found.keys()
    # of the first dates until they were moved on the ninth, and of the second ones to the end
    assert found["n"] == sum(count for _, _, count in found["reliability"]) > 16
    assert ", 16 due dates, 75% came late" in run(path).output


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["{}"], "line 1: not a Jira issue"),
        ([json.dumps(payload(1))], "no issue has a due date of which it is known how it went"),
    ],
)
def test_what_cannot_be_measured_is_said(tmp_path: Path, lines: list[str], words: str) -> None:
    path = tmp_path / "issues.jsonl"
    path.write_text("\n".join(lines))

    result = run(path)

    assert (result.exit_code, words in result.output) == (2, True)


def test_a_file_that_is_not_there_is_said() -> None:
    assert "lacks its data" in run(Path("nowhere.jsonl")).output
