import json
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from integrations.slack import blocks
from integrations.slack.client import web_client
from integrations.slack.gateway import SlackChat
from orchestrator.messages import Message, ReplyTo, Section
from orchestrator.ports import ChatProfile, GatewayError, PlaceGone, Said
from rules.model import ItemRef, Line
from tests.integrations.slack.test_mrkdwn import url_of
from tests.integrations.slack.yard import Door, Sandbox, shared, until

YARD = "C0YARD0001"
MIKA = "U0MIKA0001"
CARD = Message(
    title=Line(text="{0} looks like another", parts=(ItemRef(id=1, key="PAY-1"),)),
    sections=(Section(lines=(Line(text="Shall they be linked?"),)),),
)


@pytest.fixture
def chat(sandbox: Sandbox) -> Iterator[SlackChat]:
    yield SlackChat(web_client("xoxb-sandbox", sandbox.api_url), url_of)
    sandbox.heal()


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "channel"),
    [("#yard", YARD), ("yard", YARD), (YARD, YARD), ("#random", None), ("C0RANDOM01", None), ("#nowhere", None)],
)
def test_a_channel_is_found_by_name_or_id_where_the_bot_is_in_it(
    chat: SlackChat, name: str, channel: str | None
) -> None:
    assert chat.channel(name) == channel


def test_the_list_of_channels_is_kept_for_a_while(sandbox: Sandbox, chat: SlackChat) -> None:
    chat.channel("#yard")
    sandbox.fail("conversations.list", status=500)

    assert chat.channel("#payments") == "C0PAY00001"


def test_while_slack_is_away_channels_are_those_that_were_known_last(sandbox: Sandbox, chat: SlackChat) -> None:
    chat.channel("#yard")
    chat._channels.clear()
    sandbox.fail("conversations.list", status=503)

    assert chat.channel("#yard") == YARD


def test_channels_that_were_never_known_are_not_made_up(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.fail("conversations.list", status=503)

    with pytest.raises(GatewayError):
        chat.channel("#yard")


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "not_in_channel"])
def test_a_channel_that_is_gone_is_told_as_such_and_looked_for_anew(
    sandbox: Sandbox, chat: SlackChat, code: str
) -> None:
    chat.channel("#yard")
    sandbox.fail("chat.postMessage", times=1, status=200, body={"ok": False, "error": code})
    with pytest.raises(PlaceGone):
        chat.post(YARD, CARD, "mark-h")
    sandbox.fail("conversations.list", status=200, body={"ok": True, "channels": []})

    assert chat.channel("#yard") is None


def test_the_members_of_a_channel_are_people_without_the_bot(chat: SlackChat) -> None:
    members = chat.members(YARD)

    assert {MIKA, "U0DANA0001"} <= set(members)
    assert "U0YARDBOT0" not in members


def test_a_direct_message_can_be_opened_and_written_to(sandbox: Sandbox, chat: SlackChat) -> None:
    channel = chat.direct(MIKA)

    ts = chat.post(channel, CARD, "dm-1")

    assert ts in json.dumps(sandbox.look("slack/screen", user=MIKA))
    assert chat.find(channel, "dm-1", an_hour_ago()) == ts


@pytest.mark.parametrize(
    ("user", "guest", "email"), [(MIKA, False, "mika@example.com"), ("U0GUEST001", True, "gus@partner.example")]
)
def test_a_profile_tells_guests_apart(chat: SlackChat, user: str, guest: bool, email: str) -> None:
    profile = chat.profile(user)

    assert isinstance(profile, ChatProfile)
    assert (profile.guest, profile.email, profile.bot, profile.active) == (guest, email, False, True)


def test_the_bot_itself_is_told_to_be_one(chat: SlackChat) -> None:
    profile = chat.profile("U0YARDBOT0")

    assert profile is not None
    assert profile.bot


def test_nobody_is_found_where_nobody_is(chat: SlackChat) -> None:
    assert chat.profile("U0NOBODY00") is None
    assert chat.user_of("nobody@example.com") is None


def test_a_user_is_found_by_address(chat: SlackChat) -> None:
    assert chat.user_of("mika@example.com") == MIKA


def test_a_reply_stands_in_its_thread_and_is_found_there_alone(chat: SlackChat) -> None:
    root = chat.post(YARD, CARD, "thread-root")

    reply = chat.post(YARD, CARD, "thread-reply", root)

    assert chat.find(YARD, "thread-reply", an_hour_ago(), root) == reply
    assert chat.find(YARD, "thread-reply", an_hour_ago()) is None


def test_a_message_is_read_wherever_it_stands(sandbox: Sandbox, chat: SlackChat) -> None:
    root = sandbox.tell("slack/message", user="U0DANA0001", channel=YARD, text="The <@U0MIKA0001> door")["ts"]
    reply = sandbox.tell("slack/message", user="U0MIKA0001", channel=YARD, text="Mine?", thread_ts=root)["ts"]

    assert chat.message(YARD, root) == Said(text="The @U0MIKA0001 door", user="U0DANA0001", thread=root)
    assert chat.message(YARD, reply) == Said(text="Mine?", user="U0MIKA0001", thread=root)
    assert chat.message(YARD, "1.2") is None


def test_what_a_bot_wrote_is_nobodys_message(chat: SlackChat) -> None:
    ts = chat.post(YARD, CARD, "mark-own")

    said = chat.message(YARD, ts)

    assert said is not None
    assert said.user is None


def test_a_posted_card_is_found_by_its_mark_alone(chat: SlackChat) -> None:
    ts = chat.post(YARD, CARD, "mark-1")
    chat.post(YARD, CARD, "mark-2")

    assert chat.find(YARD, "mark-1", an_hour_ago()) == ts
    assert chat.find(YARD, "mark-3", an_hour_ago()) is None


def test_a_card_that_is_older_than_asked_for_is_not_found(chat: SlackChat) -> None:
    chat.post(YARD, CARD, "mark-4")

    assert chat.find(YARD, "mark-4", datetime.now(UTC) + timedelta(hours=1)) is None


def test_a_deleted_card_is_gone_and_may_be_deleted_again(sandbox: Sandbox, chat: SlackChat) -> None:
    ts = chat.post(YARD, CARD, "mark-gone")

    chat.delete(YARD, ts)
    chat.delete(YARD, ts)

    assert all(message["ts"] != ts for message in sandbox.messages(YARD))


def test_an_updated_card_keeps_its_mark(sandbox: Sandbox, chat: SlackChat) -> None:
    ts = chat.post(YARD, CARD, "mark-5")

    chat.update(YARD, ts, Message(title=Line(text="Done")), "mark-5")

    shown = next(message for message in sandbox.messages(YARD) if message["ts"] == ts)
    assert shown["blocks"][0]["text"]["text"] == "Done"
    assert chat.find(YARD, "mark-5", an_hour_ago()) == ts


def test_a_permalink_leads_to_the_message(chat: SlackChat) -> None:
    ts = chat.post(YARD, CARD, "mark-6")

    assert ts.replace(".", "") in (chat.permalink(YARD, ts) or "")
    assert chat.permalink(YARD, "1.000001") is None


def response_url_of(sandbox: Sandbox, door: Door) -> str:
    sandbox.tell("slack/command", user=MIKA, channel=YARD, command="/yard", text="status")
    return str(door.intake.named("command.given")[-1].payload["response_url"])


def test_a_person_is_answered_by_the_response_url(sandbox: Sandbox, open_door: Door, chat: SlackChat) -> None:
    url = response_url_of(sandbox, open_door)

    chat.reply(ReplyTo(user=MIKA, channel=YARD, response_url=url), Message(title=Line(text="By the address")))

    assert "By the address" in json.dumps(sandbox.look("slack/screen", user=MIKA))
    assert "By the address" not in json.dumps(sandbox.look("slack/screen", user="U0DANA0001"))


def test_a_payload_leaves_our_own_log_level_alone(
    sandbox: Sandbox, open_door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="slack_bolt")

    response_url_of(sandbox, open_door)

    assert logging.getLogger("yardmaster").level == logging.NOTSET


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://evil.example/hook",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com:8443/x",
        "http://127.0.0.1:1/hooks/x",
        "file:///etc/passwd",
        "http://[::1",
        "http://x:y/",
    ],
)
def test_an_address_that_is_not_slacks_is_never_called(sandbox: Sandbox, chat: SlackChat, url: str | None) -> None:
    before = len(sandbox.effects("ephemeral.posted"))

    chat.reply(ReplyTo(user=MIKA, channel=YARD, response_url=url), CARD)

    assert len(sandbox.effects("ephemeral.posted")) == before + 1


def test_a_response_url_that_is_used_up_is_replaced_by_an_ephemeral_message(sandbox: Sandbox, chat: SlackChat) -> None:
    before = len(sandbox.effects("ephemeral.posted"))

    chat.reply(ReplyTo(user=MIKA, channel=YARD, response_url=f"{sandbox.url}/hooks/gone"), CARD)

    assert len(sandbox.effects("ephemeral.posted")) == before + 1


def test_who_pressed_on_their_page_is_answered_in_the_direct_message(sandbox: Sandbox, chat: SlackChat) -> None:
    chat.reply(ReplyTo(user=MIKA), CARD)

    assert sandbox.effects("ephemeral.posted")[-1]["body"]["channel"] == chat.direct(MIKA)


def test_a_page_is_published_for_one_person_in_the_place_of_what_stood_there(sandbox: Sandbox, chat: SlackChat) -> None:
    chat.publish(MIKA, CARD)
    chat.publish(MIKA, Message(title=Line(text="Nothing waits for you")))

    home = sandbox.look("slack/screen", user=MIKA)["home"]
    assert [block["text"]["text"] for block in home["blocks"]] == ["Nothing waits for you"]
    assert sandbox.look("slack/screen", user="U0TOM00001")["home"] is None


def test_an_open_view_is_filled(sandbox: Sandbox, open_door: Door, chat: SlackChat) -> None:
    sandbox.tell("slack/command", user=MIKA, channel=YARD, command="/yard", text="status")
    trigger = open_door.intake.named("command.given")[-1].id.removeprefix("slack:")
    chat.open_view(trigger, blocks.waiting_view("view-1"))

    chat.reply(ReplyTo(user=MIKA, view="view-1"), Message(title=Line(text="All the details")))

    until(lambda: "All the details" in json.dumps(sandbox.look("slack/screen", user=MIKA)["view"]))


def test_a_view_that_is_gone_is_tried_for_a_moment_and_then_told(chat: SlackChat) -> None:
    with pytest.raises(GatewayError, match="window was closed") as told:
        chat.reply(ReplyTo(user=MIKA, view="view-9"), CARD)

    assert not told.value.retryable


@pytest.mark.parametrize(
    ("fault", "retryable", "in_doubt", "retry_after", "words"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, True, False, 7.0, "patience"),
        ({"status": 200, "body": {"ok": False, "error": "ratelimited"}}, True, False, 30.0, "patience"),
        ({"status": 429, "headers": {"Retry-After": "soon"}}, True, False, 30.0, "patience"),
        ({"status": 429, "headers": {"Retry-After": "9999999"}}, True, False, 3600.0, "patience"),
        ({"status": 200, "body": {"ok": False, "error": "channel_not_found"}}, False, False, None, "invite the bot"),
        ({"status": 200, "body": {"ok": False, "error": "is_archived"}}, False, False, None, "archived"),
        ({"status": 200, "body": {"ok": False, "error": "not_in_channel"}}, False, False, None, "/invite"),
        ({"status": 200, "body": {"ok": False, "error": "token_revoked"}}, False, False, None, "SLACK_BOT_TOKEN"),
        ({"status": 200, "body": {"ok": False, "error": "invalid_auth"}}, False, False, None, "SLACK_BOT_TOKEN"),
        ({"status": 200, "body": {"ok": False, "error": "account_inactive"}}, False, False, None, "install it again"),
        ({"status": 200, "body": {"ok": False, "error": "missing_scope"}}, False, False, None, "manifest.yml"),
        ({"status": 200, "body": {"ok": False, "error": "invalid_blocks"}}, False, False, None, "invalid_blocks"),
        ({"status": 200, "body": {"ok": False, "error": "fatal_error"}}, True, True, None, "its side"),
        ({"status": 200, "body": {"ok": False, "error": "internal_error"}}, True, True, None, "its side"),
        ({"status": 200, "body": "<html>oh"}, True, True, None, "its side"),
        ({"status": 200, "body": {"ok": False, "error": {"x": 1}}}, True, True, None, "its side"),
        ({"status": 200, "body": {"ok": True}}, False, True, None, "cannot be read"),
        ({"status": 503, "body": "oh"}, True, True, None, "its side"),
        ({"drop": "before"}, True, True, None, "connection"),
        ({"drop": "after"}, True, True, None, "connection"),
    ],
)  # fmt: skip
def test_each_failure_of_a_post_says_what_may_have_happened(
    sandbox: Sandbox, chat: SlackChat, fault: dict[str, Any], retryable: bool, in_doubt: bool,
    retry_after: float | None, words: str,
) -> None:  # fmt: skip
    sandbox.fail("chat.postMessage", times=1, **fault)

    with pytest.raises(GatewayError, match=words) as told:
        chat.post(YARD, CARD, "mark-f")

    assert (told.value.retryable, told.value.in_doubt, told.value.retry_after) == (retryable, in_doubt, retry_after)


def test_after_a_refusal_the_next_call_of_the_kind_is_not_even_tried(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.fail("chat.postMessage", times=1, status=429, headers={"Retry-After": "7"})
    with pytest.raises(GatewayError, match="patience"):
        chat.post(YARD, CARD, "mark-p")

    with pytest.raises(GatewayError, match="waits for its turn") as told:
        chat.may_post(YARD)

    assert told.value.retryable
    assert 6.0 < (told.value.retry_after or 0.0) <= 7.0
    chat.may_post("C0OTHER001")


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_a_message_that_cannot_be_changed_any_more_is_left(sandbox: Sandbox, chat: SlackChat, code: str) -> None:
    sandbox.fail("chat.update", times=1, status=200, body={"ok": False, "error": code})

    chat.update(YARD, "17.5", CARD, "mark-j")


@pytest.mark.parametrize(
    ("fault", "outage"),
    [
        ({"status": 200, "body": {"ok": False, "error": "token_revoked"}}, True),
        ({"status": 200, "body": {"ok": False, "error": "invalid_auth"}}, True),
        ({"status": 503, "body": "oh"}, True),
        ({"drop": "before"}, True),
        ({"status": 500, "body": "oh"}, False),
        ({"status": 429, "headers": {"Retry-After": "7"}}, False),
        ({"status": 200, "body": {"ok": False, "error": "is_archived"}}, False),
        ({"status": 200, "body": {"ok": False, "error": "missing_scope"}}, False),
    ],
)
def test_an_outage_is_told_apart_from_the_refusal_of_one_call(
    sandbox: Sandbox, chat: SlackChat, fault: dict[str, Any], outage: bool
) -> None:
    sandbox.fail("chat.update", times=1, **fault)

    with pytest.raises(GatewayError) as told:
        chat.update(YARD, "17.5", CARD, "mark-k")

    assert told.value.outage == outage


def test_a_change_that_slack_does_not_confirm_is_in_doubt(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.fail("chat.update", times=1, status=200, body={"ok": True})

    with pytest.raises(GatewayError, match="cannot be read") as told:
        chat.update(YARD, "17.5", CARD, "mark-i")

    assert not told.value.final


def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.fail("chat.postMessage", times=1, drop="after")

    with pytest.raises(GatewayError):
        chat.post(YARD, CARD, "mark-g")

    marked = [m for m in sandbox.messages(YARD) if "mark-g" in json.dumps(m)]
    assert [m["ts"] for m in marked] == [chat.find(YARD, "mark-g", an_hour_ago())]


def test_a_read_is_never_in_doubt(sandbox: Sandbox, chat: SlackChat) -> None:
    sandbox.fail("users.info", times=1, status=500)

    with pytest.raises(GatewayError) as told:
        chat.profile(MIKA)

    assert (told.value.retryable, told.value.in_doubt) == (True, False)


def test_a_slack_that_cannot_be_reached_has_not_done_it() -> None:
    chat = SlackChat(web_client("xoxb-sandbox", "http://127.0.0.1:1/api/"), url_of)

    with pytest.raises(GatewayError, match="cannot be reached") as told:
        chat.post(YARD, CARD, "mark")

    assert (told.value.retryable, told.value.in_doubt) == (True, False)


def test_a_time_out_leaves_a_post_in_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = web_client("xoxb-sandbox", f"http://127.0.0.1:{silent.getsockname()[1]}/api/")
        client.timeout = 1

        with pytest.raises(GatewayError, match="in time") as told:
            SlackChat(client, url_of).post(YARD, CARD, "mark")

    assert (told.value.retryable, told.value.in_doubt) == (True, True)


def test_no_failure_tells_the_token(sandbox: Sandbox) -> None:
    chat = SlackChat(web_client("xoxb-very-secret", sandbox.api_url), url_of)

    with pytest.raises(GatewayError) as told:
        chat.post(YARD, CARD, "mark")

    assert "very-secret" not in str(told.value)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("ChatPostMessage", "message.posted"),
        ("ChatUpdate", "message.updated"),
        ("ChatPostEphemeral", "ephemeral.posted"),
        ("ViewsPublish", "view.published"),
    ],
)
def test_what_we_send_is_what_slacks_schema_allows(sandbox: Sandbox, chat: SlackChat, method: str, kind: str) -> None:
    path = shared(f"specs/slack/A_{method}.json")
    act: dict[str, Callable[[], object]] = {
        "ChatPostMessage": lambda: chat.post(YARD, CARD, "mark-s"),
        "ChatUpdate": lambda: chat.update(YARD, chat.post(YARD, CARD, "mark-t"), CARD, "mark-t"),
        "ViewsPublish": lambda: chat.publish(MIKA, CARD),
        "ChatPostEphemeral": lambda: chat.reply(ReplyTo(user=MIKA, channel=YARD), CARD),
    }

    act[method]()

    sent = sandbox.effects(kind)[-1]["body"]
    jsonschema.Draft7Validator(json.loads(path.read_text(encoding="utf-8"))).validate(sent)
