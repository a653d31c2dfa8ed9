"""The benchmark of the backfill, on few issues."""

import json
from collections import Counter

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.made_issues import MadeIssues
from benchmarks.made_site import MadeSite
from sandbox.running import default_seed, new_world


def test_a_made_site_tells_how_its_issues_came_to_be_what_they_are() -> None:
    jira = new_world(default_seed()).jira
    before = set(jira.issues)

    changes = MadeSite(jira).settle(MadeIssues().from_(1, 300))

    made = [issue for id_, issue in jira.issues.items() if id_ not in before]
    assert len(made) == 300
    assert changes == sum(len(entry.changes) for issue in made for entry in issue.history)
    for issue in made:
        times = [entry.created for entry in issue.history]
        assert times == sorted(times)
        moves = [change for entry in issue.history for change in entry.changes if change.field == "status"]
        assert moves[-1].after == issue.status.id
        assert Counter(move.before for move in moves)["1"] == 1


@pytest.mark.long
def test_2000_issues_are_learnt_whole_in_little_memory() -> None:
    result = CliRunner().invoke(main, ["backfill", "--issues", "2000", "--json"])

    assert result.exit_code == 0, result.output
    measured = json.loads(result.stdout)
    assert (measured["issues"], measured["items_stored"], measured["baselines"]) == (2000, 2000, 1)
    assert measured["changes"] == measured["changes_stored"] > 10_000
    assert measured["peak_mib"] < 400
