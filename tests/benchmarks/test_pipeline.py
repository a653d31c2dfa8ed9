"""The benchmark of the pipeline, on few events."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.made_issues import MadeIssues, is_alert


def test_every_fiftieth_made_issue_is_an_alert() -> None:
    assert [issue.id for issue in MadeIssues().from_(1, 120) if is_alert(issue)] == [50, 100]


#: Which fields a site has is read by each process by its own clock, however many events come.
READ_NOW_AND_THEN = {"GET /rest/api/2/field"}


@pytest.mark.long
def test_events_are_decided_without_a_request_to_vendors_and_clicks_have_their_effects() -> None:
    few = ["--known", "120", "--known", "60", "--events", "12", "--paced-seconds", "0.4", "--clicks", "2"]

    result = CliRunner().invoke(main, ["pipeline", "--json", *few])

    assert result.exit_code == 0, result.output
    sizes = json.loads(result.output)["sizes"]
    assert [one["known"] for one in sizes] == [60, 120]
    for one in sizes:
        assert one["deciding"]["events"] == 24
        asked = set(one["deciding"]["vendor_requests"]) - READ_NOW_AND_THEN
        assert (asked, one["deciding"]["questions"]) == (set(), 0)
        assert one["deciding"]["rate"] > 1
        assert one["clicks"]["clicks"] == 2
        assert 0 < one["clicks"]["first"]["p50_ms"] <= one["clicks"]["last"]["p50_ms"]
