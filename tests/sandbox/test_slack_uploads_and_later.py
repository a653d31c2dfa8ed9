"""Files, messages for later, bookmarks, reactions and what the bot does to channels, as slack_sdk asks for them."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.direct import direct_session
from sandbox.running import Sandbox
from tests.sandbox.ear import control, eventually, section

YARD, RANDOM, TOM, MIKA, GUEST = "C0YARD0001", "C0RANDOM01", "U0TOM00001", "U0MIKA0001", "U0GUEST001"
MORE = {"files:read", "files:write", "bookmarks:read", "bookmarks:write", "channels:manage", "groups:write"}


@pytest.fixture(autouse=True)
def more_scopes(sandbox: Sandbox) -> None:
    sandbox.world.slack.scopes |= MORE | {"mpim:write", "mpim:read", "dnd:read", "users.profile:read"}


def refusal(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response["error"]


def soon(sandbox: Sandbox, seconds: int = 60) -> int:
    return sandbox.world.slack.now_s() + seconds


def test_a_file_is_uploaded_shared_and_read_again(sandbox: Sandbox, slack: WebClient) -> None:
    done = slack.files_upload_v2(channel=YARD, content="a,b\n1,2\n", filename="table.csv", title="A table")

    told = slack.files_info(file=done["file"]["id"])["file"]
    shown = slack.conversations_history(channel=YARD)["messages"][0]["files"][0]
    assert (told["title"], told["size"], told["channels"], shown["id"]) == ("A table", 8, [YARD], told["id"])
    with direct_session() as session:
        read = session.get(told["url_private"], headers={"Authorization": "Bearer xoxb-sandbox"})
        stranger = session.get(told["url_private"], allow_redirects=False)
    assert (read.content, read.headers["Content-Type"]) == (b"a,b\n1,2\n", "text/csv")
    assert stranger.status_code == 302


def test_the_page_is_given_what_was_uploaded(sandbox: Sandbox, slack: WebClient) -> None:
    done = slack.files_upload_v2(content=b"\x89PNG", filename="forecast.png")

    place = f"{sandbox.world.places.page}/_sandbox/slack/files"
    with direct_session() as session:
        read, nothing = session.get(f"{place}/{done['file']['id']}"), session.get(f"{place}/F0NOTHING")
    assert (read.content, read.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert nothing.status_code == 404


def test_an_upload_of_another_length_is_refused(slack: WebClient) -> None:
    place = slack.files_getUploadURLExternal(filename="x.txt", length=3)
    with direct_session() as session:
        assert session.post(place["upload_url"], data=b"four").status_code == 400
        assert session.post(place["upload_url"] + "x", data=b"two").status_code == 400
    assert refusal(lambda: slack.files_completeUploadExternal(files=[{"id": place["file_id"]}])) == "file_update_failed"
    assert refusal(lambda: slack.files_info(file=place["file_id"])) == "file_not_found"


def test_a_scheduled_message_is_posted_when_its_time_comes(sandbox: Sandbox, slack: WebClient) -> None:
    later = slack.chat_scheduleMessage(channel=YARD, post_at=soon(sandbox), text="good morning", blocks=[section()])
    assert [m["id"] for m in slack.chat_scheduledMessages_list()["scheduled_messages"]] == [
        later["scheduled_message_id"]
    ]
    assert slack.conversations_history(channel=YARD)["messages"] == []

    control(sandbox, "POST", "clock", {"advance_seconds": 61})

    [posted] = eventually(lambda: slack.conversations_history(channel=YARD)["messages"])
    assert (posted["text"], posted["blocks"][0]["text"]["text"]) == ("good morning", "a question")
    assert slack.chat_scheduledMessages_list(channel=YARD)["scheduled_messages"] == []
    kinds = [effect["kind"] for effect in control(sandbox, "GET", "effects")]
    assert kinds == ["message.scheduled", "message.posted"]


def test_a_deleted_scheduled_message_never_comes(sandbox: Sandbox, slack: WebClient) -> None:
    keep = slack.chat_scheduleMessage(channel=YARD, post_at=soon(sandbox), text="keep")
    drop = slack.chat_scheduleMessage(channel=YARD, post_at=soon(sandbox), text="drop")["scheduled_message_id"]
    slack.chat_deleteScheduledMessage(channel=YARD, scheduled_message_id=drop)
    again = refusal(lambda: slack.chat_deleteScheduledMessage(channel=YARD, scheduled_message_id=drop))

    control(sandbox, "POST", "clock", {"advance_seconds": 61})

    posted = eventually(lambda: slack.conversations_history(channel=YARD)["messages"])
    assert ([m["text"] for m in posted], again, keep["ok"]) == (["keep"], "invalid_scheduled_message_id", True)


@pytest.mark.parametrize(("seconds", "error"), [(-1, "time_in_past"), (120 * 86400 + 3600, "time_too_far")])
def test_only_the_near_future_can_be_scheduled(sandbox: Sandbox, slack: WebClient, seconds: int, error: str) -> None:
    at = soon(sandbox, seconds)
    assert refusal(lambda: slack.chat_scheduleMessage(channel=YARD, post_at=at, text="x")) == error


def test_no_more_than_thirty_wait_for_the_same_five_minutes(sandbox: Sandbox, slack: WebClient) -> None:
    at = soon(sandbox, 3600)
    for _ in range(30):
        slack.chat_scheduleMessage(channel=YARD, post_at=at, text="x")
    assert refusal(lambda: slack.chat_scheduleMessage(channel=YARD, post_at=at + 9, text="x")) == "restricted_too_many"
    assert slack.chat_scheduleMessage(channel=YARD, post_at=at + 300, text="x")["ok"]


def test_reactions_are_taken_away_again(slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="x")["ts"]
    slack.reactions_add(channel=YARD, timestamp=ts, name="eyes")
    assert refusal(lambda: slack.reactions_add(channel=YARD, timestamp=ts, name="eyes")) == "already_reacted"
    assert slack.reactions_get(channel=YARD, timestamp=ts)["message"]["reactions"][0]["users"] == ["U0YARDBOT0"]
    slack.reactions_remove(channel=YARD, timestamp=ts, name="eyes")
    assert "reactions" not in slack.reactions_get(channel=YARD, timestamp=ts)["message"]
    assert refusal(lambda: slack.reactions_remove(channel=YARD, timestamp=ts, name="eyes")) == "no_reaction"
    assert refusal(lambda: slack.reactions_add(channel=YARD, timestamp=ts, name="<b>")) == "invalid_name"


def test_a_channel_is_made_named_filled_and_archived(slack: WebClient) -> None:
    made = slack.conversations_create(name="incident-7")["channel"]["id"]
    slack.conversations_invite(channel=made, users=[MIKA, TOM])
    topic = slack.conversations_setTopic(channel=made, topic="it burns")["channel"]["topic"]["value"]
    name = slack.conversations_rename(channel=made, name="incident-8")["channel"]["name"]
    slack.conversations_kick(channel=made, user=TOM)
    members = slack.conversations_members(channel=made)["members"]
    slack.conversations_archive(channel=made)

    assert (topic, name, members) == ("it burns", "incident-8", ["U0YARDBOT0", MIKA])
    assert refusal(lambda: slack.chat_postMessage(channel=made, text="x")) == "is_archived"
    assert refusal(lambda: slack.conversations_join(channel=made)) == "is_archived"
    alive = slack.conversations_list(exclude_archived=True)["channels"]
    assert made not in [channel["id"] for channel in alive]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.create", {"name": "yard"}, "name_taken"),
        ("conversations.create", {"name": "Big Name!"}, "invalid_name_specials"),
        ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
        ("conversations.create", {}, "invalid_name_required"),
        ("conversations.invite", {"channel": YARD, "users": "U0NOBODY00"}, "user_not_found"),
        ("conversations.invite", {"channel": YARD, "users": MIKA}, "already_in_channel"),
        ("conversations.kick", {"channel": YARD, "user": "U0YARDBOT0"}, "cant_kick_self"),
        ("conversations.setTopic", {"channel": YARD, "topic": "x" * 251}, "too_long"),
        ("conversations.list", {"types": "secret_channel"}, "invalid_types"),
        ("bookmarks.add", {"channel_id": YARD, "title": "t", "type": "link", "link": "ftp://x"}, "invalid_link"),
        (
            "bookmarks.add",
            {"channel_id": YARD, "title": "t", "type": "poem", "link": "http://x"},
            "invalid_bookmark_type",
        ),
        ("users.profile.get", {"user": "U0NOBODY00"}, "user_not_found"),
        ("oauth.v2.access", {"client_id": "who"}, "invalid_client_id"),
    ],
)
def test_what_cannot_be_done_is_refused(slack: WebClient, method: str, arguments: dict[str, Any], error: str) -> None:
    assert refusal(lambda: slack.api_call(method, params=arguments)) == error


def test_several_people_share_one_direct_conversation(slack: WebClient) -> None:
    first = slack.conversations_open(users=[MIKA, TOM], return_im=True)["channel"]
    second = slack.conversations_open(users=[TOM, MIKA])
    assert (first["is_mpim"], second["channel"]["id"], second["already_open"]) == (True, first["id"], True)
    assert first["id"] != slack.conversations_open(users=[MIKA])["channel"]["id"]


def test_the_conversations_of_somebody_are_told(slack: WebClient) -> None:
    names = [channel["name"] for channel in slack.users_conversations(user=GUEST)["channels"]]
    assert names == ["random"]
