"""Reads raw Jira REST payloads, one a line, and takes each issue back to what it said when it was created.

Fields show the end state, so the changelog is undone from its end; resolution and links go to the verdicts only.
"""

import json
import lzma
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
    for number, line in _lines(path):
        try:
            payload = json.loads(line)
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


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def as_created(payload: Mapping[str, Any]) -> Report:
    """Undo all changes of the text, project, kind, components and reporter."""
    fields = payload["fields"]
    first = {
        "summary": fields.get("summary") or "",
        "description": fields.get("description") or "",
        "issuetype": (fields.get("issuetype") or {}).get("name", ""),
        "reporter": (fields.get("reporter") or {}).get("name", ""),
        "key": payload["key"],
    }
    components = [component["name"] for component in fields.get("components") or []]
    for item in _changes_from_the_last(payload):
        name = item["field"].casefold()
        if name == "component":
            _undo(components, item.get("toString"), item.get("fromString"))
        elif name in first:
            first[name] = (item.get("from") if name == "reporter" else item.get("fromString")) or ""
    return Report(
        key=payload["key"],
        summary=first["summary"],
        description=first["description"],
        traits=Traits(
            created=int(_moment(fields["created"]).timestamp()),
            project=first["key"].rpartition("-")[0],
            components=tuple(sorted(components)),
            kind=first["issuetype"],
            reporter=first["reporter"],
        ),
    )


def _changes_from_the_last(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    entries = (payload.get("changelog") or {}).get("histories") or []
    for entry in sorted(entries, key=lambda entry: (_moment(entry["created"]), int(entry["id"])), reverse=True):
        yield from reversed(entry["items"])


def _undo(names: list[str], added: str | None, removed: str | None) -> None:
    if added in names:
        names.remove(added)
    if removed:
        names.append(removed)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _links(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for link in payload["fields"].get("issuelinks") or []:
        other = link.get("outwardIssue") or link.get("inwardIssue")
        if other:
            yield link["type"]["name"], other["key"]
