"""The benchmark of forecasts: what it reads of a log, that it reads no future, and what it prints."""

import csv
import json
import os
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.forecasting.figures import Told, figures, reliability
from benchmarks.forecasting.promises import read_promises

SHARED = Path(os.environ.get("YARDMASTER_SHARED", Path(__file__).parents[3] / "shared"))
COLUMNS = ("number", "incident_state", "reassignment_count", "reopen_count", "made_sla", "opened_at", "sys_updated_at")
WRITTEN_AFTERWARDS = ("resolved_at", "closed_code", "resolved_by", "closed_at", "knowledge", "sys_created_by")


def log(path: Path, incidents: int, *, seed: int = 0, first: int = 0, afterwards: str = "?") -> Path:
    """Incidents a few hours apart; those of priority 1 mostly break."""
    chance = Random(seed)
    rows: list[dict[str, Any]] = []
    for number in range(first, first + incidents):
        day, urgent = 1 + number * 27 // 400, chance.random() < 0.3
        broke = chance.random() < (0.8 if urgent else 0.1)
        for place, state in enumerate(("New", "Active", "Closed")):
            rows.append(
                {
                    "number": f"I{number}",
                    "incident_state": state,
                    "reassignment_count": place,
                    "reopen_count": 0,
                    "made_sla": "false" if broke and place == 2 else "true",
                    "opened_at": f"{day:02}/03/2016 08:00",
                    "sys_updated_at": f"{day:02}/03/2016 {8 + 3 * place:02}:00",
                    "priority": "1" if urgent else "3",
                    "closed_at": f"{day:02}/03/2016 20:00",
                    **{name: afterwards for name in WRITTEN_AFTERWARDS if name != "closed_at"},
                }
            )
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, (*COLUMNS, "priority", *WRITTEN_AFTERWARDS))
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(*arguments: object) -> Any:
    result = CliRunner().invoke(main, ["sla", *map(str, arguments), "--resamples", "10", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_both_moments_are_measured_beside_the_baseline(tmp_path: Path) -> None:
    found = run("--train", log(tmp_path / "log.csv", 400), "--cut", "2016-03-20")

    for told in (found, found["baseline"]):
        for when in ("first", "life"):
            assert {"n", "auc", "ap", "brier", "ece"} < set(told[when])
            assert told[when]["auc"] > 0.7
            assert told[when]["intervals"]["auc"][0] <= told[when]["auc"] <= told[when]["intervals"]["auc"][1]
    assert found["life"]["n"] == 2 * found["first"]["n"]


def test_a_second_log_is_asked_about_whole(tmp_path: Path) -> None:
    earlier, later = log(tmp_path / "one.csv", 200), log(tmp_path / "two.csv", 100, seed=1, first=200)

    assert run("--train", earlier, "--test", later)["first"]["n"] == 100


def test_what_is_written_afterwards_changes_nothing(tmp_path: Path) -> None:
    clean = read_promises(log(tmp_path / "clean.csv", 60), None, None)
    spoilt = read_promises(log(tmp_path / "spoilt.csv", 60, afterwards="7"), None, None)

    assert [one.moments for one in clean.asked] == [one.moments for one in spoilt.asked]


def test_no_moment_knows_of_a_later_row(tmp_path: Path) -> None:
    whole = log(tmp_path / "whole.csv", 60)
    lines = whole.read_text().splitlines()
    cut, header = tmp_path / "cut.csv", lines[0].split(",")
    state, count = header.index("incident_state"), header.index("reassignment_count")
    with cut.open("w") as file:
        for line in lines:
            fields = line.split(",")
            if fields[state] == "Closed":
                fields[count] = "5"
            file.write(",".join(fields) + "\n")

    both = (read_promises(path, None, None).asked for path in (whole, cut))

    assert len({tuple(tuple(one.moments[:2]) for one in asked) for asked in both}) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("number,opened_at\n1,1/3/2016 08:00\n", "lacks a column made_sla"),
        ("number,opened_at,made_sla\n1,soon,true\n", "is not a date"),
        ("number,opened_at,made_sla\n1,1/3/2016 08:00,true\n", "nothing ended before"),
    ],
)
def test_a_log_that_cannot_be_used_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "log.csv").write_text(text)

    result = CliRunner().invoke(main, ["sla", "--train", str(tmp_path / "log.csv")])

    assert result.exit_code == 2
    assert words in result.output


def test_a_file_that_is_not_there_is_told() -> None:
    assert "lacks its data" in CliRunner().invoke(main, ["sla", "--train", "nowhere.csv"]).output


def test_the_figures_are_those_of_their_definitions() -> None:
    chances, came = np.array([0.1, 0.1, 0.9, 0.9]), np.array([0.0, 1.0, 1.0, 1.0])
    told = Told(chances=chances, came=came, about=np.arange(4))

    found = {name: value for name, (value, _, _) in figures(told).values.items()}

    assert found["auc"] == pytest.approx(5 / 6)
    assert found["brier"] == pytest.approx((0.01 + 0.81 + 0.01 + 0.01) / 4)
    assert found["ece"] == pytest.approx((0.4 * 2 + 0.1 * 2) / 4)
    assert np.allclose(reliability(told), [(0.1, 0.5, 2), (0.9, 1.0, 2)])


@pytest.mark.long
def test_the_public_log_is_foretold_as_the_table_in_the_docs_says() -> None:
    path = SHARED / "datasets" / "sla_incidents.csv.xz"
    if not path.is_file():
        pytest.skip("the public data are not here; YARDMASTER_SHARED names their folder")

    found = run("--train", path)["first"]

    assert found["n"] == 3545
    assert found["auc"] > 0.77
    assert found["brier"] < 0.105
    assert found["ece"] < 0.04
