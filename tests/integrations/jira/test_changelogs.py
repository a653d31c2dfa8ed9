"""How many issues came to be as they are: read in bulk, from a Jira that keeps state and fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from integrations.jira.changelogs import ChangelogPage, JiraChangelogs
from integrations.jira.client import Connection
from integrations.jira.patient import Patient
from integrations.jira.reads import JiraReads
from orchestrator.ports import GatewayError
from sandbox.jira.records import Change
from tests.integrations.jira.archive import SECRET_WORDS, Archive, archive

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FETCH = "https://jira.test/rest/api/2/changelog/bulkfetch"


@pytest.fixture
def holding() -> Iterator[Callable[[int], Archive]]:
    with ExitStack() as stack:
        yield lambda count: stack.enter_context(archive(count))


def changelogs(connection: Connection, at_once: int = 5000) -> JiraChangelogs:
    return JiraChangelogs(connection, Patient(sleep=lambda _: None), at_once=at_once)


def answered(*bodies: object, ids: tuple[int, ...] = (7,)) -> list[ChangelogPage]:
    with responses.RequestsMock() as mock:
        for body in bodies:
            mock.post(FETCH, json=body)
        return list(changelogs(Connection("https://jira.test", "bot@example.test", "made-up")).pages(ids))


def log(**entry: Any) -> dict[str, Any]:
    status = {"field": "status", "fieldtype": "jira", "from": "1", "fromString": "Open", "to": "5", "toString": "Done"}
    told = {"id": "90", "created": "2026-03-02T10:30:00.000+0100", "author": {"accountId": "acc-1"}, "items": [status]}
    return {"issueId": "7", "changeHistories": [told | entry]}


def test_the_bulk_says_what_the_direct_read_says(holding: Callable[[int], Archive]) -> None:
    jira = holding(2)
    jira.rename(1, "one")
    jira.rename(1, "two")
    item = jira.issue(1).id

    (page,) = changelogs(jira.connection).pages([item, jira.issue(2).id])

    read = JiraReads(jira.connection).item(item)
    assert read is not None
    assert {one.id: one for one in page.changes[item]} == {one.id: one for one in read.changes}
    assert list(page.changes) == [item]


def test_entries_that_stand_on_several_pages_all_come(holding: Callable[[int], Archive]) -> None:
    jira = holding(2)
    for number in (1, 2, 1, 2, 1):
        jira.rename(number, f"{jira.issue(number).summary}.")

    pages = list(changelogs(jira.connection, at_once=2).pages([jira.issue(1).id, jira.issue(2).id]))

    assert [sum(map(len, page.changes.values())) for page in pages] == [2, 2, 1]
    assert len({one.id for page in pages for some in page.changes.values() for one in some}) == 5


def test_a_page_that_fails_is_tried_again(holding: Callable[[int], Archive]) -> None:
    jira = holding(1)
    jira.rename(1, "one")
    jira.fail(path="changelog/bulkfetch", status=429, headers={"Retry-After": "3"})

    (page,) = changelogs(jira.connection).pages([jira.issue(1).id])

    assert len(page.changes) == 1


def test_of_no_issue_nothing_is_asked() -> None:
    assert list(changelogs(Connection("http://127.0.0.1:9", "bot@example.test", "made-up")).pages([])) == []


def test_it_is_asked_as_jira_cloud_wants_it() -> None:
    with responses.RequestsMock() as mock:
        mock.post(FETCH, json={"issueChangeLogs": [], "nextPageToken": "on"})
        mock.post(FETCH, json={"issueChangeLogs": []})
        list(changelogs(Connection("https://jira.test", "bot@example.test", "made-up")).pages([7, 8]))
        asked = [json.loads(call.request.body or "") for call in mock.calls]

    assert asked[0] == {"issueIdsOrKeys": ["7", "8"], "maxResults": 5000}
    assert asked[1] == asked[0] | {"nextPageToken": "on"}


@pytest.mark.parametrize(
    "created", ["2026-03-02T09:30:00.000+0000", int(AT.timestamp()), int(AT.timestamp()) * 1000], ids=str
)
def test_a_time_may_be_written_out_or_counted_in_seconds_or_milliseconds(created: str | int) -> None:
    (page,) = answered({"issueChangeLogs": [log(created=created)]})

    assert [one.at for one in page.changes[7]] == [AT]


def test_whole_former_texts_are_left_behind_and_the_places_of_the_others_stay() -> None:
    items = [
        {"field": "description", "fieldtype": "jira", "fromString": SECRET_WORDS, "toString": "public words"},
        {"field": "assignee", "fieldtype": "jira", "from": "acc-1", "to": "acc-2"},
    ]

    (page,) = answered({"issueChangeLogs": [log(items=items)]})

    assert [(one.id, one.field, one.after) for one in page.changes[7]] == [("90:1", "assignee", "acc-2")]


BAD_LOGS = [
    pytest.param(None, "an issue without an id: ", id="null"),
    pytest.param({"issueId": SECRET_WORDS}, "an issue without an id: ", id="no number"),
    pytest.param({"issueId": "8", "changeHistories": {}}, "issue 8: ", id="no list"),
    pytest.param({"issueId": "8", "changeHistories": [{"id": "1"}]}, "issue 8: ", id="no time"),
    pytest.param(log(created=SECRET_WORDS), "issue 7: ", id="odd time"),
    pytest.param(log(created=10**40), "issue 7: ", id="huge time"),
    pytest.param(log(items=[{"field": [SECRET_WORDS]}]), "issue 7: ", id="odd field"),
]


@pytest.mark.parametrize(("bad", "said"), BAD_LOGS)
def test_a_changelog_that_makes_no_sense_is_told_without_its_text_and_hides_no_other(bad: Any, said: str) -> None:
    good = log() | {"issueId": "9"}

    (page,) = answered({"issueChangeLogs": [bad, good]})

    assert list(page.changes) == [9]
    assert [str(one)[: len(said)] for one in page.skipped] == [said]
    assert SECRET_WORDS not in str(page.skipped)


@pytest.mark.parametrize("body", [[], {"issueChangeLogs": {}}, {"nextPageToken": 7}])
def test_an_answer_that_is_none_is_told_so(body: object) -> None:
    with pytest.raises(GatewayError, match="makes no sense"):
        answered(*[body] * 8)


def test_tokens_that_lead_in_a_circle_are_not_followed_for_ever() -> None:
    with pytest.raises(GatewayError, match="circle"):
        answered(*[{"issueChangeLogs": [], "nextPageToken": "on"}] * 2)


def test_an_entry_with_many_fields_keeps_their_order(holding: Callable[[int], Archive]) -> None:
    jira = holding(1)
    issue, author = jira.issue(1), next(iter(jira.jira.accounts.values()))
    jira.jira.log(issue, author, [Change(field=name, field_id=name, after="x") for name in ("labels", "status")])

    (page,) = changelogs(jira.connection).pages([issue.id])

    assert [(one.id.partition(":")[2], one.field) for one in page.changes[issue.id]] == [
        ("0", "labels"),
        ("1", "status"),
    ]
