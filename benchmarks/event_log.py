"""Reads the event log of a service desk: the rows of each incident, in order of time. It judges nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.delimited import is_missing, moment_in, rows
from benchmarks.history import UnusableData, number_in

__all__ = ["OPENING", "Logged", "logged", "usual_cut"]

#: What a row tells of more than its opening.
_COLUMNS = (
    "number",
    "opened_at",
    "closed_at",
    "sys_updated_at",
    "sys_mod_count",
    "incident_state",
    "made_sla",
    "assignment_group",
    "assigned_to",
    "reassignment_count",
    "reopen_count",
    "u_priority_confirmation",
    "notify",
)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
#: What a first row tells of the opening; `knowledge`, `sys_created_by` and `sys_created_at` tell of the end.
OPENING = (
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
#: The cut of the published data; elsewhere three quarters of all incidents are before it.
_CUT = datetime(2016, 4, 11, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An incident: when it was opened, when its last row says that it was closed, and its rows."""

    where: str
    opened: datetime
    closed: datetime | None
    rows: Sequence[Mapping[str, str]]

    def at(self, row: Mapping[str, str]) -> datetime:
        """Give when a row was written."""
        return _moment(row.get("sys_updated_at", ""), self.where) or self.opened


def logged(path: Path, needed: Collection[str]) -> Iterator[Logged]:
    """Read a .csv or .csv.xz; the rows of an incident in order of time, none twice.

    Raises:
        UnusableData: it lacks a column that is `needed`, or holds what is no date.
    """
    events: defaultdict[str, dict[tuple[str, ...], dict[str, str]]] = defaultdict(dict)
    for _, row in rows(path, (*_COLUMNS, *OPENING), ("number", "opened_at", *needed)):
        if not is_missing(row["number"]):
            known = {name: "" if is_missing(cell) else cell for name, cell in row.items()}
            events[row["number"]].setdefault(tuple(known.values()), known)
    for number, of_one in events.items():
        where = f"{path.name}, incident {number[:40]}"
        told = sorted(of_one.values(), key=lambda row: _order(row, where))
        opened = next((at for row in told if (at := _moment(row["opened_at"], where)) is not None), None)
        if opened is None:
            raise UnusableData(f"{where} was opened at no time")
        closed = _moment(told[-1].get("closed_at", ""), where)
        yield Logged(where=where, opened=opened, closed=closed, rows=told)


def usual_cut(opened: Collection[datetime]) -> datetime:
    """Give where a log is cut in two, from when its incidents were opened."""
    ordered = sorted(opened)
    if not ordered:
        return _CUT
    return _CUT if ordered[0] < _CUT <= ordered[-1] else ordered[len(ordered) * 3 // 4]


def _order(row: Mapping[str, str], where: str) -> tuple[datetime, float]:
    at = _moment(row.get("sys_updated_at", ""), where)
    return at or _FIRST, number_in(row.get("sys_mod_count", "")) or 0.0


def _moment(text: str, where: str) -> datetime | None:
    try:
        return moment_in(text)
    except ValueError as wrong:
        raise UnusableData(f"{where}: {text[:40]!r} is not a date") from wrong
