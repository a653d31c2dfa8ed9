"""chat.* and reactions.*: what the bot writes."""

import time

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.events import tell_changed, tell_deleted, tell_message, tell_reaction
from sandbox.slack.render import message_json
from sandbox.slack.state import Channel, Json, Message, SlackState

BURST, PER_SECOND = 5.0, 1.0


class RateLimitedError(Exception):
    """Too many messages in a channel; `wait_s` whole seconds until the next may come."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


def post_message(call: SlackCall) -> Json:
    """chat.postMessage: one a second a channel, with a burst of five."""
    channel = call.channel(member=True)
    content = call.content()
    _spend(call.slack, channel)
    thread = call.text("thread_ts")
    if thread is not None and channel.message(thread) is None:
        raise SlackError("thread_not_found")
    message = _by_bot(call.slack, content, thread)
    channel.messages.append(message)
    call.effect("message.posted", channel, message.ts)
    tell_message(call.world, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.slack, channel, message)}


def post_ephemeral(call: SlackCall) -> Json:
    """chat.postEphemeral: only a member of the channel sees it, and only until a reload."""
    channel, user = call.channel(member=True), call.user()
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = _by_bot(call.slack, call.content(), call.text("thread_ts"))
    message.only_for = user.id
    channel.messages.append(message)
    call.effect("ephemeral.posted", channel, message.ts)
    return {"message_ts": message.ts}


def update_message(call: SlackCall) -> Json:
    """chat.update: of the bot's own messages; blocks that are not sent go away when a text is."""
    channel = call.channel()
    message = call.own_message(channel, "cant_update_message")
    content = call.content()
    before = message_json(call.slack, channel, message)
    rewrite(call.slack, message, content)
    call.effect("message.updated", channel, message.ts)
    tell_changed(call.world, channel, before, message)
    said = {"channel": channel.id, "ts": message.ts, "text": message.text}
    return {**said, "message": message_json(call.slack, channel, message)}


def delete_message(call: SlackCall) -> Json:
    """chat.delete: of the bot's own messages."""
    channel = call.channel()
    message = call.own_message(channel, "cant_delete_message")
    before = message_json(call.slack, channel, message)
    channel.messages.remove(message)
    call.effect("message.deleted", channel, message.ts)
    tell_deleted(call.world, channel, before)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: SlackCall) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    if channel.message(call.needed("message_ts")) is None:
        raise SlackError("message_not_found")
    place = f"{call.world.places.page}/archives/{channel.id}/p{call.needed('message_ts').replace('.', '')}"
    return {"channel": channel.id, "permalink": place}


def add_reaction(call: SlackCall) -> Json:
    """reactions.add."""
    channel = call.channel(member=True)
    message = channel.message(call.needed("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    name, bot = call.needed("name"), call.slack.bot_user_id
    users = message.reactions.setdefault(name, [])
    if bot in users:
        raise SlackError("already_reacted")
    users.append(bot)
    call.effect("reaction.added", channel, message.ts)
    tell_reaction(call.world, channel, message, bot, name, "reaction_added")
    return {}


def rewrite(slack: SlackState, message: Message, content: Json) -> None:
    """Put new content into a message; metadata stays when none is given."""
    message.text, message.blocks, message.attachments = content["text"], content["blocks"], content["attachments"]
    message.metadata = content["metadata"] or message.metadata
    message.edited = {"user": slack.bot_user_id, "ts": slack.next_ts()}


def _by_bot(slack: SlackState, content: Json, thread: str | None) -> Message:
    return Message(ts=slack.next_ts(), user=slack.bot_user_id, bot_id=slack.bot_id, thread_ts=thread, **content)


def _spend(slack: SlackState, channel: Channel) -> None:
    if not slack.rate_limit:
        return
    now = time.monotonic()
    tokens, since = slack.buckets.get(channel.id, (BURST, now))
    tokens = min(BURST, tokens + (now - since) * PER_SECOND)
    slack.buckets[channel.id] = (tokens - 1 if tokens >= 1 else tokens, now)
    if tokens < 1:
        raise RateLimitedError(1)
