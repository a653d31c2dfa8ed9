"""Reads tables of sprints and of their issues as they were when 30 % of the sprint had passed. It judges nothing.

Not used: `name`, and `vel_diff`, of which it is asked.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.delimited import is_missing, table
from benchmarks.history import UnusableData, number_in
from orchestrator.forecast.delivery import Delivered, Sprint
from orchestrator.forecast.lateness import Seen

__all__ = ["read_sprints"]

_KEYS = ("boardid", "sprintid")
_ASKED = "vel_diff"
#: The one column whose text may hold commas that nobody quoted.
_FREE = "name"
_KNOWN = (*_KEYS, _ASKED, _FREE, "vel_starttime", "vel_added", "vel_removed")


def read_sprints(place: Path) -> list[Delivered]:
    """Read `<place>_iteration_30.csv` and `<place>_issue_30.csv`, in the order of the first.

    Raises:
        UnusableData: a file is not there, lacks a column or holds what is no number.
    """
    issues: defaultdict[tuple[str, str], list[Seen]] = defaultdict(list)
    for row in _rows(place.with_name(f"{place.name}_issue_30.csv")):
        told = {name: value for name, value in row.items() if name not in _KEYS}
        numbers = {name: number for name, value in told.items() if (number := number_in(value)) is not None}
        words = {name: value for name, value in told.items() if name not in numbers and not is_missing(value)}
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
    packed = path.with_name(f"{path.name}.xz")
    names, lines = table(packed if packed.is_file() and not path.is_file() else path, _KNOWN, _KEYS)
    for row in lines:
        if any(row):
            told = {name: cell.strip() for name, cell in zip(names, _joined(row, names), strict=False)}
            yield told | {name: told[name].removesuffix(".0") for name in _KEYS}


def _joined(row: list[str], names: list[str]) -> list[str]:
    """Put a name together again that its commas have parted."""
    more = len(row) - len(names)
    if more <= 0 or _FREE not in names:
        return row + [""] * -more
    at = names.index(_FREE)
    return [*row[:at], ",".join(row[at : at + more + 1]), *row[at + more + 1 :]]
