"""Tables are read however they were written, and what cannot be read ends with 2 and one sentence."""

import csv
import json
import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.bug_tables import read_bugs
from benchmarks.delimited import moment_in, rows
from benchmarks.forecasting.due_dates import read_due
from benchmarks.forecasting.promises import read_promises
from benchmarks.forecasting.sprint_tables import read_sprints
from benchmarks.history import UnusableData
from tests.benchmarks import test_forecasting, test_late, test_sprints

Cells = list[list[str]]
TOLD: Cells = [["number", "Made_SLA", "text"], ["1", "true", "two\nlines, and a comma"], ["2", "false", "plain"]]


def written(path: Path, cells: Cells, *, separator: str = ",", end: str = "\n", mark: bool = False) -> Path:
    text = StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(cells)
    whole = text.getvalue().encode("utf-8-sig" if mark else "utf-8")
    path.write_bytes(lzma.compress(whole) if path.suffix == ".xz" else whole)
    return path


def cells_of(path: Path) -> Cells:
    with path.open(newline="") as lines:
        return list(csv.reader(lines))


def turned(cells: Cells) -> Cells:
    """The columns the other way round, with headings in capitals, and one more."""
    return [[*reversed(row), "more"] for row in [[one.upper() for one in cells[0]], *cells[1:]]]


@pytest.mark.parametrize(
    "write",
    [
        lambda place: written(place / "a.csv", TOLD),
        lambda place: written(place / "a.csv.xz", TOLD),
        lambda place: written(place / "a.csv", TOLD, separator=";"),
        lambda place: written(place / "a.csv", TOLD, separator="\t", end="\r\n", mark=True),
        lambda place: written(place / "a.csv", turned(TOLD)),
        lambda place: written(place / "a.csv", [*TOLD[:2], [], *TOLD[2:]]),
    ],
)
def test_a_table_is_the_same_however_it_was_written(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    found = rows(write(tmp_path), ("number", "made_sla", "text"), ("number", "made_sla"))

    known = [{name: row[name] for name in ("number", "made_sla", "text")} for _, row in found]
    assert known == [
        {"number": "1", "made_sla": "true", "text": "two\nlines, and a comma"},
        {"number": "2", "made_sla": "false", "text": "plain"},
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "lacks a column number; it has none"),
        (b"name,size\n", "lacks a column number; it has name, size"),
        (None, "the benchmark lacks its data: there is no file"),
    ],
)
def test_what_is_no_such_table_is_told(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UnusableData, match=words):
        list(rows(tmp_path / "a.csv", ("number",), ("number",)))


@pytest.mark.parametrize(
    "command",
    [
        ["sla", "--train", "{}"],
        ["running", "{}"],
        ["late", "--test-rows", "1", "{}"],
        ["due", "{}"],
        ["related", "--jira-jsonl", "{}"],
        ["related", "--bugs-csv", "{}", "--pairs-csv", "{}"],
    ],
)
@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", lzma.compress(b"a,b\n1,2\n" * 99)[:-9], lzma.compress(bytes(range(256)))],
    ids=["empty", "not packed", "cut", "no text"],
)
def test_every_command_ends_with_2_and_a_sentence(tmp_path: Path, command: list[str], content: bytes) -> None:
    path = tmp_path / "data.xz"
    path.write_bytes(content)

    result = CliRunner().invoke(main, [word.format(path) for word in command])

    assert result.exit_code == 2
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "cell",
    [
        "29/2/2016 01:16",
        "29/02/2016 01:16:00",
        "29/Feb/16 01:16",
        "29/Feb/2016 01:16",
        "29/Feb/16 1:16 AM",
        "2016-02-29 01:16:00",
        "2016-02-29T02:16:00.000+0100",
        "2016-02-29T01:16Z",
        "2016/02/29 01:16",
        "29.02.2016 01:16",
        "1456708560",
        "1456708560000",
    ],
)
def test_a_moment_is_read_in_the_forms_that_trackers_write(cell: str) -> None:
    assert moment_in(cell) == datetime(2016, 2, 29, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["", " ", "?", "NaN", "null", "NA"])
def test_where_nothing_is_known_there_is_no_moment(cell: str) -> None:
    assert moment_in(cell) is None


def test_the_rows_of_a_log_may_come_in_any_order_and_twice(tmp_path: Path) -> None:
    plain = test_forecasting.log(tmp_path / "plain.csv", 60)
    heading, *events = cells_of(plain)
    Random(0).shuffle(events)
    mixed = written(tmp_path / "mixed.csv", turned([heading, *events, *events[:50]]))

    found = [read_promises(path, None, None) for path in (plain, mixed)]

    by_age = [sorted((one.opened, one.moments, one.broke) for one in split.asked) for split in found]
    assert by_age[0] == by_age[1]


def test_what_is_not_known_makes_no_words_of_numbers(tmp_path: Path) -> None:
    heading, *issues = cells_of(test_late.table(tmp_path / "due.csv"))
    at = heading.index("workload")
    for row, cell in zip(issues, ("?", "NaN", "", "null"), strict=False):
        row[at] = cell

    found = read_due(written(tmp_path / "holes.csv.xz", turned([heading, *issues])))

    assert [one.dated.seen.numbers["WORKLOAD"] for one in found[:4]] == [0.0] * 4
    assert all(set(one.dated.seen.words) == {"TYPE", "more"} for one in found)


def test_a_packed_table_of_creations_tells_of_no_days_left_either(tmp_path: Path) -> None:
    cells = cells_of(test_late.table(tmp_path / "due.csv"))
    (found, *_) = read_due(written(tmp_path / "Shop_Creation.csv.xz", cells))
    assert "RemainingDay" not in found.dated.seen.numbers


def test_a_column_that_is_not_there_cannot_be_left_out(tmp_path: Path) -> None:
    path = test_late.table(tmp_path / "due.csv")
    assert "workload" not in read_due(path, ("Work load",))[0].dated.seen.numbers
    with pytest.raises(UnusableData, match="lacks a column nonsense"):
        read_due(path, ("nonsense",))


def test_sprints_are_read_packed_and_with_headings_of_any_case(tmp_path: Path) -> None:
    plain, packed = test_sprints.tables(tmp_path), tmp_path / "packed" / "shop"
    packed.parent.mkdir()
    for part in ("iteration", "issue"):
        cells = cells_of(tmp_path / f"shop_{part}_30.csv")
        known = [one.upper() if one in ("boardid", "sprintid", "vel_diff") else one for one in cells[0]]
        written(packed.with_name(f"shop_{part}_30.csv.xz"), [known, *cells[1:]], separator=";")

    assert read_sprints(packed) == read_sprints(plain)


def test_a_sprint_has_its_issues_where_one_table_writes_its_number_with_a_decimal(tmp_path: Path) -> None:
    place = test_sprints.tables(tmp_path)
    plain, path = read_sprints(place), tmp_path / "shop_iteration_30.csv"
    cells = cells_of(path)
    at = cells[0].index("sprintid")
    written(path, [cells[0], *([*row[:at], f"{row[at]}.0", *row[at + 1 :]] for row in cells[1:])])

    assert read_sprints(place) == plain
    assert any(one.sprint.issues for one in plain)


def test_bugs_are_read_packed(tmp_path: Path) -> None:
    bugs = written(tmp_path / "bugs.csv.xz", [["ISSUE ID", "summary", "Created"], ["1", "a", "?"], ["2.0", "b", "?"]])
    pairs = written(tmp_path / "pairs.csv.xz", [["Duplicate Id", "issue_id"], ["1", "2"]], separator=";")
    assert read_bugs(bugs, pairs).verdicts.same == {("1", "2")}


@pytest.mark.parametrize("which", ["train", "test"])
def test_where_all_ended_alike_what_cannot_be_told_is_null(tmp_path: Path, which: str) -> None:
    paths = {"train": test_forecasting.log(tmp_path / "train.csv", 60)}
    paths["test"] = test_forecasting.log(tmp_path / "test.csv", 40, seed=1, first=200)
    heading, *events = cells_of(paths[which])
    at = heading.index("made_sla")
    written(paths[which], [heading, *([*row[:at], "true", *row[at + 1 :]] for row in events)])

    result = CliRunner().invoke(
        main, ["sla", "--train", str(paths["train"]), "--test", str(paths["test"]), "--resamples", "10", "--json"]
    )

    assert result.exit_code == 0, result.output
    assert "NaN" not in result.output
    assert (json.loads(result.output)["first"]["auc"] is None) == (which == "test")


def test_where_nothing_is_told_of_a_life_the_first_events_are_measured_alone(tmp_path: Path) -> None:
    train, test = test_forecasting.log(tmp_path / "train.csv", 60), test_forecasting.log(tmp_path / "test.csv", 40)
    heading, *events = cells_of(test)
    written(test, [heading, *events[::3]])

    found = test_forecasting.run("--train", train, "--test", test)

    assert (found["first"]["n"], found["life"], found["baseline"]["life"]) == (40, None, None)
