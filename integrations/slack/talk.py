"""Translates what Slack's Events API tells: messages, mentions, and everything that is kept for the record.

Pure. It must not decide what a message means: it only finds issue keys and whether the bot is spoken to.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from integrations.slack.fields import LONGEST_TEXT, Json, Unreadable, inner, needed, objects, present, text
from orchestrator.home import OPENED
from orchestrator.ports import Said
from rules.canonical import plain
from rules.model import SYSTEM, Subject, Tainted

_KEY = re.compile(r"(?<![\w-])[A-Z][A-Z0-9_]{1,31}-[1-9][0-9]{0,9}(?!-?\w)")
_TYPE = re.compile(r"[a-z][a-z0-9_.]{0,59}")
_LINK = re.compile(r"<(?P<to>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_MOST_KEYS: Final = 20
_LONGEST_QUESTION: Final = 4_000
_LONGEST_REPLY: Final = 10_000
_MOST_FILES: Final = 10
_LONGEST_URL: Final = 500
#: The callback ids of the message shortcuts, as in the manifest.
IS_THIS_KNOWN: Final = "known.asked"
MAKE_A_REQUEST: Final = "request.made"
_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message", "bot_message"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one payload says: all of an event but its id, its source and when it came."""

    name: str
    subject: Subject
    payload: dict[str, Any]
    kind: Literal["signal", "command"] = "signal"
    needs_look: bool = False


def told(body: Json) -> Meaning:
    """Read an `event_callback`; raises Unreadable when it does not say what happened, or where."""
    event = inner(body, "event")
    type_ = text(event, "type")
    if type_ is None or not _TYPE.fullmatch(type_):
        raise Unreadable("the event has no type that could be one of Slack's")
    if type_ == "app_mention":
        return _mentioned(event, body)
    if type_ == "message":
        return _message(event, body)
    if type_ == "reaction_added" and text(inner(event, "item"), "type") == "message":
        return _reacted(event, body)
    if type_ == "app_home_opened" and text(event, "tab") == "home":
        return Meaning(name=OPENED, subject=Subject(kind="home", id=needed(event, "user")), payload={}, needs_look=True)
    return _else(type_, event)


def wondered(body: Json) -> Meaning:
    """Read the message shortcut by which somebody asks whether what a message tells is known."""
    return _of_message(IS_THIS_KNOWN, body)


def wished(body: Json, event_id: str) -> Meaning:
    """Read the message shortcut that opens the form for a new issue; `event_id` names its modal, and what it is of."""
    return _of_message("report.opened", body, asked=event_id, view=event_id)


def _of_message(name: str, body: Json, **more: str) -> Meaning:
    user = needed(inner(body, "user"), "id")
    message = inner(body, "message")
    said = readable(text(message, "text", _LONGEST_QUESTION) or "")
    where = present(
        user=user,
        channel=text(inner(body, "channel"), "id"),
        ts=text(message, "ts"),
        thread_ts=text(message, "thread_ts"),
        response_url=text(body, "response_url", _LONGEST_URL),
        **more,
    )
    return Meaning(
        kind="command",
        name=name,
        subject=Subject(kind="person", id=user),
        payload={**where, "said": plain(Tainted(text=said, source="slack"))},
        needs_look=True,
    )


def said_in(message: Json) -> Said:
    """Give a message as people read it; of one that a bot wrote, nobody is told to be the writer."""
    human = text(message, "user") if text(message, "bot_id") is None else None
    words = readable(text(message, "text", _LONGEST_QUESTION) or "")
    return Said(text=words, user=human, thread=text(message, "thread_ts"))


def _reacted(event: Json, body: Json) -> Meaning:
    """Read a reaction of a human to a message; what it means, the rules say."""
    item, user = inner(event, "item"), needed(event, "user")
    payload = {
        **present(user=user, channel=needed(item, "channel"), ts=needed(item, "ts")),
        "reaction": needed(event, "reaction").partition("::")[0],
    }
    by_us = user in _own_ids(body)
    return Meaning(
        kind="command",
        name="reaction.added",
        subject=Subject(kind="person", id=user),
        payload=payload,
        needs_look=not by_us,
    )


def readable(words: str) -> str:
    """Give what a person reads where Slack writes links, mentions and three characters in its own way."""
    plain_words = _LINK.sub(_shown, words)
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain_words = plain_words.replace(written, meant)
    return plain_words


def _shown(link: re.Match[str]) -> str:
    to, label = link["to"], link["label"]
    if to[0] in "@#!":
        return to[0].replace("!", "@") + (label or to[1:]).lstrip("@#")
    return f"{label} ({to})" if label and label != to and not to.startswith("mailto:") else label or to


def _message(event: Json, body: Json) -> Meaning:
    subtype = text(event, "subtype")
    if subtype in _WRITTEN:
        return _posted(event, body)
    if subtype == "message_changed":
        return _revised("message.changed", event, inner(event, "message"), body)
    if subtype == "message_deleted":
        return _revised("message.deleted", event, inner(event, "previous_message"), body)
    return _else(subtype if subtype and _TYPE.fullmatch(subtype) else "message", event)


def _posted(event: Json, body: Json) -> Meaning:
    payload = _said(event, needed(event, "channel"), needed(event, "ts"), body)
    by_bot = _by_bot(event, body)
    if payload["mentions_bot"] and not by_bot:
        return _mentioned(event, body)
    look = (_is_reply(payload) or len(payload["keys"]) > 1) and not by_bot
    return Meaning(name="message.posted", subject=_conversation(payload), payload=payload, needs_look=look)


def _mentioned(event: Json, body: Json) -> Meaning:
    payload = {**_said(event, needed(event, "channel"), needed(event, "ts"), body), "mentions_bot": True}
    if words := _spoken(event, body):
        payload["said"] = plain(Tainted(text=words, source="slack"))
    return Meaning(
        kind="command",
        name="bot.mentioned",
        subject=_conversation(payload),
        payload=payload,
        needs_look=not _by_bot(event, body),
    )


def _spoken(event: Json, body: Json) -> str:
    """Give what is said to the bot, as people read it, without the mention that calls it."""
    words = text(event, "text", _LONGEST_QUESTION) or ""
    for bot in _own_ids(body):
        words = re.sub(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>[:,]?", "", words)
    return readable(words).strip()


def _revised(name: str, event: Json, message: Json, body: Json) -> Meaning:
    ts = text(message, "ts") or text(event, "deleted_ts") or needed(event, "ts")
    payload = _said(message, needed(event, "channel"), ts, body)
    by_bot = _by_bot(message, body)
    payload |= {"by_bot": True} if by_bot else {}
    look = _is_reply(payload) and not by_bot
    return Meaning(name=name, subject=_conversation(payload), payload=payload, needs_look=look)


def _is_reply(payload: Json) -> bool:
    return payload.get("thread_ts") not in (None, payload["ts"])


def _said(message: Json, channel: str, ts: str, body: Json) -> dict[str, Any]:
    words = text(message, "text", LONGEST_TEXT) or ""
    keys = dict.fromkeys(match.group() for match in _KEY.finditer(words))
    where = present(channel=channel, ts=ts, thread_ts=text(message, "thread_ts"), user=text(message, "user"))
    return {
        **where,
        "text": plain(Tainted(text=words, source="slack")),
        "keys": list(keys)[:_MOST_KEYS],
        "mentions_bot": any(f"<@{bot}" in words for bot in _own_ids(body)),
        **(_reply(message, words) if _is_reply(where) else {}),
    }


def _reply(message: Json, words: str) -> dict[str, Any]:
    """Give of a reply in a thread what people read, when it was edited last, and the addresses of what is attached."""
    addresses = (text(each, "permalink", _LONGEST_URL) for each in objects(message, "files")[:_MOST_FILES])
    files = [address for address in addresses if address is not None]
    said = plain(Tainted(text=readable(words)[:_LONGEST_REPLY], source="slack"))
    edited = present(edited=text(inner(message, "edited"), "ts"))
    return {"said": said, **edited, **({"files": files} if files else {})}


def _else(type_: str, event: Json) -> Meaning:
    item = inner(event, "item")
    payload = present(
        type=type_,
        channel=text(event, "channel") or text(item, "channel"),
        user=text(event, "user"),
        ts=text(item, "ts"),
        reaction=text(event, "reaction"),
    )
    subject = _conversation(payload) if {"channel", "ts"} <= payload.keys() else SYSTEM
    return Meaning(name=f"slack.{type_}", subject=subject, payload=payload)


def _conversation(payload: Json) -> Subject:
    return Subject(kind="conversation", id=f"{payload['channel']}/{payload.get('thread_ts') or payload['ts']}")


def _by_bot(event: Json, body: Json) -> bool:
    """Whether a bot wrote it, we ourselves included."""
    return (
        text(event, "bot_id") is not None
        or text(event, "subtype") == "bot_message"
        or event.get("user") in _own_ids(body)
    )


def _own_ids(body: Json) -> frozenset[str]:
    """Give our own user ids in the workspaces that this event was delivered for."""
    told_for = (text(each, "user_id") for each in objects(body, "authorizations") if each.get("is_bot") is True)
    return frozenset(user for user in told_for if user)
