"""The benchmark of rules, once and small."""

import json

from click.testing import CliRunner

from benchmarks.__main__ import main


def test_the_cost_is_told_for_each_number_of_guardrails() -> None:
    result = CliRunner().invoke(main, ["rules", "--count", "2", "--count", "20", "--rounds", "2", "--json"])

    assert result.exit_code == 0, result.output
    small, large = json.loads(result.output)
    assert (small["guardrails"], large["guardrails"]) == (2, 20)
    assert 0 < large["judge_ms"] < large["compiled_anew_ms"]
