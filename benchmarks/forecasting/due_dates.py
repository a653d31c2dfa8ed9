"""Reads a table of issues that had a due date: what was known of each, and whether it came late.

Not used: `issuekey`, `openeddate`, and `delaydays`, of which it is asked; nor `RemainingDay` where no due date is known
yet (the file's name ends in `_creation`), for it is counted from that date. It judges nothing.
"""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.history import UnusableData, number_in
from orchestrator.forecast.lateness import Dated, Seen

__all__ = ["Due", "read_due"]

_UNUSED = ("issuekey", "openeddate", "delaydays")
_LEFT = "RemainingDay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An issue, in order of time, and how many days it had left when it is asked about."""

    dated: Dated
    left: float


def read_due(path: Path, without: Sequence[str] = ()) -> list[Due]:
    """Read a .csv; a column of numbers alone counts as numbers, any other as words.

    Args:
        path: the table, its rows in order of time.
        without: columns that are left out besides.

    Raises:
        UnusableData: it lacks the columns that are needed, or holds what is no number of days.
    """
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        rows = [
            {name: value or "" for name, value in row.items() if isinstance(name, str)} for row in csv.DictReader(lines)
        ]
    lacking = [name for name in ("delaydays", _LEFT) if not rows or name not in rows[0]]
    if lacking:
        raise UnusableData(f"{path.name} lacks a column {', '.join(lacking)}, or any row")
    unused = {*_UNUSED, *without, *((_LEFT,) if path.stem.endswith("_creation") else ())}
    columns = [name for name in rows[0] if name not in unused]
    words = {name for name in columns if any(number_in(row.get(name, "")) is None for row in rows if row.get(name))}
    found = []
    for place, row in enumerate(rows, 1):
        delay, left = number_in(row["delaydays"]), number_in(row[_LEFT] or "0")
        if delay is None or left is None:
            raise UnusableData(f"{path.name}, row {place}: delaydays or {_LEFT} is no number")
        seen = Seen(
            numbers={name: number_in(row[name]) or 0.0 for name in columns if name not in words},
            words={name: row[name] for name in columns if name in words},
        )
        found.append(Due(dated=Dated(seen=seen, late=delay > 0), left=left))
    return found
