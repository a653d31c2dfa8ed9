"""Reads a table of issues that had a due date: what was known of each, and whether it came late.

Not used: `issuekey`, `openeddate`, and `delaydays`, of which it is asked; nor `RemainingDay` where no due date is known
yet (the file's name ends in `_creation`), for it is counted from that date. It judges nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delimited import is_missing, rows
from benchmarks.history import UnusableData, number_in
from orchestrator.forecast.lateness import Dated, Seen

__all__ = ["Due", "read_due"]

_UNUSED = ("issuekey", "openeddate", "delaydays")
_LEFT = "RemainingDay"
#: How the name of a file ends whose rows were written before there was a due date.
_EARLY = "_creation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An issue, in order of time, and how many days it had left when it is asked about."""

    dated: Dated
    left: float


def read_due(path: Path, without: Sequence[str] = ()) -> list[Due]:
    """Read a .csv or .csv.xz; a column of numbers alone counts as numbers, any other as words.

    Args:
        path: the table, its rows in order of time.
        without: columns that are left out besides.

    Raises:
        UnusableData: it lacks the columns that are needed, or holds what is no number of days.
    """
    named = (*_UNUSED, _LEFT, *without)
    found = [row for _, row in rows(path, named, ("delaydays", _LEFT, *without))]
    if not found:
        raise UnusableData(f"{path.name} has no rows")
    early = (_LEFT,) if path.name.partition(".")[0].casefold().endswith(_EARLY) else ()
    columns = [name for name in found[0] if name not in {*_UNUSED, *without, *early}]
    words = {
        name for name in columns if any(number_in(row[name]) is None for row in found if not is_missing(row[name]))
    }
    return [_due(row, f"{path.name}, row {place}", columns, words) for place, row in enumerate(found, 1)]


def _due(row: Mapping[str, str], where: str, columns: Sequence[str], words: Collection[str]) -> Due:
    delay, left = number_in(row["delaydays"]), 0.0 if is_missing(row[_LEFT]) else number_in(row[_LEFT])
    if delay is None or left is None:
        raise UnusableData(f"{where}: delaydays or {_LEFT} is no number")
    seen = Seen(
        numbers={name: number_in(row[name]) or 0.0 for name in columns if name not in words},
        words={name: row[name] for name in columns if name in words},
    )
    return Due(dated=Dated(seen=seen, late=delay > 0), left=left)
