"""chat.*: what the bot writes at once."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.events import tell_changed, tell_deleted, tell_message
from sandbox.slack.limits import spend_message
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.render import message_json
from sandbox.slack.state import SlackState
from sandbox.world import World


def post_message(call: SlackCall) -> Json:
    """chat.postMessage: one a second a channel, with a burst of five."""
    channel = call.channel(member=True, writing=True)
    content = call.content()
    spend_message(call.slack, channel.id)
    message = posted_by_bot(call.world, channel, content, thread_of(call, channel))
    call.effect("message.posted", channel, message.ts)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.slack, channel, message)}


def post_ephemeral(call: SlackCall) -> Json:
    """chat.postEphemeral: only a member of the channel sees it, and only until a reload."""
    channel, user = call.channel(member=True, writing=True), call.user()
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
    message = call.message(channel, "message_ts")
    place = f"{call.world.places.page}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": place}


def posted_by_bot(world: World, channel: Channel, content: Json, thread: str | None) -> Message:
    """Put a message of the bot into a channel, for all to see and to hear of."""
    message = _by_bot(world.slack, content, thread)
    channel.messages.append(message)
    tell_message(world, channel, message)
    return message


def thread_of(call: SlackCall, channel: Channel) -> str | None:
    """The thread that a call names, which must be there."""
    thread = call.text("thread_ts")
    if thread is not None and channel.message(thread) is None:
        raise SlackError("thread_not_found")
    return thread


def rewrite(slack: SlackState, message: Message, content: Json) -> None:
    """Put new content into a message; metadata stays when none is given."""
    message.text, message.blocks, message.attachments = content["text"], content["blocks"], content["attachments"]
    message.metadata = content["metadata"] or message.metadata
    message.edited = {"user": slack.bot_user_id, "ts": slack.next_ts()}


def _by_bot(slack: SlackState, content: Json, thread: str | None) -> Message:
    return Message(ts=slack.next_ts(), user=slack.bot_user_id, bot_id=slack.bot_id, thread_ts=thread, **content)
