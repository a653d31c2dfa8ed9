"""JQL of the sandbox's Jira: what it finds, how it pages, what it refuses."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jira import JIRA

from sandbox.jira.jql import JqlError, parse
from tests.sandbox.ear import Rest


def keys(call: Rest, jql: str) -> list[str]:
    answer = call("GET", "search/jql", params={"jql": jql, "fields": "summary", "maxResults": 100})
    assert answer.status_code == 200, answer.text
    return [issue["key"] for issue in answer.json()["issues"]]


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("key = PAY-1", ["PAY-1"]),
        ("key in (PAY-1, PAY-3) ORDER BY key", ["PAY-1", "PAY-3"]),
        ('project = OPS AND status = "Needs triage" ORDER BY created ASC', ["OPS-6", "OPS-7", "OPS-8"]),
        ('text ~ "LEDGER_IMBALANCE"', ["PAY-2"]),
        ("project = PAY AND statusCategory = Done ORDER BY key", ["PAY-3", "PAY-8"]),
        ("project = PAY AND resolution is not EMPTY ORDER BY key DESC", ["PAY-8", "PAY-3"]),
        ("project = PAY AND created >= -10d", ["PAY-10"]),
        ("project in (PAY, WEB) AND NOT project = WEB AND key = PAY-1", ["PAY-1"]),
        ("project = PAY AND updated >= 0 AND created < 1", []),
        ("key = PAY-1 AND updated >= 0", ["PAY-1"]),
        ("(key = PAY-1 OR key = WEB-1) AND project != WEB", ["PAY-1"]),
        ("LEDGER_IMBALANCE", ["PAY-2"]),
        ("notawordanywhere", []),
    ],
)
def test_a_query_finds(dana: Rest, jql: str, found: list[str]) -> None:
    assert keys(dana, jql) == found


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("", "Unbounded JQL"),
        ("ORDER BY created", "Unbounded JQL"),
        ('summary ~ "unfinished', "has not been completed"),
        ("colour = red", "does not exist"),
        ("project >= PAY", "not supported"),
        ("created >= yesterdayish", "is invalid"),
        ("project = ", "before the end of the query"),
        ("project = PAY ORDER BY colour", "does not exist"),
        ("project = PAY project = WEB", "Expecting either 'OR' or 'AND' but got 'project'. (line 1, character 15)"),
    ],
)
def test_a_query_that_cannot_be_is_refused_in_words(dana: Rest, jql: str, said: str) -> None:
    answer = dana("GET", "search/jql", params={"jql": jql})
    assert answer.status_code == 400
    assert said in answer.json()["errorMessages"][0]


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(JqlError):
        assert parse(text).order is not None


def test_without_fields_only_ids_come(dana: Rest) -> None:
    [found] = dana("GET", "search/jql", params={"jql": "key = PAY-1"}).json()["issues"]
    assert list(found) == ["id"]


def test_the_client_walks_all_pages(client: JIRA) -> None:
    found = client.enhanced_search_issues("project = PAY", maxResults=3)
    everything = client.enhanced_search_issues("project = PAY", maxResults=0)
    assert len(found) == 3
    assert len({issue.key for issue in everything}) == 10


def test_pages_end_without_a_token(dana: Rest) -> None:
    asked = {"jql": "project = PAY", "fields": ["summary"], "maxResults": 6}
    first = dana("POST", "search/jql", json=asked).json()
    second = dana("POST", "search/jql", json={**asked, "nextPageToken": first["nextPageToken"]}).json()
    assert (len(first["issues"]), first["isLast"]) == (6, False)
    assert (len(second["issues"]), second["isLast"], "nextPageToken" in second) == (4, True, False)


@pytest.mark.parametrize("token", ["guess", "Zw==", "MQ==", "W10=", "WzEsICJhIiwgMV0=", "bnVsbA==", 7])
def test_a_token_of_somebody_elses_making_is_refused(dana: Rest, token: object) -> None:
    answer = dana("POST", "search/jql", json={"jql": "project = PAY ORDER BY key", "nextPageToken": token})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == ["Invalid nextPageToken."]


@pytest.mark.parametrize("order", ["updated ASC", "updated ASC, key ASC", "created DESC", "summary", "priority, key"])
def test_pages_leave_nothing_out_in_any_order(dana: Rest, order: str) -> None:
    jql = f"project = PAY ORDER BY {order}"
    asked = {"jql": jql, "fields": ["summary"], "maxResults": 3}
    said = dana("POST", "search/jql", json=asked).json()
    walked = said["issues"]
    while token := said.get("nextPageToken"):
        said = dana("POST", "search/jql", json={**asked, "nextPageToken": token}).json()
        walked += said["issues"]
    assert [issue["key"] for issue in walked] == keys(dana, jql)


def test_an_issue_that_moves_to_the_end_hides_none_of_the_next_page(dana: Rest) -> None:
    jql = "project = PAY ORDER BY updated ASC"
    asked = {"jql": jql, "fields": ["summary"], "maxResults": 4}
    first = dana("POST", "search/jql", json=asked).json()
    before = keys(dana, jql)
    dana("PUT", f"issue/{before[0]}", json={"fields": {"summary": "moved"}})
    rest = dana("POST", "search/jql", json={**asked, "nextPageToken": first["nextPageToken"], "maxResults": 50}).json()
    assert [issue["key"] for issue in rest["issues"]] == [*before[4:], before[0]]


def test_the_old_search_is_gone(dana: Rest) -> None:
    answer = dana("GET", "search", params={"jql": "project = PAY"})
    assert answer.status_code == 410
    assert answer.json()["errorMessages"][0].startswith("The requested API has been removed. Please migrate to")
    assert answer.json()["errors"] == {}


def test_the_count_needs_a_bounded_query_too(dana: Rest) -> None:
    assert dana("POST", "search/approximate-count", json={"jql": "project = PAY"}).json() == {"count": 10}
    assert dana("POST", "search/approximate-count", json={"jql": ""}).status_code == 400
