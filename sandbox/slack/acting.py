"""What acts of people in Slack rest on: who acts and where, the payload's head, how the app's answer is taken.

Callers hold the world's lock, but not while they wait for the app.
"""

from typing import Any

from sandbox.slack.answers import answer
from sandbox.slack.call import SlackError
from sandbox.slack.outlet import Ack
from sandbox.slack.records import Channel, Json, Message, ResponseUrl, User, View
from sandbox.slack.render import team_of
from sandbox.slack.state import SlackState
from sandbox.world import World


class ActError(Exception):
    """Something a person cannot do; the text says why."""


def envelope(slack: SlackState, kind: str, user: User) -> Json:
    """What every interaction says: who, where from, and a fresh trigger."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team_of(slack, user)},
        "api_app_id": slack.app_id,
        "token": "sandbox-verification-token",
        "trigger_id": slack.new_trigger(user.id),
        "team": {"id": slack.team["id"], "domain": slack.team["domain"]},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def settle(world: World, user: User, ack: Ack, place: ResponseUrl | None, what: str) -> None:
    """Show what the app said in its acknowledgement, or the person an error when there was none."""
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


def open_view_of(slack: SlackState, asked: Json) -> View:
    """The modal that somebody has on top."""
    user = user_of(slack, asked)
    view = slack.open_view(user.id)
    if view is None or view.id != asked.get("view_id"):
        raise ActError(f"{user.real_name} has no open view {asked.get('view_id')!r}")
    return view


def person_in(slack: SlackState, asked: Json) -> tuple[User, Channel]:
    """Who acts, and the channel that they are in."""
    user, channel = user_of(slack, asked), channel_of(slack, asked)
    if user.id not in channel.members:
        raise ActError(f"{user.real_name} is not in {channel.name or channel.id}")
    return user, channel


def user_of(slack: SlackState, asked: Json) -> User:
    """Who acts: by id or by name; the bot and deactivated people do not."""
    wanted: Any = asked.get("user")
    user = slack.users.get(wanted) or next((u for u in slack.users.values() if u.name == wanted), None)
    if user is None or user.id == slack.bot_user_id:
        raise ActError(f"there is no person {wanted!r} in Slack")
    if user.deleted:
        raise ActError(f"{user.real_name} is deactivated")
    return user


def channel_of(slack: SlackState, asked: Json) -> Channel:
    """Where they act."""
    channel = slack.channel(str(asked.get("channel")))
    if channel is None:
        raise ActError(f"there is no channel {asked.get('channel')!r}")
    return channel


def message_of(channel: Channel, asked: Json) -> Message:
    """The message that they act on."""
    message = channel.message(str(asked.get("ts")))
    if message is None:
        raise ActError(f"there is no message {asked.get('ts')!r} in {channel.name or channel.id}")
    return message
