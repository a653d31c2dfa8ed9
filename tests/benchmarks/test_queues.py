"""The benchmark of a queue's order, on few issues."""

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main


@pytest.mark.long
def test_it_measures_time_and_what_reading_in_bounds_loses() -> None:
    result = CliRunner().invoke(main, ["queue", "--issues", "60", "--questions", "2"], catch_exceptions=False)

    assert "queue of 60: " in result.output
    assert "of the true first 15: 15 named" in result.output
