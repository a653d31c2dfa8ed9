"""Translates the buttons that stand beside an issue, with no question about it. Pure; it judges nobody."""

from typing import Final

from integrations.slack.fields import Json, Unreadable, needed, present, text
from integrations.slack.talk import Meaning
from orchestrator.commands import Command, parse
from rules.model import Subject

_LONGEST_URL: Final = 500
_LONGEST_ID: Final = 19


def taken(value: Json, _: str) -> Meaning:
    """Read the button by which somebody wants an issue, or wants the person to have it whom the button names."""
    if text(value, "swap"):
        return wished(value, _)
    payload = {**_by(value), **present(whom=text(value, "whom"))}
    return Meaning(kind="command", name="item.wanted", subject=_subject(value), payload=payload, needs_look=True)


def wished(value: Json, _: str) -> Meaning:
    """Read the button by which somebody chooses what could save a promise: another priority, or a swap."""
    said = {name: text(value, name) for name in ("priority", "whom", "back")}
    numbers = {name: _item(written) for name in ("swap", "after") if (written := text(value, name))}
    payload = {**_by(value), **present(**said), **numbers}
    return Meaning(kind="command", name="rescue.wanted", subject=_subject(value), payload=payload, needs_look=True)


def split(value: Json, _: str) -> Meaning:
    """Read the button that takes an issue out of its batch, as the form of a change does."""
    payload = {**_by(value), "out": [_item(needed(value, "item"))]}
    return Meaning(kind="command", name="batch.changed", subject=_subject(value), payload=payload, needs_look=True)


def wondered(value: Json, _: str) -> Meaning:
    """Read the button that asks who could take the issue, as if they had written it."""
    command = parse(f"who {needed(value, 'key')}")
    if not isinstance(command, Command):
        raise Unreadable("it does not say which issue it is about")
    payload = {**_by(value), "word": command.word, "argument": command.argument}
    person = Subject(kind="person", id=needed(value, "user"))
    return Meaning(kind="command", name="command.given", subject=person, payload=payload, needs_look=True)


def pleaded(value: Json, _: str) -> Meaning:
    """Read the button that has somebody asked to save a promise."""
    return _about_alert("rescue.asked", value, **present(whom=text(value, "whom")))


def answered(value: Json, _: str) -> Meaning:
    """Read the answer of who is asked that."""
    choice = needed(value, "choice")
    if choice not in ("yes", "no"):
        raise Unreadable("it is neither yes nor no")
    return _about_alert("rescue.answered", value, yes=choice == "yes")


def _about_alert(name: str, value: Json, **more: object) -> Meaning:
    payload = {**_by(value), "alert": needed(value, "alert"), "what": needed(value, "what"), **more}
    return Meaning(kind="command", name=name, subject=_subject(value), payload=payload, needs_look=True)


def _item(id_: str) -> int:
    if not (id_.isascii() and id_.isdigit() and len(id_) < _LONGEST_ID):
        raise Unreadable("the issue that it names has no numeric id")
    return int(id_)


def _subject(value: Json) -> Subject:
    try:
        return Subject.parse(needed(value, "subject"))
    except ValueError as error:
        raise Unreadable("it does not say what it is about") from error


def _by(value: Json) -> dict[str, object]:
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), **where}


#: The buttons, by their names, with what reads them.
BUTTONS: Final = {
    "item.take": taken,
    "item.split": split,
    "item.who": wondered,
    "rescue.ask": pleaded,
    "rescue.want": wished,
    "rescue.answer": answered,
}
