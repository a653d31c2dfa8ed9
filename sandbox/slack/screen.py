"""All that somebody sees of Slack. Reads only."""

from sandbox.slack.acting import user_of
from sandbox.slack.records import Channel, Json, User
from sandbox.slack.render import channel_json, message_json, view_json
from sandbox.slack.state import SlackState
from sandbox.world import World


def screen(world: World, user_id: str) -> Json:
    """All that somebody sees: channels with messages, ephemeral ones, the open modal, the home tab, errors."""
    with world.lock:
        slack = world.slack
        user = user_of(slack, {"user": user_id})
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
