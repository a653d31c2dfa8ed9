"""The benchmark of the start, once."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main


@pytest.mark.long
def test_the_start_is_measured_in_each_of_its_parts() -> None:
    result = CliRunner().invoke(main, ["start", "--rounds", "1", "--json"])

    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert min(found[part] for part in ("help", "door", "first_run", "next_run")) > 0
