"""The ledger entries that tell of an action on its way: intended, done, failed, put off. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from orchestrator.changes import Entry
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.messages import led_by
from orchestrator.ports import Receipt
from rules.actions import (
    NEW,
    Action,
    AnswerAction,
    AssignAction,
    CommentAction,
    CreateAction,
    FieldAction,
    LinkAction,
    PriorityAction,
    RewordAction,
    RiskAction,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.canonical import plain
from rules.model import Event, ItemRef, Line, Part, Subject, Tainted

_UNDER_WAY = (RecordState.PLANNED, RecordState.CLAIMED)


def intended(record: ActionRecord, before: dict[str, Any], keys: dict[int, str], at: datetime) -> Entry:
    """Say what is about to be done; `keys` names the issues."""
    words, parts = _words(record.action, keys)
    data = {"before": before, "attempt": record.attempts + 1}
    return _entry("action.intended", record, Line(text=f"about to {words}", parts=parts), at, data)


def done(record: ActionRecord, receipt: Receipt, keys: dict[int, str], at: datetime) -> Entry:
    """Say what was done."""
    words, parts = _words(record.action, keys)
    line = Line(text=f"done: {words}", parts=parts)
    made = (int(receipt.id),) if isinstance(record.action, CreateAction) else ()
    if made:
        line = led_by("{0} is there: ", (ItemRef(id=made[0], key=receipt.note),), line)
    return _entry("action.done", record, line, at, {"receipt": plain(receipt)}, made)


def completed(
    record: ActionRecord, receipt: Receipt | None, others: Iterable[ActionRecord], at: datetime
) -> Event | None:
    """Give the signal that has an issue looked at that a person had created, once all that belongs to it is over.

    `record` has just come to its end, with its receipt if it is done; `others` are those of the same request. Our own
    webhook about the issue stirs nothing, and one that came before the link is there would ask about that very pair.
    Where it was created for a batch, the batch is looked at; once an approval was answered, what Jira made of it; where
    one half of a swap failed, what has to be taken back.
    """
    if record.subject.kind == "batch" and isinstance(record.action, CreateAction) and receipt is not None:
        return _signal(f"made:{record.request}", record.subject, at, name="batch.made")
    if isinstance(record.action, AnswerAction):
        return _signal(f"answered:{record.key}", record.subject, at, name="desk.answered")
    if isinstance(record.action, AssignAction):
        halves = (one for one in others if one.key != record.key and isinstance(one.action, AssignAction))
        halved = receipt is None and any(one.state is RecordState.DONE for one in halves)
        return _signal(f"halved:{record.request}", record.subject, at, name="swap.halved") if halved else None
    if record.subject.kind != "person" or any(one.state in _UNDER_WAY for one in others if one.key != record.key):
        return None
    ends = [(one.action, receipt if one.key == record.key else one.receipt) for one in (record, *others)]
    made = next((end.id for action, end in ends if isinstance(action, CreateAction) and end is not None), None)
    if made is None:
        return None
    told = _signal(f"reported:{record.request}", Subject(kind="item", id=made), at, name="item.reported")
    talk = next((one.action.conversation for one in (record, *others) if isinstance(one.action, CreateAction)), "")
    return msgspec.structs.replace(told, payload={"conversation": talk}) if talk else told


def _signal(id_: str, subject: Subject, at: datetime, *, name: str) -> Event:
    return Event(id=id_, kind="signal", name=name, source="yardmaster", subject=subject, received_at=at)


def not_done(kind: str, record: ActionRecord, why: str, keys: dict[int, str], at: datetime) -> Entry:
    """Say what was not done, and why; `kind` is `action.failed` or `action.put_off`."""
    words, parts = _words(record.action, keys)
    verdict = "failed" if kind == "action.failed" else "put off"
    line = Line(text=f"{verdict}: {words}: {{{len(parts)}}}", parts=(*parts, Tainted(text=why)))
    return _entry(kind, record, line, at, {"error": why})


def _entry(
    kind: str, record: ActionRecord, text: Line, at: datetime, more: dict[str, Any], made: tuple[int, ...] = ()
) -> Entry:
    action = record.action
    others = (action.other,) if isinstance(action, LinkAction | UnlinkAction) else ()
    return Entry(
        kind=kind,
        subject=record.subject,
        at=at,
        text=text,
        about=tuple(id_ for id_ in (action.item, *others, *made) if id_ != NEW),
        data={"key": record.key, "request": record.request, "action": plain(action), **more},
        decision=record.decision,
    )


def _words(action: Action, keys: dict[int, str]) -> tuple[str, tuple[Part, ...]]:
    if isinstance(action, CreateAction):
        return "create a {0} in {1}: {2}", (Tainted(text=action.type), Tainted(text=action.project), action.summary)
    item = ItemRef(id=action.item, key=keys.get(action.item, f"#{action.item}"))
    if isinstance(action, LinkAction | UnlinkAction):
        other = ItemRef(id=action.other, key=keys.get(action.other, f"#{action.other}"))
        verb = "link {0} to {1} as {2}" if isinstance(action, LinkAction) else "remove the link from {0} to {1} ({2})"
        return verb, (item, other, Tainted(text=action.type))
    if isinstance(action, TransitionAction):
        moved = (Tainted(text=action.before.name), Tainted(text=action.after.name))
        return "move {0} from {1} to {2}", (item, *moved)
    if isinstance(action, PriorityAction):
        named = (Tainted(text=action.before or "none"), Tainted(text=action.after or "none"))
        return "change the priority of {0} from {1} to {2}", (item, *named)
    if isinstance(action, FieldAction):
        held = (
            Tainted(text=action.field),
            Tainted(text=action.before or "empty"),
            Tainted(text=action.after or "empty"),
        )
        return "change {1} of {0} from {2} to {3}", (item, *held)
    if isinstance(action, AssignAction):
        named = (Tainted(text=action.former or "nobody"), Tainted(text=action.name or "nobody"))
        return "change who is responsible for {0} from {1} to {2}", (item, *named)
    return _DOING[type(action)], (item,)


_DOING: Mapping[type[Action], str] = {
    CommentAction: "comment on {0}",
    RewordAction: "put other words into our comment on {0}",
    UncommentAction: "delete our comment on {0}",
    RiskAction: "change what {0} tells of a promise at risk",
    AnswerAction: "answer in a person's own name what Jira asks about {0}",
    WatchAction: "have a reporter told of what happens to {0}",
    UnwatchAction: "have a reporter no longer told of what happens to {0}",
}
