"""Shortcuts, menus, pickers and modals in the sandbox's Slack: what the app hears of what people do."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient

from sandbox.running import Sandbox
from sandbox.slack.forms import input_mistakes, view_state
from tests.sandbox.ear import Ear, control, eventually, modal, section

YARD, MIKA = "C0YARD0001", "U0MIKA0001"
JSON = "application/json"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def asks(kind: str, **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "block_id": "b", "label": plain("x"), "element": element}


def payloads(ear: Ear, kind: str) -> list[Any]:
    told = [parse_qs(heard.raw.decode()).get("payload") for heard in ear.heard]
    return [said for said in (json.loads(one[0]) for one in told if one) if said["type"] == kind]


def with_menu(slack: WebClient, element: dict[str, Any]) -> str:
    blocks = [{"type": "actions", "block_id": "b", "elements": [{"action_id": "a", **element}]}]
    return str(slack.chat_postMessage(channel=YARD, text="q", blocks=blocks)["ts"])


def act(sandbox: Sandbox, what: str, **asked: Any) -> Any:
    return control(sandbox, "POST", f"slack/{what}", {"user": MIKA, **asked})


def opened(sandbox: Sandbox, slack: WebClient, *blocks: dict[str, Any], **more: Any) -> str:
    trigger = sandbox.world.slack.new_trigger(MIKA)
    return str(slack.views_open(trigger_id=trigger, view=modal(*blocks, **more))["view"]["id"])


def test_shortcuts_reach_the_app_as_slack_tells_them(sandbox: Sandbox, slack: WebClient, slack_ear: Ear) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="broken")["ts"]
    act(sandbox, "shortcut", callback_id="report")
    act(sandbox, "shortcut", callback_id="report_this", channel=YARD, ts=ts)

    [everywhere], [here] = payloads(slack_ear, "shortcut"), payloads(slack_ear, "message_action")
    assert (everywhere["callback_id"], here["callback_id"], here["message"]["text"]) == (
        "report",
        "report_this",
        "broken",
    )


@pytest.mark.parametrize(
    ("element", "value", "name", "told"),
    [
        ({"type": "overflow", "options": [option("undo")]}, "undo", "selected_option", option("undo")),
        ({"type": "static_select", "options": [option("p1")]}, "p1", "selected_option", option("p1")),
        ({"type": "checkboxes", "options": [option("x")]}, ["x"], "selected_options", [option("x")]),
        ({"type": "radio_buttons", "options": [option("x")]}, "x", "selected_option", option("x")),
        ({"type": "multi_static_select", "options": [option("x")]}, ["x"], "selected_options", [option("x")]),
        ({"type": "datepicker"}, "2026-11-30", "selected_date", "2026-11-30"),
        ({"type": "timepicker"}, "09:30", "selected_time", "09:30"),
        ({"type": "datetimepicker"}, 1_790_000_000, "selected_date_time", 1_790_000_000),
        ({"type": "multi_users_select"}, [MIKA], "selected_users", [MIKA]),
        ({"type": "external_select"}, option("far"), "selected_option", option("far")),
    ],
)
def test_a_choice_is_told_in_its_own_form(
    sandbox: Sandbox, slack: WebClient, slack_ear: Ear, element: dict[str, Any], value: Any, name: str, told: Any
) -> None:
    ts = with_menu(slack, element)
    assert act(sandbox, "press", channel=YARD, ts=ts, action_id="a", value=value)["acked"] is True
    [action] = payloads(slack_ear, "block_actions")[0]["actions"]
    assert (action["type"], action[name], action["block_id"]) == (element["type"], told, "b")


def test_a_menu_asks_the_app_for_its_options(sandbox: Sandbox, slack: WebClient, slack_ear: Ear) -> None:
    ts = with_menu(slack, {"type": "external_select", "min_query_length": 2})
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    slack_ear.heard.clear()
    asked = {"channel": YARD, "ts": ts, "action_id": "a"}
    assert act(sandbox, "suggest", **asked, value="p")["options"] == []
    assert slack_ear.heard == []

    slack_ear.answers.append((200, JSON, json.dumps({"options": [option("pay-1")]}).encode()))
    assert act(sandbox, "suggest", **asked, value="pay")["options"] == [option("pay-1")]
    [payload] = payloads(slack_ear, "block_suggestion")
    assert payload["value"] == "pay"

    slack_ear.answers.append((200, JSON, json.dumps({"options": [option("x" * 76)]}).encode()))
    assert "must be less than 76" in act(sandbox, "suggest", **asked, value="pay")["error"]


def test_modals_are_stacked_three_high_and_told_when_closed(sandbox: Sandbox, slack: WebClient, slack_ear: Ear) -> None:
    first = opened(sandbox, slack, notify_on_close=True)
    pushed = {"response_action": "push", "view": modal(section("second"), notify_on_close=True)}
    slack_ear.answers.append((200, JSON, json.dumps(pushed).encode()))
    second = act(sandbox, "submit", view_id=first)["open_view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first, first)
    third = slack.views_push(trigger_id=sandbox.world.slack.new_trigger(MIKA), view=modal())["view"]
    with pytest.raises(Exception, match="push_limit_reached"):
        slack.views_push(trigger_id=sandbox.world.slack.new_trigger(MIKA), view=modal())

    act(sandbox, "close", view_id=third["id"])
    assert payloads(slack_ear, "view_closed") == []
    act(sandbox, "close", view_id=second["id"], all=True)

    closed = payloads(slack_ear, "view_closed")
    assert [(said["view"]["id"], said["is_cleared"]) for said in closed] == [(second["id"], True), (first, True)]
    assert control(sandbox, "GET", f"slack/screen?user={MIKA}")["view"] is None


@pytest.mark.parametrize(
    ("block", "value", "said"),
    [
        (asks("plain_text_input"), "", "Please complete this required field."),
        (asks("plain_text_input", min_length=5), "four", "Enter at least 5 characters."),
        (asks("plain_text_input", max_length=3), "four", "Enter no more than 3 characters."),
        (asks("number_input", is_decimal_allowed=False), "x", "Enter a number."),
        (asks("number_input", is_decimal_allowed=False), "1.5", "Enter a whole number."),
        (asks("number_input", is_decimal_allowed=True, max_value="1"), "1.5", "Enter a number of at most 1."),
        (asks("number_input", is_decimal_allowed=True, min_value="2"), "1.5", "Enter a number of at least 2."),
        (asks("email_text_input"), "mika", "Enter a valid email address."),
        (asks("url_text_input"), "example.com", "Enter a valid URL."),
        (asks("multi_users_select", max_selected_items=1), ["U1", "U2"], "Choose no more than 1."),
        (asks("plain_text_input") | {"optional": True}, "", None),
        (asks("rich_text_input"), "words", None),
        (asks("email_text_input"), "mika@example.com", None),
        (asks("number_input", is_decimal_allowed=True), "1.5", None),
    ],
)
def test_slacks_client_judges_inputs_before_it_submits(block: dict[str, Any], value: Any, said: str | None) -> None:
    state = view_state([block], {"b": {"a": value}})
    assert input_mistakes([block], state) == ({} if said is None else {"b": said})


def test_words_in_a_rich_text_input_are_a_rich_text_block() -> None:
    held = view_state([asks("rich_text_input")], {"b": {"a": "words"}})["b"]["a"]
    assert held["rich_text_value"]["elements"][0]["elements"] == [{"type": "text", "text": "words"}]


def test_an_input_is_silent_until_it_dispatches(sandbox: Sandbox, slack: WebClient, slack_ear: Ear) -> None:
    silent = opened(sandbox, slack, asks("datepicker"))
    assert "no button" in act(sandbox, "press", view_id=silent, action_id="a", value="2026-11-30")["error"]
    loud = opened(sandbox, slack, asks("datepicker") | {"dispatch_action": True})
    assert act(sandbox, "press", view_id=loud, action_id="a", value="2026-11-30")["acked"] is True
    [payload] = payloads(slack_ear, "block_actions")
    assert payload["view"]["id"] == loud


def test_the_pauses_between_attempts_can_be_slacks_own(sandbox: Sandbox, slack_ear: Ear) -> None:
    connection = {"request_url": slack_ear.url, "signing_secret": "shh", "retry_pauses_s": [0, 60, 300]}
    control(sandbox, "POST", "connect", {"slack": connection})
    slack_ear.answers += [(500, "text/plain", b"")] * 2
    control(sandbox, "POST", "slack/message", {"user": MIKA, "channel": YARD, "text": "hello"})

    [event] = eventually(lambda: [e for e in control(sandbox, "GET", "events") if len(e["attempts"]) == 2])
    assert (event["state"], len(slack_ear.heard)) == ("retrying", 2)
    assert slack_ear.heard[1].headers["x-slack-retry-num"] == "1"
