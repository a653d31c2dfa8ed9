"""Reads the event log of a service desk: an incident as it was opened, and the group that had it in the end.

An opening is an incident's first event. Of it these fields are used alone; what is written into it afterwards is not:
`resolved_by` and its like; `sys_created_by` and `sys_created_at`, whose lack tells the *last* group; `knowledge`, which
says whether a document helped to resolve it; and the group and person whom it went to first.
"""

import csv
import lzma
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from benchmarks.history import UnusableData
from benchmarks.people.cases import Case, Split

__all__ = ["read_incidents"]

_FIELDS = (
    "caller_id",
    "opened_by",
    "contact_type",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "cmdb_ci",
    "impact",
    "urgency",
    "priority",
)
_NEEDED = ("number", "opened_at", "assignment_group")
_UNKNOWN = ("", "?")
#: The cut of the published data; elsewhere three quarters of all incidents are before it.
_CUT = datetime(2016, 4, 11, tzinfo=UTC)


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
        if not seen or seen[-1] in _UNKNOWN:
            return None
        traits = tuple((name, value) for name, value in self.fields.items() if value not in _UNKNOWN)
        return Case(who=seen[-1], opened=self.opened, traits=traits)


def read_incidents(train: Path, test: Path | None, cut: datetime | None) -> Split:
    """Read one log and cut it by time, or two, of which the second is asked about.

    Raises:
        UnusableData: a file lacks a column, or holds what is no date, or there is nothing to learn from or to ask.
    """
    first = list(_incidents(train))
    later = list(_incidents(test)) if test else []
    if test and later:
        at = min(one.opened for one in later)
        known, closed, asked = [one.case() for one in first], [one.case() for one in first], later
    else:
        at = cut or _usual_cut(first)
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


def _usual_cut(incidents: Sequence[_Incident]) -> datetime:
    opened = sorted(one.opened for one in incidents)
    if not opened:
        return _CUT
    return _CUT if opened[0] < _CUT <= opened[-1] else opened[len(opened) * 3 // 4]


def _incidents(path: Path) -> Iterator[_Incident]:
    events: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    csv.field_size_limit(sys.maxsize)
    with _opened(path) as lines:
        rows = csv.DictReader(lines)
        lacking = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
        if lacking:
            raise UnusableData(f"{path.name} lacks a column {', '.join(lacking)}")
        for row in rows:
            events[row["number"]].append({name: value or "" for name, value in row.items() if isinstance(name, str)})
    for number, logged in events.items():
        yield _incident(logged, f"{path.name}, incident {number[:40]}")


def _opened(path: Path) -> TextIO:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _incident(rows: Sequence[Mapping[str, str]], where: str) -> _Incident:
    opened = _moment(rows[0]["opened_at"], where)
    if opened is None:
        raise UnusableData(f"{where} was opened at no time")
    return _Incident(
        opened=opened,
        closed=_moment(rows[-1].get("closed_at", ""), where),
        fields={name: rows[0].get(name, "") for name in _FIELDS},
        events=[
            _Event(at=_moment(row.get("sys_updated_at", ""), where) or opened, group=row["assignment_group"])
            for row in rows
        ],
    )


def _moment(text: str, where: str) -> datetime | None:
    if text in _UNKNOWN:
        return None
    for form in ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise UnusableData(f"{where}: {text[:40]!r} is not a date")
