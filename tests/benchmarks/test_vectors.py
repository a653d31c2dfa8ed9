"""The benchmark of the search by meaning, on few issues."""

import re

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main


@pytest.mark.long
def test_it_measures_the_index_and_finds_the_nearest() -> None:
    result = CliRunner().invoke(main, ["vectors", "--issues", "600", "--questions", "2"], catch_exceptions=False)

    assert "index built at once" in result.output
    assert "all known" in result.output
    found = [float(share) for share in re.findall(r"; ([0-9.]+)% of the nearest 50 found", result.output)]
    assert len(found) == 2
    assert min(found) > 90
    assert "one added" in result.output
