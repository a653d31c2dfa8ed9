"""Reads the event log of a service desk as issues with their changelogs, so that the bot's own clocks run over them.

The log tells no clock of its own that could be followed; the promises here are ours: the same for everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.event_log import Logged, logged
from rules.model import FieldChange, Item, Status, Tainted
from rules.ruleset import Limits, Ruleset
from rules.slas import GoalRule, SlaRule

__all__ = ["RULES", "Incidents", "incidents"]

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_OVER: Final = ("Resolved", "Closed")
_FIX: Final = SlaRule(
    when="true",
    starts=("issue created", "resolution cleared"),
    pauses=("status Awaiting User Info",),
    stops=("resolution set",),
    goals=(GoalRule(when="item.priority in ['1 - Critical', '2 - High']", within="24h"), GoalRule(within="120h")),
)
RULES: Final = Ruleset(
    agents={},
    workflows={},
    roles={},
    limits=Limits(projects=("*",), confidence={}, undo_button_minutes=10),
    slas={"Time to fix": _FIX},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """Issues with their changes, by their ids, and when the last of them was opened."""

    items: Sequence[Item]
    changes: Mapping[int, Sequence[FieldChange]]
    until: datetime


def incidents(path: Path, most: int | None) -> Incidents:
    """Read a log, of it the first `most` by when they were opened.

    Raises:
        UnusableData: it lacks a column, or holds what is no date.
    """
    found = sorted(logged(path, ["incident_state"]), key=lambda one: one.opened)[:most]
    changes = {number: list(_changes(one)) for number, one in enumerate(found, 1)}
    items = [_item(number, one, changes[number]) for number, one in enumerate(found, 1)]
    return Incidents(items=items, changes=changes, until=max((one.created for one in items), default=_NEVER))


def _changes(one: Logged) -> Iterator[FieldChange]:
    rows = sorted(one.rows, key=one.at)
    for place, (before, after) in enumerate(pairwise(rows), 1):
        was, became = _fields(before), _fields(after)
        for nth, name in enumerate(became):
            if was[name] != became[name]:
                yield FieldChange(
                    id=f"{place}:{nth}",
                    at=max(one.opened, one.at(after)),
                    author=None,
                    field=name,
                    before=was[name],
                    before_text=was[name],
                    after=became[name],
                    after_text=became[name],
                )


def _fields(row: Mapping[str, str]) -> dict[str, str | None]:
    state = _known(row, "incident_state") or "New"
    return {
        "status": state,
        "assignee": _known(row, "assigned_to"),
        "priority": _known(row, "priority"),
        "resolution": "Done" if state in _OVER else None,
    }


def _item(number: int, one: Logged, changes: Sequence[FieldChange]) -> Item:
    first, last = one.rows[0], _fields(max(one.rows, key=one.at))
    told = [_known(first, name) for name in ("subcategory", "u_symptom")]
    state = last["status"] or "New"
    return Item(
        id=number,
        key=f"INC-{number}",
        project="INC",
        summary=Tainted(text=" ".join(word for word in told if word)),
        type=_known(first, "contact_type") or "Incident",
        status=Status(id=state, name=state, category="done" if last["resolution"] else "new"),
        created=one.opened,
        updated=max([one.opened, *(change.at for change in changes)]),
        priority=last["priority"],
        assignee=last["assignee"],
        resolution=last["resolution"],
        resolved_at=next((change.at for change in changes if change.field == "resolution"), None),
        reporter=_known(first, "caller_id"),
        components=tuple(word for word in [_known(first, "category")] if word),
    )


def _known(row: Mapping[str, str], name: str) -> str | None:
    return row.get(name) or None
