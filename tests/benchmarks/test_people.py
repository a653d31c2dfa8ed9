"""Who takes an item is asked with what was known at its opening, and told by numbers that can be trusted."""

import csv
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmarks.__main__ import main
from benchmarks.people.assignees import read_assignees
from benchmarks.people.incidents import read_incidents
from benchmarks.people.results import found
from benchmarks.people.router import Chances, mean
from benchmarks.people.tickets import read_tickets

SHARED = Path(os.environ.get("YARDMASTER_SHARED", Path(__file__).parents[3] / "shared"))
COLUMNS = (
    "number", "opened_at", "sys_updated_at", "closed_at", "category", "sys_created_by", "knowledge", "resolved_by",
    "assignment_group",
)  # fmt: skip


def table(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, columns, restval="?")
        writer.writeheader()
        writer.writerows(rows)
    return path


def event(number: int, day: int, group: str, **more: str) -> dict[str, str]:
    opened = f"{day}/3/2016 10:00"
    given = {"number": f"I{number}", "opened_at": opened, "sys_updated_at": opened, "category": f"c{number % 3}"}
    return given | {"closed_at": f"{day}/3/2016 20:00", "assignment_group": group} | more


def log(path: Path) -> Path:
    """An incident each day of March; its category tells its group."""
    rows = [event(day, day, f"group {day % 3}") for day in range(1, 31)]
    return table(path / "incidents.csv", COLUMNS, rows)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["people", *arguments])


def test_the_answer_has_the_promised_keys(tmp_path: Path) -> None:
    result = run("--train", str(log(tmp_path)), "--json")

    told = json.loads(result.output)
    assert (told["n"], set(told["top"]), set(told["coverage_at_precision"])) == (8, {"1", "3", "5"}, {"75", "90"})
    assert told["top"]["1"] == told["baseline"]["top"]["1"] == 1
    assert told["intervals"]["1"] == [1, 1]


def test_two_logs_are_asked_one_by_the_other(tmp_path: Path) -> None:
    later = table(tmp_path / "later.csv", COLUMNS, [event(60, 31, "group 0")])

    told = json.loads(run("--train", str(log(tmp_path)), "--test", str(later), "--json").output)

    assert (told["known"], told["n"], told["top"]["1"]) == (30, 1, 1)


def test_what_is_written_into_an_opening_afterwards_is_not_heeded(tmp_path: Path) -> None:
    rows = [event(1, 1, "a", sys_created_by="9", knowledge="true", resolved_by="7"), event(2, 20, "b")]

    split = read_incidents(table(tmp_path / "log.csv", COLUMNS, rows), None, datetime(2016, 3, 9, tzinfo=UTC))

    assert [one.traits for one in split.known] == [(("category", "c1"),)]


def test_of_what_is_open_at_the_cut_the_group_is_known_that_it_had_then(tmp_path: Path) -> None:
    rows = [
        event(1, 1, "first", closed_at="25/3/2016 10:00"),
        event(1, 1, "then", sys_updated_at="5/3/2016 10:00", closed_at="25/3/2016 10:00"),
        event(1, 1, "later", sys_updated_at="20/3/2016 10:00", closed_at="25/3/2016 10:00"),
        event(2, 2, "closed"),
        event(3, 12, "asked"),
        event(4, 13, "?"),
    ]

    split = read_incidents(table(tmp_path / "log.csv", COLUMNS, rows), None, datetime(2016, 3, 10, tzinfo=UTC))

    assert [one.who for one in split.known] == ["then", "closed"]
    assert [one.who for one in split.closed] == ["closed"]
    assert ([one.who for one in split.asked], split.left_out) == (["asked"], 1)


def test_tickets_of_one_text_are_one_and_every_group_is_asked_about(tmp_path: Path) -> None:
    names = ("Short description", "Description", "Caller", "Assignment group")
    texts = [(f"printer {number} jams", "GRP_1") for number in range(10)]
    texts += [(f"password {number} lost", "GRP_2") for number in range(10)]
    rows = [dict(zip(names, (text, text, "dana", group), strict=True)) for text, group in texts + texts[:3]]
    path = table(tmp_path / "tickets.csv", names, [*rows, dict(zip(names, ("x", "x", "dana", "ALONE"), strict=True))])

    split = read_tickets(path)

    assert (len(split.known), len(split.asked), split.left_out) == (16, 4, 1)
    assert sorted(one.who for one in split.asked) == ["GRP_1", "GRP_1", "GRP_2", "GRP_2"]
    assert json.loads(run("--tickets", str(path), "--json").output)["n"] == 4


@pytest.mark.parametrize(
    ("groups", "columns"),
    [
        (("A",), ("short description", "description", "group")),
        (("A", "B"), ("description", "group")),
        (("A", "B"), ("short description", "group")),
    ],
    ids=["one group alone", "no short texts", "no long texts"],
)
def test_little_to_learn_from_is_no_mistake(tmp_path: Path, groups: Sequence[str], columns: Sequence[str]) -> None:
    rows = [
        {"group": group} | dict.fromkeys(columns[:-1], f"{group} broke {row}") for group in groups for row in "1234567"
    ]

    told = json.loads(run("--tickets", str(table(tmp_path / "few.csv", columns, rows)), "--json").output)

    assert (told["n"], told["top"]["1"]) == (len(groups), 1)


def issue(number: int, who: str, was: str, changed: str = "2014-01-20T10:00:00.000+0000") -> str:
    history = {"id": "1", "created": changed, "items": [{"field": "assignee", "from": was, "to": who}]}
    fields = {
        "summary": f"trouble {number}",
        "created": f"2014-01-{number:02}T10:00:00.000+0000",
        "assignee": {"name": who},
        "issuetype": {"name": "Bug"},
    }
    return json.dumps({"key": f"PAY-{number}", "fields": fields, "changelog": {"histories": [history]}})


def test_an_assignee_is_known_as_of_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "issues.jsonl"
    path.write_text("\n".join(issue(number, "later", "before") for number in range(1, 11)))

    split = read_assignees(path)

    assert {one.who for one in split.known} == {"before"}
    assert [one.who for one in split.asked] == ["later"] * 3


def test_a_mean_gives_each_name_its_share_where_only_one_knows_it() -> None:
    one = Chances(names=("a", "b"), rows=np.array([[0.8, 0.2]]))
    other = Chances(names=("b", "c"), rows=np.array([[0.5, 0.5]]))

    both = mean((one, 1.0), (other, 1.0))

    assert both.names == ("a", "b", "c")
    assert both.rows.tolist()[0] == pytest.approx([0.4, 0.35, 0.25])
    assert found(both, ["b"]).top[1].mean == 0
    assert found(both, ["b"]).top[3].mean == 1
    assert found(both, ["never seen"]).top[5].mean == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "one data set at a time"),
        (["--train", "absent.csv"], "there is no file absent.csv"),
        (["--tickets", "{empty}"], "lacks a column"),
        (["--train", "{empty}"], "lacks a column"),
        (["--jira-jsonl", "{empty}"], "not a Jira issue"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("[1]\n")

    result = run(*(one.replace("{empty}", str(empty)) for one in arguments))

    assert result.exit_code != 0
    assert words in result.output


def test_an_assignment_is_timed() -> None:
    result = CliRunner().invoke(main, ["matching", "--items", "5", "--people", "3", "--rounds", "1"])

    assert "5 items x 3 people" in result.output


@pytest.mark.long
def test_the_public_incidents_are_split_as_the_table_in_the_docs_says() -> None:
    path = SHARED / "datasets" / "sla_incidents.csv.xz"
    if not path.is_file():
        pytest.skip(f"no public data under {SHARED / 'datasets'}; set YARDMASTER_SHARED")

    split = read_incidents(path, None, None)

    assert (len(split.known), len(split.closed), len(split.asked)) == (9_476, 7_710, 3_229)
