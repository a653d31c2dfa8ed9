"""The benchmark of reminders, on few questions."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main


@pytest.mark.long
def test_reminders_that_fall_due_together_come_no_faster_than_slack_takes_them() -> None:
    result = CliRunner().invoke(main, ["reminders", "--json", "--questions", "12", "--a-day", "8"])

    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["questions"], found["reminded"]) == (12, 24)
    assert found["posted"] + found["held_back"] == 24
    assert 14 <= found["posted"] <= 20  # eight for each of both, and what two threads sent at the same moment
    assert found["most_a_second"] <= 6
