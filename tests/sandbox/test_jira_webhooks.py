"""What the sandbox's Jira sends: forms, signatures, identifiers, retries."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from sandbox.running import Sandbox
from tests.sandbox.ear import Ear, Rest, control, eventually, new_issue


def told(ear: Ear, event: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        bodies = [json.loads(heard.raw) for heard in list(ear.heard)]
        return next((dict(body) for body in bodies if body["webhookEvent"] == event), None)

    return eventually(find) or {}


def test_a_new_issue_is_told_signed_and_with_strings(jira_ear: Ear, dana: Rest) -> None:
    key = new_issue(dana, description="*bold*")
    body = told(jira_ear, "jira:issue_created")

    assert (body["issue"]["key"], body["issue"]["fields"]["description"]) == (key, "*bold*")
    assert (body["user"]["accountId"], body["issue_event_type_name"]) == ("sbx-dana", "issue_created")
    assert "emailAddress" not in body["user"]
    [heard] = jira_ear.heard
    digest = hmac.new(b"hush", heard.raw, hashlib.sha256).hexdigest()
    assert heard.headers["x-hub-signature"] == f"sha256={digest}"
    assert heard.headers["user-agent"] == "Atlassian Webhook HTTP Client"
    assert (heard.headers["x-atlassian-webhook-retry"], heard.headers["x-atlassian-webhook-flow"]) == ("0", "Primary")


def test_texts_written_in_version_3_are_strings_too(jira_ear: Ear, dana: Rest) -> None:
    inside = [{"type": "paragraph", "content": [{"type": "text", "text": "hello"}]}]
    body = {"body": {"type": "doc", "version": 1, "content": inside}}
    dana("POST", "issue/PAY-1/comment", version="3", json=body)
    assert told(jira_ear, "comment_created")["comment"]["body"] == "hello"


def test_a_comment_carries_the_reduced_issue(jira_ear: Ear, dana: Rest) -> None:
    dana("POST", "issue/PAY-1/comment", json={"body": "hi"})
    fields = told(jira_ear, "comment_created")["issue"]["fields"]
    assert set(fields) == {"summary", "issuetype", "project", "assignee", "priority", "status"}


def test_a_move_is_told_with_its_changelog(jira_ear: Ear, dana: Rest) -> None:
    dana("POST", "issue/PAY-2/transitions", json={"transition": {"id": "21"}})
    [item] = told(jira_ear, "jira:issue_updated")["changelog"]["items"]
    assert (item["fieldId"], item["fromString"], item["toString"]) == ("status", "Open", "In progress")


def test_a_link_is_told_with_both_ends(jira_ear: Ear, dana: Rest) -> None:
    number = {key: dana("GET", f"issue/{key}").json()["id"] for key in ("PAY-1", "PAY-2")}
    ends = {"inwardIssue": {"key": "PAY-2"}, "outwardIssue": {"key": "PAY-1"}}
    dana("POST", "issueLink", json={"type": {"name": "Duplicate"}, **ends})
    link = told(jira_ear, "issuelink_created")["issueLink"]
    assert (str(link["sourceIssueId"]), str(link["destinationIssueId"])) == (number["PAY-2"], number["PAY-1"])
    assert link["issueLinkType"]["outwardName"] == "duplicates"


def test_the_forms_are_those_of_captured_webhooks(jira_ear: Ear, dana: Rest, shared: Any) -> None:
    captured = shared / "fixtures/jira/webhook-cloud/comment_deleted/webhook-cloud-comment-deleted.json"
    real = json.loads(captured.read_text())
    made = dana("POST", "issue/PAY-1/comment", json={"body": "hi"}).json()
    dana("DELETE", f"issue/PAY-1/comment/{made['id']}")
    ours = told(jira_ear, "comment_deleted")

    assert set(real) <= set(ours)
    assert set(real["comment"]) <= set(ours["comment"])
    assert set(real["issue"]) <= set(ours["issue"])
    assert set(real["issue"]["fields"]) == set(ours["issue"]["fields"])


@pytest.mark.parametrize("status", [503, 429, 408])
def test_what_is_not_taken_comes_again_under_the_same_identifier(jira_ear: Ear, dana: Rest, status: int) -> None:
    jira_ear.answers.append((status, "text/plain", b""))
    new_issue(dana)
    eventually(lambda: len(jira_ear.heard) == 2)
    first, second = jira_ear.heard
    assert first.raw == second.raw
    identifier = "x-atlassian-webhook-identifier"
    assert first.headers[identifier] == second.headers[identifier]
    assert second.headers["x-atlassian-webhook-retry"] == "1"


def test_the_pauses_between_attempts_can_be_chosen(sandbox: Sandbox, jira_ear: Ear, dana: Rest) -> None:
    control(sandbox, "POST", "connect", {"webhook": {"url": jira_ear.url, "retry_pauses_s": [0, 0]}})
    jira_ear.answers += [(503, "text/plain", b"")] * 3
    new_issue(dana)
    eventually(lambda: control(sandbox, "GET", "webhooks")[0]["state"] == "failed")
    numbers = [heard.headers["x-atlassian-webhook-retry"] for heard in jira_ear.heard]
    assert numbers == ["0", "1", "2"]


def test_a_refusal_is_final(sandbox: Sandbox, jira_ear: Ear, dana: Rest) -> None:
    jira_ear.answers.append((401, "text/plain", b""))
    new_issue(dana)
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    [delivery] = control(sandbox, "GET", "webhooks")
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)


def test_the_writer_does_not_wait_for_a_slow_listener(sandbox: Sandbox, jira_ear: Ear, dana: Rest) -> None:
    jira_ear.is_open.clear()
    new_issue(dana)
    assert control(sandbox, "GET", "idle") == {"idle": False}
    assert [delivery["attempts"] for delivery in control(sandbox, "GET", "webhooks")] == [[]]


def test_a_delivery_can_be_sent_again(sandbox: Sandbox, jira_ear: Ear, dana: Rest) -> None:
    new_issue(dana)
    eventually(lambda: len(jira_ear.heard) == 1)
    control(sandbox, "POST", "webhooks/redeliver", {"n": 1})
    eventually(lambda: len(jira_ear.heard) == 2)
    first, second = (heard.headers["x-atlassian-webhook-identifier"] for heard in jira_ear.heard)
    assert first == second


def test_a_vector_of_the_published_signature_holds(shared: Any) -> None:
    vector = json.loads((shared / "fixtures/vectors.json").read_text())["jira_webhook_x_hub_signature"]
    digest = hmac.new(vector["secret"].encode(), vector["body"].encode(), hashlib.sha256).hexdigest()
    assert vector["header"].endswith(f"sha256={digest}")
