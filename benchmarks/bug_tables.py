"""Reads a table of bugs and a table of duplicate pairs, comma-separated, with any spelling of the headings."""

import csv
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.history import History, Report, UnusableData, Verdicts, history, pair
from orchestrator.related import Traits

_KEY = ("issueid", "bugid", "id", "issuekey", "key")
_OTHER = ("duplicateid", "duplicateof", "duplicate", "dupid", "duplicateissueid", "duplicates")
_DATES = ("%d/%b/%y %H:%M", "%d/%b/%Y %H:%M", "%d/%b/%y %I:%M %p", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M")


def read_bugs(bugs: Path, pairs: Path) -> History:
    """Read both files; UnusableData names the row that is broken, or the column that is missing."""
    reports: list[Report] = []
    closed: set[str] = set()
    for number, row in _rows(bugs):
        key = _column(row, _KEY, bugs)
        reports.append(_report(key, row, f"{bugs.name}, row {number}", bugs))
        if row.get("resolution", "").casefold() == "duplicate":
            closed.add(key)
    same = frozenset(_pairs(pairs))
    return history(reports, Verdicts(linked=same, same=same, closed_as_duplicate=frozenset(closed)))


def _report(key: str, row: Mapping[str, str], where: str, path: Path) -> Report:
    components = (name.strip() for name in re.split(r"[,;]", row.get("components", "") or row.get("component", "")))
    return Report(
        key=key,
        summary=_column(row, ("summary", "title"), path),
        description=row.get("description", ""),
        traits=Traits(
            created=_moment(_column(row, ("created", "creationdate", "createdat", "reported"), path), where),
            project=row.get("project", "") or row.get("projectkey", ""),
            components=tuple(sorted(name for name in components if name)),
            kind=row.get("issuetype", ""),
            reporter=row.get("reporter", ""),
        ),
    )


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for _, row in _rows(path):
        one = _column(row, _KEY, path)
        for other in re.split(r"[,;\s]+", _column(row, _OTHER, path)):
            if other and other != one:
                yield pair(one, other)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by heading, in lower case and with letters and digits only."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            yield number, {re.sub(r"[\W_]", "", name or "").casefold(): _cell(cell) for name, cell in row.items()}


def _cell(cell: str | list[str] | None) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _column(row: Mapping[str, str], names: tuple[str, ...], path: Path) -> str:
    for name in names:
        if name in row:
            return row[name]
    raise UnusableData(f"{path.name} lacks a column {' or '.join(names)}; it has {', '.join(sorted(row))}")


def _moment(text: str, where: str) -> int:
    """Seconds since the epoch; a time without an offset is taken for UTC."""
    for form in _DATES:
        try:
            return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise UnusableData(f"{where}: {text[:40]!r} is not a date") from wrong
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
