"""Reads a table of bugs and a table of duplicate pairs, comma-separated, with any spelling of the headings."""

import csv
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

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
_DATES = ("%d/%b/%y %H:%M", "%d/%b/%Y %H:%M", "%d/%b/%y %I:%M %p", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M")
_OFFSET = re.compile(r"[ ]?(?:UTC|GMT|Z)$")


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
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        heading = lines.readline()
        lines.seek(0)
        separator = max(",;\t", key=heading.count)
        for number, row in enumerate(csv.DictReader(lines, delimiter=separator), 2):
            yield number, {re.sub(r"[\W_]", "", name or "").casefold(): _cell(cell) for name, cell in row.items()}


def _cell(cell: str | list[str] | None) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _column(row: Mapping[str, str], names: tuple[str, ...], path: Path) -> str:
    for name in names:
        if name in row:
            return row[name]
    raise UnusableData(f"{path.name} lacks a column {' or '.join(names)}; it has {', '.join(sorted(row))}")


def _moment(text: str, where: str) -> int:
    """Seconds since the epoch; a time without an offset is UTC, a bare number is such seconds, none is long ago."""
    if not text:
        return 0
    text = _OFFSET.sub("", text)
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return int(float(text)) // (1_000 if len(text.partition(".")[0]) > 11 else 1)
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
