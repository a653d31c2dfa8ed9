"""Every method that the sandbox's Slack has, asked by Slack's own client, each with what it is there for."""

import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.running import Sandbox
from sandbox.slack.methods import METHODS
from tests.sandbox.ear import modal, reason_input, section

YARD, TOM = "C0YARD0001", "U0TOM00001"
HOME = {"type": "home", "blocks": [section()]}
#: Asked with other tokens, in the tests of tokens.
TOKENS = {"auth.revoke", "oauth.v2.access", "tooling.tokens.rotate", "apps.manifest.validate"}


@pytest.fixture(autouse=True)
def every_scope(sandbox: Sandbox) -> None:
    sandbox.world.slack.scopes |= {method.scope for method in METHODS.values() if not method.scope.startswith("*")}
    families = ("channels", "groups", "im", "mpim")
    sandbox.world.slack.scopes |= {f"{one}:{word}" for one in families for word in ("read", "history", "write")}
    sandbox.world.slack.scopes |= {"channels:manage", "users:read.email"}


def messages(slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="q", blocks=[section()])["ts"]
    slack.chat_update(channel=YARD, ts=ts, text="r")
    slack.chat_getPermalink(channel=YARD, message_ts=ts)
    slack.chat_postEphemeral(channel=YARD, user=TOM, text="psst")
    slack.reactions_add(channel=YARD, timestamp=ts, name="eyes")
    slack.reactions_get(channel=YARD, timestamp=ts)
    slack.reactions_remove(channel=YARD, timestamp=ts, name="eyes")
    slack.pins_add(channel=YARD, timestamp=ts)
    slack.conversations_replies(channel=YARD, ts=ts)
    slack.assistant_threads_setStatus(channel_id=YARD, thread_ts=ts, status="is looking")
    streamed = slack.chat_startStream(channel=YARD, thread_ts=ts, markdown_text="one")["ts"]
    slack.chat_appendStream(channel=YARD, ts=streamed, markdown_text=" two")
    ended = slack.chat_stopStream(channel=YARD, ts=streamed, markdown_text=" three", blocks=[section()])
    assert ended["message"]["text"] == "one two three"
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        slack.chat_appendStream(channel=YARD, ts=streamed, markdown_text="more")
    slack.chat_delete(channel=YARD, ts=ts)
    later = slack.chat_scheduleMessage(channel=YARD, text="later", post_at=int(time.time()) + 3600)
    slack.chat_scheduledMessages_list()
    slack.chat_deleteScheduledMessage(channel=YARD, scheduled_message_id=later["scheduled_message_id"])


def channels(slack: WebClient) -> None:
    made = slack.conversations_create(name="incident-9")["channel"]["id"]
    slack.conversations_invite(channel=made, users=[TOM])
    slack.conversations_setTopic(channel=made, topic="t")
    slack.conversations_setPurpose(channel=made, purpose="p")
    slack.conversations_rename(channel=made, name="incident-10")
    slack.conversations_kick(channel=made, user=TOM)
    slack.bookmarks_add(channel_id=made, title="a", type="link", link="https://example.com")
    slack.bookmarks_list(channel_id=made)
    slack.conversations_info(channel=made)
    slack.conversations_members(channel=made)
    slack.conversations_history(channel=made)
    slack.conversations_leave(channel=made)
    slack.conversations_join(channel=made)
    slack.conversations_archive(channel=made)
    slack.conversations_open(users=TOM)


def people(slack: WebClient) -> None:
    slack.users_info(user=TOM)
    slack.users_lookupByEmail(email="tom@example.com")
    slack.users_profile_get(user=TOM)
    slack.users_getPresence(user=TOM)
    slack.users_conversations(user=TOM)
    slack.dnd_info(user=TOM)
    slack.dnd_teamInfo(users=[TOM])
    slack.usergroups_list()
    slack.usergroups_users_list(usergroup="S0TRIAGE01")
    slack.team_info()
    slack.emoji_list()
    slack.bots_info(bot="B0YARDBOT0")


def views(slack: WebClient, sandbox: Sandbox) -> None:
    opened = slack.views_open(trigger_id=sandbox.world.slack.new_trigger(TOM), view=modal(reason_input()))
    slack.views_push(trigger_id=sandbox.world.slack.new_trigger(TOM), view=modal())
    slack.views_update(view_id=opened["view"]["id"], view=modal())
    slack.views_publish(user_id=TOM, view=HOME)


def test_slacks_client_asks_every_method_and_each_answers(
    sandbox: Sandbox, slack: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    ask = slack.api_call

    def note(name: str, **more: Any) -> Any:
        asked.add(name)
        return ask(name, **more)

    monkeypatch.setattr(slack, "api_call", note)

    slack.api_test()
    slack.auth_test()
    slack.apps_connections_open(app_token="xapp-sandbox")
    slack.api_call("blocks.validate", json={"blocks": [section()]})
    messages(slack)
    channels(slack)
    people(slack)
    views(slack, sandbox)
    sent = slack.files_upload_v2(channel=YARD, filename="a.txt", content="words", initial_comment="see")
    slack.files_info(file=sent["file"]["id"])
    for method in (slack.users_list, slack.conversations_list):
        pages = [page.data for page in method(limit=2)]
        assert len(pages) > 1

    assert set(METHODS) - asked == TOKENS


@pytest.mark.parametrize("answer", [{"thread_ts": "1.2"}, {}])
def test_a_stream_needs_a_thread_that_is_there(slack: WebClient, answer: Any) -> None:
    with pytest.raises(SlackApiError):
        slack.api_call("chat.startStream", params={"channel": YARD, **answer})


def test_a_message_is_pinned_once(slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="q")["ts"]
    slack.pins_add(channel=YARD, timestamp=ts)
    with pytest.raises(SlackApiError, match="already_pinned"):
        slack.pins_add(channel=YARD, timestamp=ts)
