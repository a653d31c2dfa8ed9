"""The ledger entries that tell of an action on its way: intended, done, failed, put off. Pure."""

from datetime import datetime
from typing import Any

from orchestrator.changes import Entry
from orchestrator.facts import ActionRecord
from orchestrator.ports import Receipt
from rules.actions import Action, CommentAction, LinkAction, TransitionAction, UnlinkAction
from rules.canonical import plain
from rules.model import ItemRef, Line, Part, Tainted


def intended(record: ActionRecord, before: dict[str, Any], keys: dict[int, str], at: datetime) -> Entry:
    """Say what is about to be done; `keys` names the issues."""
    words, parts = _words(record.action, keys)
    data = {"before": before, "attempt": record.attempts + 1}
    return _entry("action.intended", record, Line(text=f"about to {words}", parts=parts), at, data)


def done(record: ActionRecord, receipt: Receipt, keys: dict[int, str], at: datetime) -> Entry:
    """Say what was done."""
    words, parts = _words(record.action, keys)
    line = Line(text=f"done: {words}", parts=parts)
    return _entry("action.done", record, line, at, {"receipt": plain(receipt)})


def not_done(kind: str, record: ActionRecord, why: str, keys: dict[int, str], at: datetime) -> Entry:
    """Say what was not done, and why; `kind` is `action.failed` or `action.put_off`."""
    words, parts = _words(record.action, keys)
    verdict = "failed" if kind == "action.failed" else "put off"
    line = Line(text=f"{verdict}: {words}: {{{len(parts)}}}", parts=(*parts, Tainted(text=why)))
    return _entry(kind, record, line, at, {"error": why})


def _entry(kind: str, record: ActionRecord, text: Line, at: datetime, more: dict[str, Any]) -> Entry:
    action = record.action
    others = (action.other,) if isinstance(action, LinkAction | UnlinkAction) else ()
    return Entry(
        kind=kind,
        subject=record.subject,
        at=at,
        text=text,
        about=(action.item, *others),
        data={"key": record.key, "request": record.request, "action": plain(action), **more},
        decision=record.decision,
    )


def _words(action: Action, keys: dict[int, str]) -> tuple[str, tuple[Part, ...]]:
    item = ItemRef(id=action.item, key=keys.get(action.item, f"#{action.item}"))
    if isinstance(action, LinkAction | UnlinkAction):
        other = ItemRef(id=action.other, key=keys.get(action.other, f"#{action.other}"))
        verb = "link {0} to {1} as {2}" if isinstance(action, LinkAction) else "remove the link from {0} to {1} ({2})"
        return verb, (item, other, Tainted(text=action.type))
    if isinstance(action, TransitionAction):
        moved = (Tainted(text=action.before.name), Tainted(text=action.after.name))
        return "move {0} from {1} to {2}", (item, *moved)
    return ("comment on {0}" if isinstance(action, CommentAction) else "delete our comment on {0}"), (item,)
