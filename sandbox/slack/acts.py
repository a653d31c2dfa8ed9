"""What people do in Slack that no app need answer: write, react, join, be away. Only the control API calls it."""

from dataclasses import fields

from sandbox.slack.acting import ActError, channel_of, message_of, person_in, user_of
from sandbox.slack.events import tell_changed, tell_joined, tell_message, tell_reaction
from sandbox.slack.records import Availability, Json, Message
from sandbox.slack.render import message_json, profile_json
from sandbox.world import World


def write(world: World, asked: Json) -> Json:
    """Somebody writes a message in a channel or a thread."""
    with world.lock:
        user, channel = person_in(world.slack, asked)
        thread = asked.get("thread_ts")
        if thread and channel.message(str(thread)) is None:
            raise ActError(f"there is no message {thread} in {channel.name}")
        message = Message(ts=world.slack.next_ts(), user=user.id, text=str(asked.get("text", "")), thread_ts=thread)
        channel.messages.append(message)
        tell_message(world, channel, message)
        return {"ok": True, "ts": message.ts, "channel": channel.id}


def edit(world: World, asked: Json) -> Json:
    """Somebody changes the text of their own message."""
    with world.lock:
        user, channel = person_in(world.slack, asked)
        message = message_of(channel, asked)
        if message.user != user.id:
            raise ActError("only one's own messages can be edited")
        before = message_json(world.slack, channel, message)
        message.text, message.edited = str(asked.get("text", "")), {"user": user.id, "ts": world.slack.next_ts()}
        tell_changed(world, channel, before, message)
        return {"ok": True, "ts": message.ts}


def react(world: World, asked: Json) -> Json:
    """Somebody adds a reaction, or takes theirs away with `remove`."""
    with world.lock:
        user, channel = person_in(world.slack, asked)
        message, name = message_of(channel, asked), str(asked.get("reaction", "")).strip(":")
        users = message.reactions.setdefault(name, [])
        removing = bool(asked.get("remove"))
        if (user.id in users) != removing:
            raise ActError("there is no such reaction" if removing else "already reacted")
        if removing:
            users.remove(user.id)
        else:
            users.append(user.id)
        message.reactions = {name: users for name, users in message.reactions.items() if users}
        kind = "reaction_removed" if removing else "reaction_added"
        tell_reaction(world, channel, message, user.id, name, kind)
        return {"ok": True}


def join(world: World, asked: Json) -> Json:
    """Somebody joins a channel."""
    with world.lock:
        user, channel = user_of(world.slack, asked), channel_of(world.slack, asked)
        if user.id not in channel.members:
            channel.members.append(user.id)
            tell_joined(world, channel, user.id)
        return {"ok": True}


def be_available(world: World, asked: Json) -> Json:
    """Somebody sets their presence, status (with its end in seconds since 1970), quiet hours or snooze."""
    with world.lock:
        user = user_of(world.slack, asked)
        how = world.slack.how_reachable(user.id)
        for field in fields(Availability):
            if field.name not in asked:
                continue
            value = asked[field.name]
            if type(value) is not type(getattr(how, field.name)):
                raise ActError(f"{field.name} cannot be {value!r}")
            setattr(how, field.name, value)
        return {"ok": True, "profile": profile_json(world.slack, user)}
