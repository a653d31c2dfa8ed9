"""What people do in Slack: write, react, press buttons, fill in modals, type commands. Only the control API calls it.

An act takes the world's lock to read and to write, and gives it up while it waits for the app.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.answers import answer
from sandbox.slack.blocks import parts_of
from sandbox.slack.call import SlackError
from sandbox.slack.events import tell_changed, tell_joined, tell_message, tell_reaction
from sandbox.slack.forms import element_state, missing_inputs, view_state
from sandbox.slack.outlet import Ack
from sandbox.slack.records import Channel, Json, Message, ResponseUrl, User, View
from sandbox.slack.render import channel_json, message_json, view_json
from sandbox.slack.state import SlackState
from sandbox.slack.views import checked_view, new_view, replace_view
from sandbox.world import World


class ActError(Exception):
    """Something a person cannot do; the text says why."""


def write(world: World, asked: Json) -> Json:
    """Somebody writes a message in a channel or a thread."""
    with world.lock:
        user, channel = _person_in(world.slack, asked)
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
        user, channel = _person_in(world.slack, asked)
        message = _message_of(channel, asked)
        if message.user != user.id:
            raise ActError("only one's own messages can be edited")
        before = message_json(world.slack, channel, message)
        message.text, message.edited = str(asked.get("text", "")), {"user": user.id, "ts": world.slack.next_ts()}
        tell_changed(world, channel, before, message)
        return {"ok": True, "ts": message.ts}


def react(world: World, asked: Json) -> Json:
    """Somebody adds a reaction, or takes theirs away with `remove`."""
    with world.lock:
        user, channel = _person_in(world.slack, asked)
        message, name = _message_of(channel, asked), str(asked.get("reaction", "")).strip(":")
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
        user, channel = _user(world.slack, asked), _channel(world.slack, asked)
        if user.id not in channel.members:
            channel.members.append(user.id)
            tell_joined(world, channel, user.id)
        return {"ok": True}


def command(world: World, asked: Json) -> Json:
    """Somebody types a slash command; `response` is what the app's acknowledgement said."""
    with world.lock:
        slack = world.slack
        user, channel = _person_in(slack, asked)
        token = slack.new_response_url(channel.id, user.id, None)
        payload = {
            "token": "sandbox-verification-token",
            "team_id": slack.team["id"],
            "team_domain": slack.team["domain"],
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": str(asked.get("command", "")),
            "text": str(asked.get("text", "")),
            "api_app_id": slack.app_id,
            "is_enterprise_install": "false",
            "response_url": f"{world.places.slack}/hooks/{token}",
            "trigger_id": slack.new_trigger(user.id),
        }
        place = slack.response_urls[token]
    ack = world.outlet.ask("slash_commands", payload)
    _after(world, user, ack, place, f"command {payload['command']}")
    return {"ok": ack.acked, "acked": ack.acked, "response": ack.body, "error": ack.error}


def press(world: World, asked: Json) -> Json:
    """Somebody presses a button (or picks in a menu) of a message, an ephemeral message, or a modal."""
    with world.lock:
        slack = world.slack
        payload, place = _in_view(world, asked) if asked.get("view_id") else _in_message(world, asked)
        user = slack.users[payload["user"]["id"]]
    ack = world.outlet.ask("interactive", payload)
    _after(world, user, ack, place, "block_actions")
    with world.lock:
        opened = next((v for v in slack.views.values() if v.trigger == payload["trigger_id"]), None)
        shown = view_json(slack, opened) if opened else None
    return {"ok": ack.acked, "acked": ack.acked, "opened_view": shown, "error": ack.error}


def submit(world: World, asked: Json) -> Json:
    """Somebody submits a modal; what is missing or wrong comes back as `errors`."""
    with world.lock:
        slack = world.slack
        view = _open_view(slack, asked)
        state = view_state(view.body["blocks"], asked.get("values") or {})
        if missing := missing_inputs(view.body["blocks"], state):
            return {
                "ok": False,
                "acked": False,
                "errors": dict.fromkeys(missing, "Please complete this required field."),
            }
        payload = _envelope(slack, "view_submission", slack.users[view.user])
        payload |= {"view": view_json(slack, view, state), "response_urls": [], "hash": view.hash}
    ack = world.outlet.ask("interactive", payload)
    _after(world, slack.users[view.user], ack, None, "view_submission")
    with world.lock:
        errors = _conclude(world, view, ack) if ack.acked else {}
        top = slack.open_view(view.user)
        shown = view_json(slack, top) if top else None
    return {
        "ok": ack.acked and not errors,
        "acked": ack.acked,
        "errors": errors,
        "open_view": shown,
        "error": ack.error,
    }


def close(world: World, asked: Json) -> Json:
    """Somebody closes a modal; the app hears of it when the view asked for that."""
    with world.lock:
        slack = world.slack
        view = _open_view(slack, asked)
        slack.stacks[view.user] = slack.stacks[view.user][:-1]
        payload = _envelope(slack, "view_closed", slack.users[view.user])
        payload |= {"view": view_json(slack, view), "is_cleared": False}
    told = bool(view.body.get("notify_on_close"))
    ack = world.outlet.ask("interactive", payload) if told else Ack(acked=True)
    return {"ok": ack.acked, "acked": ack.acked, "error": ack.error}


def screen(world: World, user_id: str) -> Json:
    """All that somebody sees: channels with messages, ephemeral ones, the open modal, the home tab, errors."""
    with world.lock:
        slack = world.slack
        user = _user(slack, {"user": user_id})
        channels = [_seen(slack, channel, user) for channel in slack.channels.values() if user.id in channel.members]
        ephemerals = [m | {"channel": c["id"]} for c in channels for m in c["messages"] if m.get("is_ephemeral")]
        view, home = slack.open_view(user.id), slack.homes.get(user.id)
        return {
            "user": user.id,
            "channels": channels,
            "ephemerals": ephemerals,
            "view": view_json(slack, view) | {"errors": view.errors} if view else None,
            "home": view_json(slack, slack.views[home]) if home else None,
            "errors": list(slack.errors.get(user.id, ())),
        }


def _seen(slack: SlackState, channel: Channel, user: User) -> Json:
    shown = [m for m in channel.messages if m.only_for in (None, user.id)]
    return {**channel_json(slack, channel), "messages": [message_json(slack, channel, m) for m in shown]}


def _in_message(world: World, asked: Json) -> tuple[Json, ResponseUrl | None]:
    slack = world.slack
    user, channel = _person_in(slack, asked)
    message = _message_of(channel, asked)
    if message.only_for not in (None, user.id):
        raise ActError("this ephemeral message is somebody else's")
    element, block = _element(message.blocks, asked)
    token = slack.new_response_url(channel.id, user.id, message.ts)
    payload = _envelope(slack, "block_actions", user)
    ephemeral = message.only_for is not None
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    payload |= {
        "container": {**container, **({"thread_ts": message.thread_ts} if message.thread_ts else {})},
        "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
        "message": message_json(slack, channel, message),
        "state": {"values": view_state(message.blocks, {})},
        "response_url": f"{world.places.slack}/hooks/{token}",
        "actions": [_action(slack, element, block, asked)],
    }
    return payload, slack.response_urls[token]


def _in_view(world: World, asked: Json) -> tuple[Json, None]:
    slack = world.slack
    home = slack.homes.get(str(asked.get("user")))
    view = slack.views[home] if home and home == asked["view_id"] else _open_view(slack, asked)
    element, block = _element(view.body["blocks"], asked)
    payload = _envelope(slack, "block_actions", slack.users[view.user])
    state = view_state(view.body["blocks"], asked.get("values") or {})
    payload |= {"container": {"type": "view", "view_id": view.id}, "view": view_json(slack, view, state)}
    return payload | {"actions": [_action(slack, element, block, asked)]}, None


def _envelope(slack: SlackState, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": slack.team["id"]},
        "api_app_id": slack.app_id,
        "token": "sandbox-verification-token",
        "trigger_id": slack.new_trigger(user.id),
        "team": {"id": slack.team["id"], "domain": slack.team["domain"]},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action(slack: SlackState, element: Json, block: str, asked: Json) -> Json:
    said = {"action_id": element["action_id"], "block_id": block, "type": element["type"], "action_ts": slack.next_ts()}
    if element["type"] != "button":
        return {**said, **element_state(element, asked.get("value"))}
    return said | {name: element[name] for name in ("text", "value", "style", "url") if name in element}


def _element(blocks: list[Json], asked: Json) -> tuple[Json, str]:
    wanted, text, value = asked.get("action_id"), asked.get("text"), asked.get("value")
    for element, block in _elements(blocks):
        named = element.get("action_id") == wanted if wanted else element.get("text", {}).get("text") == text
        if named and (element["type"] != "button" or value in (None, element.get("value"))):
            return element, block
    raise ActError(f"there is no button {wanted or text!r} here")


def _elements(blocks: list[Json]) -> Iterator[tuple[Json, str]]:
    for block in blocks:
        for element in parts_of(block):
            if "action_id" in element:
                yield element, block["block_id"]


def _after(world: World, user: User, ack: Ack, place: ResponseUrl | None, what: str) -> None:
    with world.lock:
        if not ack.acked:
            world.slack.errors.setdefault(user.id, []).append(f"{what}: the app did not respond ({ack.error})")
            return
        if place is None or not isinstance(ack.body, dict) or not _says_something(ack.body):
            return
        try:
            answer(world, place, ack.body, f"acknowledgement of {what}")
        except SlackError as error:
            world.slack.errors.setdefault(user.id, []).append(f"{what}: {error.body}")


def _says_something(body: Json) -> bool:
    return any(body.get(name) for name in ("text", "blocks", "attachments", "delete_original"))


def _conclude(world: World, view: View, ack: Ack) -> dict[str, str]:
    slack, body = world.slack, ack.body if isinstance(ack.body, dict) else {}
    stack = slack.stacks.get(view.user) or []
    match body.get("response_action"):
        case "errors":
            view.errors = {str(block): str(text) for block, text in (body.get("errors") or {}).items()}
            return view.errors
        case "clear":
            slack.stacks[view.user] = []
        case "update" | "push" as kind:
            try:
                fresh = checked_view(slack, body.get("view"))
            except SlackError as error:
                slack.errors.setdefault(view.user, []).append(f"view_submission: {error.body}")
                return {}
            if kind == "update":
                replace_view(slack, view, fresh)
            else:
                slack.stacks[view.user] = [*stack, new_view(slack, view.user, fresh, None).id]
        case _:
            slack.stacks[view.user] = [identity for identity in stack if identity != view.id]
    return {}


def _open_view(slack: SlackState, asked: Json) -> View:
    user = _user(slack, asked)
    view = slack.open_view(user.id)
    if view is None or view.id != asked.get("view_id"):
        raise ActError(f"{user.real_name} has no open view {asked.get('view_id')!r}")
    return view


def _person_in(slack: SlackState, asked: Json) -> tuple[User, Channel]:
    user, channel = _user(slack, asked), _channel(slack, asked)
    if user.id not in channel.members:
        raise ActError(f"{user.real_name} is not in {channel.name or channel.id}")
    return user, channel


def _user(slack: SlackState, asked: Json) -> User:
    wanted: Any = asked.get("user")
    user = slack.users.get(wanted) or next((u for u in slack.users.values() if u.name == wanted), None)
    if user is None or user.id == slack.bot_user_id:
        raise ActError(f"there is no person {wanted!r} in Slack")
    return user


def _channel(slack: SlackState, asked: Json) -> Channel:
    channel = slack.channel(str(asked.get("channel")))
    if channel is None:
        raise ActError(f"there is no channel {asked.get('channel')!r}")
    return channel


def _message_of(channel: Channel, asked: Json) -> Message:
    message = channel.message(str(asked.get("ts")))
    if message is None:
        raise ActError(f"there is no message {asked.get('ts')!r} in {channel.name or channel.id}")
    return message
