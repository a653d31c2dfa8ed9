"""Asks the sandbox for what the published documents describe.

The fixture `sandboxes_speak_as_published` judges each answer, and fails the test in which one is not as published.
"""

from typing import Any

import pytest

from tests.sandbox.ear import Rest, new_issue


@pytest.mark.parametrize(
    "place",
    [
        "serverInfo",
        "myself",
        "field",
        "status",
        "priority",
        "issuetype",
        "resolution",
        "project",
        "project/search",
        "project/PAY",
        "project/PAY/statuses",
        "mypermissions?permissions=BROWSE_PROJECTS",
        "issue/PAY-1?expand=changelog,transitions",
        "issue/PAY-1/changelog",
        "issue/PAY-1/transitions?expand=transitions.fields",
        "issue/PAY-1/comment?expand=properties",
        "issue/PAY-1/properties",
        "issue/PAY-1/remotelink",
        "issueLinkType",
        "user?accountId=sbx-mika",
        "user/search?query=mi",
        "user/assignable/search?project=PAY",
        "user/bulk?accountId=sbx-mika&accountId=sbx-tom",
        "search/jql?jql=project=PAY&fields=*all",
        "users/search",
        "users",
        "user/viewissue/search?issueKey=PAY-1&query=mi",
        "user/assignable/multiProjectSearch?projectKeys=PAY,WEB",
        "user/groups?accountId=sbx-mika",
        "group/member?groupname=site-admins",
        "group/bulk",
        "group?groupname=site-admins&expand=users",
        "groups/picker?query=site",
        "role",
        "project/PAY/role",
        "project/PAY/role/10002",
        "project/PAY/components",
        "project/PAY/versions",
        "label",
        "issue/createmeta?projectKeys=PAY,OPS&expand=projects.issuetypes.fields",
        "issue/createmeta/PAY/issuetypes",
        "issue/OPS-1/editmeta",
        "issue/OPS-1?expand=names,schema",
        "issue/PAY-1/watchers",
        "issue/PAY-1/worklog",
        "issue/createmeta/OPS/issuetypes/10004",
    ],
)
def test_jira_answers_as_its_document_says(bot: Rest, place: str) -> None:
    bot("PUT", "issue/PAY-1", json={"fields": {"summary": "other words", "labels": ["x"]}})
    bot("PUT", "issue/PAY-1/properties/mark", json={"a": 1})
    bot("POST", "issue/PAY-1/worklog", json={"timeSpent": "1h", "comment": "looked"})
    bot("POST", "issue/PAY-1/watchers", json="sbx-mika")
    bot(
        "POST",
        "issue/PAY-1/remotelink",
        json={"globalId": "a=1", "object": {"url": "http://example.com", "title": "t"}},
    )
    bot(
        "POST",
        "issueLink",
        json={"type": {"name": "Duplicate"}, "inwardIssue": {"key": "PAY-2"}, "outwardIssue": {"key": "PAY-1"}},
    )

    answer = bot("GET", place, version="3")
    assert answer.status_code == 200


def test_jiras_writes_answer_as_its_document_says(bot: Rest) -> None:
    fields = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": "x"}
    made = bot("POST", "issue", version="3", json={"fields": fields})
    refused = bot("POST", "issue", version="3", json={"fields": {"project": {"key": "PAY"}}})
    assert (made.status_code, refused.status_code) == (201, 400)

    asked = [{"permissions": ["BROWSE_PROJECTS"], "issues": [int(made.json()["id"])], "projects": [10100]}]
    bodies: dict[str, Any] = {
        "jql/parse": {"queries": ["status CHANGED TO Open AND a = b", "NOT labels IN (x, EMPTY) ORDER BY key", "a"]},
        "jql/match": {"issueIds": [int(made.json()["id"])], "jqls": ["project = PAY", "colour = red"]},
        "issue/bulkfetch": {"issueIdsOrKeys": ["PAY-1", "NO-1"], "fields": ["*all"], "expand": ["changelog"]},
        "permissions/check": {"projectPermissions": asked},
    }
    for place, body in bodies.items():
        assert bot("POST", place, version="3", json=body).status_code == 200, place


def test_a_refusal_has_jiras_form(dana: Rest) -> None:
    new_issue(dana)
    for answer in (dana("GET", "issue/NO-1"), dana("GET", "nothing-here"), dana("PUT", "issueLinkType")):
        assert answer.status_code >= 400
        assert set(answer.json()) == {"errorMessages", "errors"}
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_changelogs_in_bulk_come_as_jiras_document_says(bot: Rest) -> None:
    bot("PUT", "issue/PAY-1", json={"fields": {"summary": "other words"}})

    answer = bot("POST", "changelog/bulkfetch", version="3", json={"issueIdsOrKeys": ["PAY-1"]})

    assert answer.json()["issueChangeLogs"] != []
