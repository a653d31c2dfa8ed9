"""reactions.*: what the bot adds to messages and takes away again."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.events import tell_reaction
from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.render import message_json


def add_reaction(call: SlackCall) -> Json:
    """reactions.add."""
    channel, message, name = _place(call)
    users = message.reactions.setdefault(name, [])
    if call.slack.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(call.slack.bot_user_id)
    _tell(call, channel, message, name, "reaction_added")
    return {}


def remove_reaction(call: SlackCall) -> Json:
    """reactions.remove: the bot's own."""
    channel, message, name = _place(call)
    users = message.reactions.get(name, [])
    if call.slack.bot_user_id not in users:
        raise SlackError("no_reaction")
    users.remove(call.slack.bot_user_id)
    if not users:
        del message.reactions[name]
    _tell(call, channel, message, name, "reaction_removed")
    return {}


def get_reactions(call: SlackCall) -> Json:
    """reactions.get: a message with everybody's."""
    channel = call.channel()
    message = call.message(channel, "timestamp")
    place = f"{call.world.places.page}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    said = message_json(call.slack, channel, message) | {"permalink": place}
    return {"type": "message", "channel": channel.id, "message": said}


def _place(call: SlackCall) -> tuple[Channel, Message, str]:
    channel = call.channel(member=True, writing=True)
    message, name = call.message(channel, "timestamp"), call.needed("name").strip(":")
    if not name.replace("_", "").replace("-", "").replace("+", "").replace("'", "").isalnum():
        raise SlackError("invalid_name")
    return channel, message, name


def _tell(call: SlackCall, channel: Channel, message: Message, name: str, kind: str) -> None:
    call.effect(kind.replace("_", "."), channel, message.ts)
    tell_reaction(call.world, channel, message, call.slack.bot_user_id, name, kind)
