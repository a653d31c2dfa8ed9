"""pins.*: messages that the bot pins to a channel."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.records import Json


def add_pin(call: SlackCall) -> Json:
    """pins.add."""
    channel = call.channel(member=True, writing=True)
    message = call.message(channel, "timestamp")
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    channel.pins.append(message.ts)
    call.effect("message.pinned", channel, message.ts)
    return {}
