"""What an app says about an interaction or a command: at once in its acknowledgement, or later by response URL."""

import time
from typing import Any

from sandbox.slack.blocks import block_problems
from sandbox.slack.call import LONGEST_TEXT, SlackError, with_ids
from sandbox.slack.chat import rewrite
from sandbox.slack.events import tell_changed, tell_deleted, tell_message
from sandbox.slack.records import Channel, Json, Message, ResponseUrl
from sandbox.slack.render import message_json
from sandbox.world import World


class ResponseUrlError(Exception):
    """A response URL that does not work any more, or never did."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code


def answer_by_url(world: World, token: str, body: Any) -> None:
    """Do what an app asks by a response URL: five times within 30 minutes."""
    place = world.slack.response_urls.get(token)
    if place is None:
        raise ResponseUrlError(404, "invalid_url")
    if time.monotonic() > place.expires:
        raise ResponseUrlError(404, "expired_url")
    if place.uses_left < 1:
        raise ResponseUrlError(404, "used_url")
    if not isinstance(body, dict):
        raise ResponseUrlError(400, "invalid_payload")
    place.uses_left -= 1
    answer(world, place, body, f"POST /hooks/{token[:4]}...")


def answer(world: World, place: ResponseUrl, body: Json, line: str) -> Message | None:
    """Show an answer where an act happened: a new message (ephemeral if not in_channel), a changed or a deleted one."""
    channel = world.slack.channels[place.channel]
    original = channel.message(place.ts) if place.ts else None
    if body.get("delete_original") and original:
        _note(world, "message.deleted", channel, original, body, line)
        _delete(world, channel, original)
        return None
    content = _content(world, body)
    if body.get("replace_original") and original:
        _note(world, "message.updated", channel, original, body, line)
        before = message_json(world.slack, channel, original)
        rewrite(world.slack, original, content)
        if not original.only_for:
            tell_changed(world, channel, before, original)
        return original
    return _new(world, place, channel, body, content, line)


def _new(world: World, place: ResponseUrl, channel: Channel, body: Json, content: Json, line: str) -> Message:
    slack = world.slack
    public = body.get("response_type") == "in_channel"
    message = Message(
        ts=slack.next_ts(),
        user=slack.bot_user_id,
        bot_id=slack.bot_id,
        thread_ts=body.get("thread_ts"),
        only_for=None if public else place.user,
        **content,
    )
    channel.messages.append(message)
    _note(world, "message.posted" if public else "ephemeral.posted", channel, message, body, line)
    if public:
        tell_message(world, channel, message)
    return message


def _content(world: World, body: Json) -> Json:
    blocks = body.get("blocks") or []
    if problems := block_problems(blocks, "message"):
        raise SlackError("invalid_blocks", *map(str, problems))
    text = str(body.get("text") or "")[:LONGEST_TEXT]
    if not (text or blocks or body.get("attachments")):
        raise SlackError("no_text")
    kept = with_ids(world.slack, blocks)
    return {
        "text": text,
        "blocks": kept,
        "attachments": body.get("attachments") or [],
        "metadata": body.get("metadata"),
    }


def _delete(world: World, channel: Channel, message: Message) -> None:
    before = message_json(world.slack, channel, message)
    channel.messages.remove(message)
    if not message.only_for:
        tell_deleted(world, channel, before)


def _note(world: World, kind: str, channel: Channel, message: Message, body: Json, line: str) -> None:
    world.effects.record(
        service="slack",
        actor=world.slack.bot_name,
        kind=kind,
        request=line,
        body=body,
        channel=channel.id,
        id=message.ts,
    )
