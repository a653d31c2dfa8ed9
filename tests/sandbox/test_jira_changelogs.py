"""The changelogs of many issues at once, as the sandbox's Jira gives them."""

import pytest

from tests.sandbox.ear import Rest

FETCH = "changelog/bulkfetch"


def rename(call: Rest, key: str, *summaries: str) -> None:
    for summary in summaries:
        assert call("PUT", f"issue/{key}", json={"fields": {"summary": summary}}).status_code == 204


def told(call: Rest, **asked: object) -> list[tuple[str, list[str]]]:
    answer = call("POST", FETCH, json=asked)
    assert answer.status_code == 200, answer.text
    return [
        (one["issueId"], [entry["items"][0]["toString"] for entry in one["changeHistories"]])
        for one in answer.json()["issueChangeLogs"]
    ]


def id_of(call: Rest, key: str) -> str:
    return str(call("GET", f"issue/{key}").json()["id"])


def test_entries_come_by_issue_the_oldest_first(dana: Rest) -> None:
    rename(dana, "PAY-1", "one", "two")
    rename(dana, "PAY-2", "other")

    found = told(dana, issueIdsOrKeys=["PAY-2", id_of(dana, "PAY-1"), "PAY-3"])

    assert found == [(id_of(dana, "PAY-1"), ["one", "two"]), (id_of(dana, "PAY-2"), ["other"])]


def test_pages_follow_the_time_of_the_entries_and_leave_nothing_out(dana: Rest) -> None:
    rename(dana, "PAY-1", "one")
    rename(dana, "PAY-2", "other")
    rename(dana, "PAY-1", "two")
    asked = {"issueIdsOrKeys": ["PAY-1", "PAY-2"], "maxResults": 2}

    first = dana("POST", FETCH, json=asked).json()
    second = dana("POST", FETCH, json=asked | {"nextPageToken": first["nextPageToken"]}).json()

    assert [len(one["changeHistories"]) for one in first["issueChangeLogs"]] == [1, 1]
    assert second["issueChangeLogs"][0]["changeHistories"][0]["items"][0]["toString"] == "two"
    assert "nextPageToken" not in second


def test_entries_may_be_narrowed_to_fields(dana: Rest) -> None:
    rename(dana, "PAY-1", "one")
    dana("PUT", "issue/PAY-1", json={"fields": {"labels": ["x"]}})

    assert [words for _, words in told(dana, issueIdsOrKeys=["PAY-1"], fieldIds=["labels"])] == [["x"]]


def test_what_one_may_not_browse_is_left_out(bot: Rest, dana: Rest) -> None:
    rename(dana, "PAY-1", "one")

    assert told(dana, issueIdsOrKeys=["NO-1", "999999999"]) == []
    assert len(told(bot, issueIdsOrKeys=["PAY-1", "NO-1"])) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"issueIdsOrKeys": []},
        {"issueIdsOrKeys": ["PAY-1"] * 1001},
        {"issueIdsOrKeys": "PAY-1"},
        {"issueIdsOrKeys": ["PAY-1"], "fieldIds": [str(number) for number in range(11)]},
        {"issueIdsOrKeys": ["PAY-1"], "maxResults": 10_001},
        {"issueIdsOrKeys": ["PAY-1"], "nextPageToken": "guess"},
    ],
)
def test_what_the_document_forbids_is_refused(dana: Rest, asked: dict[str, object]) -> None:
    rename(dana, "PAY-1", "one")

    assert dana("POST", FETCH, json=asked).status_code == 400
