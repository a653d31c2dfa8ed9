"""Reads raw Jira payloads for who was assigned: an issue as it was created, and its assignee at a moment."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.history import UnusableData
from benchmarks.jira_export import account, as_created, changes_from_the_last, lines_of, moment_of, payloads_of
from benchmarks.people.cases import Case, Split

__all__ = ["read_assignees"]

_KNOWN_OF = 10
_KNOWN = 7


def read_assignees(path: Path) -> Split:
    """Read a `.jsonl` or `.jsonl.xz`: seven tenths of all issues teach, with who had them when the next one came.

    Raises:
        UnusableData: a line is not an issue, or nothing is left to learn from or to ask.
    """
    found = []
    for number, line in lines_of(path):
        try:
            found += [(moment_of(one["fields"]["created"]), one) for one in payloads_of(json.loads(line))]
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise UnusableData(f"{path.name}, line {number}: not a Jira issue ({type(wrong).__name__})") from wrong
    found.sort(key=lambda row: (row[0], str(row[1].get("key"))))
    if len(found) < 2:
        raise UnusableData(f"{path.name} holds fewer than two issues")
    cut = found[len(found) * _KNOWN // _KNOWN_OF][0]
    known = [_case(one, cut) for created, one in found if created < cut]
    closed = [_case(one, cut) for created, one in found if created < cut and _resolved_before(one, cut)]
    asked = [_case(one, None) for created, one in found if created >= cut]
    split = Split(
        name=path.name,
        cut=cut,
        known=[one for one in known if one.who],
        closed=[one for one in closed if one.who] or [one for one in known if one.who],
        asked=[one for one in asked if one.who],
        left_out=sum(not one.who for one in asked),
    )
    if not (split.known and split.asked):
        raise UnusableData(f"{path.name}: no issue before {cut:%Y-%m-%d} was assigned, or none from then on")
    return split


def _case(payload: Mapping[str, Any], until: datetime | None) -> Case:
    report = as_created(payload)
    traits = [("project", report.traits.project), ("type", report.traits.kind), ("reporter", report.traits.reporter)]
    traits += [("component", name) for name in report.traits.components]
    return Case(
        who=_assignee(payload, until),
        opened=datetime.fromtimestamp(report.traits.created, UTC),
        traits=tuple((field, value) for field, value in traits if value),
        texts=(report.summary, report.description),
    )


def _assignee(payload: Mapping[str, Any], until: datetime | None) -> str:
    """Give who had it in the end, or at a moment: all later changes are undone; empty for nobody."""
    who = account(payload["fields"].get("assignee") or {})
    if until is None:
        return who
    for at, change in changes_from_the_last(payload):
        if at < until:
            break
        if str(change.get("field")).casefold() == "assignee":
            who = str(change.get("from") or "")
    return who


def _resolved_before(payload: Mapping[str, Any], cut: datetime) -> bool:
    resolved = payload["fields"].get("resolutiondate")
    return bool(resolved) and moment_of(str(resolved)) < cut
