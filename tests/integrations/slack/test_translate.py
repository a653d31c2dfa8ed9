import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack import translate
from integrations.slack.translate import NotUnderstood
from rules.canonical import canonical
from rules.model import SYSTEM, Event, Subject
from tests.integrations.slack.yard import NOW, shared

VALUE = {"request": "r1", "subject": "item:10021", "other": "10007"}
PLACE = {
    "user": "U0MIKA0001",
    "channel": "C0YARD0001",
    "ts": "1763630000.000100",
    "response_url": "https://hooks.slack.com/a",
}


def click(action: str, value: object = VALUE, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "trigger_id": "13.37.abc",
        "user": {"id": "U0MIKA0001"},
        "channel": {"id": "C0YARD0001"},
        "container": {"type": "message", "message_ts": "1763630000.000100"},
        "message": {
            "ts": "1763630000.000100",
            "blocks": [{"type": "header", "text": {"text": "PAY-1 looks like PAY-2"}}],
        },
        "response_url": "https://hooks.slack.com/a",
        "actions": [{"action_id": action, "value": value if isinstance(value, str) else json.dumps(value)}],
        **more,
    }


def submission(reason: str | None, **more: Any) -> dict[str, Any]:
    carried = {"request": "r1", "subject": "item:10021", **{k: v for k, v in PLACE.items() if k != "user"}}
    view = {
        "id": "V1",
        "hash": "1.a",
        "callback_id": "request.reject",
        "private_metadata": json.dumps(carried),
        "state": {"values": {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}},
    }
    return {
        "type": "view_submission",
        "trigger_id": "13.38.abc",
        "user": {"id": "U0MIKA0001"},
        "view": {**view, **more},
    }


def told(type_: str, **event: Any) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "event_id": "Ev1",
        "authorizations": [{"user_id": "U0YARDBOT0", "is_bot": True}],
        "event": {"type": type_, **event},
    }


def message(text: str, **more: Any) -> dict[str, Any]:
    return told("message", channel="C0YARD0001", ts="1763630000.000100", user="U0DANA0001", text=text, **more)


def command(text: str, **more: Any) -> dict[str, Any]:
    fields = {"command": "/yard", "trigger_id": "13.36.abc", "user_id": "U0MIKA0001", "channel_id": "C0YARD0001"}
    return {**fields, "text": text, "response_url": "https://hooks.slack.com/c", **more}


def understood(body: dict[str, Any]) -> Event:
    event = translate.event(body, NOW)
    assert isinstance(event, Event), event
    return event


def test_what_slack_escapes_in_a_command_is_read_as_it_was_written() -> None:
    asked = understood(command("related the form at <https://example.com> says 5 &lt; 3 &amp; stops"))
    away = understood(command("away until friday R&amp;D day"))
    handed_on = understood(command("delegate <@U0PRIYA001|priya> until friday"))

    assert asked.payload["said"]["text"] == "the form at https://example.com says 5 < 3 & stops"
    assert away.payload["argument"] == "until friday R&D day"
    assert handed_on.payload["argument"] == "<@U0PRIYA001|priya> until friday"


def outline(event: Event) -> tuple[str, str, str, bool]:
    return event.kind, event.name, str(event.subject), event.needs_look


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (click("request.approve"), ("command", "vote.cast", "item:10021", True)),
        (click("request.approve:2"), ("command", "vote.cast", "item:10021", True)),
        (click("request.reject"), ("signal", "reject.opened", "item:10021", False)),
        (click("request.details"), ("command", "details.asked", "person:U0MIKA0001", True)),
        (click("batch.approve"), ("command", "vote.cast", "item:10021", True)),
        (click("batch.ask_again"), ("command", "further.ended", "item:10021", True)),
        (click("request.undo"), ("command", "undo.asked", "item:10021", True)),
        (click("request.retry"), ("command", "retry.asked", "item:10021", True)),
        (click("request.snooze"), ("command", "reminder.put_off", "item:10021", True)),
        (click("grant.ask"), ("command", "command.given", "person:U0MIKA0001", True)),
        (click("grant.open", {}), ("signal", "grant.opened", "person:U0MIKA0001", False)),
        (click("couple.propose"), ("command", "couple.proposed", "item:10021", True)),
        (submission("Not the same"), ("command", "vote.cast", "item:10021", True)),
        (submission("   "), ("signal", "reject.incomplete", "item:10021", False)),
        (submission(None), ("signal", "reject.incomplete", "item:10021", False)),
        (submission("x" * 501), ("signal", "reject.incomplete", "item:10021", False)),
        (command("why PAY-1"), ("command", "command.given", "person:U0MIKA0001", True)),
        (command("stop"), ("command", "command.given", "system:yardmaster", True)),
        (command("resume project PAY"), ("command", "command.given", "system:yardmaster", True)),
        (command("help"), ("command", "command.given", "person:U0MIKA0001", False)),
        (command("hlep"), ("command", "command.given", "person:U0MIKA0001", False)),
        (message("hello"), ("signal", "message.posted", "conversation:C0YARD0001/1763630000.000100", False)),
        (message("PAY-1 PAY-1"), ("signal", "message.posted", "conversation:C0YARD0001/1763630000.000100", False)),
        (message("PAY-1 is WEB-2"), ("signal", "message.posted", "conversation:C0YARD0001/1763630000.000100", True)),
        (message("PAY-1 WEB-2", thread_ts="17.1"), ("signal", "message.posted", "conversation:C0YARD0001/17.1", True)),
        (
            message("PAY-1 WEB-2", bot_id="B1"),
            ("signal", "message.posted", "conversation:C0YARD0001/1763630000.000100", False),
        ),
        (
            told("app_mention", channel="C1", ts="1.2", user="U1", text="hi"),
            ("command", "bot.mentioned", "conversation:C1/1.2", True),
        ),
        (
            told("message", channel="C1", ts="1.2", user="U1", text="<@U0YARDBOT0> hi"),
            ("command", "bot.mentioned", "conversation:C1/1.2", True),
        ),
        (
            told("message", channel="C1", ts="1.2", user="U1", bot_id="B1", text="<@U0YARDBOT0> hi"),
            ("signal", "message.posted", "conversation:C1/1.2", False),
        ),
        (
            told("app_mention", channel="C1", ts="1.2", user="U0YARDBOT0"),
            ("command", "bot.mentioned", "conversation:C1/1.2", False),
        ),
        (
            told(
                "message",
                subtype="message_changed",
                channel="C1",
                ts="9.9",
                message={"ts": "1.2", "text": "PAY-1 PAY-2"},
            ),
            ("signal", "message.changed", "conversation:C1/1.2", False),
        ),
        (
            told("message", subtype="message_deleted", channel="C1", ts="9.9", deleted_ts="1.2"),
            ("signal", "message.deleted", "conversation:C1/1.2", False),
        ),
        (
            told("message", subtype="channel_join", channel="C1", ts="9.9"),
            ("signal", "slack.channel_join", "system:yardmaster", False),
        ),
        (
            told("reaction_added", user="U1", reaction="eyes", item={"channel": "C1", "ts": "1.2"}),
            ("signal", "slack.reaction_added", "conversation:C1/1.2", False),
        ),
        (
            told("reaction_added", user="U1", reaction="eyes", item={"type": "message", "channel": "C1", "ts": "1.2"}),
            ("command", "reaction.added", "person:U1", True),
        ),
        (
            told(
                "reaction_added",
                user="U0YARDBOT0",
                reaction="eyes",
                item={"type": "message", "channel": "C", "ts": "1"},
            ),
            ("command", "reaction.added", "person:U0YARDBOT0", False),
        ),
        (message("yes, it does", thread_ts="17.1"), ("signal", "message.posted", "conversation:C0YARD0001/17.1", True)),
        (
            message("yes, it does", thread_ts="17.1", bot_id="B1"),
            ("signal", "message.posted", "conversation:C0YARD0001/17.1", False),
        ),
        (
            {"type": "message_action", "trigger_id": "1.2.c", "callback_id": "request.made", "user": {"id": "U1"}},
            ("command", "report.opened", "person:U1", True),
        ),
        (told("app_home_opened", user="U1", tab="home"), ("signal", "home.opened", "home:U1", True)),
        (
            told("app_home_opened", user="U1", tab="messages"),
            ("signal", "slack.app_home_opened", "system:yardmaster", False),
        ),
        (told("app_home_opened", user="U1"), ("signal", "slack.app_home_opened", "system:yardmaster", False)),
        (told("something_new"), ("signal", "slack.something_new", "system:yardmaster", False)),
        (
            {"type": "view_closed", "view": {"id": "V1", "hash": "2.b"}},
            ("signal", "slack.view_closed", "system:yardmaster", False),
        ),
        (
            {"type": "shortcut", "trigger_id": "1.2.c", "callback_id": "x"},
            ("signal", "slack.shortcut", "system:yardmaster", False),
        ),
        (
            {"type": "message_action", "trigger_id": "1.2.c", "callback_id": "x"},
            ("signal", "slack.message_action", "system:yardmaster", False),
        ),
        (
            {"type": "message_action", "trigger_id": "1.2.c", "callback_id": "known.asked", "user": {"id": "U1"}},
            ("command", "known.asked", "person:U1", True),
        ),
    ],
)
def test_each_payload_becomes_its_event(body: dict[str, Any], expected: tuple[str, str, str, bool]) -> None:
    assert outline(understood(body)) == expected


def test_the_shortcut_for_a_request_opens_a_form_about_its_own_message() -> None:
    body = {
        "type": "message_action",
        "trigger_id": "1.2.c",
        "callback_id": "request.made",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"ts": "1.2", "thread_ts": "1.1", "text": "The <https://door.test|door> is stuck"},
    }

    payload = understood(body).payload

    assert (payload["asked"], payload["view"]) == ("slack:1.2.c", "slack:1.2.c")
    assert (payload["channel"], payload["ts"], payload["thread_ts"]) == ("C1", "1.2", "1.1")
    assert payload["said"]["text"] == "The door (https://door.test) is stuck"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<@U0YARDBOT0> the door is stuck", "the door is stuck"),
        ("<@U0YARDBOT0|yardmaster>: the <@U0DANA0001> door &amp; more", "the @U0DANA0001 door & more"),
        ("please, <@U0YARDBOT0>", "please,"),
    ],
)
def test_what_is_said_to_the_bot_comes_without_its_name(text: str, said: str) -> None:
    assert understood(message(text)).payload["said"]["text"] == said


FILE = {"permalink": "https://files.slack.com/1", "url_private": "https://files.slack.com/secret"}


def test_a_reply_tells_what_people_read_and_where_its_files_are() -> None:
    payload = understood(message("see <https://a.test|this> &amp; <@U1>", thread_ts="17.1", files=[FILE, {}])).payload

    assert payload["said"]["text"] == "see this (https://a.test) & @U1"
    assert payload["files"] == ["https://files.slack.com/1"]
    assert "edited" not in payload


def test_an_edit_of_a_reply_tells_when_it_was_made_and_is_looked_at() -> None:
    now = {"ts": "1.2", "thread_ts": "1.1", "user": "U1", "text": "yes!", "edited": {"user": "U1", "ts": "1.9"}}

    event = understood(told("message", subtype="message_changed", channel="C1", ts="9.9", message=now))

    assert outline(event) == ("signal", "message.changed", "conversation:C1/1.1", True)
    assert (event.payload["edited"], event.payload["said"]["text"]) == ("1.9", "yes!")


def test_a_deletion_of_a_reply_is_looked_at_and_names_its_thread() -> None:
    was = {"ts": "1.2", "thread_ts": "1.1", "user": "U1", "text": "yes!"}

    event = understood(
        told("message", subtype="message_deleted", channel="C1", ts="9.9", deleted_ts="1.2", previous_message=was)
    )

    assert outline(event) == ("signal", "message.deleted", "conversation:C1/1.1", True)


@pytest.mark.parametrize("by", [{"bot_id": "B1"}, {"user": "U0YARDBOT0"}])
def test_an_edit_of_a_bots_reply_is_kept_for_the_record_alone(by: dict[str, str]) -> None:
    now = {"ts": "1.2", "thread_ts": "1.1", "text": "yes!", **by}

    event = understood(told("message", subtype="message_changed", channel="C1", ts="9.9", message=now))

    assert not event.needs_look
    assert event.payload["by_bot"]


def test_a_mention_alone_says_nothing() -> None:
    assert "said" not in understood(message("<@U0YARDBOT0> ")).payload


def test_a_reaction_tells_of_which_message_it_is_and_its_name_without_the_shade_of_skin() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.2"}

    payload = understood(told("reaction_added", user="U1", reaction="wave::skin-tone-3", item=item)).payload

    assert payload == {"user": "U1", "channel": "C1", "ts": "1.2", "reaction": "wave"}


def test_the_shortcut_carries_the_text_of_the_message_and_where_the_answer_goes() -> None:
    body = {
        "type": "message_action",
        "trigger_id": "1.2.c",
        "callback_id": "known.asked",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "response_url": "https://hooks.example.com/1",
        "message": {"ts": "1.2", "text": "Checkout\0 fails " + "x" * 9_000},
    }

    payload = understood(body).payload

    assert (payload["user"], payload["channel"]) == ("U1", "C1")
    assert payload["response_url"] == "https://hooks.example.com/1"
    assert payload["said"]["text"].startswith("Checkout fails x")
    assert len(payload["said"]["text"]) == 4_000


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (click("request.approve"), {"request": "r1", "choice": "approve", **PLACE}),
        (click("batch.approve"), {"request": "r1", "choice": "approve", "further": True, **PLACE}),
        (click("request.reject"), {"request": "r1", "title": "PAY-1 looks like PAY-2", **PLACE}),
        (click("request.details"), {"request": "r1", "user": "U0MIKA0001", "view": "slack:13.37.abc"}),
        (click("request.undo"), {"request": "r1", **PLACE}),
        (click("couple.propose"), {"other": 10007, **PLACE}),
        (
            submission(" Not the same "),
            {
                "request": "r1",
                "choice": "reject",
                "reason": {"as": "tainted", "source": "slack", "text": "Not the same"},
                **PLACE,
            },
        ),
    ],
)
def test_a_click_carries_what_its_command_needs(body: dict[str, Any], payload: dict[str, Any]) -> None:
    assert understood(body).payload == payload


def test_a_button_value_cannot_name_another_person_or_place() -> None:
    forged = {
        **VALUE,
        "user": "U0PRIYA001",
        "channel": "C0OTHER001",
        "ts": "1.1",
        "response_url": "https://evil.example",
    }

    payload = understood(click("request.approve", forged)).payload

    assert {name: payload[name] for name in PLACE} == PLACE


def test_a_message_carries_its_keys_in_order_once_each() -> None:
    text = "PAY-12, <https://x.example/browse/WEB-3|WEB-3>, not CVE-2026-1, foo-PAY-9 nor pay-7, and PAY-12"

    assert understood(message(text)).payload["keys"] == ["PAY-12", "WEB-3"]


def test_at_most_twenty_keys_are_read_from_a_message() -> None:
    assert len(understood(message(" ".join(f"PAY-{n}" for n in range(1, 900)))).payload["keys"]) == 20


def test_a_message_tells_whether_the_bot_is_spoken_to() -> None:
    spoken_to = [understood(message(text)).payload["mentions_bot"] for text in ("<@U0YARDBOT0> hi", "<@U0DANA0001> hi")]

    assert spoken_to == [True, False]


def test_a_mention_that_is_told_twice_is_one_event() -> None:
    said = {"channel": "C1", "ts": "1.2", "user": "U1", "text": "<@U0YARDBOT0> PAY-1 is PAY-2"}
    as_message, as_mention = (
        {**told(kind, **said), "event_id": id_} for kind, id_ in (("message", "Ev1"), ("app_mention", "Ev2"))
    )

    assert understood(as_message) == understood(as_mention)
    assert understood(as_message).id != understood({**as_message, "event": {"type": "message", **said, "ts": "1.3"}}).id


@pytest.mark.parametrize(
    ("body", "id_"),
    [
        (told("app_home_opened"), "slack:Ev1"),
        (command("status"), "slack:13.36.abc"),
        (click("request.approve"), "slack:13.37.abc"),
        (submission("no"), "slack:13.38.abc"),
        ({**submission("no"), "trigger_id": None}, "slack:V1:1.a"),
        (submission(""), "slack:13.38.abc:incomplete"),
    ],
)
def test_an_event_is_known_by_the_senders_id(body: dict[str, Any], id_: str) -> None:
    assert understood(body).id == id_


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "neither a command"),
        ({"type": "dialog_submission"}, "neither a command"),
        ({"type": "event_callback", "event_id": "Ev1"}, "no type"),
        ({"type": "event_callback", "event": []}, "no type"),
        (told("UPPER case"), "no type"),
        (told("message", text="PAY-1 PAY-2"), "channel is missing"),
        (told("message", channel="C1"), "ts is missing"),
        (told("message", channel="C" * 300, ts="1.2"), "channel is missing"),
        (command("status", user_id=""), "user_id is missing"),
        (command("status", trigger_id=None), "trigger_id is missing"),
        (click("something.else"), "not one of ours"),
        ({**click("request.approve"), "actions": []}, "not one of ours"),
        ({**click("request.approve"), "actions": "x"}, "not one of ours"),
        ({**click("request.approve"), "user": None}, "id is missing"),
        (click("request.approve", "not json"), "value is not JSON"),
        (click("request.approve", "[" * 90_000), "value is not JSON"),
        (click("request.approve", "[]"), "not a JSON object"),
        (click("request.approve", {"subject": "item:1"}), "request is missing"),
        (click("request.approve", {"request": "r1"}), "subject is missing"),
        (click("request.approve", {"request": "r1", "subject": "wagon:1"}), "what it is about"),
        (click("request.undo", {"subject": "item:1"}), "request is missing"),
        (click("couple.propose", {"subject": "item:1", "other": "x"}), "numeric id"),
        (click("couple.propose", {"subject": "item:1", "other": "9" * 40}), "numeric id"),
        (submission("no", callback_id="other"), "not one of ours"),
        (submission("no", private_metadata="{"), "private_metadata is not JSON"),
        (submission("no", private_metadata="{}"), "request is missing"),
    ],
)
def test_what_cannot_be_understood_is_kept_whole_with_its_reason(body: dict[str, Any], reason: str) -> None:
    result = translate.event({**body, "token": "verification"}, NOW)

    assert isinstance(result, NotUnderstood)
    assert reason in result.reason
    assert json.loads(result.event.payload["body"]) == body
    assert (result.event.subject, result.event.needs_look) == (SYSTEM, False)


def test_a_payload_without_an_id_is_known_by_its_content() -> None:
    ids = [translate.event(body, NOW) for body in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2})]

    first, same, other = (result.event.id for result in ids if isinstance(result, NotUnderstood))
    assert first == same != other


def test_text_that_no_database_holds_is_made_storable() -> None:
    event = understood(message("PAY-1\0\ud800 PAY-2"))

    assert event.payload["text"]["text"] == "PAY-1? PAY-2"
    canonical(event)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
names = ["type", "event", "event_id", "user", "actions", "view", "trigger_id", "authorizations", "container", "command"]
bodies = [click("request.approve"), submission("no"), command("why PAY-1"), message("PAY-1"), told("reaction_added")]


@given(st.sampled_from(bodies), st.dictionaries(st.sampled_from(names), json_values), json_values)
def test_no_payload_whatever_breaks_translation(body: dict[str, Any], damage: dict[str, Any], inside: object) -> None:
    damaged = {**body, **damage}
    if isinstance(damaged.get("event"), dict):
        damaged["event"] = {**damaged["event"], "item": inside, "channel": inside}

    result = translate.event(damaged, NOW)

    event = result.event if isinstance(result, NotUnderstood) else result
    assert len(event.id) <= 260
    canonical(event)


def test_every_captured_payload_is_understood_or_said_not_to_be_one_of_ours() -> None:
    reasons: dict[str, str] = {}
    for path in sorted(shared("fixtures/slack/socket-mode").glob("*.json")):
        envelope = json.loads(path.read_text(encoding="utf-8"))
        result = translate.event(envelope.get("payload") or {}, NOW)
        if envelope.get("type") in {"events_api", "slash_commands", "interactive"} and isinstance(
            result, NotUnderstood
        ):
            reasons[path.name[:2]] = result.reason

    assert reasons == {"09": "the button is not one of ours"}


def test_the_subject_of_a_button_may_be_any_that_exists() -> None:
    event = understood(click("request.approve", {**VALUE, "subject": "batch:b-1"}))

    assert event.subject == Subject(kind="batch", id="b-1")


def on_a_page(action: str, pressed: object = "b3") -> dict[str, Any]:
    blocks = [
        {"type": "header", "block_id": "b1", "text": {"text": "2 questions wait for you"}},
        {
            "type": "section",
            "block_id": "b2",
            "text": {"text": "*Mine (2)*\n*Is <http://j/WEB-2|WEB-2> it?*\nIt *is?*"},
        },
        {"type": "actions", "block_id": "b3"},
        {"type": "section", "block_id": "b4", "text": {"text": "*Is PAY-1 it?*"}},
        {"type": "actions", "block_id": "b5"},
    ]
    made = click(
        action, container={"type": "view", "view_id": "V1"}, view={"id": "V1", "type": "home", "blocks": blocks}
    )
    made["actions"][0]["block_id"] = pressed
    return {name: value for name, value in made.items() if name not in {"channel", "message", "response_url"}}


def test_a_press_on_a_page_is_the_same_command_without_a_place_to_answer() -> None:
    event = understood(on_a_page("request.approve"))

    assert outline(event) == ("command", "vote.cast", "item:10021", True)
    assert event.payload == {"request": "r1", "user": "U0MIKA0001", "choice": "approve"}


@pytest.mark.parametrize(
    ("pressed", "title"), [("b3", "Is WEB-2 it?"), ("b5", "Is PAY-1 it?"), ("b1", None), ("b9", None), (7, None)]
)
def test_the_reason_for_a_rejection_is_asked_under_the_question_above_the_button(
    pressed: object, title: str | None
) -> None:
    assert understood(on_a_page("request.reject", pressed)).payload.get("title") == title
