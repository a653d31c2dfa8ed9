"""What blocks the open issues of a project: since when, and what waits for it, straight and through others. Pure.

It judges only the issues that it is given: what its reader may not browse must not be among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from orchestrator.impact import Impact, blocked_by, impact
from rules.canonical import Value
from rules.model import FieldChange, Item

__all__ = ["LINKS", "Blocker", "blockers"]

#: The field of Jira's changelog that tells of links.
LINKS = frozenset({"Link"})


class Blocker(Value, frozen=True, kw_only=True):
    """An open issue that open ones of the project wait for straight, the one that waits for longest first.

    `since`: for how long each of them has waited at most; `exact`: Jira's changelog tells when the first of these links
    was made, else it cannot be earlier.
    """

    item: Item
    since: datetime
    exact: bool
    waiting: tuple[Item, ...]
    impact: Impact

    def cost(self, now: datetime) -> timedelta:
        """Give what puts it in its place: how long it blocks, times what waits for it."""
        return (now - self.since) * max(self.impact.points, 1)


def blockers(
    project: str, known: Mapping[int, Item], changes: Mapping[int, Sequence[FieldChange]], now: datetime
) -> tuple[Blocker, ...]:
    """Find what blocks a project's open issues, what has cost most at the head.

    Args:
        project: its key.
        known: by their ids the issues that may be told of: those of the project, what blocks them, what waits for that.
        changes: by their ids, the changes of their links, as far as they are known.
        now: domain time.
    """
    waiting: dict[int, list[Item]] = {}
    for item in known.values():
        if item.project == project and item.is_open and not item.deleted:
            for other in blocked_by(item) & known.keys():
                waiting.setdefault(other, []).append(item)
    standing = [known[id_] for id_ in waiting if known[id_].is_open and not known[id_].deleted]
    found = [_blocker(one, waiting[one.id], known, changes, now) for one in standing]
    return tuple(sorted(found, key=lambda one: (-one.cost(now), one.since, one.item.id)))


def _blocker(
    item: Item,
    waiting: Iterable[Item],
    known: Mapping[int, Item],
    changes: Mapping[int, Sequence[FieldChange]],
    now: datetime,
) -> Blocker:
    told = [(*_linked(item, other, changes), other) for other in waiting]
    ordered = sorted(told, key=lambda one: (one[0], one[2].id))
    since, exact, _ = ordered[0]
    return Blocker(
        item=item,
        since=since,
        exact=exact,
        waiting=tuple(other for _, _, other in ordered),
        impact=impact(item, known, now),
    )


def _linked(item: Item, other: Item, changes: Mapping[int, Sequence[FieldChange]]) -> tuple[datetime, bool]:
    """Give when two issues were linked last, and whether Jira tells it; not earlier than both were there."""
    made = [
        change.at
        for one, linked in ((item, other), (other, item))
        for change in changes.get(one.id, ())
        if change.after == linked.key
    ]
    return (max(made), True) if made else (max(item.created, other.created), False)
