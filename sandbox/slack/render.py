"""Slack's records as its JSON. Reads only."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.slack.state import Channel, Message, SlackState, User, View

Json = dict[str, Any]
STRANGERS_TEAM = "T0OTHER001"


def user_json(slack: SlackState, user: User) -> Json:
    """A user as users.info tells it; the address needs the scope users:read.email."""
    offset = datetime.now(ZoneInfo(user.time_zone)).utcoffset()
    team = STRANGERS_TEAM if user.is_stranger else slack.team["id"]
    profile = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "title": "",
        "team": team,
    }
    if "users:read.email" in slack.scopes and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": team,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.time_zone,
        "tz_label": user.time_zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_stranger": user.is_stranger,
        "updated": 1_700_000_000,
    }


def channel_json(slack: SlackState, channel: Channel) -> Json:
    """A conversation as conversations.info tells it."""
    said = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": False,
        "is_im": channel.is_im,
        "is_org_shared": False,
    }
    if channel.is_im:
        other = next(member for member in channel.members if member != slack.bot_user_id)
        return {**said, "user": other, "is_user_deleted": False, "priority": 0}
    return {
        **said,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": slack.bot_is_in(channel),
        "creator": channel.members[0] if channel.members else "",
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def message_json(slack: SlackState, channel: Channel, message: Message, *, metadata: bool = True) -> Json:
    """A message; one that began a thread tells how many answers there are."""
    said: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": slack.team["id"],
    }
    if message.bot_id:
        said |= {"bot_id": message.bot_id, "app_id": slack.app_id, "bot_profile": bot_json(slack)}
    for name in ("blocks", "attachments", "edited", "thread_ts"):
        if value := getattr(message, name):
            said[name] = value
    if metadata and message.metadata:
        said["metadata"] = message.metadata
    if message.reactions:
        said["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
    answers = [m for m in channel.messages if m.thread_ts == message.ts and m is not message and not m.only_for]
    if answers:
        users = list(dict.fromkeys(answer.user for answer in answers))
        said |= {"thread_ts": message.ts, "reply_count": len(answers), "reply_users_count": len(users)}
        said |= {"latest_reply": answers[-1].ts, "reply_users": users}
    if message.only_for:
        said["is_ephemeral"] = True
    return said


def bot_json(slack: SlackState) -> Json:
    """The bot's profile."""
    icons = {size: f"https://a.slack-edge.com/{size}.png" for size in ("image_36", "image_48", "image_72")}
    said = {"id": slack.bot_id, "deleted": False, "name": slack.bot_name, "updated": 1_700_000_000}
    return {**said, "app_id": slack.app_id, "user_id": slack.bot_user_id, "icons": icons, "team_id": slack.team["id"]}


def view_json(slack: SlackState, view: View, state: Json | None = None) -> Json:
    """A view as views.open answers it."""
    said: Json = {
        "id": view.id,
        "team_id": slack.team["id"],
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "external_id": "",
        **view.body,
        "state": {"values": state or {}},
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": slack.app_id,
        "bot_id": slack.bot_id,
        "app_installed_team_id": slack.team["id"],
    }
    return said
