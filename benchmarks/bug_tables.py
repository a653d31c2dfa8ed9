"""Reads a table of bugs and a table of duplicate pairs, comma-separated, with any spelling of the headings."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.delimited import moment_in, rows, spelt
from benchmarks.history import History, Report, UnusableData, Verdicts, history, pair
from orchestrator.related import Traits

_KEY = ("issueid", "bugid", "id", "issuekey", "key", "issue", "bug")
_OTHER = (
    "duplicateid",
    "duplicateof",
    "duplicate",
    "dupid",
    "duplicateissueid",
    "duplicates",
    "duplicatebugid",
    "duplicatedissue",
    "duplicateid1",
)
_CREATED = ("created", "creationdate", "createdat", "reported", "creationts", "creationtime", "opened", "createddate")


def read_bugs(bugs: Path, pairs: Path) -> History:
    """Read both files; UnusableData names the row that is broken, or the column that is missing."""
    reports: list[Report] = []
    closed: set[str] = set()
    for number, row in _rows(bugs):
        key = _name(_column(row, _KEY, bugs))
        if not key:
            continue
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
            created=_moment(_column(row, _CREATED, path), where),
            project=row.get("project", "") or row.get("projectkey", "") or row.get("product", ""),
            components=tuple(sorted(name for name in components if name)),
            kind=row.get("issuetype", ""),
            reporter=row.get("reporter", ""),
        ),
    )


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for _, row in _rows(path):
        one = _name(_column(row, _KEY, path))
        for other in map(_name, re.split(r"[,;|\s\[\]]+", _column(row, _OTHER, path))):
            if one and other and other != one:
                yield pair(one, other)


def _name(cell: str) -> str:
    """An id without what a spreadsheet made of it: quotes, and the end of a decimal number."""
    return cell.strip("'\" ").removesuffix(".0")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by heading, in lower case and with letters and digits only."""
    return ((number, {spelt(name): cell for name, cell in row.items()}) for number, row in rows(path, ()))


def _column(row: Mapping[str, str], names: tuple[str, ...], path: Path) -> str:
    for name in names:
        if name in row:
            return row[name]
    raise UnusableData(f"{path.name} lacks a column {' or '.join(names)}; it has {', '.join(sorted(row))[:500]}")


def _moment(text: str, where: str) -> int:
    """Seconds since the epoch; none is long ago."""
    try:
        moment = moment_in(text)
    except ValueError as wrong:
        raise UnusableData(f"{where}: {text[:40]!r} is not a date") from wrong
    return int(moment.timestamp()) if moment is not None else 0
