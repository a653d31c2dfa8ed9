"""Which events a change in Slack makes, for an app that hears only the channels where its bot is."""

import time
from typing import Any

from sandbox.slack.records import Channel, Json, Message
from sandbox.slack.render import made_json, message_json, renamed_json
from sandbox.world import World


def tell(world: World, event: Json) -> None:
    """Send an event to the app in Slack's envelope."""
    slack = world.slack
    world.outlet.event(
        {
            "token": "sandbox-verification-token",
            "team_id": slack.team["id"],
            "api_app_id": slack.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": slack.next_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": slack.team["id"],
                    "user_id": slack.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event['type']}-{slack.team['id']}",
        }
    )


def tell_message(world: World, channel: Channel, message: Message) -> None:
    """`message`, and `app_mention` when the text names the bot."""
    slack = world.slack
    if not slack.bot_is_in(channel):
        return
    said = message_json(slack, channel, message) | _where(channel, message.ts)
    tell(world, said)
    if f"<@{slack.bot_user_id}>" in message.text and not message.bot_id:
        tell(world, {**said, "type": "app_mention"})


def tell_changed(world: World, channel: Channel, before: Json, message: Message) -> None:
    """`message` with the subtype `message_changed`."""
    if world.slack.bot_is_in(channel):
        ts = world.slack.next_ts()
        after = message_json(world.slack, channel, message)
        parts = {"subtype": "message_changed", "message": after, "previous_message": before, "hidden": True, "ts": ts}
        tell(world, {"type": "message", **parts, **_where(channel, ts)})


def tell_deleted(world: World, channel: Channel, before: Json) -> None:
    """`message` with the subtype `message_deleted`."""
    if world.slack.bot_is_in(channel):
        ts = world.slack.next_ts()
        parts = {"subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": before, "hidden": True}
        tell(world, {"type": "message", **parts, "ts": ts, **_where(channel, ts)})


def tell_reaction(world: World, channel: Channel, message: Message, by: str, name: str, kind: str) -> None:
    """`reaction_added` or `reaction_removed`."""
    if world.slack.bot_is_in(channel):
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        said: dict[str, Any] = {"type": kind, "user": by, "reaction": name, "item": item, "item_user": message.user}
        tell(world, {**said, "event_ts": world.slack.next_ts()})


def tell_joined(world: World, channel: Channel, user: str) -> None:
    """`member_joined_channel`."""
    if world.slack.bot_is_in(channel):
        said = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": _where(channel, "")["channel_type"][:1].upper(),
        }
        tell(world, {**said, "team": world.slack.team["id"], "event_ts": world.slack.next_ts()})


def tell_left(world: World, channel: Channel, user: str) -> None:
    """`member_left_channel`."""
    if world.slack.bot_is_in(channel):
        kind = "C" if channel.kind == "public_channel" else "G"
        said = {"type": "member_left_channel", "user": user, "channel": channel.id, "channel_type": kind}
        tell(world, {**said, "team": world.slack.team["id"], "event_ts": world.slack.next_ts()})


def tell_channel(world: World, kind: str, channel: Channel) -> None:
    """`channel_created`, `channel_rename`, or `channel_archive`, in the form of each."""
    slack = world.slack
    if kind == "channel_archive":
        said: Json = {"channel": channel.id, "user": slack.bot_user_id}
    else:
        said = {"channel": made_json(slack, channel) if kind == "channel_created" else renamed_json(channel)}
    tell(world, {"type": kind, **said, "event_ts": slack.next_ts()})


def tell_home_opened(world: World, user: str) -> None:
    """`app_home_opened` on the home tab."""
    channel = world.slack.direct(user)
    said = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"}
    tell(world, {**said, "event_ts": world.slack.next_ts()})


def _where(channel: Channel, ts: str) -> Json:
    kind = {"channels": "channel", "groups": "group"}.get(channel.family, channel.family)
    return {"channel": channel.id, "channel_type": kind, "event_ts": ts}
