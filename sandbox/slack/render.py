"""Slack's records as its JSON. Reads only."""

import mimetypes
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.slack.records import Channel, Message, StoredFile, User, View
from sandbox.slack.state import SlackState

Json = dict[str, Any]
STRANGERS_TEAM = "T0OTHER001"


def user_json(slack: SlackState, user: User) -> Json:
    """A user as users.info tells it; the address needs the scope users:read.email."""
    offset = datetime.now(ZoneInfo(user.time_zone)).utcoffset()
    said = {"id": user.id, "team_id": team_of(slack, user), "name": user.name, "deleted": user.deleted}
    if user.deleted:
        return said | {"profile": profile_json(slack, user), "is_bot": user.is_bot, "updated": 1_700_000_000}
    return {
        **said,
        "real_name": user.real_name,
        "tz": user.time_zone,
        "tz_label": user.time_zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile_json(slack, user),
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


def profile_json(slack: SlackState, user: User) -> Json:
    """A profile as users.profile.get tells it; a status whose end has come is empty. No address of a stranger."""
    how = slack.how_reachable(user.id)
    ended = 0 < how.status_ends <= slack.now_s()
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "first_name": first,
        "last_name": last,
        "title": "",
        "team": team_of(slack, user),
        "status_text": "" if ended else how.status_text,
        "status_emoji": "" if ended else how.status_emoji,
        "status_expiration": 0 if ended else how.status_ends,
    }
    if "users:read.email" in slack.scopes and user.email and not user.is_stranger:
        profile["email"] = user.email
    return profile


def team_of(slack: SlackState, user: User) -> str:
    """The workspace that somebody belongs to."""
    return STRANGERS_TEAM if user.is_stranger else str(slack.team["id"])


def file_json(slack: SlackState, file: StoredFile) -> Json:
    """A file as files.info tells it."""
    place = f"https://{slack.team['domain']}.slack.com/files/{slack.bot_user_id}/{file.id}"
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    public = [channel for channel in file.shares if slack.channels[channel].kind == "public_channel"]
    private = [channel for channel in file.shares if channel not in public]
    where = {
        name: {c: [{"ts": ts} for ts in file.shares[c]] for c in some}
        for name, some in (("public", public), ("private", private))
        if some
    }
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "alt_txt": file.alt_text,
        "mimetype": kind,
        "filetype": file.name.rpartition(".")[2] if "." in file.name else "binary",
        "pretty_type": kind,
        "user": slack.bot_user_id,
        "user_team": slack.team["id"],
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": file.url,
        "url_private_download": file.url,
        "permalink": place,
        "permalink_public": place,
        "shares": where,
        "channels": public,
        "groups": [channel for channel in private if slack.channels[channel].family != "im"],
        "ims": [channel for channel in private if slack.channels[channel].family == "im"],
        "comments_count": 0,
        "has_rich_preview": False,
    }


def channel_json(slack: SlackState, channel: Channel) -> Json:
    """A conversation as conversations.info tells it."""
    said = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
    }
    if channel.is_im:
        other = next(member for member in channel.members if member != slack.bot_user_id)
        return {**said, "user": other, "is_user_deleted": slack.users[other].deleted, "priority": 0}
    shared = any(slack.users[member].is_stranger for member in channel.members if member in slack.users)
    return {
        **said,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_mpim": channel.is_mpim,
        "is_private": channel.is_private,
        "is_general": False,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_member": slack.bot_is_in(channel),
        "creator": channel.creator,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def made_json(slack: SlackState, channel: Channel) -> Json:
    """A conversation as the event `channel_created` tells it."""
    flags = ("is_channel", "is_group", "is_mpim", "is_private", "is_general", "is_shared", "is_ext_shared")
    about = channel_json(slack, channel)
    names = ("id", "name", "name_normalized", "created", "creator", "is_im", "is_archived", "is_org_shared", *flags)
    said = {name: about[name] for name in names}
    return {**said, "context_team_id": slack.team["id"], "is_frozen": False, "is_pending_ext_shared": False}


def renamed_json(channel: Channel) -> Json:
    """A conversation as the event `channel_rename` tells it."""
    said = {"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": 1_700_000_000}
    return {**said, "is_channel": not channel.is_private, "is_mpim": channel.is_mpim}


def message_json(slack: SlackState, channel: Channel, message: Message, *, metadata: bool = True) -> Json:
    """A message; one that began a thread tells how many answers there are."""
    said: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": team_of(slack, slack.users[message.user]),
    }
    if message.bot_id:
        said |= {"bot_id": message.bot_id, "app_id": slack.app_id, "bot_profile": bot_json(slack)}
    for name in ("blocks", "attachments", "edited", "thread_ts"):
        if value := getattr(message, name):
            said[name] = value
    if message.files:
        said["files"] = [file_json(slack, slack.files[identity]) for identity in message.files]
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
    """A view as views.open answers it; a page has the title that Slack gives to all of them."""
    titled = (
        {"title": {"type": "plain_text", "text": "View Title", "emoji": True}} if view.body["type"] == "home" else {}
    )
    said: Json = {
        **titled,
        "id": view.id,
        "team_id": slack.team["id"],
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "external_id": "",
        "submit": None,
        "close": None,
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
