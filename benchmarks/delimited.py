"""Reads tables as other people's tools write them: plain or .xz, with any separator and any spelling of the headings.

It judges nothing. Texts are UTF-8; what is not is replaced.
"""

import csv
import lzma
import re
import sys
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from benchmarks.history import UnusableData, number_in

__all__ = ["is_missing", "moment_in", "opened", "rows", "spelt", "table"]

_MISSING = frozenset({"", "?", "nan", "null", "na", "n/a", "#n/a"})
_SEPARATORS = ",;\t|"
_LONGEST = 500
_FORMS = (
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%b/%y %H:%M",
    "%d/%b/%Y %H:%M",
    "%d/%b/%y %I:%M %p",
    "%d/%m/%Y",
    "%d/%b/%y",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
)
_OFFSET = re.compile(r"[ ]?(?:UTC|GMT|Z)$")


def rows(path: Path, names: Collection[str], needed: Collection[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows, counted as in the file with the headings as 1, by heading; a cell that is not there is empty.

    Args:
        path: a table.
        names: headings that are known; a column whose heading is the same but for case and signs has that name.
        needed: those of them without which the table is of no use.

    Raises:
        UnusableData: it cannot be read, or lacks a column.
    """
    headings, lines = table(path, names, needed)
    width = len(headings)
    for number, cells in enumerate(lines, 2):
        if any(cells):
            whole = [*cells, *[""] * (width - len(cells))]
            yield number, {name: cell.strip() for name, cell in zip(headings, whole, strict=False)}


def table(path: Path, names: Collection[str], needed: Collection[str] = ()) -> tuple[list[str], Iterator[list[str]]]:
    """Give the headings, each once, and the cells of each row as they stand; as `rows`."""
    if not path.is_file():
        raise UnusableData(f"the benchmark lacks its data: there is no file {path}")
    cells = _cells(path)
    headings = _named(next(cells, []), {spelt(name): name for name in names})
    lacking = [name for name in needed if name not in headings]
    if lacking:
        raise UnusableData(f"{path.name} lacks a column {', '.join(lacking)}; it has {_told(headings)}")
    return headings, cells


def spelt(heading: str) -> str:
    """Give a heading in lower case, with letters and digits only."""
    return re.sub(r"[\W_]", "", heading).casefold()


def opened(path: Path) -> TextIO:
    """Open a text, packed or not, with or without a mark of its encoding."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def is_missing(cell: str) -> bool:
    """Tell whether a cell says that nothing is known."""
    return cell.strip().casefold() in _MISSING


@lru_cache(maxsize=50_000)
def moment_in(cell: str) -> datetime | None:
    """Give the moment that a cell tells, None where it tells none; ValueError where that is no date.

    A day stands before its month. A time without an offset is UTC, a bare number counts seconds from 1970 on.
    """
    if is_missing(cell):
        return None
    text = _OFFSET.sub("", cell.strip())
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        seconds = (number_in(text) or 0.0) / (1_000 if len(text.partition(".")[0]) > 11 else 1)
        return datetime.fromtimestamp(int(seconds), UTC)
    if not re.match(r"\d{4}-", text):
        for form in _FORMS:
            try:
                return datetime.strptime(text, form).replace(tzinfo=UTC)
            except ValueError:
                continue
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _named(found: list[str], known: dict[str, str]) -> list[str]:
    """Give each column a name of its own; of two that are spelt alike the first has the name that is known."""
    names: list[str] = []
    for place, heading in enumerate(found):
        name = known.get(spelt(heading), heading.strip())
        names.append(name if name and name not in names else f"{heading} {place + 1}".strip())
    return names


def _told(headings: list[str]) -> str:
    told = "".join(one if one.isprintable() else "?" for one in ", ".join(headings))
    return f"{told[:_LONGEST]} ..." if len(told) > _LONGEST else told or "none"


def _cells(path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize)
    try:
        with opened(path) as lines:
            heading = lines.readline()
            separator = max(_SEPARATORS, key=heading.count)
            lines.seek(0)
            yield from csv.reader(lines, delimiter=separator)
    except (csv.Error, lzma.LZMAError, EOFError) as wrong:
        raise UnusableData(f"{path.name} cannot be read: {wrong}") from wrong
