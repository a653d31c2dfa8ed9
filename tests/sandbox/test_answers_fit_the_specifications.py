"""The sandbox's answers against the published specifications: Jira's OpenAPI document, Slack's response schemas."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from slack_sdk import WebClient

from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, button, modal, new_issue, reason_input, section

YARD = "C0YARD0001"


@lru_cache
def openapi(shared: Path) -> Any:
    return json.loads((shared / "specs/jira/jira-platform-v3.json").read_text())


def misfits(shared: Path, method: str, path: str, status: int, body: Any) -> list[str]:
    """Where a body is not what the document says; an empty `content` in the document allows no body."""
    document = openapi(shared)
    response = document["paths"][f"/rest/api/3/{path}"][method.lower()]["responses"][str(status)]
    content: Any = next(iter(response.get("content", {}).values()), {})
    if "schema" not in content:
        return []
    validator = Draft202012Validator({"$ref": "#/components/schemas/X"} | _standing(document, content["schema"]))
    return told(validator, body)


def told(validator: Draft202012Validator, body: Any) -> list[str]:
    """Every mistake in a line; null passes, as captured payloads have it where the documents know only strings."""
    mistakes = [error for error in validator.iter_errors(body) if error.instance is not None]
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:120]}" for error in mistakes]


def _standing(document: Any, schema: Any) -> Any:
    schemas = document["components"]["schemas"]
    clause = {"anyOf": schemas["JqlQueryClause"]["anyOf"]}  # as published it allows no property of any of these
    return {"components": {"schemas": {**schemas, "JqlQueryClause": clause, "X": schema}}}


@pytest.mark.parametrize(
    ("path", "place", "query"),
    [
        ("serverInfo", "serverInfo", ""),
        ("myself", "myself", ""),
        ("field", "field", ""),
        ("status", "status", ""),
        ("priority", "priority", ""),
        ("issuetype", "issuetype", ""),
        ("resolution", "resolution", ""),
        ("project", "project", ""),
        ("project/search", "project/search", ""),
        ("project/{projectIdOrKey}", "project/PAY", ""),
        ("project/{projectIdOrKey}/statuses", "project/PAY/statuses", ""),
        ("mypermissions", "mypermissions", "?permissions=BROWSE_PROJECTS"),
        ("issue/{issueIdOrKey}", "issue/PAY-1", "?expand=changelog,transitions"),
        ("issue/{issueIdOrKey}/changelog", "issue/PAY-1/changelog", ""),
        ("issue/{issueIdOrKey}/transitions", "issue/PAY-1/transitions", "?expand=transitions.fields"),
        ("issue/{issueIdOrKey}/comment", "issue/PAY-1/comment", "?expand=properties"),
        ("issue/{issueIdOrKey}/properties", "issue/PAY-1/properties", ""),
        ("issue/{issueIdOrKey}/remotelink", "issue/PAY-1/remotelink", ""),
        ("issueLinkType", "issueLinkType", ""),
        ("user", "user", "?accountId=sbx-mika"),
        ("user/search", "user/search", "?query=mi"),
        ("user/assignable/search", "user/assignable/search", "?project=PAY"),
        ("user/bulk", "user/bulk", "?accountId=sbx-mika&accountId=sbx-tom"),
        ("search/jql", "search/jql", "?jql=project=PAY&fields=*all"),
        ("users/search", "users/search", ""),
        ("users", "users", ""),
        ("user/viewissue/search", "user/viewissue/search", "?issueKey=PAY-1&query=mi"),
        ("user/assignable/multiProjectSearch", "user/assignable/multiProjectSearch", "?projectKeys=PAY,WEB"),
        ("user/groups", "user/groups", "?accountId=sbx-mika"),
        ("group/member", "group/member", "?groupname=site-admins"),
        ("group/bulk", "group/bulk", ""),
        ("group", "group", "?groupname=site-admins&expand=users"),
        ("groups/picker", "groups/picker", "?query=site"),
        ("role", "role", ""),
        ("project/{projectIdOrKey}/role", "project/PAY/role", ""),
        ("project/{projectIdOrKey}/role/{id}", "project/PAY/role/10002", ""),
        ("project/{projectIdOrKey}/components", "project/PAY/components", ""),
        ("project/{projectIdOrKey}/versions", "project/PAY/versions", ""),
        ("label", "label", ""),
        ("issue/createmeta", "issue/createmeta", "?projectKeys=PAY,OPS&expand=projects.issuetypes.fields"),
        ("issue/createmeta/{projectIdOrKey}/issuetypes", "issue/createmeta/PAY/issuetypes", ""),
        (
            "issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
            "issue/createmeta/OPS/issuetypes/10004",
            "",
        ),
        ("issue/{issueIdOrKey}/editmeta", "issue/OPS-1/editmeta", ""),
        ("issue/{issueIdOrKey}", "issue/OPS-1", "?expand=names,schema"),
        ("issue/{issueIdOrKey}/watchers", "issue/PAY-1/watchers", ""),
        ("issue/{issueIdOrKey}/worklog", "issue/PAY-1/worklog", ""),
    ],
)
def test_jira_answers_as_its_document_says(shared: Path, bot: Rest, path: str, place: str, query: str) -> None:
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

    answer = bot("GET", place + query, version="3")
    assert answer.status_code == 200
    assert misfits(shared, "GET", path, 200, answer.json()) == []


def test_jiras_writes_answer_as_its_document_says(shared: Path, bot: Rest) -> None:
    fields = {"project": {"key": "PAY"}, "issuetype": {"name": "Bug"}, "summary": "x"}
    made = bot("POST", "issue", version="3", json={"fields": fields})
    assert misfits(shared, "POST", "issue", 201, made.json()) == []

    refused = bot("POST", "issue", version="3", json={"fields": {"project": {"key": "PAY"}}})
    assert misfits(shared, "POST", "issue", 400, refused.json()) == []

    for place, body in (
        ("jql/parse", {"queries": ["status CHANGED TO Open AND a = b", "NOT labels IN (x, EMPTY) ORDER BY key", "a"]}),
        ("jql/match", {"issueIds": [int(made.json()["id"])], "jqls": ["project = PAY", "colour = red"]}),
        ("issue/bulkfetch", {"issueIdsOrKeys": ["PAY-1", "NO-1"], "fields": ["*all"], "expand": ["changelog"]}),
    ):
        assert misfits(shared, "POST", place, 200, bot("POST", place, version="3", json=body).json()) == [], place

    asked = [{"permissions": ["BROWSE_PROJECTS"], "issues": [int(made.json()["id"])], "projects": [10100]}]
    granted = bot("POST", "permissions/check", version="3", json={"projectPermissions": asked})
    assert misfits(shared, "POST", "permissions/check", 200, granted.json()) == []


def check(shared: Path, name: str, response: Any) -> None:
    schema = json.loads((shared / f"specs/slack/R_{name}.open.json").read_text())
    assert told(Draft202012Validator(schema), response.data) == [], name


def test_slack_answers_as_its_schemas_say(shared: Path, sandbox: Sandbox, slack: WebClient) -> None:
    blocks = [section(), {"type": "actions", "elements": [button()]}]
    posted = slack.chat_postMessage(channel=YARD, text="q", blocks=blocks)
    ts = posted["ts"]
    check(shared, "ChatPostMessage", posted)
    check(shared, "ChatUpdate", slack.chat_update(channel=YARD, ts=ts, text="r", blocks=blocks))
    check(shared, "ChatPostEphemeral", slack.chat_postEphemeral(channel=YARD, user="U0TOM00001", text="x"))
    check(shared, "ChatGetPermalink", slack.chat_getPermalink(channel=YARD, message_ts=ts))
    check(shared, "ReactionsAdd", slack.reactions_add(channel=YARD, timestamp=ts, name="eyes"))
    check(shared, "ConversationsHistory", slack.conversations_history(channel=YARD, include_all_metadata=True))
    check(shared, "ConversationsReplies", slack.conversations_replies(channel=YARD, ts=ts))
    check(shared, "ConversationsInfo", slack.conversations_info(channel=YARD))
    check(shared, "ConversationsList", slack.conversations_list())
    check(shared, "ConversationsMembers", slack.conversations_members(channel=YARD))
    check(shared, "ConversationsOpen", slack.conversations_open(users="U0NOOR0001", return_im=True))
    check(shared, "ConversationsJoin", slack.conversations_join(channel="C0RANDOM01"))
    check(shared, "ChatDelete", slack.chat_delete(channel=YARD, ts=ts))


def test_slack_tells_of_people_as_its_schemas_say(shared: Path, slack: WebClient) -> None:
    check(shared, "AuthTest", slack.auth_test())
    check(shared, "ApiTest", slack.api_test())
    check(shared, "AppsConnectionsOpen", slack.apps_connections_open(app_token="xapp-sandbox"))
    check(shared, "UsersInfo", slack.users_info(user="U0GUEST001"))
    check(shared, "UsersList", slack.users_list())
    check(shared, "UsersLookupByEmail", slack.users_lookupByEmail(email="mika@example.com"))
    check(shared, "UsergroupsList", slack.usergroups_list(include_users=True))
    check(shared, "UsergroupsUsersList", slack.usergroups_users_list(usergroup="S0TRIAGE01"))
    check(shared, "TeamInfo", slack.team_info())
    check(shared, "BotsInfo", slack.bots_info(bot="B0YARDBOT0"))


def test_slack_answers_views_as_its_schemas_say(shared: Path, sandbox: Sandbox, slack: WebClient) -> None:
    def trigger() -> str:
        return sandbox.world.slack.new_trigger("U0TOM00001")

    opened = slack.views_open(trigger_id=trigger(), view=modal(reason_input()))
    check(shared, "ViewsOpen", opened)
    check(shared, "ViewsPush", slack.views_push(trigger_id=trigger(), view=modal()))
    check(shared, "ViewsUpdate", slack.views_update(view_id=opened["view"]["id"], view=modal()))
    check(
        shared, "ViewsPublish", slack.views_publish(user_id="U0TOM00001", view={"type": "home", "blocks": [section()]})
    )


def test_a_refusal_has_jiras_form(dana: Rest) -> None:
    new_issue(dana)
    for answer in (dana("GET", "issue/NO-1"), dana("GET", "nothing-here"), dana("PUT", "issueLinkType")):
        assert answer.status_code >= 400
        assert set(answer.json()) == {"errorMessages", "errors"}
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_changelogs_in_bulk_come_as_jiras_document_says(shared: Path, bot: Rest) -> None:
    bot("PUT", "issue/PAY-1", json={"fields": {"summary": "other words"}})

    answer = bot("POST", "changelog/bulkfetch", version="3", json={"issueIdsOrKeys": ["PAY-1"]})

    assert answer.json()["issueChangeLogs"] != []
    assert misfits(shared, "POST", "changelog/bulkfetch", 200, answer.json()) == []
