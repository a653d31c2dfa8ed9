"""What people do that an app has to answer at once: buttons and menus, commands, shortcuts, suggestions for a menu.

An act takes the world's lock to read and to write, and gives it up while it waits for the app.
"""

from collections.abc import Iterator

from sandbox.slack.acting import ActError, envelope, message_of, open_view_of, person_in, settle, user_of
from sandbox.slack.blocks import parts_of
from sandbox.slack.elements import option_problems
from sandbox.slack.forms import element_state, view_state
from sandbox.slack.problems import items
from sandbox.slack.records import Channel, Json, Message, ResponseUrl, User
from sandbox.slack.render import message_json, view_json
from sandbox.slack.state import SlackState
from sandbox.world import World

MOST_OPTIONS = 100
PLAINLY_PRESSED = ("button", "icon_button", "workflow_button")


def command(world: World, asked: Json) -> Json:
    """Somebody types a slash command; `response` is what the app's acknowledgement said."""
    with world.lock:
        slack = world.slack
        user, channel = person_in(slack, asked)
        token = slack.new_response_url(channel.id, user.id, None)
        payload = {
            "token": "sandbox-verification-token",
            "team_id": slack.team["id"],
            "team_domain": slack.team["domain"],
            "channel_id": channel.id,
            "channel_name": _shown_name(channel),
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
    settle(world, user, ack, place, f"command {payload['command']}")
    return {"ok": ack.acked, "acked": ack.acked, "response": ack.body, "error": ack.error}


def press(world: World, asked: Json) -> Json:
    """Somebody presses a button (or picks in a menu) of a message, an ephemeral message, or a modal."""
    with world.lock:
        slack = world.slack
        payload, place = _pressed(world, asked)
        user = slack.users[payload["user"]["id"]]
    ack = world.outlet.ask("interactive", payload)
    settle(world, user, ack, place, "block_actions")
    return {"ok": ack.acked, "acked": ack.acked, "opened_view": _opened(world, payload), "error": ack.error}


def shortcut(world: World, asked: Json) -> Json:
    """Somebody uses a shortcut: on a message when `ts` names one, else a global one."""
    with world.lock:
        slack = world.slack
        payload, place = _on_message(world, asked) if asked.get("ts") else _globally(slack, asked)
        payload |= {"callback_id": str(asked.get("callback_id", "")), "action_ts": slack.next_ts()}
        user = slack.users[payload["user"]["id"]]
    ack = world.outlet.ask("interactive", payload)
    settle(world, user, ack, place, payload["type"])
    return {"ok": ack.acked, "acked": ack.acked, "opened_view": _opened(world, payload), "error": ack.error}


def suggest(world: World, asked: Json) -> Json:
    """Somebody types into a menu whose options come from the app; what it offers."""
    with world.lock:
        payload, element = _asked_for_options(world, asked)
    if len(payload["value"]) < int(element.get("min_query_length", 3)):
        return {"ok": True, "acked": False, "options": [], "error": None}
    ack = world.outlet.ask("interactive", payload)
    said = ack.body if isinstance(ack.body, dict) else {}
    groups = said.get("option_groups") or [{"options": said.get("options") or []}]
    options = [option for group in groups for option in group.get("options", ())]
    if ack.acked and options and (problems := items(options, MOST_OPTIONS, "/options", option_problems)):
        return {"ok": False, "acked": True, "options": [], "error": str(problems[0])}
    return {"ok": ack.acked, "acked": ack.acked, "options": options, "error": ack.error}


def _opened(world: World, payload: Json) -> Json | None:
    with world.lock:
        opened = next((v for v in world.slack.views.values() if v.trigger == payload["trigger_id"]), None)
        return view_json(world.slack, opened) if opened else None


def _globally(slack: SlackState, asked: Json) -> tuple[Json, None]:
    return envelope(slack, "shortcut", user_of(slack, asked)), None


def _on_message(world: World, asked: Json) -> tuple[Json, ResponseUrl]:
    slack = world.slack
    user, channel = person_in(slack, asked)
    message = message_of(channel, asked)
    token = slack.new_response_url(channel.id, user.id, message.ts)
    payload = envelope(slack, "message_action", user) | {
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        "message_ts": message.ts,
        "message": message_json(slack, channel, message),
        "response_url": f"{world.places.slack}/hooks/{token}",
    }
    return payload, slack.response_urls[token]


def _asked_for_options(world: World, asked: Json) -> tuple[Json, Json]:
    slack = world.slack
    where, blocks, user = _surface(world, asked)
    element, block = _element(blocks, {**asked, "value": None})
    if "external_select" not in element["type"]:
        raise ActError("the options of this menu do not come from the app")
    payload = envelope(slack, "block_suggestion", user)
    del payload["trigger_id"]
    payload |= {**where, "block_id": block, "action_id": element["action_id"], "value": str(asked.get("value", ""))}
    return payload, element


def _surface(world: World, asked: Json) -> tuple[Json, list[Json], User]:
    """The container of an element, as payloads tell it; its blocks; and who acts."""
    slack = world.slack
    if asked.get("view_id"):
        home = slack.homes.get(str(asked.get("user")))
        view = slack.views[home] if home and home == asked["view_id"] else open_view_of(slack, asked)
        state = view_state(view.body["blocks"], asked.get("values") or {})
        where = {"container": {"type": "view", "view_id": view.id}, "view": view_json(slack, view, state)}
        return where, view.body["blocks"], slack.users[view.user]
    user, channel = person_in(slack, asked)
    message = message_of(channel, asked)
    if message.only_for not in (None, user.id):
        raise ActError("this ephemeral message is somebody else's")
    return _message_surface(slack, channel, message), message.blocks, user


def _message_surface(slack: SlackState, channel: Channel, message: Message) -> Json:
    ephemeral = message.only_for is not None
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    return {
        "container": {**container, **({"thread_ts": message.thread_ts} if message.thread_ts else {})},
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        "message": message_json(slack, channel, message),
    }


def _shown_name(channel: Channel) -> str:
    return "directmessage" if channel.is_im else channel.name


def _pressed(world: World, asked: Json) -> tuple[Json, ResponseUrl | None]:
    slack = world.slack
    where, blocks, user = _surface(world, asked)
    element, block = _element(blocks, asked)
    payload = envelope(slack, "block_actions", user) | where
    payload["actions"] = [_action(slack, element, block, asked)]
    if "view" in where:
        return payload, None
    container = where["container"]
    token = slack.new_response_url(container["channel_id"], user.id, container["message_ts"])
    payload["state"] = {"values": view_state(blocks, asked.get("values") or {})}
    payload["response_url"] = f"{world.places.slack}/hooks/{token}"
    return payload, slack.response_urls[token]


def _action(slack: SlackState, element: Json, block: str, asked: Json) -> Json:
    said = {"action_id": element["action_id"], "block_id": block, "type": element["type"], "action_ts": slack.next_ts()}
    if element["type"] == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        chosen = next((side for side in sides if side.get("value") == asked.get("value")), sides[0])
        return said | {name: chosen[name] for name in ("text", "value") if name in chosen}
    if element["type"] not in PLAINLY_PRESSED:
        return {**said, **element_state(element, asked.get("value"))}
    return said | {name: element[name] for name in ("text", "value", "style", "url", "confirm") if name in element}


def _element(blocks: list[Json], asked: Json) -> tuple[Json, str]:
    wanted, text, value = asked.get("action_id"), asked.get("text"), asked.get("value")
    for element, block in _elements(blocks):
        named = element.get("action_id") == wanted if wanted else element.get("text", {}).get("text") == text
        if named and (element["type"] != "button" or value in (None, element.get("value"))):
            return element, block
    raise ActError(f"there is no button {wanted or text!r} here")


def _elements(blocks: list[Json]) -> Iterator[tuple[Json, str]]:
    for block in blocks:
        silent = block["type"] == "input" and not block.get("dispatch_action")
        for element in parts_of(block):
            if "action_id" in element and (not silent or "external_select" in element["type"]):
                yield element, block["block_id"]
