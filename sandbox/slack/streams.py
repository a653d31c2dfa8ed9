"""Messages that the bot writes bit by bit in a thread: begun, added to, ended."""

from typing import Any

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.chat import posted_by_bot, thread_of
from sandbox.slack.events import tell_changed
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.render import message_json

LONGEST_BIT = 12_000


def start_stream(call: SlackCall) -> Json:
    """chat.startStream: in a thread only."""
    channel = call.channel(member=True, writing=True)
    call.needed("thread_ts")
    content: dict[str, Any] = {"text": _bit(call), "blocks": [], "attachments": [], "metadata": None}
    message = posted_by_bot(call.world, channel, content, thread_of(call, channel))
    message.streaming = True
    call.effect("message.posted", channel, message.ts)
    return {"channel": channel.id, "ts": message.ts}


def append_stream(call: SlackCall) -> Json:
    """chat.appendStream: `markdown_text` goes behind what is there."""
    channel, message = _streaming(call)
    call.needed("markdown_text")
    message.text += _bit(call)
    call.effect("message.updated", channel, message.ts)
    return {"channel": channel.id, "ts": message.ts}


def stop_stream(call: SlackCall) -> Json:
    """chat.stopStream: a last bit and blocks may come; from now on the message is like any other."""
    channel, message = _streaming(call)
    before = message_json(call.slack, channel, message)
    message.text += _bit(call)
    if call.structure("blocks"):
        message.blocks = call.content()["blocks"]
    message.streaming = False
    call.effect("message.updated", channel, message.ts)
    tell_changed(call.world, channel, before, message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.slack, channel, message)}


def _streaming(call: SlackCall) -> tuple[Channel, Message]:
    channel = call.channel(member=True, writing=True)
    message = call.own_message(channel, "streaming_mode_mismatch")
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def _bit(call: SlackCall) -> str:
    text = call.text("markdown_text") or ""
    if len(text) > LONGEST_BIT:
        raise SlackError("msg_too_long")
    return text
