import json
import logging
import time
from typing import Any

import pytest

from tests.integrations.slack.test_translate import click, command, message, submission, told
from tests.integrations.slack.yard import Door

FORM = "application/x-www-form-urlencoded"


def nothing_is_kept(door: Door) -> bool:
    return not (door.intake.events or door.intake.buried or door.doorman.thrown)


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        ({"X-Slack-Signature": "v0=" + "0" * 64}, 0),
        ({"X-Slack-Signature": ""}, 0),
        ({"X-Slack-Signature": "v0=\u00e9"}, 0),
        ({"X-Slack-Request-Timestamp": ""}, 0),
        ({"X-Slack-Request-Timestamp": "soon"}, 0),
        ({"X-Slack-Request-Timestamp": "9" * 400}, 0),
        ({}, -301),
        ({}, 330),
    ],
)
def test_what_is_not_signed_by_slack_now_is_refused_and_not_kept(
    door: Door, headers: dict[str, str], at: float
) -> None:
    body = json.dumps(message("PAY-1 PAY-2")).encode()

    status, answer = door.send(body, "application/json", at=time.time() + at, headers=headers)

    assert (status, nothing_is_kept(door)) == (401, True)
    assert "signature" in answer["error"]


def test_a_signature_by_another_secret_is_refused(door: Door) -> None:
    status, _ = door.send(b"{}", "application/json", secret="another")

    assert (status, nothing_is_kept(door)) == (401, True)


def test_a_body_that_is_no_text_cannot_be_signed(door: Door) -> None:
    status, _ = door.send(b"\xff\xfe", "application/json")

    assert (status, nothing_is_kept(door)) == (401, True)


def test_what_an_unsigned_request_says_is_not_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    door.send(b'{"text": "my password"}', "application/json", secret="another")

    assert "password" not in caplog.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"", FORM),
        (b"hello", FORM),
        (b"payload=", FORM),
        (b"payload={", FORM),
        (b"payload=[]", FORM),
        (b"&".join(b"a=1" for _ in range(1000)), FORM),
    ],
)
def test_what_cannot_be_parsed_is_refused_and_not_kept(door: Door, body: bytes, content_type: str) -> None:
    status, answer = door.send(body, content_type)

    assert (status, nothing_is_kept(door)) == (400, True)
    assert "neither" in answer["error"]


def test_a_body_of_ten_megabytes_is_refused_and_not_kept(door: Door) -> None:
    status, _ = door.send(b"x" * 10_000_000, "application/json")

    assert (status, nothing_is_kept(door)) == (413, True)


def test_slack_can_check_the_address(door: Door) -> None:
    status, answer = door.send_json({"type": "url_verification", "challenge": "c1", "token": "t"})

    assert (status, answer) == (200, {"challenge": "c1"})
    assert nothing_is_kept(door)


def test_an_event_is_kept_although_slacks_api_is_down(door: Door) -> None:
    status, _ = door.send_json(message("PAY-1 PAY-2"))

    assert status == 200
    assert [event.name for event in door.intake.events.values()] == ["message.posted"]


@pytest.mark.parametrize(
    "body",
    [
        told("something_new"),
        told("app_uninstalled"),
        message("hello", bot_id="B1"),
        told("message", channel="C1", ts="1.2", user="U0YARDBOT0", text="ours"),
        {"type": "event_callback", "event_id": "Ev9", "event": {"type": "reaction_added"}},
        {"type": "app_rate_limited", "minute_rate_limited": 1},
    ],
)
def test_an_event_of_any_kind_is_kept_and_acknowledged(
    door: Door, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    status, _ = door.send_json(body)

    assert (status, len(door.intake.events)) == (200, 1)
    assert not caplog.records


@pytest.mark.parametrize("body", [told("UPPER case"), told("message", text="no channel"), {"type": "event_callback"}])
def test_an_event_that_cannot_be_understood_is_buried_and_acknowledged(door: Door, body: dict[str, Any]) -> None:
    status, _ = door.send_json(body)

    assert (status, len(door.intake.events), len(door.intake.buried)) == (200, 0, 1)


@pytest.mark.parametrize(
    "body",
    [click("request.approve"), submission("no"), {"type": "view_closed", "view": {"id": "V1", "hash": "2.b"}},
     {"type": "shortcut", "trigger_id": "1.2.c"}, {"type": "message_action", "trigger_id": "1.2.c"},
     {"type": "block_suggestion", "value": "x"}],
)  # fmt: skip
def test_an_interaction_of_any_kind_is_kept_and_acknowledged_with_nothing(
    door: Door, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    status, answer = door.send_click(body)

    assert (status, answer, len(door.intake.events)) == (200, "", 1)
    assert not caplog.records


def test_the_same_event_twice_is_kept_once_and_acknowledged_twice(door: Door) -> None:
    first = door.send_json(message("PAY-1 PAY-2"))
    again = door.send_json(message("PAY-1 PAY-2"), {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})

    assert (first[0], again[0], len(door.intake.events)) == (200, 200, 1)


@pytest.mark.parametrize("body", [message("PAY-1 PAY-2"), told("UPPER case")])
def test_what_could_not_be_stored_is_not_acknowledged(door: Door, body: dict[str, Any]) -> None:
    door.intake.is_away = True

    assert door.send_json(body)[0] == 500


def test_what_could_not_be_stored_is_kept_when_it_comes_again(door: Door) -> None:
    door.intake.is_away = True
    door.send_json(message("PAY-1 PAY-2"))
    door.intake.is_away = False

    status, _ = door.send_json(message("PAY-1 PAY-2"))

    assert (status, len(door.intake.events)) == (200, 1)


def test_a_failed_store_is_logged_without_what_was_to_be_stored(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.intake.is_away = True

    door.send_json(message("my password"))

    assert "NotStored" in caplog.text
    assert "password" not in caplog.text


@pytest.mark.parametrize(
    ("text", "says"), [("help", "What you can ask"), ("hlep", "did not understand"), ("", "What you")]
)
def test_help_and_misspelt_words_are_answered_in_the_acknowledgement(door: Door, text: str, says: str) -> None:
    _, answer = door.send_form(**command(text))

    assert says in answer["blocks"][0]["text"]["text"]
    assert answer["response_type"] == "ephemeral"
    assert len(door.intake.named("command.given")) == 1


def test_a_command_for_a_worker_is_acknowledged_with_nothing(door: Door) -> None:
    assert door.send_form(**command("why PAY-1")) == (200, "")
    assert door.intake.named("command.given")[0].payload["argument"] == "PAY-1"


@pytest.mark.parametrize("text", ["stop", "stop project PAY", "resume"])
def test_a_switch_is_thrown_at_once_and_not_queued(door: Door, text: str) -> None:
    _, answer = door.send_form(**command(text))

    assert answer["blocks"][0]["text"]["text"] == "Everything is stopped"
    assert [event.payload["text"] for event in door.doorman.thrown] == [text]
    assert not door.intake.events


@pytest.mark.parametrize(("reason", "says"), [("  ", "say it"), (None, "say it"), ("x" * 501, "these are 501")])
def test_a_reason_that_is_empty_or_too_long_is_told_in_the_modal_and_no_vote(
    door: Door, reason: str | None, says: str
) -> None:
    _, answer = door.send_click(submission(reason))

    assert answer["response_action"] == "errors"
    assert says in answer["errors"]["reason"]
    assert not door.intake.named("vote.cast")


def test_a_second_try_with_a_reason_is_a_vote_although_the_view_is_the_same(door: Door) -> None:
    for reason in ("", "", "not the same"):
        door.send_click({**submission(reason), "trigger_id": None})

    assert len(door.intake.named("vote.cast")) == 1


def test_a_click_that_cannot_be_answered_is_kept_all_the_same(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    status, _ = door.send_click(click("request.reject"))
    door.bolt.listener_runner.listener_executor.shutdown(wait=True)

    assert (status, len(door.intake.named("reject.opened"))) == (200, 1)
    assert "kept but could not be answered: views.open: Slack cannot be reached" in caplog.text
