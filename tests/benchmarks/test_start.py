"""The benchmark of the start, once."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main


@pytest.mark.long
@pytest.mark.timeout(180)
def test_help_comes_before_the_door_and_the_door_before_everything() -> None:
    result = CliRunner().invoke(main, ["start", "--rounds", "1", "--json"])

    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert 0 < found["help"] < found["door"] < found["first_run"]
    assert found["help"] < found["next_run"]
