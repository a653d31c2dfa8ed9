"""The sandbox's Slack Web API with the client that the bot uses."""

import json
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.direct import direct_session
from sandbox.running import Sandbox, new_world
from sandbox.seed import Seed
from tests.sandbox.conftest import yard
from tests.sandbox.ear import button, control, modal, reason_input, section

YARD, RANDOM = "C0YARD0001", "C0RANDOM01"


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_a_message_keeps_its_blocks_and_its_metadata(slack: WebClient) -> None:
    metadata = {"event_type": "ym", "event_payload": {"request": 7}}
    blocks = [section("*q*"), {"type": "actions", "elements": [button()]}]
    posted = slack.chat_postMessage(channel="#yard", text="q", blocks=blocks, metadata=metadata)

    told = slack.conversations_history(channel=YARD, include_all_metadata=True)["messages"][0]
    untold = slack.conversations_history(channel=YARD)["messages"][0]
    assert (told["ts"], told["metadata"], told["bot_id"]) == (posted["ts"], metadata, "B0YARDBOT0")
    assert told["blocks"][0]["text"]["text"] == "*q*"
    assert all(block["block_id"] for block in told["blocks"])
    assert "metadata" not in untold


def test_a_message_is_updated_and_deleted_only_by_its_writer(sandbox: Sandbox, slack: WebClient) -> None:
    mine = slack.chat_postMessage(channel=YARD, text="one")["ts"]
    asked = {"user": "U0TOM00001", "channel": YARD, "text": "tom's"}
    toms = control(sandbox, "POST", "slack/message", asked)["ts"]

    slack.chat_update(channel=YARD, ts=mine, text="two")
    assert slack.conversations_history(channel=YARD)["messages"][1]["text"] == "two"
    assert refusal(lambda: slack.chat_update(channel=YARD, ts=toms, text="x")) == "cant_update_message"
    assert refusal(lambda: slack.chat_delete(channel=YARD, ts=toms)) == "cant_delete_message"
    slack.chat_delete(channel=YARD, ts=mine)
    assert refusal(lambda: slack.chat_update(channel=YARD, ts=mine, text="x")) == "message_not_found"


def test_threads_have_their_own_history(slack: WebClient) -> None:
    root = slack.chat_postMessage(channel=YARD, text="root")["ts"]
    slack.chat_postMessage(channel=YARD, text="answer", thread_ts=root)

    assert [m["text"] for m in slack.conversations_history(channel=YARD)["messages"]] == ["root"]
    replies = slack.conversations_replies(channel=YARD, ts=root)["messages"]
    assert ([m["text"] for m in replies], replies[0]["reply_count"]) == (["root", "answer"], 1)


def test_history_is_cut_by_time_and_by_pages(slack: WebClient) -> None:
    stamps = [slack.chat_postMessage(channel=YARD, text=str(n))["ts"] for n in range(5)]
    between = slack.conversations_history(channel=YARD, oldest=stamps[1], latest=stamps[3])["messages"]
    page = slack.conversations_history(channel=YARD, limit=2)
    rest = slack.conversations_history(channel=YARD, limit=3, cursor=page["response_metadata"]["next_cursor"])

    assert [message["text"] for message in between] == ["2"]
    assert [message["text"] for message in page["messages"]] == ["4", "3"]
    assert ([m["text"] for m in rest["messages"]], rest["has_more"]) == (["2", "1", "0"], False)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE0", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": RANDOM, "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": YARD}, "no_text"),
        ("chat.postMessage", {"channel": YARD, "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ("chat.postMessage", {"channel": YARD, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        ("chat.postEphemeral", {"channel": YARD, "text": "x", "user": "U0GUEST001"}, "user_not_in_channel"),
        ("users.info", {"user": "U0NOBODY00"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "who@example.com"}, "users_not_found"),
        ("views.open", {"trigger_id": "1.2.3", "view": modal()}, "invalid_trigger_id"),
        ("views.update", {"view_id": "V0", "view": modal()}, "not_found"),
        ("chat.teleport", {}, "unknown_method"),
    ],
)
def test_a_wrong_call_is_refused_in_slacks_words(
    slack: WebClient, method: str, arguments: dict[str, Any], error: str
) -> None:
    assert refusal(lambda: slack.api_call(method, json=arguments)) == error


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-guess", "invalid_auth"), ("xapp-sandbox", "not_allowed_token_type")]
)
def test_a_wrong_token_is_refused(slack: WebClient, token: str, error: str) -> None:
    assert refusal(lambda: slack.auth_test(token=token)) == error


def test_blocks_beyond_the_limits_are_refused_with_the_place(slack: WebClient) -> None:
    blocks = [section(), {"type": "actions", "elements": [button(label="x" * 76)]}]
    with pytest.raises(SlackApiError) as caught:
        slack.chat_postMessage(channel=YARD, text="x", blocks=blocks)
    assert caught.value.response["error"] == "invalid_blocks"
    said = "[ERROR] must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    assert caught.value.response["response_metadata"]["messages"] == [said]


def test_text_is_cut_at_forty_thousand(slack: WebClient) -> None:
    posted = slack.chat_postMessage(channel=YARD, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000


def test_a_burst_is_taken_and_then_one_message_a_second(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.rate_limit = True
    taken: list[int] = []
    began = time.monotonic()

    def post_on() -> None:
        for number in count():
            slack.chat_postMessage(channel=YARD, text=str(number))
            taken.append(number)

    with pytest.raises(SlackApiError) as caught:
        post_on()
    answer = caught.value.response
    assert 5 <= len(taken) <= 5 + (time.monotonic() - began)
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    slack.chat_postMessage(channel="C0PAY00001", text="another channel")


def test_people_tell_what_they_are(slack: WebClient) -> None:
    guest = slack.users_info(user="U0GUEST001")["user"]
    bot = slack.users_info(user="U0YARDBOT0")["user"]
    mika = slack.users_lookupByEmail(email="MIKA@example.com")["user"]
    assert (guest["is_restricted"], bot["is_bot"]) == (True, True)
    assert (mika["id"], mika["tz"], mika["profile"]["email"]) == ("U0MIKA0001", "Europe/Helsinki", "mika@example.com")
    assert {user["id"] for user in slack.users_list()["members"]} >= {"U0NOOR0001", "U0DANA0001"}


def test_addresses_need_their_scope(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.scopes = sandbox.world.slack.scopes - {"users:read.email"}
    assert "email" not in slack.users_info(user="U0MIKA0001")["user"]["profile"]
    assert refusal(lambda: slack.users_lookupByEmail(email="mika@example.com")) == "missing_scope"


@pytest.mark.parametrize("family", ["channels", "groups", "im"])
def test_each_kind_of_channel_has_scopes_of_its_own(sandbox: Sandbox, slack: WebClient, family: str) -> None:
    direct = slack.conversations_open(users="U0MIKA0001")["channel"]["id"]
    (about := sandbox.world.slack.channels["C0PAY00001"]).is_private = True
    of = {"channels": YARD, "groups": about.id, "im": direct}
    scopes = sandbox.world.slack.scopes

    sandbox.world.slack.scopes = scopes - {f"{family}:history", f"{family}:read"}

    for method in ("conversations.history", "conversations.info", "conversations.members"):
        assert refusal(partial(slack.api_call, method, params={"channel": of[family]})) == "missing_scope"
        for other in of.keys() - {family}:
            assert slack.api_call(method, params={"channel": of[other]})["ok"]


def test_private_channels_are_listed_to_who_has_the_scope(sandbox: Sandbox, slack: WebClient) -> None:
    sandbox.world.slack.scopes = sandbox.world.slack.scopes - {"groups:read"}

    assert len(slack.conversations_list(types="public_channel")["channels"]) == 3
    assert refusal(lambda: slack.conversations_list(types="public_channel,private_channel")) == "missing_scope"


def test_channels_are_listed_joined_and_opened(slack: WebClient) -> None:
    listed = {c["name"]: c["is_member"] for c in slack.conversations_list()["channels"]}
    assert listed == {"yard": True, "payments": True, "random": False}
    slack.conversations_join(channel=RANDOM)
    assert "U0YARDBOT0" in slack.conversations_members(channel=RANDOM)["members"]
    direct = slack.conversations_open(users=["U0NOOR0001"])["channel"]["id"]
    assert slack.chat_postMessage(channel="U0NOOR0001", text="psst")["channel"] == direct


def test_every_change_by_the_bot_is_an_effect(sandbox: Sandbox, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="x")["ts"]
    slack.chat_postEphemeral(channel=YARD, user="U0TOM00001", text="only you")
    slack.chat_update(channel=YARD, ts=ts, text="y")
    slack.reactions_add(channel=YARD, timestamp=ts, name="eyes")
    slack.views_publish(user_id="U0TOM00001", view={"type": "home", "blocks": [section()]})

    effects = control(sandbox, "GET", "effects")
    kinds = ["message.posted", "ephemeral.posted", "message.updated", "reaction.added", "view.published"]
    assert [effect["kind"] for effect in effects] == kinds
    assert (effects[0]["channel"], effects[0]["id"], effects[0]["body"]["text"]) == (YARD, ts, "x")
    assert all("token" not in effect["body"] for effect in effects)


def test_an_ephemeral_message_is_seen_by_one(sandbox: Sandbox, slack: WebClient) -> None:
    slack.chat_postEphemeral(channel=YARD, user="U0TOM00001", text="only you")
    toms, mikas = (control(sandbox, "GET", f"slack/screen?user={u}") for u in ("U0TOM00001", "U0MIKA0001"))
    assert [message["text"] for message in toms["ephemerals"]] == ["only you"]
    assert mikas["ephemerals"] == []
    assert slack.conversations_history(channel=YARD)["messages"] == []


def test_forms_and_json_mean_the_same(sandbox: Sandbox, slack: WebClient) -> None:
    place = f"{sandbox.world.places.slack}/api/chat.postMessage"
    said = {"channel": YARD, "text": "x", "token": "xoxb-sandbox", "blocks": json.dumps([section("form")])}
    with direct_session() as session:
        answer = session.post(place, data=said)
    assert answer.json()["message"]["blocks"][0]["text"]["text"] == "form"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


def test_views_keep_their_limits(sandbox: Sandbox, slack: WebClient) -> None:
    trigger = sandbox.world.slack.new_trigger("U0TOM00001")
    wrong = modal(title={"type": "plain_text", "text": "x" * 25}, private_metadata="x" * 3001)
    assert refusal(lambda: slack.views_open(trigger_id=trigger, view=wrong)) == "invalid_arguments"
    view = slack.views_open(trigger_id=trigger, view=modal(reason_input()))["view"]
    assert refusal(lambda: slack.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    assert refusal(lambda: slack.views_update(view_id=view["id"], hash="old", view=modal())) == "hash_conflict"
    assert slack.views_update(view_id=view["id"], hash=view["hash"], view=modal())["view"]["id"] == view["id"]


def test_a_trigger_lives_three_seconds(sandbox: Sandbox, slack: WebClient) -> None:
    trigger = sandbox.world.slack.new_trigger("U0TOM00001")
    sandbox.world.slack.triggers[trigger].expires -= 3
    assert refusal(lambda: slack.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"


def test_the_seed_sets_tokens_and_limits() -> None:
    seed: Seed = yard()
    state = new_world(seed).slack
    assert (state.bot_token, state.app_token, state.rate_limit) == ("xoxb-sandbox", "xapp-sandbox", True)
