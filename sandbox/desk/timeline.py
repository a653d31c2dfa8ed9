"""An issue's past as instants for the SLA engine: what happened when, and how the issue then was. Reads only.

The words of events and states are those that the seed's SLAs use. What the changelog does not tell is taken as it is
now, except the resolution, whose date the issue knows.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sandbox.desk.sla import Instant
from sandbox.jira.records import Change, Comment, History, Issue, Named, Status
from sandbox.jira.state import JiraState, is_public

PLAIN_EVENTS = frozenset(
    {
        "issue created",
        "resolution set",
        "resolution cleared",
        "assignee from unassigned",
        "assignee to unassigned",
        "assignee changed",
        "due date set",
        "due date cleared",
        "due date changed",
        "comment by customer",
        "comment for customers",
    }
)
PLAIN_STATES = frozenset(
    f"{what} {how}" for what in ("resolution", "assignee", "due date") for how in ("set", "not set")
)
EVENT = re.compile(r"(?:entered|left) status (?P<status>.+)")
STATE = re.compile(r"status (?P<status>.+)")
Undo = Callable[[JiraState, Change], Any]


def story_of(jira: JiraState, issue: Issue, customers: Collection[str]) -> list[Instant[Issue]]:
    """The instants of an issue, oldest first; `customers` are the account ids that count as such in comments."""
    entries = sorted([*issue.history, *_untold(issue)], key=lambda entry: (entry.created, entry.id))
    then = issue
    backwards = []
    for moment, group in groupby(reversed(entries), key=lambda entry: entry.created):
        changes = [change for entry in group for change in reversed(entry.changes)]
        before = _undone(jira, then, changes)
        backwards.append((moment, _events(before, then), then))
        then = before
    born = (issue.created, {"issue created", f"entered status {then.status.name}"}, then)
    return _instants(issue, [born, *reversed(backwards)], customers)


def statuses_of(jira: JiraState, issue: Issue) -> list[tuple[datetime, Status]]:
    """The statuses that an issue has had and since when, oldest first."""
    moves = [
        (entry.created, change)
        for entry in sorted(issue.history, key=lambda entry: (entry.created, entry.id))
        for change in entry.changes
        if change.field_id == "status" or change.field == "status"
    ]
    if not moves:
        return [(issue.created, issue.status)]
    after = [(at, _status_called(jira, change.after, change.after_text)) for at, change in moves]
    return [(issue.created, _status(jira, moves[0][1])), *after]


def _untold(issue: Issue) -> Iterable[History]:
    told = any(change.field == "resolution" for entry in issue.history for change in entry.changes)
    if issue.resolution is None or issue.resolved_at is None or told or issue.resolved_at <= issue.created:
        return
    set_to = {"after": issue.resolution.id, "after_text": issue.resolution.name}
    change = Change(field="resolution", field_id="resolution", **set_to)
    yield History(id=0, author=issue.creator, created=issue.resolved_at, changes=(change,))


def _instants(
    issue: Issue, steps: list[tuple[datetime, set[str], Issue]], customers: Collection[str]
) -> list[Instant[Issue]]:
    spoken = [(comment.created, _spoken(issue, comment, customers)) for comment in issue.comments]
    moments = sorted({moment for moment, *_ in steps} | {moment for moment, event in spoken if event})
    found, then, place = [], steps[0][2], 0
    for moment in moments:
        events = {event for at, event in spoken if event and at == moment}
        while place < len(steps) and steps[place][0] <= moment:
            events |= steps[place][1]
            then, place = steps[place][2], place + 1
        found.append(Instant(at=moment, events=frozenset(events), states=_states(then), subject=then))
    return found


def _spoken(issue: Issue, comment: Comment, customers: Collection[str]) -> str | None:
    if comment.author in customers or comment.author == issue.reporter:
        return "comment by customer"
    return "comment for customers" if is_public(comment) else None


def _events(before: Issue, after: Issue) -> set[str]:
    events = set()
    if before.status.name != after.status.name:
        events |= {f"left status {before.status.name}", f"entered status {after.status.name}"}
    for what, was, now in (
        ("resolution", before.resolution, after.resolution),
        ("due date", before.due, after.due),
    ):
        if bool(was) != bool(now):
            events.add(f"{what} set" if now else f"{what} cleared")
        if what == "due date" and was and now and was != now:
            events.add(f"{what} changed")
    if before.assignee != after.assignee:
        ends = (before.assignee is None, after.assignee is None)
        named = {(True, False): "from unassigned", (False, True): "to unassigned"}
        events |= {"assignee changed", *([f"assignee {named[ends]}"] if ends in named else [])}
    return events


def _states(issue: Issue) -> frozenset[str]:
    held = {"resolution": issue.resolution, "assignee": issue.assignee, "due date": issue.due}
    states = {f"{what} set" if value else f"{what} not set" for what, value in held.items()}
    return frozenset(states | {f"status {issue.status.name}"})


def _undone(jira: JiraState, issue: Issue, changes: Iterable[Change]) -> Issue:
    before: dict[str, Any] = {}
    for change in changes:
        known = UNDO.get(change.field_id) or UNDO.get(change.field)
        if known is not None:
            before[known[0]] = known[1](jira, change)
    return replace(issue, **before)


def _named(jira: JiraState, change: Change) -> Named | None:
    return Named(id=change.before or "", name=change.before_text) if change.before_text else None


def _type(jira: JiraState, change: Change) -> Named:
    return Named(id=change.before or "", name=change.before_text or "")


def _status(jira: JiraState, change: Change) -> Status:
    return _status_called(jira, change.before, change.before_text)


def _status_called(jira: JiraState, identity: str | None, name: str | None) -> Status:
    return jira.statuses.get(name or "") or Status(id=identity or "", name=name or "", category="new")


UNDO: dict[str, tuple[str, Undo]] = {
    "status": ("status", _status),
    "resolution": ("resolution", _named),
    "priority": ("priority", _named),
    "issuetype": ("type", _type),
    "assignee": ("assignee", lambda jira, change: change.before),
    "reporter": ("reporter", lambda jira, change: change.before),
    "duedate": ("due", lambda jira, change: change.before or change.before_text),
    "labels": ("labels", lambda jira, change: (change.before_text or "").split()),
}
