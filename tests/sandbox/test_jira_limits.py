"""What makes Jira hard to live with, when it is asked for: a search that lags and limits on requests."""

from itertools import count
from typing import Any

import pytest

from sandbox.jira.limits import Limits
from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control, eventually, new_issue


def found(call: Rest, jql: str, **more: Any) -> list[str]:
    said = call("POST", "search/jql", json={"jql": f"{jql} ORDER BY key", "fields": ["summary"], **more}).json()
    return [issue["key"] for issue in said["issues"]]


def test_a_search_that_lags_sees_issues_as_they_were(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "jira", {"search_lag_s": 3600})
    key = new_issue(dana)
    number = int(dana("GET", f"issue/{key}").json()["id"])
    dana("POST", "issue/PAY-2/transitions", json={"transition": {"id": "21"}})
    dana("POST", "issue/PAY-6/comment", json={"body": "zebra"})

    assert found(dana, f"id = {number}") == []
    assert found(dana, f"id = {number}", reconcileIssues=[number]) == [key]
    assert found(dana, "key = PAY-2 AND status = Open") == ["PAY-2"]
    assert found(dana, "comment ~ zebra") == []
    assert dana("GET", "issue/PAY-2").json()["fields"]["status"]["name"] == "In progress"


def test_the_search_catches_up(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "jira", {"search_lag_s": 0.2})
    key = new_issue(dana)
    assert eventually(lambda: found(dana, f"key = {key}")) == [key]


def test_an_issue_that_is_gone_is_not_shown_though_the_search_still_sees_it(sandbox: Sandbox, dana: Rest) -> None:
    key = new_issue(dana)
    control(sandbox, "POST", "jira", {"search_lag_s": 3600})
    assert found(dana, "project = PAY AND created > -1h") == [key]
    dana("DELETE", f"issue/{key}")
    assert found(dana, "project = PAY AND created > -1h") == []


@pytest.mark.parametrize("numbers", [[*range(51)], ["x"], 7])
def test_at_most_fifty_issues_are_reconciled(dana: Rest, numbers: object) -> None:
    asked = {"jql": "project = PAY", "reconcileIssues": numbers}
    assert dana("POST", "search/jql", json=asked).status_code == 400


def test_a_burst_is_refused_with_jiras_headers_and_endpoints_are_apart(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "jira", {"limits": {"burst": 2}})
    answers = (dana("GET", "priority") for _ in count())

    refused = next(answer for answer in answers if answer.status_code == 429)
    assert (refused.headers["Retry-After"], refused.headers["RateLimit-Reason"]) == ("1", "jira-burst-based")
    assert (refused.headers["X-RateLimit-Limit"], refused.headers["X-RateLimit-Remaining"]) == ("2", "0")
    assert refused.headers["X-RateLimit-Reset"].endswith("Z")
    assert dana("GET", "status").status_code == 200


def test_writes_of_one_issue_are_limited_and_no_others() -> None:
    limits = Limits()
    limits.set(burst=None, per_issue=True)

    told = [limits.refused("PUT", "issue", "PAY-1") for _ in range(21)]
    other = limits.refused("PUT", "issue", "PAY-2")
    read = limits.refused("GET", "issue", "PAY-1")

    assert told[:20] == [None] * 20
    assert told[20] is not None
    assert (told[20].limit, told[20].reason) == (20, "jira-per-issue-on-write")
    assert (other, read) == (None, None)


def test_nothing_is_limited_until_it_is_asked_for() -> None:
    limits = Limits()
    assert [limits.refused("PUT", "issue", "PAY-1") for _ in range(300)] == [None] * 300


@pytest.mark.parametrize("asked", [{"search_lag_s": -1}, {"search_lag_s": "x"}, {"limits": {"burst": 1}}])
def test_what_cannot_be_set_is_refused(sandbox: Sandbox, asked: dict[str, Any]) -> None:
    answer = control(sandbox, "POST", "jira", asked)
    assert answer["ok"] is False
