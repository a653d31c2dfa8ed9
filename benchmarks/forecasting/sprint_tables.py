"""Reads tables of sprints and of their issues as they were when 30 % of the sprint had passed. It judges nothing.

Not used: `name`, and `vel_diff`, of which it is asked.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.history import UnusableData, number_in
from orchestrator.forecast.delivery import Delivered, Sprint
from orchestrator.forecast.lateness import Seen

__all__ = ["read_sprints"]

_KEYS = ("boardid", "sprintid")
_ASKED = "vel_diff"
#: The one column whose text may hold commas that nobody quoted.
_FREE = "name"


def read_sprints(place: Path) -> list[Delivered]:
    """Read `<place>_iteration_30.csv` and `<place>_issue_30.csv`, in the order of the first.

    Raises:
        UnusableData: a file is not there, lacks a column or holds what is no number.
    """
    issues: defaultdict[tuple[str, str], list[Seen]] = defaultdict(list)
    for row in _rows(place.with_name(f"{place.name}_issue_30.csv")):
        told = {name: value for name, value in row.items() if name not in _KEYS}
        numbers = {name: number for name, value in told.items() if (number := number_in(value)) is not None}
        words = {name: value for name, value in told.items() if name not in numbers and value}
        issues[row["boardid"], row["sprintid"]].append(Seen(numbers=numbers, words=words))
    found = []
    for row in _rows(place.with_name(f"{place.name}_iteration_30.csv")):
        about = {name: number_in(value) or 0.0 for name, value in row.items() if name not in (*_KEYS, _FREE, _ASKED)}
        over, number = number_in(row.get(_ASKED, "")), number_in(row["sprintid"])
        if over is None or number is None:
            raise UnusableData(f"{place.name}: {_ASKED} or sprintid of sprint {row['sprintid'][:40]!r} is no number")
        planned = about.get("vel_starttime", 0.0) + about.get("vel_added", 0.0) - about.get("vel_removed", 0.0)
        sprint = Sprint(
            board=row["boardid"],
            number=int(number),
            planned=planned,
            about=about,
            issues=issues[row["boardid"], row["sprintid"]],
        )
        found.append(Delivered(sprint=sprint, over=over))
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise UnusableData(f"the benchmark lacks its data: there is no file {path}")
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines)
        names = next(reader, [])
        lacking = [name for name in _KEYS if name not in names]
        if lacking:
            raise UnusableData(f"{path.name} lacks a column {', '.join(lacking)}")
        for row in reader:
            if row:
                yield dict(zip(names, _joined(row, names), strict=False))


def _joined(row: list[str], names: list[str]) -> list[str]:
    """Put a name together again that its commas have parted."""
    more = len(row) - len(names)
    if more <= 0 or _FREE not in names:
        return row + [""] * -more
    at = names.index(_FREE)
    return [*row[:at], ",".join(row[at : at + more + 1]), *row[at + more + 1 :]]
