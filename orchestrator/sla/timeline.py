"""An issue's past, instant by instant: what happened, and how the issue was from then on. Pure.

What the changelog does not tell is taken as it is now. An entry that comes twice counts once, at the earlier of its
times, because a webhook dates it later than Jira's own changelog does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, TypeAlias

import msgspec

from orchestrator.courses import in_order
from orchestrator.sla.teams import NO_TEAMS, Teams
from rules.model import TEAM, FieldChange, Item, Status, Tainted

__all__ = ["FIELDS", "Instant", "holds", "imagined", "timeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """What happened at one moment, in the words of `rules.slas.SlaEvent`, and the issue as it was from then on.

    The words are case-folded, names of statuses in them too. `teams`: those that had it, as `Teams.having` says.
    """

    at: datetime
    events: frozenset[str]
    item: Item
    teams: frozenset[str] | None = None


def timeline(item: Item, changes: Iterable[FieldChange], teams: Teams = NO_TEAMS) -> tuple[Instant, ...]:
    """Tell the instants of an issue, oldest first; the first is its creation.

    Args:
        item: the issue as it is now.
        changes: its changelog in any order, and in it the comments: `field` is "comment", `after` "public" or
            "internal", `author` who wrote it. Other fields than `FIELDS` are passed over.
        teams: who is of which team.
    """
    told = [one for one in _with_resolution(item, in_order(changes, FIELDS)) if one.at > item.created]
    then, have, backwards = item, teams.having(item), list[Instant]()
    for at, group in groupby(reversed(told), key=lambda one: one.at):
        together = list(group)
        before = _undone(then, together)
        had, events = teams.having(before), {*_events(before, then), *_said(together, item.reporter)}
        if teams is not NO_TEAMS:
            events.update(_by_teams(together, teams), _handed(had, have))
        backwards.append(Instant(at=at, events=frozenset(events), item=then, teams=have))
        then, have = before, had
    born = {"issue created", f"entered status {then.status.name.casefold()}"}
    born |= {"resolution set"} if then.resolution is not None else set()
    born.update(_handed(None, have))
    return (Instant(at=item.created, events=frozenset(born), item=then, teams=have), *reversed(backwards))


def imagined(past: Sequence[Instant], item: Item, at: datetime, teams: Teams = NO_TEAMS) -> tuple[Instant, ...]:
    """Tell the instants up to a moment, and at that moment that the issue became as `item` is.

    Of an issue that was created after that moment nothing is known then, and nothing can have become of it.
    """
    told = tuple(one for one in past if one.at <= at)
    if not told:
        return ()
    last, have = told[-1], teams.having(item)
    became = frozenset((*_events(last.item, item), *_handed(last.teams, have)))
    if last.at == at:
        return (*told[:-1], Instant(at=at, events=last.events | became, item=item, teams=have))
    return (*told, Instant(at=at, events=became, item=item, teams=have))


def holds(state: str, then: Instant) -> bool:
    """Tell whether a state, in the words of `rules.slas.SlaState`, holds from a moment on."""
    item, (kind, _, name) = then.item, state.partition(" ")
    if kind == "with":
        return name.removeprefix("team ") in (then.teams or ())
    if kind == "status":
        return item.status.name.casefold() == name.casefold()
    value = {"resolution": item.resolution, "assignee": item.assignee, "due": item.due}[kind]
    return (value is None) == state.endswith(" not set")


def _with_resolution(item: Item, told: list[FieldChange]) -> list[FieldChange]:
    """Add when the issue was resolved, which it knows itself, where its changelog does not reach back to it."""
    if item.resolution is None or item.resolved_at is None or any(one.field == "resolution" for one in told):
        return told
    resolved = FieldChange(
        id="", at=item.resolved_at, author=None, field="resolution", after=item.resolution, after_text=item.resolution
    )
    return sorted([*told, resolved], key=lambda one: one.at)


def _events(before: Item, after: Item) -> Iterator[str]:
    if before.status.name != after.status.name:
        yield f"left status {before.status.name.casefold()}"
        yield f"entered status {after.status.name.casefold()}"
    if (before.resolution is None) != (after.resolution is None):
        yield "resolution cleared" if after.resolution is None else "resolution set"
    if before.assignee != after.assignee:
        yield "assignee changed"
        if before.assignee is None:
            yield "assignee from unassigned"
        elif after.assignee is None:
            yield "assignee to unassigned"
    if before.due != after.due:
        yield "due date set" if before.due is None else "due date cleared" if after.due is None else "due date changed"


def _said(changes: Iterable[FieldChange], reporter: str | None) -> Iterator[str]:
    for one in changes:
        if one.field == "comment":
            if one.author is not None and one.author == reporter:
                yield "comment by customer"
            elif one.after == "public":
                yield "comment for customers"


def _by_teams(changes: Iterable[FieldChange], teams: Teams) -> Iterator[str]:
    for one in changes:
        kind = "comment" if one.field == "comment" else "change"
        yield from (f"{kind} by team {team}" for team in teams.of_account(one.author))


def _handed(before: frozenset[str] | None, after: frozenset[str] | None) -> Iterator[str]:
    """Give the hand-offs between the teams that had an issue and those that have it."""
    if before == after:
        return
    had, have = before or frozenset(), after or frozenset()
    yield from (f"handed from team {team}" for team in had - have)
    yield from (f"handed to team {team}" for team in have - had)
    if had and have and had.isdisjoint(have):
        yield "handed to another team"


def _undone(item: Item, changes: Iterable[FieldChange]) -> Item:
    """Give the issue as it was before changes of one moment, told from the last to the first."""
    for change in changes:
        if (undo := _UNDO.get(change.field)) is not None:
            item = msgspec.structs.replace(item, **undo(item, change))
    return item


def _status(item: Item, change: FieldChange) -> dict[str, Any]:
    if change.before is None:
        return {}
    return {"status": Status(id=change.before, name=change.before_text or item.status.name, category="undefined")}


def _key(item: Item, change: FieldChange) -> dict[str, Any]:
    key = change.before_text or item.key
    return {"key": key, "project": key.rpartition("-")[0]}


def _due(_: Item, change: FieldChange) -> dict[str, Any]:
    try:
        return {"due": date.fromisoformat((change.before or change.before_text or "")[:10])}
    except ValueError:
        return {"due": None}


def _one_of(name: str) -> "_Undo":
    """Take back that one value came or went, as Jira tells of components and versions."""

    def undo(item: Item, change: FieldChange) -> dict[str, Any]:
        kept = [one for one in getattr(item, name) if one != change.after_text]
        return {name: (*kept, *([change.before_text] if change.before_text else []))}

    return undo


_Undo: TypeAlias = Callable[[Item, FieldChange], dict[str, Any]]
_UNDO: Final[Mapping[str, _Undo]] = {
    "status": _status,
    "resolution": lambda _, change: {"resolution": change.before_text or None},
    "assignee": lambda _, change: {"assignee": change.before or None},
    "reporter": lambda _, change: {"reporter": change.before or None},
    "priority": lambda _, change: {"priority": change.before_text or None},
    "issuetype": lambda item, change: {"type": change.before_text or item.type},
    "labels": lambda _, change: {"labels": tuple((change.before_text or "").split())},
    "duedate": _due,
    TEAM: lambda _, change: {"team": change.before_text or None},
    "summary": lambda _, change: {"summary": Tainted(text=change.before_text or "")},
    "component": _one_of("components"),
    "version": _one_of("versions"),
    "fix version": _one_of("fix_versions"),
    "key": _key,
}
#: The fields whose changes tell of an issue's past.
FIELDS: Final = ("comment", *_UNDO)
