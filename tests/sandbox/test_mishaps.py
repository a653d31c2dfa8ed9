"""Webhooks and events that are lost, doubled, delayed or overtaken on purpose, and sockets that are cut."""

import json
import time
from threading import Event
from typing import Any

import pytest
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient

from sandbox.running import Sandbox
from tests.sandbox.ear import Ear, Rest, control, eventually

IDENTIFIER = "x-atlassian-webhook-identifier"


def comment(call: Rest, *texts: str) -> None:
    for text in texts:
        assert call("POST", "issue/PAY-1/comment", json={"body": text}).status_code == 201


def comments(ear: Ear) -> list[str]:
    told = [json.loads(heard.raw) for heard in ear.heard]
    return [said["comment"]["body"] for said in told if said["webhookEvent"] == "comment_created"]


def write(sandbox: Sandbox, text: str) -> None:
    assert "ts" in control(sandbox, "POST", "slack/message", {"channel": "yard", "user": "U0TOM00001", "text": text})


def texts(ear: Ear) -> list[str]:
    return [json.loads(heard.raw)["event"]["text"] for heard in ear.heard]


def test_a_lost_webhook_never_comes(sandbox: Sandbox, dana: Rest, jira_ear: Ear) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "delivery": "lost", "event": "comment_created", "times": 1})
    comment(dana, "one", "two")
    eventually(lambda: comments(jira_ear) and control(sandbox, "GET", "idle")["idle"])
    assert comments(jira_ear) == ["two"]


def test_a_doubled_webhook_comes_twice_under_one_identifier(sandbox: Sandbox, dana: Rest, jira_ear: Ear) -> None:
    fault = {"service": "jira", "delivery": "doubled", "event": "comment_created", "times": 1}
    control(sandbox, "POST", "faults", fault)
    comment(dana, "one")
    eventually(lambda: len(comments(jira_ear)) == 2)
    told = {heard.headers[IDENTIFIER] for heard in jira_ear.heard if b"comment_created" in heard.raw}
    assert len(told) == 1


def test_an_overtaken_webhook_comes_after_the_next(sandbox: Sandbox, dana: Rest, jira_ear: Ear) -> None:
    fault = {"service": "jira", "delivery": "overtaken", "event": "comment_created", "times": 1}
    control(sandbox, "POST", "faults", fault)
    comment(dana, "first", "second")
    eventually(lambda: len(comments(jira_ear)) == 2)
    assert comments(jira_ear) == ["second", "first"]


def test_what_nothing_overtakes_comes_when_the_faults_are_cleared(sandbox: Sandbox, dana: Rest, jira_ear: Ear) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "delivery": "overtaken"})
    comment(dana, "alone")
    assert (control(sandbox, "GET", "idle")["idle"], comments(jira_ear)) == (False, [])
    control(sandbox, "DELETE", "faults")
    eventually(lambda: comments(jira_ear) == ["alone"])


def test_a_delayed_webhook_comes_later_and_the_writer_does_not_wait(
    sandbox: Sandbox, dana: Rest, jira_ear: Ear
) -> None:
    fault = {"service": "jira", "delivery": "delayed", "event": "comment_created", "delay_ms": 2000, "times": 1}
    control(sandbox, "POST", "faults", fault)
    began = time.monotonic()
    comment(dana, "late", "soon")
    eventually(lambda: len(comments(jira_ear)) == 2)
    assert comments(jira_ear) == ["soon", "late"]
    assert time.monotonic() - began >= 2.0


def test_a_doubled_event_comes_twice_under_one_id(sandbox: Sandbox, slack_ear: Ear) -> None:
    control(sandbox, "POST", "faults", {"service": "slack", "delivery": "doubled", "event": "^message$", "times": 1})
    write(sandbox, "hello")
    eventually(lambda: len(slack_ear.heard) == 2)
    assert len({json.loads(heard.raw)["event_id"] for heard in slack_ear.heard}) == 1


@pytest.mark.parametrize(
    ("fault", "come"),
    [
        ({"delivery": "lost"}, ["second"]),
        ({"delivery": "overtaken"}, ["second", "first"]),
        ({"delivery": "delayed", "delay_ms": 2000}, ["second", "first"]),
    ],
)
def test_events_are_lost_overtaken_and_delayed(
    sandbox: Sandbox, slack_ear: Ear, fault: dict[str, Any], come: list[str]
) -> None:
    control(sandbox, "POST", "faults", {"service": "slack", "times": 1, **fault})
    write(sandbox, "first")
    write(sandbox, "second")
    eventually(lambda: len(slack_ear.heard) == len(come))
    assert texts(slack_ear) == come


def test_a_socket_is_cut_and_the_event_comes_again_over_the_next(sandbox: Sandbox, slack: WebClient) -> None:
    heard: list[SocketModeRequest] = []
    connected = Event()

    def hear(client: Any, request: SocketModeRequest) -> None:
        heard.append(request)
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client = SocketModeClient(app_token="xapp-sandbox", web_client=slack, ping_interval=0.2)
    client.socket_mode_request_listeners.append(hear)
    client.message_listeners.append(lambda *about: connected.set() if about[1].get("type") == "hello" else None)
    try:
        client.connect()
        assert connected.wait(30)
        control(sandbox, "POST", "faults", {"service": "slack", "delivery": "hung_up", "event": "message", "times": 1})
        write(sandbox, "hello")
        again = eventually(lambda: heard)[0]
        eventually(lambda: control(sandbox, "GET", "events")[0]["state"] == "delivered")
    finally:
        client.close()
    assert (again.payload["event"]["text"], again.retry_reason) == ("hello", "connection_failed")
