"""Reads what events carry before anything relies on it: what is malformed is left out, recorded, and harms nothing.

Pure, and the one place where payloads are checked. What goes on from here holds nothing but what its shape names. It
must not judge what an event means, nor who may give it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from orchestrator.carried import COMMANDS, SIGNALS, Told
from orchestrator.changes import Changes, Entry
from rules.canonical import plain, revive
from rules.model import Event, Item, Line, Snapshot, Subject, Tainted

_FIELDS = msgspec.defstruct(
    "_FIELDS",
    [(field.name, field.type | UnsetType, UNSET) for field in msgspec.structs.fields(Item) if field.name != "id"],
    kw_only=True,
)


def sift(subject: Subject, events: Sequence[Event], now: datetime) -> tuple[tuple[Event, ...], Changes]:
    """Give the events that can be read, and a record of those that cannot."""
    sound: list[Event] = []
    ignored: list[Entry] = []
    for event in events:
        try:
            sound.append(msgspec.structs.replace(event, payload=_read(event, subject)))
        except (msgspec.ValidationError, ValueError, TypeError, OverflowError) as error:
            ignored.append(_ignored(event, subject, str(error), now))
    return tuple(sound), Changes(entries=tuple(ignored))


def is_issue(subject: Subject) -> bool:
    """Tell whether the subject is an item with an id that Jira could have given."""
    number = subject.id
    return subject.kind == "item" and number.isascii() and number.isdecimal() and 0 < int(number[:20]) < 2**63


def _read(event: Event, subject: Subject) -> dict[str, Any]:
    if subject.kind == "item" and not is_issue(subject):
        raise ValueError("its subject has no id that Jira could have given")
    if event.kind == "command" and event.name not in COMMANDS.get(subject.kind, {}):
        raise ValueError(f"{subject.kind}s take no such command")
    shape = COMMANDS[subject.kind][event.name] if event.kind == "command" else SIGNALS.get(event.name, Told)
    told = revive(event.payload, shape)
    if isinstance(told, Told) and told.snapshot is not None:
        told = msgspec.structs.replace(told, snapshot=_of_this(subject, told.snapshot))
    return dict(plain(told))


def _of_this(subject: Subject, snapshot: Snapshot) -> Snapshot:
    if str(snapshot.id) != subject.id:
        raise ValueError("its snapshot is another issue's")
    return msgspec.structs.replace(snapshot, fields=plain(revive(snapshot.fields, _FIELDS)))


def _ignored(event: Event, subject: Subject, why: str, now: datetime) -> Entry:
    return Entry(
        kind="event.ignored",
        subject=subject,
        at=now,
        text=Line(
            text="{0} could not be read and was ignored: {1}", parts=(Tainted(text=event.name), Tainted(text=why))
        ),
        about=(int(subject.id),) if is_issue(subject) else (),
        data={"event": event.id, "name": event.name, "why": why},
        once=f"ignored:{event.id}",
    )
