"""Reads raw Jira REST payloads, one a line, and takes each issue back to what it said when it was created.

Fields show the end state, so the changelog is undone from its end; resolution and links go to the verdicts only.
"""

import json
import lzma
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.delimited import opened
from benchmarks.history import History, Report, UnusableData, Verdicts, history, pair
from orchestrator.related import Traits

_SAME = frozenset({"duplicate", "cloners", "supercedes", "supersedes", "incorporates"})
"""Link types by which a person says that two issues are one problem, or that one contains the other."""


def read_jira(path: Path) -> History:
    """Read a `.jsonl` or `.jsonl.xz` file; UnusableData names the line that is broken."""
    reports: list[Report] = []
    linked: set[tuple[str, str]] = set()
    same: set[tuple[str, str]] = set()
    closed: set[str] = set()
    for number, line in lines_of(path):
        try:
            for payload in payloads_of(json.loads(line)):
                reports.append(as_created(payload))
                for kind, other in _links(payload):
                    linked.add(pair(payload["key"], other))
                    if kind.casefold() in _SAME:
                        same.add(pair(payload["key"], other))
                if ((payload["fields"].get("resolution") or {}).get("name") or "").casefold() == "duplicate":
                    closed.add(payload["key"])
        except (KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise UnusableData(
                f"{path.name}, line {number}: not a Jira issue ({type(wrong).__name__}: {wrong})"
            ) from wrong
    return history(
        reports,
        Verdicts(linked=frozenset(linked), same=frozenset(same), closed_as_duplicate=frozenset(closed)),
    )


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that are not empty, with their numbers; UnusableData where there are none to read."""
    if not path.is_file():
        raise UnusableData(f"the benchmark lacks its data: there is no file {path}")
    try:
        with opened(path) as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (lzma.LZMAError, EOFError) as wrong:
        raise UnusableData(f"{path.name} cannot be read: {wrong}") from wrong


def payloads_of(told: Any) -> list[Any]:
    """Give the issues of a line: one, those of a list, or of a page of a search; ValueError for an empty list."""
    if told == []:
        raise ValueError("an empty list")
    page = told if isinstance(told, list) else told.get("issues")
    return page if isinstance(page, list) else [told]


def as_created(payload: Mapping[str, Any]) -> Report:
    """Undo all changes of the text, project, kind, components and reporter."""
    fields = payload["fields"]
    first = {
        "summary": _text(fields.get("summary")),
        "description": _text(fields.get("description")),
        "issuetype": (fields.get("issuetype") or {}).get("name", ""),
        "reporter": account(fields.get("reporter") or {}),
        "key": payload["key"],
    }
    components = [component.get("name") or "" for component in fields.get("components") or []]
    for _, item in changes_from_the_last(payload):
        name = str(item.get("field")).casefold()
        if name == "component":
            _undo(components, item.get("toString"), item.get("fromString"))
        elif name in first:
            first[name] = (item.get("from") if name == "reporter" else item.get("fromString")) or ""
    return Report(
        key=payload["key"],
        summary=first["summary"],
        description=first["description"],
        traits=Traits(
            created=int(moment_of(fields["created"]).timestamp()),
            project=first["key"].rpartition("-")[0],
            components=tuple(sorted(filter(None, components))),
            kind=first["issuetype"],
            reporter=first["reporter"],
        ),
    )


def changes_from_the_last(payload: Mapping[str, Any]) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """Give when each field changed, and the change, the last one first."""
    entries = (payload.get("changelog") or {}).get("histories") or []
    for entry in sorted(entries, key=_order, reverse=True):
        yield from ((moment_of(entry["created"]), one) for one in reversed(entry.get("items") or []))


def _order(entry: Mapping[str, Any]) -> tuple[datetime, int]:
    id_ = str(entry.get("id"))
    return moment_of(entry["created"]), int(id_) if id_.isdecimal() else 0


def account(person: Mapping[str, Any]) -> str:
    """Give the account of a person as a payload names them; empty for nobody."""
    return person.get("name") or person.get("accountId") or person.get("key") or ""


def _text(value: object) -> str:
    """A text field, in wiki markup or as an Atlassian document, whose words stand under `text`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        own = value.get("text")
        return own if isinstance(own, str) else _text(value.get("content"))
    return "\n".join(map(_text, value)) if isinstance(value, list) else ""


def _undo(names: list[str], added: str | None, removed: str | None) -> None:
    if added in names:
        names.remove(added)
    if removed:
        names.append(removed)


def moment_of(text: str) -> datetime:
    """Read a time; one without an offset is UTC. ValueError for what is none."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _links(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for link in payload["fields"].get("issuelinks") or []:
        other = link.get("outwardIssue") or link.get("inwardIssue")
        if other and other.get("key"):
            yield (link.get("type") or {}).get("name") or "", other["key"]
