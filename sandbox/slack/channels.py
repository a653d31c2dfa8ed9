"""conversations.create, invite, kick, leave, rename, archive, setTopic, setPurpose: what the bot does to channels."""

import re

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.events import tell_channel, tell_joined, tell_left
from sandbox.slack.records import Channel, Json
from sandbox.slack.render import channel_json

NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,79}")
LONGEST_TOPIC = 250


def create_channel(call: SlackCall) -> Json:
    """conversations.create: the bot is its first member."""
    private, slack = call.flag("is_private"), call.slack
    call.needs("groups:write" if private else "channels:manage")
    name = _free_name(call)
    channel = Channel(id=slack.next_id("C"), name=name, members=[slack.bot_user_id], is_private=private)
    channel.creator = slack.bot_user_id
    slack.channels[channel.id] = channel
    call.effect("channel.created", channel, channel.id)
    tell_channel(call.world, "channel_created", channel)
    return {"channel": channel_json(slack, channel)}


def invite(call: SlackCall) -> Json:
    """conversations.invite: several people at once, all or none."""
    channel = _of_name(call)
    wanted = [word for word in call.needed("users").split(",") if word]
    refused = [{"user": user, "ok": False, "error": code} for user in wanted if (code := _refusal(call, channel, user))]
    if refused:
        raise SlackError(str(refused[0]["error"]), errors=refused)
    for user in wanted:
        channel.members.append(user)
        tell_joined(call.world, channel, user)
    call.effect("channel.invited", channel, channel.id)
    return {"channel": channel_json(call.slack, channel)}


def kick(call: SlackCall) -> Json:
    """conversations.kick."""
    channel, user = _of_name(call), call.user()
    if user.id == call.slack.bot_user_id:
        raise SlackError("cant_kick_self")
    if user.id not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.remove(user.id)
    call.effect("channel.kicked", channel, user.id)
    tell_left(call.world, channel, user.id)
    return {}


def leave(call: SlackCall) -> Json:
    """conversations.leave."""
    channel = call.channel()
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    if not call.slack.bot_is_in(channel):
        return {"not_in_channel": True}
    tell_left(call.world, channel, call.slack.bot_user_id)
    channel.members.remove(call.slack.bot_user_id)
    call.effect("channel.left", channel, channel.id)
    return {}


def rename(call: SlackCall) -> Json:
    """conversations.rename."""
    channel = _of_name(call)
    channel.name = _free_name(call)
    call.effect("channel.renamed", channel, channel.id)
    tell_channel(call.world, "channel_rename", channel)
    return {"channel": channel_json(call.slack, channel)}


def archive(call: SlackCall) -> Json:
    """conversations.archive."""
    channel = call.channel(member=True)
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("already_archived")
    channel.is_archived = True
    call.effect("channel.archived", channel, channel.id)
    tell_channel(call.world, "channel_archive", channel)
    return {}


def set_topic(call: SlackCall) -> Json:
    """conversations.setTopic."""
    channel = call.channel(member=True, writing=True)
    channel.topic = _words(call, "topic")
    call.effect("channel.topic_set", channel, channel.id)
    return {"channel": channel_json(call.slack, channel)}


def set_purpose(call: SlackCall) -> Json:
    """conversations.setPurpose."""
    channel = call.channel(member=True, writing=True)
    channel.purpose = _words(call, "purpose")
    call.effect("channel.purpose_set", channel, channel.id)
    return {"channel": channel_json(call.slack, channel)}


def _words(call: SlackCall, name: str) -> str:
    text = call.text(name) or ""
    if len(text) > LONGEST_TOPIC:
        raise SlackError("too_long")
    return text


def _of_name(call: SlackCall) -> Channel:
    channel = call.channel(member=True, writing=True)
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    return channel


def _free_name(call: SlackCall) -> str:
    name = call.text("name")
    if name is None:
        raise SlackError("invalid_name_required")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name_maxlength" if len(name) > 80 else "invalid_name_specials")
    if call.slack.channel(name) is not None:
        raise SlackError("name_taken")
    return name


def _refusal(call: SlackCall, channel: Channel, identity: str) -> str | None:
    user = call.slack.users.get(identity)
    if user is None:
        return "user_not_found"
    if identity == call.slack.bot_user_id:
        return "cant_invite_self"
    if identity in channel.members:
        return "already_in_channel"
    if user.deleted:
        return "user_is_disabled"
    return "ura_max_channels" if user.is_ultra_restricted and _has_a_channel(call, identity) else None


def _has_a_channel(call: SlackCall, identity: str) -> bool:
    return any(identity in c.members and c.kind not in ("im", "mpim") for c in call.slack.channels.values())
