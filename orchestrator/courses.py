"""What an issue's changelog comes to: when work on it began and ended, how often it came back, who handed it on. Pure.

Entries may come in any order, and twice: of one entry the earlier time counts, because a webhook dates it later than
Jira's own changelog does.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from rules.canonical import Value
from rules.model import FieldChange, Item

__all__ = ["COUNTED", "Course", "course", "in_order"]

#: The fields whose changes count here.
COUNTED = ("assignee", "status")


class Course(Value, frozen=True, kw_only=True):
    """How one issue went.

    `started`: when it first came into a status of the category "indeterminate". `finished`: when it last became done,
    None while it is open. `closings` and `reopenings`: each time that it became done, and ceased to be. `hand_offs`:
    how often it went from one assignee to another.
    """

    project: str
    created: datetime
    is_open: bool
    started: datetime | None = None
    finished: datetime | None = None
    closings: tuple[datetime, ...] = ()
    reopenings: tuple[datetime, ...] = ()
    hand_offs: int = 0


def course(item: Item, changes: Iterable[FieldChange], categories: Mapping[str, str]) -> Course:
    """Read an issue's course off its changelog.

    Args:
        item: the issue as it is now.
        changes: its changelog; fields that are not `COUNTED` are passed over.
        categories: Jira's status category by the id of the status. What is not there, as a status that was deleted,
            neither starts, closes nor reopens anything.
    """
    known = {**categories, item.status.id: item.status.category}
    ordered = in_order(changes, COUNTED)
    moves = [
        (one.at, known.get(one.before or "", ""), known.get(one.after or "", ""))
        for one in ordered
        if one.field == "status"
    ]
    closings = tuple(at for at, before, after in moves if after == "done" != before)
    first = moves[0][1] if moves else item.status.category
    starts = [item.created] if first == "indeterminate" else [at for at, _, after in moves if after == "indeterminate"]
    passed = [one for one in ordered if one.field == "assignee" and one.before and one.after]
    return Course(
        project=item.project,
        created=item.created,
        is_open=item.is_open,
        started=next(iter(starts), None),
        finished=None if item.is_open else next(reversed(closings), item.resolved_at),
        closings=closings,
        reopenings=tuple(at for at, before, after in moves if before == "done" and after in ("new", "indeterminate")),
        hand_offs=sum(one.before != one.after for one in passed),
    )


def in_order(changes: Iterable[FieldChange], fields: Collection[str]) -> list[FieldChange]:
    """Give the changes of these fields, each once, at the earlier time where it is told twice; the oldest first."""
    united: dict[str, FieldChange] = {}
    for change in changes:
        if change.field in fields:
            united[change.id] = min(united.get(change.id, change), change, key=lambda one: one.at)
    return sorted(united.values(), key=lambda one: (one.at, *_place(one.id)))


def _place(id_: str) -> tuple[int, int, str]:
    entry, _, place = id_.partition(":")
    return (int(entry) if entry.isdecimal() else 0), (int(place) if place.isdecimal() else 0), id_
