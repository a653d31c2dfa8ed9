import re

from click.testing import CliRunner

from benchmarks.__main__ import main


def test_clocks_are_run_again_and_timed() -> None:
    result = CliRunner().invoke(main, ["clocks", "--items", "20", "--rounds", "1"])

    assert result.exit_code == 0, result.output
    assert re.match(r"20 issues with 8 changes, 2 clocks: \d+\.\d\d s at the median of 1\b", result.output)
