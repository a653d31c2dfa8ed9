"""The benchmark of sprints: what it reads, how it parts the past, and what it prints."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.forecasting.sprint_tables import read_sprints

SPRINTS = "boardid,sprintid,name,vel_diff,vel_starttime,vel_added,vel_removed,vel_todo"
ISSUES = "boardid,sprintid,type,no_comment"


def tables(folder: Path, sprints: int = 40, name: str = "Sprint") -> Path:
    """Sprints that deliver less by what they have to do."""
    chance = Random(0)
    todos = [chance.randrange(20) for _ in range(sprints)]
    rows = [f"1,{place},{name},{-todo},10,2,1,{todo}" for place, todo in enumerate(todos)]
    (folder / "shop_iteration_30.csv").write_text("\n".join([SPRINTS, *rows]) + "\n")
    issues = [f"1,{place},Bug,{place % 3}" for place in range(sprints)]
    (folder / "shop_issue_30.csv").write_text("\n".join([ISSUES, *issues]) + "\n")
    return folder / "shop"


@pytest.mark.long
def test_each_way_of_parting_the_past_is_measured_beside_the_baseline(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["sprints", str(tables(tmp_path)), "--resamples", "10", "--json"])
    found = json.loads(result.output)

    assert found["n"] == found["apart"]["n"] == 40
    assert found["forward"]["n"] == 16
    for one in (found, found["apart"], found["forward"]):
        assert one["interval"][0] <= one["nmae"] <= one["interval"][1]
        assert one["nmae"] < 0.5
        assert one["baseline"]["nmae"] < 0.5


def test_a_name_with_commas_is_read_as_one(tmp_path: Path) -> None:
    plain, parted = tables(tmp_path), tmp_path / "parted"
    parted.mkdir()

    assert read_sprints(plain) == read_sprints(tables(parted, name="Fix, test, ship"))


def test_what_is_asked_is_not_read(tmp_path: Path) -> None:
    (first, *_) = read_sprints(tables(tmp_path))

    assert set(first.sprint.about) == {"vel_starttime", "vel_added", "vel_removed", "vel_todo"}
    assert first.sprint.planned == 11
    assert [dict(one.words) for one in first.sprint.issues] == [{"type": "Bug"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "lacks a column boardid, sprintid"),
        (f"{SPRINTS}\n1,1,x,many,1,1,1,1\n", "is no number"),
        (f"{SPRINTS}\n1,1,x,2,1,1,1,1\n", "too few sprints"),
    ],
)
def test_tables_that_cannot_be_used_are_told(tmp_path: Path, text: str, words: str) -> None:
    place = tables(tmp_path)
    (tmp_path / "shop_iteration_30.csv").write_text(text)

    result = CliRunner().invoke(main, ["sprints", str(place)])

    assert result.exit_code == 2
    assert words in result.output


def test_files_that_are_not_there_are_told() -> None:
    assert "lacks its data" in CliRunner().invoke(main, ["sprints", "nowhere/shop"]).output
