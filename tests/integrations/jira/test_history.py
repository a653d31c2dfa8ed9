"""What Jira holds already, page by page, from a Jira that keeps state, fails, and changes meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from integrations.jira.client import Connection
from integrations.jira.history import JiraHistory, Page
from integrations.jira.patient import Patient
from integrations.jira.reads import JiraReads
from orchestrator.ports import GatewayError
from tests.integrations.jira.archive import EVERY, SECRET_WORDS, Archive, archive

PAUSES = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0]
LENA = {"id": "7", "key": "PAY-7", "fields": {"summary": "fine"}}


@pytest.fixture
def holding() -> Iterator[Callable[[int], Archive]]:
    with ExitStack() as stack:
        yield lambda count: stack.enter_context(archive(count))


def history(jira: Archive, pauses: list[float] | None = None) -> JiraHistory:
    slept = list[float]() if pauses is None else pauses
    return JiraHistory(jira.connection, Patient(sleep=slept.append, chance=lambda: 0.0), at_once=10)


def keys(*pages: Page) -> list[str]:
    return [snapshot.key for page in pages for snapshot in page.snapshots]


def pay(*numbers: int) -> list[str]:
    return [f"PAY-{number}" for number in numbers]


def test_all_issues_come_page_by_page_the_oldest_update_first(holding: Callable[[int], Archive]) -> None:
    jira = holding(25)

    pages = list(history(jira).pages())

    assert [len(page.snapshots) for page in pages] == [10, 10, 5]
    assert keys(*pages) == pay(*range(1, 26))


def test_a_jira_without_issues_gives_one_empty_page(holding: Callable[[int], Archive]) -> None:
    assert list(history(holding(0)).pages()) == [Page(snapshots=())]


def test_an_issue_comes_with_the_fields_that_a_direct_read_gives(holding: Callable[[int], Archive]) -> None:
    jira = holding(1)

    (page,) = history(jira).pages()

    (found,) = page.snapshots
    read = JiraReads(jira.connection).item(found.id)
    assert read is not None
    assert (found.fields, found.updated, found.changes) == (read.fields, read.updated, ())


def test_an_issue_that_we_may_not_browse_does_not_come(holding: Callable[[int], Archive]) -> None:
    jira = holding(3)
    project = jira.jira.projects["PAY"]
    project.security["board"] = frozenset()
    jira.issue(2).security = "board"

    assert keys(*history(jira).pages()) == pay(1, 3)


def test_a_moment_narrows_the_search_but_for_the_minute_before_it(holding: Callable[[int], Archive]) -> None:
    jira = holding(30)
    since = jira.now - 2 * EVERY
    jira.add(31, since - timedelta(seconds=59))
    jira.add(32, since - timedelta(seconds=61))

    assert keys(*history(jira).pages(since)) == pay(31, 28, 29, 30)


@pytest.mark.parametrize("since", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1969, 7, 20, tzinfo=UTC)])
def test_a_moment_before_all_computers_leaves_nothing_out(holding: Callable[[int], Archive], since: datetime) -> None:
    assert keys(*history(holding(2)).pages(since)) == pay(1, 2)


def test_one_project_may_be_read_alone(holding: Callable[[int], Archive]) -> None:
    jira = holding(3)

    assert keys(*history(jira).pages(project="PAY")) == pay(1, 2, 3)
    assert keys(*history(jira).pages(project="WEB")) == []


@pytest.mark.parametrize("key", ["", "PAY OR 1", 'PAY" OR key > "A', "1AY", "P" * 101])
def test_what_cannot_be_a_projects_key_never_gets_into_a_query(holding: Callable[[int], Archive], key: str) -> None:
    with pytest.raises(ValueError, match="not the key of a project"):
        history(holding(0)).pages(project=key)


def test_what_is_to_be_read_is_counted_first(holding: Callable[[int], Archive]) -> None:
    jira = holding(30)

    assert history(jira).count() == 30
    assert history(jira).count(jira.now - 2 * EVERY) == 3
    assert history(jira).count(project="WEB") == 0


def test_a_count_that_is_none_is_told_so() -> None:
    with responses.RequestsMock() as mock:
        mock.post("https://jira.test/rest/api/2/search/approximate-count", json={"count": "many"})
        with pytest.raises(GatewayError, match="makes no sense"):
            JiraHistory(Connection("https://jira.test", "bot@example.test", "made-up"), Patient(())).count()


def test_the_search_is_asked_as_jira_cloud_wants_it_and_in_no_time_zone() -> None:
    here = datetime(2026, 3, 2, 10, tzinfo=UTC).astimezone(tz=None)
    with responses.RequestsMock() as mock:
        mock.get("https://jira.test/rest/api/2/field", json=[])
        mock.post("https://jira.test/rest/api/2/search/jql", json={"issues": []})
        list(JiraHistory(Connection("https://jira.test", "bot@example.test", "made-up"), Patient()).pages(here))
        asked = json.loads(mock.calls[1].request.body or "")

    at = datetime(2026, 3, 2, 9, 59, tzinfo=UTC).timestamp()
    assert asked["jql"] == f"updated >= {at * 1000:.0f} ORDER BY updated ASC, key ASC"
    assert (asked["maxResults"], "nextPageToken" in asked, "startAt" in asked) == (100, False, False)
    assert {"summary", "status", "updated", "issuelinks"} < set(asked["fields"])


def test_what_changes_meanwhile_comes_again_and_hides_nothing(holding: Callable[[int], Archive]) -> None:
    jira = holding(30)
    pages = history(jira).pages()
    first = next(pages)
    for number in (3, 4, 25):
        jira.edit(number, "changed")
    jira.jira.remove_issue(jira.issue(5))

    rest = list(pages)

    assert keys(first) == pay(*range(1, 11))
    assert keys(*rest) == pay(*range(11, 25), *range(26, 31), 3, 4, 25)


def test_issues_updated_in_the_same_instant_are_all_read(holding: Callable[[int], Archive]) -> None:
    jira = holding(0)
    for number in range(1, 36):
        jira.add(number, jira.now)

    assert keys(*history(jira).pages()) == pay(*range(1, 36))


FAULTS = [
    pytest.param({"status": 500}, 1.0, id="500"),
    pytest.param({"status": 503, "headers": {"Retry-After": "5"}}, 5.0, id="503 with seconds"),
    pytest.param({"status": 429}, 1.0, id="429"),
    pytest.param({"status": 429, "headers": {"Retry-After": "17"}}, 17.0, id="429 with seconds"),
    pytest.param({"status": 429, "headers": {"Retry-After": "0"}}, 1.0, id="429 at once"),
    pytest.param({"drop": "before"}, 1.0, id="dropped"),
    pytest.param({"status": 200, "body": "<html>log in"}, 1.0, id="no JSON"),
    pytest.param({"status": 200, "body": {"total": 7}}, 1.0, id="no page"),
    pytest.param({"status": 200, "body": {"issues": {}}}, 1.0, id="no list"),
]


@pytest.mark.parametrize(("how", "pause"), FAULTS)
def test_a_page_that_fails_is_tried_again_when_jira_wants_it(
    holding: Callable[[int], Archive], how: dict[str, Any], pause: float
) -> None:
    jira, pauses = holding(25), list[float]()
    pages = history(jira, pauses).pages()
    first = next(pages)
    jira.fail(**how)

    assert keys(first, *pages) == pay(*range(1, 26))
    assert pauses == [pause]


def test_the_longer_jira_fails_the_longer_are_the_pauses(holding: Callable[[int], Archive]) -> None:
    jira, pauses = holding(1), list[float]()
    jira.fail(times=4, status=500)

    assert keys(*history(jira, pauses).pages()) == pay(1)
    assert pauses == PAUSES[:4]


def test_each_page_has_tries_of_its_own(holding: Callable[[int], Archive]) -> None:
    jira, pauses = holding(25), list[float]()
    jira.fail(times=2, status=500)
    pages = history(jira, pauses).pages()
    first = next(pages)
    jira.fail(times=2, status=500)

    assert keys(first, *pages) == pay(*range(1, 26))
    assert pauses == [*PAUSES[:2], *PAUSES[:2]]


def test_a_jira_that_fails_for_long_is_given_up(holding: Callable[[int], Archive]) -> None:
    jira, pauses = holding(1), list[float]()
    jira.fail(times=None, status=500)

    with pytest.raises(GatewayError, match=r"Jira failed \(500\) when searching for issues"):
        list(history(jira, pauses).pages())

    assert pauses == PAUSES


@pytest.mark.parametrize("how", [{"status": 400}, {"status": 401}, {"status": 404}])
def test_what_no_patience_mends_is_told_at_once(holding: Callable[[int], Archive], how: dict[str, Any]) -> None:
    jira, pauses = holding(1), list[float]()
    jira.fail(**how)

    with pytest.raises(GatewayError, match="when searching for issues"):
        list(history(jira, pauses).pages())

    assert pauses == []


def test_who_comes_again_anyway_is_not_patient(holding: Callable[[int], Archive]) -> None:
    jira, pauses = holding(1), list[float]()
    jira.fail(status=429, headers={"Retry-After": "17"})

    with pytest.raises(GatewayError) as refused:
        list(JiraHistory(jira.connection, Patient((), sleep=pauses.append)).pages())

    assert (refused.value.retry_after, pauses) == (17.0, [])


def test_the_time_is_jiras_own(holding: Callable[[int], Archive]) -> None:
    jira = holding(0)
    jira.jira.clock.set_speed(0)
    jira.jira.clock.advance(-86_400)

    assert history(jira).now() == jira.jira.clock.now()


@pytest.mark.parametrize("body", [{}, {"serverTime": "noon"}, {"serverTime": "2026-03-02T09:00:00"}, []])
def test_a_jira_that_does_not_tell_its_time_is_told_so(body: object) -> None:
    with responses.RequestsMock() as mock:
        mock.get("https://jira.test/rest/api/2/serverInfo", json=body)
        with pytest.raises(GatewayError, match="makes no sense"):
            JiraHistory(Connection("https://jira.test", "bot@example.test", "made-up"), Patient()).now()


def nested(depth: int) -> Any:
    deep: Any = SECRET_WORDS
    for _ in range(depth):
        deep = {"content": deep}
    return deep


BAD_ISSUES = [
    pytest.param(None, "an issue without an id: ", id="null"),
    pytest.param([SECRET_WORDS], "an issue without an id: ", id="a list"),
    pytest.param({"id": SECRET_WORDS, "key": "PAY-8", "fields": {}}, "an issue without an id: ", id="no number"),
    pytest.param({"id": "9" * 40, "key": "PAY-8", "fields": {}}, "an issue without an id: ", id="a huge number"),
    pytest.param({"id": True, "key": "PAY-8", "fields": {}}, "an issue without an id: ", id="a truth"),
    pytest.param({"id": "8", "key": "PAY-8"}, "issue 8: ", id="no fields"),
    pytest.param({"id": 8, "fields": {}}, "issue 8: ", id="no key"),
    pytest.param({"id": "8", "key": "PAY-8", "fields": {"summary": [SECRET_WORDS]}}, "issue 8: ", id="odd text"),
    pytest.param({"id": "8", "key": "PAY-8", "fields": {"updated": SECRET_WORDS}}, "issue 8: ", id="odd time"),
    pytest.param({"id": "8", "key": "PAY-8", "fields": {"summary": nested(800)}}, "issue 8: ", id="deep"),
]


@pytest.mark.parametrize(("bad", "said"), BAD_ISSUES)
def test_an_issue_that_makes_no_sense_is_told_without_its_text_and_hides_no_other(
    holding: Callable[[int], Archive], bad: Any, said: str
) -> None:
    jira = holding(0)
    jira.fail(status=200, body={"issues": [bad, LENA], "isLast": True})

    (page,) = history(jira).pages()

    (told,) = page.skipped
    assert str(told).startswith(said)
    assert SECRET_WORDS not in str(told)
    assert keys(page) == pay(7)


def test_an_empty_page_is_not_the_end_while_a_token_leads_on(holding: Callable[[int], Archive]) -> None:
    jira = holding(0)
    jira.fail(status=200, body={"issues": [], "nextPageToken": "on"})
    jira.fail(status=200, body={"issues": [LENA]})

    assert keys(*history(jira).pages()) == pay(7)


@pytest.mark.parametrize("more", [{"isLast": True, "nextPageToken": "on"}, {"nextPageToken": ""}, {}])
def test_the_end_is_where_jira_says_so_or_no_token_leads_on(
    holding: Callable[[int], Archive], more: dict[str, Any]
) -> None:
    jira = holding(1)
    jira.fail(status=200, body={"issues": [LENA], **more})

    assert keys(*history(jira).pages()) == pay(7)


def test_tokens_that_lead_in_a_circle_are_not_followed_for_ever(holding: Callable[[int], Archive]) -> None:
    jira = holding(0)
    for _ in range(3):
        jira.fail(status=200, body={"issues": [LENA], "nextPageToken": "there"})
        jira.fail(status=200, body={"issues": [LENA], "nextPageToken": "back"})

    with pytest.raises(GatewayError, match="circle"):
        list(history(jira).pages())


def test_nothing_is_asked_before_a_page_is_wanted() -> None:
    unreachable = Connection("http://127.0.0.1:9", "bot@example.test", "made-up")

    assert JiraHistory(unreachable, Patient()).pages(datetime.now(UTC) - timedelta(days=1)) is not None
