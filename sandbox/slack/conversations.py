"""conversations.*: channels, their members and their history, as the bot may see them."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.events import tell_joined
from sandbox.slack.records import FAMILIES, Channel, Json, Message
from sandbox.slack.render import channel_json, message_json


def list_channels(call: SlackCall) -> Json:
    """conversations.list: public ones, and private ones with the bot."""
    return call.page([channel_json(call.slack, channel) for channel in _visible(call)], "channels")


def of_user(call: SlackCall) -> Json:
    """users.conversations: those of somebody, private ones only where the bot is too."""
    user = call.user().id if call.text("user") else call.slack.bot_user_id
    theirs = [channel for channel in _visible(call) if user in channel.members]
    return call.page([channel_json(call.slack, channel) for channel in theirs], "channels")


def info(call: SlackCall) -> Json:
    """conversations.info."""
    return {"channel": channel_json(call.slack, call.channel())}


def members(call: SlackCall) -> Json:
    """conversations.members."""
    return call.page(list(call.channel().members), "members")


def open_direct(call: SlackCall) -> Json:
    """conversations.open with one user or several, or a direct channel that is there."""
    users = [word for word in (call.text("users") or "").split(",") if word]
    before = len(call.slack.channels)
    if call.text("channel"):
        channel = call.channel(writing=True)
    elif users:
        call.needs("im:write" if len(users) == 1 else "mpim:write")
        channel = call.slack.direct(*(_reachable(call, user) for user in users))
    else:
        raise SlackError("users_list_not_supplied")
    shown = channel_json(call.slack, channel) if call.flag("return_im") else {"id": channel.id}
    known = len(call.slack.channels) == before
    return {"channel": shown, **({"already_open": True, "no_op": True} if known else {})}


def join(call: SlackCall) -> Json:
    """conversations.join: public channels only."""
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if not call.slack.bot_is_in(channel):
        channel.members.append(call.slack.bot_user_id)
        call.effect("channel.joined", channel, channel.id)
        tell_joined(call.world, channel, call.slack.bot_user_id)
    return {"channel": channel_json(call.slack, channel)}


def history(call: SlackCall) -> Json:
    """conversations.history: newest first, without answers in threads."""
    channel = call.channel(member=True)
    roots = [m for m in channel.messages if m.thread_ts in (None, m.ts) and not m.only_for]
    found = [m for m in reversed(roots) if _between(call, m)]
    return _messages(call, channel, found, 100)


def replies(call: SlackCall) -> Json:
    """conversations.replies: the root and its answers, oldest first."""
    channel, ts = call.channel(member=True), call.needed("ts")
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


def _visible(call: SlackCall) -> list[Channel]:
    kinds = set((call.text("types") or "public_channel").replace(" ", "").split(","))
    if unknown := kinds - set(FAMILIES):
        raise SlackError("invalid_types", f"[ERROR] unknown types: {', '.join(sorted(unknown))}")
    for kind in sorted(kinds):
        call.needs(f"{FAMILIES[kind]}:read")
    seen = [c for c in call.slack.channels.values() if c.kind in kinds]
    alive = [c for c in seen if not (c.is_archived and call.flag("exclude_archived"))]
    return [c for c in alive if not c.is_private or call.slack.bot_is_in(c)]


def _reachable(call: SlackCall, identity: str) -> str:
    user = call.slack.users.get(identity)
    if user is None or user.deleted:
        raise SlackError("user_not_found" if user is None else "user_disabled")
    return identity


def set_status(call: SlackCall) -> Json:
    """assistant.threads.setStatus: what the bot is doing, shown under a thread for as long as it does it."""
    channel = call.channel("channel_id", member=True)
    call.message(channel, "thread_ts")
    if not isinstance(call.arguments.get("status"), str):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: status")
    return {}
