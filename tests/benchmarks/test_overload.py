"""The benchmark of a queue's forecast: what it prints, and that its range holds on made days."""

import json

from click.testing import CliRunner

from benchmarks.__main__ import main


def test_the_range_holds_about_as_often_as_it_should() -> None:
    result = CliRunner().invoke(main, ["overload", "--days", "20", "--people", "1", "--busy", "90", "--json"])
    found = json.loads(result.output)

    assert found["days"] == 20
    assert found["held"][0] >= 0.6
    assert found["held"][1] <= found["held"][0] <= found["held"][2]
    assert found["ece"] < 0.1
    assert found["n"] > 20


def test_it_is_told_in_words() -> None:
    result = CliRunner().invoke(main, ["overload", "--days", "10", "--people", "1", "--busy", "50"])

    assert "10 days: the range held in" in result.output
