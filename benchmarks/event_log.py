"""Reads the event log of a service desk: the rows of each incident, in the order of the file. It judges nothing."""

import csv
import lzma
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from benchmarks.history import UnusableData

__all__ = ["OPENING", "UNKNOWN", "Logged", "logged", "usual_cut"]

UNKNOWN = ("", "?")
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
    """Read a .csv or .csv.xz.

    Raises:
        UnusableData: it lacks a column that is `needed`, or holds what is no date.
    """
    events: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    csv.field_size_limit(sys.maxsize)
    with _opened(path) as lines:
        rows = csv.DictReader(lines)
        lacking = [name for name in ("number", "opened_at", *needed) if name not in (rows.fieldnames or ())]
        if lacking:
            raise UnusableData(f"{path.name} lacks a column {', '.join(lacking)}")
        for row in rows:
            events[row["number"]].append({name: value or "" for name, value in row.items() if isinstance(name, str)})
    for number, of_one in events.items():
        where = f"{path.name}, incident {number[:40]}"
        opened = _moment(of_one[0]["opened_at"], where)
        if opened is None:
            raise UnusableData(f"{where} was opened at no time")
        closed = _moment(of_one[-1].get("closed_at", ""), where)
        yield Logged(where=where, opened=opened, closed=closed, rows=of_one)


def usual_cut(opened: Collection[datetime]) -> datetime:
    """Give where a log is cut in two, from when its incidents were opened."""
    ordered = sorted(opened)
    if not ordered:
        return _CUT
    return _CUT if ordered[0] < _CUT <= ordered[-1] else ordered[len(ordered) * 3 // 4]


def _opened(path: Path) -> TextIO:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _moment(text: str, where: str) -> datetime | None:
    if text in UNKNOWN:
        return None
    for form in ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise UnusableData(f"{where}: {text[:40]!r} is not a date")
