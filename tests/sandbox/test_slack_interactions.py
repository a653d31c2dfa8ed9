"""People act in the sandbox's Slack; an app made with Bolt hears it, over HTTP and over Socket Mode."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sandbox.direct import direct_session
from sandbox.running import Sandbox
from tests.sandbox.ear import Ear, button, control, eventually, modal, reason_input, section

YARD, MIKA = "C0YARD0001", "U0MIKA0001"


def posted(slack: WebClient, **more: Any) -> str:
    blocks = [section(), {"type": "actions", "elements": [button(), button("Reject", "request.reject")]}]
    return str(slack.chat_postMessage(channel=YARD, text="q", blocks=blocks, **more)["ts"])


def press(sandbox: Sandbox, ts: str, action: str = "request.approve", user: str = MIKA) -> Any:
    return control(sandbox, "POST", "slack/press", {"user": user, "channel": YARD, "ts": ts, "action_id": action})


def bolt(slack: WebClient, heard: list[Any]) -> App:
    """An app with the listeners that these tests need."""
    app = App(client=slack, signing_secret="shh")

    def approve(ack: Any, body: Any, respond: Any) -> None:
        ack()
        heard.append(body)
        respond("thanks", replace_original=False)

    def reject(ack: Any, body: Any, client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal(reason_input(), callback_id="why"))
        ack()

    def why(ack: Any, view: Any) -> None:
        text = view["state"]["values"]["reason"]["text"]["value"]
        heard.append(text)
        if text == "no":
            ack(response_action="errors", errors={"reason": "say more"})
        else:
            ack()

    def yard(ack: Any, command: Any) -> None:
        ack(f"you said {command['text']}")

    app.action("request.approve")(approve)
    app.action("request.reject")(reject)
    app.view("why")(why)
    app.command("/yard")(yard)

    def keep(event: Any) -> None:
        heard.append(event)

    app.event("message")(keep)
    app.event("app_mention")(keep)
    return app


@pytest.fixture
def heard() -> list[Any]:
    return []


@pytest.fixture
def by_http(sandbox: Sandbox, slack: WebClient, heard: list[Any]) -> Iterator[None]:
    handler, flask = SlackRequestHandler(bolt(slack, heard)), Flask("app")
    flask.add_url_rule("/slack/events", "events", lambda: handler.handle(request), methods=["POST"])
    channels: dict[int, Any] = {}
    server = create_server(flask, map=channels, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    url = f"http://127.0.0.1:{server.effective_port}/slack/events"
    control(sandbox, "POST", "connect", {"slack": {"request_url": url, "signing_secret": "shh"}})
    yield
    server.trigger.pull_trigger(lambda: wasyncore.close_all(channels))
    server.task_dispatcher.shutdown()


@pytest.fixture
def by_socket(sandbox: Sandbox, slack: WebClient, heard: list[Any]) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(bolt(slack, heard), app_token="xapp-sandbox")
    handler.client.web_client = slack
    handler.connect()  # type: ignore[no-untyped-call]
    eventually(lambda: sandbox.world.outlet.hub.count() == 1)
    yield handler
    handler.client.close()


@pytest.fixture(params=["by_http", "by_socket"])
def app(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.mark.usefixtures("app")
def test_a_pressed_button_reaches_the_app_with_all_that_slack_tells(
    sandbox: Sandbox, slack: WebClient, heard: list[Any]
) -> None:
    ts = posted(slack, metadata={"event_type": "ym", "event_payload": {"n": 7}})
    assert press(sandbox, ts)["acked"] is True

    body = eventually(lambda: next((b for b in heard if b.get("type") == "block_actions"), None))
    assert body is not None
    assert (body["user"]["id"], body["channel"]["id"], body["container"]["message_ts"]) == (MIKA, YARD, ts)
    assert (body["actions"][0]["action_id"], body["actions"][0]["value"]) == ("request.approve", "7")
    assert body["message"]["metadata"]["event_payload"] == {"n": 7}
    screen = eventually(lambda: control(sandbox, "GET", f"slack/screen?user={MIKA}")["ephemerals"])
    assert [message["text"] for message in screen] == ["thanks"]


@pytest.mark.usefixtures("app")
def test_a_modal_opens_shows_errors_and_closes(sandbox: Sandbox, slack: WebClient, heard: list[Any]) -> None:
    view = press(sandbox, posted(slack), "request.reject")["opened_view"]
    assert view["callback_id"] == "why"

    def submit(text: str) -> Any:
        body = {"user": MIKA, "view_id": view["id"], "values": {"reason": {"text": text}}}
        return control(sandbox, "POST", "slack/submit", body)

    assert submit("")["errors"] == {"reason": "Please complete this required field."}
    assert submit("no")["errors"] == {"reason": "say more"}
    assert control(sandbox, "GET", f"slack/screen?user={MIKA}")["view"]["errors"] == {"reason": "say more"}
    assert submit("it is another bug")["ok"] is True
    assert control(sandbox, "GET", f"slack/screen?user={MIKA}")["view"] is None
    assert [text for text in heard if isinstance(text, str)] == ["no", "it is another bug"]


@pytest.mark.usefixtures("app")
def test_a_command_is_answered_to_the_one_who_typed_it(sandbox: Sandbox) -> None:
    asked = {"user": MIKA, "channel": YARD, "command": "/yard", "text": "why PAY-1"}
    answer = control(sandbox, "POST", "slack/command", asked)
    assert (answer["acked"], answer["response"]["text"]) == (True, "you said why PAY-1")
    shown = control(sandbox, "GET", f"slack/screen?user={MIKA}")["ephemerals"]
    assert [message["text"] for message in shown] == ["you said why PAY-1"]


@pytest.mark.usefixtures("app")
def test_messages_mentions_and_answers_are_events(sandbox: Sandbox, heard: list[Any]) -> None:
    asked = {"user": MIKA, "channel": YARD, "text": "<@U0YARDBOT0> look"}
    ts = control(sandbox, "POST", "slack/message", asked)["ts"]
    control(sandbox, "POST", "slack/message", {**asked, "text": "more", "thread_ts": ts})

    eventually(lambda: len(heard) == 3)
    kinds = sorted((event["type"], event["text"], event.get("thread_ts")) for event in heard)
    mention = "<@U0YARDBOT0> look"
    assert kinds == [("app_mention", mention, None), ("message", mention, None), ("message", "more", ts)]


def test_a_channel_without_the_bot_is_silent(sandbox: Sandbox, slack_ear: Ear) -> None:
    control(sandbox, "POST", "slack/message", {"user": MIKA, "channel": "C0RANDOM01", "text": "psst"})
    control(sandbox, "POST", "slack/message", {"user": MIKA, "channel": YARD, "text": "hello"})
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    assert [json.loads(heard.raw)["event"]["text"] for heard in slack_ear.heard] == ["hello"]


def test_edits_and_reactions_are_events(sandbox: Sandbox, slack_ear: Ear) -> None:
    asked = {"user": MIKA, "channel": YARD}
    ts = control(sandbox, "POST", "slack/message", {**asked, "text": "one"})["ts"]
    control(sandbox, "POST", "slack/edit", {**asked, "ts": ts, "text": "two"})
    control(sandbox, "POST", "slack/reaction", {**asked, "ts": ts, "reaction": "eyes"})
    control(sandbox, "POST", "slack/reaction", {**asked, "ts": ts, "reaction": "eyes", "remove": True})

    eventually(lambda: len(slack_ear.heard) == 4)
    events = [json.loads(heard.raw)["event"] for heard in slack_ear.heard]
    kinds = {event.get("subtype") or event["type"] for event in events}
    assert kinds == {"message", "message_changed", "reaction_added", "reaction_removed"}
    changed = next(event for event in events if event.get("subtype") == "message_changed")
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("two", "one")


def test_requests_are_signed(sandbox: Sandbox, slack_ear: Ear) -> None:
    control(sandbox, "POST", "slack/command", {"user": MIKA, "channel": YARD, "command": "/yard", "text": "a b"})
    [heard] = slack_ear.heard
    said = b"v0:" + heard.headers["x-slack-request-timestamp"].encode() + b":" + heard.raw
    digest = hmac.new(b"shh", said, hashlib.sha256).hexdigest()
    assert heard.headers["x-slack-signature"] == f"v0={digest}"
    form = parse_qs(heard.raw.decode())
    assert (form["command"], form["text"], form["user_id"]) == (["/yard"], ["a b"], [MIKA])


def test_an_event_that_fails_comes_again_with_its_id(sandbox: Sandbox, slack_ear: Ear) -> None:
    slack_ear.answers += [(500, "text/plain", b""), (500, "text/plain", b"")]
    control(sandbox, "POST", "slack/message", {"user": MIKA, "channel": YARD, "text": "hello"})
    eventually(lambda: len(slack_ear.heard) == 3)

    assert len({json.loads(heard.raw)["event_id"] for heard in slack_ear.heard}) == 1
    retries = [heard.headers.get("x-slack-retry-num") for heard in slack_ear.heard]
    assert retries == [None, "1", "2"]
    assert slack_ear.heard[1].headers["x-slack-retry-reason"] == "http_error"


def test_a_press_that_fails_comes_once_and_the_person_sees_an_error(
    sandbox: Sandbox, slack: WebClient, slack_ear: Ear
) -> None:
    ts = posted(slack)
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    slack_ear.heard.clear()
    slack_ear.answers.append((500, "text/plain", b""))
    assert press(sandbox, ts) == {"ok": False, "acked": False, "opened_view": None, "error": "http_error"}
    assert len(slack_ear.heard) == 1
    errors = control(sandbox, "GET", f"slack/screen?user={MIKA}")["errors"]
    assert errors == ["block_actions: the app did not respond (http_error)"]


def test_a_response_url_works_five_times_and_half_an_hour(sandbox: Sandbox, slack: WebClient, slack_ear: Ear) -> None:
    ts = posted(slack)
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    slack_ear.heard.clear()
    press(sandbox, ts)
    url = json.loads(parse_qs(slack_ear.heard[0].raw.decode())["payload"][0])["response_url"]
    with direct_session() as session:

        def say(**body: Any) -> int:
            return session.post(url, json=body).status_code

        assert say(text="new words", replace_original=True) == 200
        assert control(sandbox, "GET", f"slack/messages?channel={YARD}")[-1]["text"] == "new words"
        assert say(text="all see", response_type="in_channel") == 200
        assert say(text="you see") == 200
        assert say(delete_original=True) == 200
        assert [m["text"] for m in control(sandbox, "GET", f"slack/messages?channel={YARD}")] == ["all see"]
        assert say(text="five") == 200
        assert say(text="six") == 404
        for place in sandbox.world.slack.response_urls.values():
            place.uses_left, place.expires = 5, 0.0
        assert session.post(url, json={"text": "late"}).json() == {"ok": False, "error": "expired_url"}


@pytest.mark.parametrize(
    ("act", "body", "said"),
    [
        ("message", {"user": "U0GUEST001", "channel": YARD, "text": "x"}, "is not in yard"),
        ("message", {"user": "U0NOBODY", "channel": YARD, "text": "x"}, "no person"),
        ("message", {"user": MIKA, "channel": "nowhere", "text": "x"}, "no channel"),
        ("press", {"user": MIKA, "channel": YARD, "ts": "1.2", "action_id": "a"}, "no message"),
        ("submit", {"user": MIKA, "view_id": "V1"}, "no open view"),
    ],
)
def test_what_a_person_cannot_do_is_refused(sandbox: Sandbox, act: str, body: dict[str, Any], said: str) -> None:
    answer = control(sandbox, "POST", f"slack/{act}", body)
    assert answer["ok"] is False
    assert said in answer["error"]


def test_an_ephemeral_button_is_for_its_reader_only(sandbox: Sandbox, slack: WebClient) -> None:
    blocks = [{"type": "actions", "elements": [button()]}]
    ts = slack.chat_postEphemeral(channel=YARD, user="U0TOM00001", text="x", blocks=blocks)["message_ts"]
    assert "somebody else's" in press(sandbox, ts)["error"]
    assert press(sandbox, ts, user="U0TOM00001")["error"] == "connection_failed"


def test_each_envelope_goes_to_one_of_several_sockets(
    sandbox: Sandbox, slack: WebClient, by_socket: SocketModeHandler, heard: list[Any]
) -> None:
    second = SocketModeHandler(bolt(slack, heard), app_token="xapp-sandbox")
    second.connect()  # type: ignore[no-untyped-call]
    eventually(lambda: sandbox.world.outlet.hub.count() == 2)
    for number in range(4):
        control(sandbox, "POST", "slack/message", {"user": MIKA, "channel": YARD, "text": str(number)})
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    second.client.close()
    eventually(lambda: len(heard) == 4)
    assert sorted(event["text"] for event in heard) == ["0", "1", "2", "3"]


def test_a_socket_that_slack_refreshes_comes_back(sandbox: Sandbox, by_socket: SocketModeHandler) -> None:
    control(sandbox, "POST", "slack/disconnect")
    eventually(lambda: sandbox.world.outlet.hub.count() == 1)
    asked = {"user": MIKA, "channel": YARD, "command": "/yard", "text": "again"}
    eventually(lambda: control(sandbox, "POST", "slack/command", asked)["acked"])


def test_an_envelope_without_an_acknowledgement_is_sent_again(sandbox: Sandbox) -> None:
    with connect(sandbox.world.outlet.hub.new_link()) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
        control(sandbox, "POST", "slack/message", {"user": MIKA, "channel": YARD, "text": "hello"})
        first, second = json.loads(socket.recv()), json.loads(socket.recv(timeout=30))
        socket.send(json.dumps({"envelope_id": second["envelope_id"]}))
        assert (first["retry_attempt"], second["retry_attempt"], second["retry_reason"]) == (0, 1, "timeout")
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        eventually(lambda: control(sandbox, "GET", "idle")["idle"])


def test_who_is_greeted_is_sent_what_happens_from_then_on(sandbox: Sandbox) -> None:
    for number in range(50):
        with connect(sandbox.world.outlet.hub.new_link()) as socket:
            assert json.loads(socket.recv())["type"] == "hello"
            assert sandbox.world.outlet.hub.count() == 1, number
        eventually(lambda: sandbox.world.outlet.hub.count() == 0)


def test_a_socket_needs_a_fresh_ticket(sandbox: Sandbox) -> None:
    with connect(f"{sandbox.world.outlet.hub.url}/link/?ticket=guess") as socket, pytest.raises(ConnectionClosed):
        socket.recv()


def test_opening_the_home_tab_is_an_event(sandbox: Sandbox, slack_ear: Ear) -> None:
    control(sandbox, "POST", "slack/home", {"user": MIKA})
    eventually(lambda: slack_ear.heard)
    assert json.loads(slack_ear.heard[0].raw)["event"]["type"] == "app_home_opened"
