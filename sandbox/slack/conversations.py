"""conversations.*: channels, their members and their history, as the bot may see them."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.events import tell_joined
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.render import channel_json, message_json

_FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im"}


def list_channels(call: SlackCall) -> Json:
    """conversations.list: public ones, and private ones with the bot."""
    kinds = set((call.text("types") or "public_channel").split(","))
    for kind in sorted(kinds & _FAMILIES.keys()):
        call.needs(f"{_FAMILIES[kind]}:read")
    seen = [c for c in call.slack.channels.values() if _kind(c) in kinds]
    visible = [c for c in seen if not c.is_private or call.slack.bot_is_in(c)]
    return call.page([channel_json(call.slack, channel) for channel in visible], "channels")


def info(call: SlackCall) -> Json:
    """conversations.info."""
    return {"channel": channel_json(call.slack, _allowed(call, call.channel(), "read"))}


def members(call: SlackCall) -> Json:
    """conversations.members."""
    return call.page(list(_allowed(call, call.channel(), "read").members), "members")


def open_direct(call: SlackCall) -> Json:
    """conversations.open with one user, or a direct channel that is there."""
    users = [word for word in (call.text("users") or "").split(",") if word]
    if call.text("channel"):
        channel = call.channel()
    elif len(users) == 1 and users[0] in call.slack.users:
        channel = call.slack.direct(users[0])
    else:
        raise SlackError("user_not_found" if users else "users_list_not_supplied")
    shown = channel_json(call.slack, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "already_open": True, "no_op": True}


def join(call: SlackCall) -> Json:
    """conversations.join: public channels only."""
    channel = call.channel()
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if not call.slack.bot_is_in(channel):
        channel.members.append(call.slack.bot_user_id)
        call.effect("channel.joined", channel, channel.id)
        tell_joined(call.world, channel, call.slack.bot_user_id)
    return {"channel": channel_json(call.slack, channel)}


def history(call: SlackCall) -> Json:
    """conversations.history: newest first, without answers in threads."""
    channel = _allowed(call, call.channel(member=True), "history")
    roots = [m for m in channel.messages if m.thread_ts in (None, m.ts) and not m.only_for]
    found = [m for m in reversed(roots) if _between(call, m)]
    return _messages(call, channel, found, 100)


def replies(call: SlackCall) -> Json:
    """conversations.replies: the root and its answers, oldest first."""
    channel, ts = _allowed(call, call.channel(member=True), "history"), call.needed("ts")
    root = channel.message(ts)
    if root is None:
        raise SlackError("thread_not_found")
    answers = [
        m for m in channel.messages if m.thread_ts == (root.thread_ts or ts) and m is not root and not m.only_for
    ]
    return _messages(call, channel, [root, *(m for m in answers if _between(call, m))], 1000)


def _messages(call: SlackCall, channel: Channel, found: list[Message], size: int) -> Json:
    told = call.flag("include_all_metadata")
    page = call.page([message_json(call.slack, channel, m, metadata=told) for m in found], "messages", size=size)
    return {**page, "has_more": bool(page["response_metadata"]["next_cursor"]), "pin_count": 0}


def _between(call: SlackCall, message: Message) -> bool:
    oldest, latest = _moment(call, "oldest") or 0.0, _moment(call, "latest") or float("inf")
    ts = float(message.ts)
    return oldest <= ts <= latest if call.flag("inclusive") else oldest < ts < latest


def _moment(call: SlackCall, name: str) -> float | None:
    text = call.text(name)
    try:
        return float(text) if text else None
    except ValueError as error:
        raise SlackError(f"invalid_ts_{name}") from error


def _allowed(call: SlackCall, channel: Channel, right: str) -> Channel:
    """Give the channel back if the app has the scope for its kind."""
    call.needs(f"{_FAMILIES[_kind(channel)]}:{right}")
    return channel


def _kind(channel: Channel) -> str:
    return "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"
