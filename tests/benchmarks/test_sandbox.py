"""The benchmark of the sandbox, on a village."""

import json

from click.testing import CliRunner

from benchmarks.sandbox import sandbox


def test_a_village_answers_every_read() -> None:
    done = CliRunner().invoke(sandbox, ["--people", "3", "--issues", "20", "--seconds", "0.3", "--json"])
    found = json.loads(done.output)
    assert (found["people"], found["issues"], found["failures"]) == (3, 20, 0)
    assert found["reads_per_s"] > 0
    assert 0 < found["p50_ms"] <= found["p99_ms"]
    assert found["rss_mb"] > 10
