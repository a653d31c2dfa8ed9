"""Reads tickets with the group that they went to: a table of texts without dates, doubles of one text taken out."""

import csv
import lzma
import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from random import Random

from benchmarks.history import UnusableData
from benchmarks.people.cases import NEVER, Case, Split

__all__ = ["read_tickets"]

_SHORT = ("shortdescription", "summary", "title", "subject")
_LONG = ("description", "body", "text")
_GROUP = ("assignmentgroup", "group", "queue", "assignee")
_CALLER = ("caller", "reporter", "callerid")
_ASKED = 5
_SENDER = re.compile(r"received from:\s*\S+@\S+", re.IGNORECASE)


def read_tickets(path: Path, seed: int = 0) -> Split:
    """Read a `.csv`, `.csv.xz` or a `.tar.xz` with one `.csv`; a fifth of each group is asked about.

    A group with a single ticket is left out: it cannot be both known and asked about.

    Raises:
        UnusableData: the file lacks a column, or there is nothing to ask.
    """
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in _distinct(path):
        groups[case.who].append(case)
    chance = Random(seed)  # noqa: S311 -- a split, not a secret
    known: list[Case] = []
    asked: list[Case] = []
    for _, cases in sorted(groups.items()):
        chance.shuffle(cases)
        number = (len(cases) + _ASKED // 2) // _ASKED if len(cases) > 1 else 0
        asked += cases[:number]
        known += cases[number:] if len(cases) > 1 else []
    alone = sum(len(cases) == 1 for cases in groups.values())
    if not asked:
        raise UnusableData(f"{path.name} holds no group with several tickets")
    return Split(name=path.name, cut=NEVER, known=known, closed=known, asked=asked, left_out=alone)


def _distinct(path: Path) -> Iterator[Case]:
    seen = set()
    for row in _rows(path):
        texts = tuple(_SENDER.sub("", _cell(row, names)) for names in (_SHORT, _LONG))
        who, same = _cell(row, _GROUP).strip(), tuple(" ".join(text.casefold().split()) for text in texts)
        if who and same not in seen:
            seen.add(same)
            caller = _cell(row, _CALLER).strip()
            yield Case(who=who, opened=NEVER, traits=(("caller", caller),) if caller else (), texts=texts)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    if ".tar" in path.suffixes:
        with tarfile.open(path) as packed:
            tables = [one for one in packed.getmembers() if one.isfile() and one.name.endswith(".csv")]
            content = packed.extractfile(tables[0]) if tables else None
            if content is None:
                raise UnusableData(f"{path.name} holds no .csv")
            with TextIOWrapper(content, encoding="utf-8-sig", errors="replace", newline="") as lines:
                yield from _named(csv.DictReader(lines), path)
        return
    opening = lzma.open if path.suffix == ".xz" else open
    with opening(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as lines:
        yield from _named(csv.DictReader(lines), path)


def _named(rows: "csv.DictReader[str]", path: Path) -> Iterator[dict[str, str]]:
    names = {re.sub(r"[\W_]", "", name).casefold(): name for name in rows.fieldnames or ()}
    if not any(name in names for name in _GROUP) or not any(name in names for name in (*_SHORT, *_LONG)):
        raise UnusableData(f"{path.name} lacks a column for the text or the group; it has {', '.join(sorted(names))}")
    for row in rows:
        yield {name: row[column] or "" for name, column in names.items()}


def _cell(row: dict[str, str], names: Sequence[str]) -> str:
    return next((row[name] for name in names if name in row), "")
