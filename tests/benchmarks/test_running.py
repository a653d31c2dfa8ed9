"""The benchmark of forecasts of running clocks: what it makes of a log, and what it prints."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.forecasting.incidents import RULES, incidents
from orchestrator.forecast.history import kept

_HEAD = "number,incident_state,assigned_to,priority,category,caller_id,opened_at,sys_updated_at"


def log(path: Path, number: int) -> Path:
    """Incidents an hour apart; those of category disk take nine days, the others two."""
    rows = [_HEAD]
    for one in range(number):
        day, hour = divmod(one, 24)
        category, days = ("disk", 9) if one % 3 == 0 else ("mail", 2)
        opened = f"2016-{1 + day // 28:02}-{1 + day % 28:02} {hour:02}:00:00"
        over = day + days
        ended = f"2016-{1 + over // 28:02}-{1 + over % 28:02} {hour:02}:00:00"
        told = f"p{one % 4},3 - Moderate,{category},c1,{opened}"
        rows += [f"I{one},New,{told},{opened}", f"I{one},Resolved,{told},{ended}"]
    path.write_text("\n".join(rows))
    return path


def test_an_incident_becomes_an_issue_with_a_clock_over_its_whole_life(tmp_path: Path) -> None:
    read = incidents(log(tmp_path / "log.csv", 4), None)

    known = kept(read.items, read.changes, RULES, read.until + timedelta(days=20)).own["Time to fix"]

    assert [(one.cycle.elapsed, one.cycle.breached) for one in known] == [
        (timedelta(days=9 if one % 3 == 0 else 2), one % 3 == 0) for one in range(4)
    ]
    assert known[0].steps[0].item.components == ("disk",)


def test_both_are_measured_on_later_incidents(tmp_path: Path) -> None:
    path = log(tmp_path / "log.csv", 900)

    result = CliRunner().invoke(main, ["running", str(path), "--json"])

    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["learnt"]["auc"]["value"] > found["counting"]["auc"]["value"]
    assert found["act"] == "use"


def test_what_the_benchmark_lacks_is_said(tmp_path: Path) -> None:
    few = CliRunner().invoke(main, ["running", str(log(tmp_path / "log.csv", 5))])
    none = CliRunner().invoke(main, ["running", str(tmp_path / "none.csv")])

    assert "nothing to learn from" in few.output
    assert "lacks its data" in none.output
