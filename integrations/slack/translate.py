"""Translates whatever Slack sends, over HTTP or Socket Mode, into events.

Pure: no vendor dictionary goes further than this. It must not answer Slack, nor look anything up. What is authentic but
cannot be understood becomes `NotUnderstood`, so that an operator sees it and can put it back.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from integrations.slack import presses, talk
from integrations.slack.fields import Json, Unreadable, fingerprint, inner, needed, present, text
from integrations.slack.talk import Meaning
from orchestrator.commands import LONGEST_QUESTION, Command, Misspelt, parse
from rules.canonical import plain
from rules.model import SYSTEM, Event, Subject, Tainted

_INCOMPLETE: Final = frozenset({"reject.incomplete", "report.incomplete", "change.incomplete", "question.incomplete"})
_LONGEST_ID: Final = 240
_LONGEST_URL: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """An authentic payload that could not be read: the event to bury, which holds all of it, and the reason."""

    event: Event
    reason: str


def event(body: Json, now: datetime) -> Event | NotUnderstood:
    """Translate one payload. `now` is domain time at the door.

    The event's id is the sender's: `event_id`, `trigger_id`, or a view's id and hash, after `slack:`; a payload that
    has none of these is known by its fingerprint. A mention is known by its message, which an app that subscribes to
    `app_mention` is told of twice.
    """
    id_ = _id(body)
    try:
        meaning = _meaning(body, id_)
    except Unreadable as unreadable:
        return NotUnderstood(event=_buried(body, id_, now), reason=str(unreadable))
    if meaning.name in _INCOMPLETE:  # the same modal is submitted again, perhaps with the same view id and hash
        id_ = f"{id_}:incomplete"
    if meaning.name == "bot.mentioned":
        id_ = f"slack:mention:{meaning.payload['channel']}:{meaning.payload['ts']}"
    return Event(
        id=id_,
        kind=meaning.kind,
        name=meaning.name,
        source="slack",
        subject=meaning.subject,
        received_at=now,
        payload=meaning.payload,
        needs_look=meaning.needs_look,
    )


def _meaning(body: Json, id_: str) -> Meaning:
    if "command" in body:
        return _command(body)
    match text(body, "type"):
        case "event_callback":
            return talk.told(body)
        case "block_actions":
            return presses.pressed(body, id_)
        case "view_submission":
            return presses.submitted(body)
        case "message_action" if text(body, "callback_id") == talk.IS_THIS_KNOWN:
            return talk.wondered(body)
        case "message_action" if text(body, "callback_id") == talk.MAKE_A_REQUEST:
            return talk.wished(body, id_)
        case "app_rate_limited" | "view_closed" | "shortcut" | "message_action" | "block_suggestion" as type_:
            payload = present(callback_id=text(body, "callback_id"), user=text(inner(body, "user"), "id"))
            return Meaning(name=f"slack.{type_}", subject=SYSTEM, payload=payload)
    raise Unreadable("it is neither a command, a click, a modal nor an event")


def _command(body: Json) -> Meaning:
    user = needed(body, "user_id")
    needed(body, "trigger_id")
    written = text(body, "text", LONGEST_QUESTION) or ""
    command = parse(written)
    payload = present(
        user=user,
        channel=text(body, "channel_id"),
        text=written,
        response_url=text(body, "response_url", _LONGEST_URL),
    )
    if isinstance(command, Misspelt):
        return _given({**payload, "word": "", "argument": ""}, user, command)
    argument = talk.readable(command.argument) if command.word == "away" else command.argument
    payload |= present(word=command.word, argument=argument)
    if command.said:
        payload["said"] = plain(Tainted(text=talk.readable(command.said), source="slack"))
    if command.scope is not None:
        payload |= present(scope=command.scope, name=command.name)
    return _given(payload, user, command)


def _given(payload: dict[str, object], user: str, command: Command | Misspelt) -> Meaning:
    word = command.word if isinstance(command, Command) else ""
    return Meaning(
        kind="command",
        name="command.given",
        subject=SYSTEM if word in {"stop", "resume"} else Subject(kind="person", id=user),
        payload=payload,
        needs_look=word not in {"", "help"},
    )


def _id(body: Json) -> str:
    sent = text(body, "event_id") or text(body, "trigger_id") or _view_id(inner(body, "view"))
    return f"slack:{sent if sent is not None and len(sent) <= _LONGEST_ID else fingerprint(body)}"


def _view_id(view: Json) -> str | None:
    id_, hash_ = text(view, "id"), text(view, "hash")
    return f"{id_}:{hash_}" if id_ and hash_ else None


def _buried(body: Json, id_: str, now: datetime) -> Event:
    kept = {name: value for name, value in body.items() if name != "token"}
    return Event(
        id=id_,
        kind="signal",
        name="slack.not_understood",
        source="slack",
        subject=SYSTEM,
        received_at=now,
        payload={"body": json.dumps(kept)},
        needs_look=False,
    )
