"""Reads the event log of a service desk: an incident as it was opened, and the group that had it in the end.

An opening is an incident's first event. Of it these fields are used alone; what is written into it afterwards is not:
`resolved_by` and its like; `sys_created_by` and `sys_created_at`, whose lack tells the *last* group; `knowledge`, which
says whether a document helped to resolve it; and the group and person whom it went to first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.event_log import OPENING, Logged, logged, usual_cut
from benchmarks.history import UnusableData
from benchmarks.people.cases import Case, Split

__all__ = ["read_incidents"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    at: datetime
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Incident:
    opened: datetime
    closed: datetime | None
    fields: Mapping[str, str]
    events: Sequence[_Event]

    def case(self, until: datetime | None = None) -> Case | None:
        """Give it with the group that had it at a moment, else in the end; None where that is not known."""
        seen = [one.group for one in self.events if until is None or one.at < until]
        if not seen or not seen[-1]:
            return None
        traits = tuple((name, value) for name, value in self.fields.items() if value)
        return Case(who=seen[-1], opened=self.opened, traits=traits)


def read_incidents(train: Path, test: Path | None, cut: datetime | None) -> Split:
    """Read one log and cut it by time, or two, of which the second is asked about.

    Raises:
        UnusableData: a file lacks a column, or holds what is no date, or there is nothing to learn from or to ask.
    """
    first = [_incident(one) for one in logged(train, ["assignment_group"])]
    later = [_incident(one) for one in logged(test, ["assignment_group"])] if test else []
    if test and later:
        at = min(one.opened for one in later)
        known, closed, asked = [one.case() for one in first], [one.case() for one in first], later
    else:
        at = cut or usual_cut([one.opened for one in first])
        before = [one for one in first if one.opened < at]
        known = [one.case(at) for one in before]
        closed = [one.case() for one in before if one.closed is not None and one.closed < at]
        asked = [one for one in first if one.opened >= at]
    questions = [case for one in asked if (case := one.case()) is not None]
    split = Split(
        name=train.name,
        cut=at,
        known=[one for one in known if one is not None],
        closed=[one for one in closed if one is not None],
        asked=questions,
        left_out=len(asked) - len(questions),
    )
    if not (split.known and split.closed and split.asked):
        raise UnusableData(f"{train.name}: nothing was closed before {at:%Y-%m-%d}, or nothing was opened after it")
    return split


def _incident(found: Logged) -> _Incident:
    return _Incident(
        opened=found.opened,
        closed=found.closed,
        fields={name: found.rows[0].get(name, "") for name in OPENING},
        events=[_Event(at=found.at(row), group=row["assignment_group"]) for row in found.rows],
    )
