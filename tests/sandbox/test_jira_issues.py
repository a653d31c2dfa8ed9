"""Issues, comments, properties and permissions of the sandbox's Jira, over real HTTP."""

import re

import pytest
from jira import JIRA, JIRAError

from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control, new_issue, rest


def test_the_jira_client_creates_reads_comments_and_finds_an_issue(client: JIRA) -> None:
    issue = client.create_issue(
        project={"key": "WEB"}, summary="Cart is unusually empty", description="h1. *really*", issuetype={"name": "Bug"}
    )
    client.add_comment(issue, "same here")

    again = client.issue(issue.key)
    assert (again.fields.summary, again.fields.description) == ("Cart is unusually empty", "h1. *really*")
    assert [comment.body for comment in again.fields.comment.comments] == ["same here"]
    assert [found.key for found in client.search_issues('project = WEB AND text ~ "unusually empty"')] == [issue.key]


def test_the_jira_client_edits_assigns_and_deletes(client: JIRA) -> None:
    issue = client.create_issue(project={"key": "WEB"}, summary="a", issuetype={"name": "Bug"})
    issue.update(fields={"summary": "b", "labels": ["x"]})
    client.assign_issue(issue, "sbx-mika")

    fields = client.issue(issue.key).raw["fields"]
    assert (fields["summary"], fields["labels"], fields["assignee"]["accountId"]) == ("b", ["x"], "sbx-mika")
    issue.delete()  # type: ignore[no-untyped-call]
    with pytest.raises(JIRAError, match="does not exist"):
        client.issue(issue.key)


def test_version_3_refuses_strings_and_takes_documents(dana: Rest) -> None:
    document = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "hello"}]}],
    }
    refused = dana("POST", "issue/PAY-1/comment", version="3", json={"body": "hello"})
    taken = dana("POST", "issue/PAY-1/comment", version="3", json={"body": document})

    assert (refused.status_code, refused.json()["errors"]) == (400, {"comment": "Comment body is not valid!"})
    assert (taken.status_code, taken.json()["body"]) == (201, document)
    assert dana("GET", f"issue/PAY-1/comment/{taken.json()['id']}").json()["body"] == "hello"


def test_version_2_refuses_documents(dana: Rest) -> None:
    answer = dana("PUT", "issue/PAY-1", json={"fields": {"description": {"type": "doc", "version": 1, "content": []}}})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"description": "Operation value must be a string"})


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"summary": ""}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"summary": "two\nlines"}, "summary"),
        ({"priority": {"name": "Sky-high"}}, "priority"),
        ({"labels": ["two words"]}, "labels"),
        ({"assignee": {"accountId": "nobody"}}, "assignee"),
        ({"duedate": "tomorrow"}, "duedate"),
        ({"components": [{"name": "cellar"}]}, "components"),
        ({"resolution": {"name": "Fixed"}}, "resolution"),
        ({"colour": "red"}, "colour"),
        ({"description": "x" * 32_768}, "description"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(dana: Rest, fields: dict[str, object], named: str) -> None:
    before = dana("GET", "issue/PAY-1").json()["fields"]["updated"]
    answer = dana("PUT", "issue/PAY-1", json={"fields": fields})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [named])
    assert dana("GET", "issue/PAY-1").json()["fields"]["updated"] == before


def test_every_change_is_in_the_changelog_and_moves_updated_on(dana: Rest) -> None:
    stamps = [dana("GET", "issue/PAY-1").json()["fields"]["updated"]]
    for summary in ("one", "two", "three"):
        dana("PUT", "issue/PAY-1", json={"fields": {"summary": summary}})
        stamps.append(dana("GET", "issue/PAY-1").json()["fields"]["updated"])

    log = dana("GET", "issue/PAY-1/changelog").json()
    assert [entry["items"][0]["toString"] for entry in log["values"]] == ["one", "two", "three"]
    assert log["values"][1]["items"][0]["fromString"] == "one"
    assert stamps == sorted(set(stamps))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", stamp) for stamp in stamps)


def test_an_edit_that_changes_nothing_leaves_no_trace(dana: Rest) -> None:
    summary = dana("GET", "issue/PAY-1").json()["fields"]["summary"]
    assert dana("PUT", "issue/PAY-1", json={"fields": {"summary": summary}}).status_code == 204
    assert dana("GET", "issue/PAY-1/changelog").json()["total"] == 0


def test_update_operations_add_and_remove(dana: Rest) -> None:
    update = {"labels": [{"add": "new"}, {"remove": "3ds"}], "comment": [{"add": {"body": "done"}}]}
    assert dana("PUT", "issue/PAY-1", json={"update": update}).status_code == 204

    fields = dana("GET", "issue/PAY-1").json()["fields"]
    assert fields["labels"] == ["timeout", "new"]
    assert fields["comment"]["comments"][-1]["body"] == "done"


@pytest.mark.parametrize(("person", "token"), [("dana", "guess"), ("nobody", "sandbox"), ("noor", "sandbox")])
def test_who_has_no_account_or_a_wrong_token_gets_401(sandbox: Sandbox, person: str, token: str) -> None:
    answer = rest(sandbox, person, token)("GET", "myself")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.json()["errorMessages"]


def test_an_issue_that_may_not_be_browsed_does_not_exist(sandbox: Sandbox, dana: Rest) -> None:
    hidden, missing = dana("GET", "issue/SEC-1"), dana("GET", "issue/PAY-999")
    assert (hidden.status_code, hidden.json()) == (404, missing.json())
    assert rest(sandbox, "lena")("GET", "issue/SEC-1").status_code == 200
    found = dana("GET", "search/jql", params={"jql": "project = SEC"})
    assert found.json()["errorMessages"] == ["The value 'SEC' does not exist for the field 'project'."]


def test_the_bulk_check_of_permissions_tells_for_each_account(bot: Rest) -> None:
    numbers = {key: int(bot("GET", f"issue/{key}").json()["id"]) for key in ("PAY-1", "SEC-1")}
    asked = [{"permissions": ["BROWSE_PROJECTS"], "issues": list(numbers.values()), "projects": [10100, 10104]}]

    def granted(account: str) -> dict[str, object]:
        body = {"accountId": account, "projectPermissions": asked}
        return dict(bot("POST", "permissions/check", json=body).json()["projectPermissions"][0])

    assert granted("sbx-tom")["issues"] == [numbers["PAY-1"]]
    assert granted("sbx-tom")["projects"] == [10100]
    assert granted("sbx-lena")["issues"] == list(numbers.values())


def test_a_comment_keeps_its_properties_and_only_its_author_deletes_it(dana: Rest, bot: Rest) -> None:
    mark = {"key": "yardmaster", "value": {"action": "a1"}}
    made = bot("POST", "issue/PAY-1/comment", json={"body": "hi", "properties": [mark]}).json()

    listed = bot("GET", "issue/PAY-1/comment", params={"expand": "properties", "orderBy": "-created"}).json()
    assert listed["comments"][0]["properties"] == [mark]
    assert bot("GET", f"comment/{made['id']}/properties/yardmaster").json() == mark
    assert dana("DELETE", f"issue/PAY-1/comment/{made['id']}").status_code == 403
    assert bot("DELETE", f"issue/PAY-1/comment/{made['id']}").status_code == 204
    assert bot("GET", f"issue/PAY-1/comment/{made['id']}").status_code == 404


def test_issue_properties_are_set_read_listed_and_removed(bot: Rest) -> None:
    assert bot("PUT", "issue/PAY-1/properties/mark", json={"a": 1}).status_code == 201
    assert bot("PUT", "issue/PAY-1/properties/mark", json={"a": 2}).status_code == 200
    assert bot("GET", "issue/PAY-1/properties/mark").json() == {"key": "mark", "value": {"a": 2}}
    assert [entry["key"] for entry in bot("GET", "issue/PAY-1/properties").json()["keys"]] == ["mark"]
    assert bot("DELETE", "issue/PAY-1/properties/mark").status_code == 204
    assert bot("GET", "issue/PAY-1/properties/mark").status_code == 404


def test_an_issue_is_created_with_properties(bot: Rest) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"id": "10002"}, "summary": "x"}
    made = bot("POST", "issue", json={"fields": fields, "properties": [{"key": "mark", "value": 1}]}).json()
    answer = bot("GET", f"issue/{made['id']}", params={"properties": "*all", "fields": "status"}).json()
    assert (answer["properties"], answer["fields"]["status"]["name"]) == ({"mark": 1}, "Needs triage")


def test_a_remote_link_with_the_same_global_id_is_replaced(bot: Rest) -> None:
    def put(title: str) -> int:
        thing = {"globalId": "ym=1", "object": {"url": "http://example.com", "title": title}}
        return bot("POST", "issue/PAY-1/remotelink", json=thing).status_code

    assert [put("one"), put("two")] == [201, 200]
    assert [link["object"]["title"] for link in bot("GET", "issue/PAY-1/remotelink").json()] == ["two"]


def test_addresses_are_hidden_except_ones_own(dana: Rest) -> None:
    assert dana("GET", "myself").json()["emailAddress"] == "dana@example.com"
    assert "emailAddress" not in dana("GET", "user", params={"accountId": "sbx-mika"}).json()


def test_what_came_through_the_api_is_an_effect_and_control_is_none(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "clock", {"advance_seconds": 5})
    key = new_issue(dana)
    [effect] = control(sandbox, "GET", "effects")

    assert (effect["n"], effect["service"], effect["actor"]) == (1, "jira", "dana@example.com")
    assert (effect["kind"], effect["issue"], effect["request"]) == ("issue.created", key, "POST /rest/api/2/issue")
    assert effect["body"]["fields"]["summary"] == "Payment hangs"
    assert control(sandbox, "GET", "effects?after=1") == []


@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b'"text"', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(dana: Rest, raw: bytes) -> None:
    assert dana("POST", "issue", data=raw, headers={"Content-Type": "application/json"}).status_code == 400


def test_ten_megabytes_are_too_much(dana: Rest) -> None:
    assert dana("POST", "issue/PAY-1/comment", data=b"x" * (10 * 1024 * 1024 + 1)).status_code == 413


def test_projects_are_found_by_what_the_caller_may_do_in_them(dana: Rest) -> None:
    may = {one["key"] for one in dana("GET", "project/search?action=create").json()["values"]}
    browse = {one["key"] for one in dana("GET", "project/search?action=browse").json()["values"]}

    assert "WEB" in may <= browse
    assert dana("GET", "project/search?action=sell").status_code == 400
