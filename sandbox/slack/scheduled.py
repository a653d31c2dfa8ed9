"""Messages for later: chat.scheduleMessage and its siblings, and the posting when their time has come (domain time)."""

import threading

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.chat import posted_by_bot, thread_of
from sandbox.slack.records import Json, Message, Scheduled
from sandbox.slack.render import message_json
from sandbox.world import World

FURTHEST_S = 120 * 24 * 3600
WINDOW_S, MOST_IN_WINDOW = 300, 30
LOOK_S = 0.05


def schedule_message(call: SlackCall) -> Json:
    """chat.scheduleMessage: at most 120 days ahead, and 30 messages of a channel within five minutes."""
    channel = call.channel(member=True, writing=True)
    post_at, now = _moment(call), call.slack.now_s()
    if post_at <= now or post_at > now + FURTHEST_S:
        raise SlackError("time_in_past" if post_at <= now else "time_too_far")
    near = [s for s in call.slack.scheduled.values() if s.channel == channel.id and abs(s.post_at - post_at) < WINDOW_S]
    if len(near) >= MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    content, thread = call.content(), thread_of(call, channel)
    later = Scheduled(
        id=call.slack.next_id("Q"), channel=channel.id, post_at=post_at, created=now, thread_ts=thread, content=content
    )
    call.slack.scheduled[later.id] = later
    call.effect("message.scheduled", channel, later.id)
    if len(call.slack.scheduled) == 1:
        threading.Thread(target=_wait, args=(call.world,), name="slack-scheduled", daemon=True).start()
    said = message_json(call.slack, channel, _preview(call, content))
    del said["ts"]
    shown = said | {"type": "delayed_message"}
    return {"channel": channel.id, "scheduled_message_id": later.id, "post_at": post_at, "message": shown}


def delete_scheduled(call: SlackCall) -> Json:
    """chat.deleteScheduledMessage: as long as it was not posted."""
    channel, identity = call.channel(), call.needed("scheduled_message_id")
    known = call.slack.scheduled.get(identity)
    if known is None or known.channel != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.slack.scheduled[identity]
    call.effect("schedule.deleted", channel, identity)
    return {}


def list_scheduled(call: SlackCall) -> Json:
    """chat.scheduledMessages.list: in the order of their times."""
    wanted = call.channel().id if call.text("channel") else None
    oldest, latest = float(call.text("oldest") or 0), float(call.text("latest") or "inf")
    found = [s for s in call.slack.scheduled.values() if wanted in (None, s.channel) and oldest <= s.post_at <= latest]
    shown = [
        {
            "id": s.id,
            "channel_id": s.channel,
            "post_at": s.post_at,
            "date_created": s.created,
            "text": s.content["text"],
        }
        for s in sorted(found, key=lambda s: (s.post_at, s.id))
    ]
    return call.page(shown, "scheduled_messages")


def post_due(world: World) -> None:
    """Post what is due; a channel that the bot cannot write in any more loses the message, as in Slack."""
    slack = world.slack
    due = sorted((s for s in slack.scheduled.values() if s.post_at <= slack.now_s()), key=lambda s: s.post_at)
    for later in due:
        del slack.scheduled[later.id]
        channel = slack.channels[later.channel]
        if slack.bot_is_in(channel) and not channel.is_archived:
            message = posted_by_bot(world, channel, later.content, later.thread_ts)
            world.effects.record(
                service="slack",
                actor=slack.bot_name,
                kind="message.posted",
                request=f"scheduled message {later.id}",
                body={"text": later.content["text"], "blocks": later.content["blocks"]},
                channel=channel.id,
                id=message.ts,
            )


def _wait(world: World) -> None:
    while not world.outlet.stopped.wait(LOOK_S):
        with world.lock:
            post_due(world)
            if not world.slack.scheduled:
                return


def _moment(call: SlackCall) -> int:
    text = call.needed("post_at")
    if not text.isdecimal():
        raise SlackError("invalid_time")
    return int(text)


def _preview(call: SlackCall, content: Json) -> Message:
    return Message(ts="", user=call.slack.bot_user_id, bot_id=call.slack.bot_id, **content)
