"""Imports raw Jira REST payloads as history, and holds the newest back. It tells nobody."""

import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.jira.records import (
    Account,
    Change,
    Comment,
    History,
    Issue,
    Link,
    LinkType,
    Named,
    Project,
    Status,
)
from sandbox.jira.state import JiraState

Json = dict[str, Any]
TEXTS = frozenset({"summary", "description", "environment"})
CHOICES = frozenset({"priority", "issuetype"})
LISTS = {"Component": "components", "Version": "versions"}


class HistoryError(ValueError):
    """The file cannot be imported, or there is nothing left to replay."""


@dataclass(slots=True, kw_only=True)
class HeldBack:
    """Raw payloads that wait to be created, oldest first, and the real links of all that were ever held back."""

    waiting: list[Json] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)


def read_payloads(path: Path) -> list[Json]:
    """The payloads of a file of JSON lines, plain or packed with xz."""
    raw = path.read_bytes()
    try:
        text = (lzma.decompress(raw) if path.suffix == ".xz" else raw).decode()
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise HistoryError(f"{path.name} cannot be read: {error}") from error
    found = [_payload(line, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not found:
        raise HistoryError(f"{path.name} holds no payload")
    return found


def import_history(jira: JiraState, payloads: Iterable[Json], replay: int) -> HeldBack:
    """Take payloads in as they are in the end, but hold the `replay` newest back; set the clock to just before them."""
    ordered = sorted(payloads, key=lambda p: jira_moment(p["fields"]["created"]))
    past, later = ordered[: len(ordered) - replay], ordered[len(ordered) - replay :]
    for payload in ordered:
        jira.last_id = max(jira.last_id, *_ids(payload))
    for payload in past:
        issue = issue_at_birth(jira, payload)
        _live_on(jira, issue, payload)
        jira.add_issue(issue)
    for payload in past:
        _add_links(jira, payload)
    if later:
        jira.clock.set(jira_moment(later[0]["fields"]["created"]) - timedelta(minutes=1))
    return HeldBack(waiting=list(later), links=list(_real_links(ordered, later)))


def _payload(line: str, number: int) -> Json:
    try:
        payload = json.loads(line)
        if payload["key"] and payload["id"] and payload["fields"]["created"] and payload["fields"]["project"]["key"]:
            return dict(payload)
    except (ValueError, TypeError, KeyError) as error:
        raise HistoryError(f"line {number} is no Jira issue: {error!r}") from error
    raise HistoryError(f"line {number} is no Jira issue")


def issue_at_birth(jira: JiraState, payload: Json) -> Issue:
    """Make the issue of a payload as it was created: no links, resolution, comments or later status."""
    fields = _born(payload)
    created = jira_moment(fields["created"])
    project = _project(jira, fields["project"])
    creator = _account(jira, fields.get("creator") or fields.get("reporter")) or "unknown"
    return Issue(
        id=int(payload["id"]),
        key=payload["key"],
        project=project,
        summary=fields["summary"] or payload["fields"]["summary"],
        description=fields.get("description"),
        environment=fields.get("environment"),
        type=_named(jira.issue_types, fields["issuetype"] or payload["fields"]["issuetype"]),
        priority=_named(jira.priorities, fields["priority"]) if fields.get("priority") else None,
        status=project.first_status,
        creator=creator,
        reporter=_account(jira, fields.get("reporter")),
        components=[_named(project.components, value) for value in fields.get("components") or ()],
        versions=[_named(project.versions, value) for value in fields.get("versions") or ()],
        created=created,
        updated=created,
    )


def _born(payload: Json) -> Json:
    """A payload's fields as they were at creation: the changelog taken back; what is not logged stays."""
    fields = dict(payload["fields"])
    histories = sorted((payload.get("changelog") or {}).get("histories") or (), key=lambda h: jira_moment(h["created"]))
    for item in [item for entry in reversed(histories) for item in reversed(entry["items"])]:
        name, before = item["field"], item.get("fromString")
        if name in TEXTS:
            fields[name] = before
        elif name in CHOICES:
            fields[name] = {"id": item.get("from"), "name": before} if before else None
        elif name in LISTS:
            kept = [value for value in fields.get(LISTS[name]) or () if value["name"] != item.get("toString")]
            fields[LISTS[name]] = [*kept, {"id": item.get("from"), "name": before}] if before else kept
    return fields


def _live_on(jira: JiraState, issue: Issue, payload: Json) -> None:
    fields = payload["fields"]
    issue.summary, issue.description = fields["summary"], fields.get("description")
    issue.type = _named(jira.issue_types, fields["issuetype"])
    issue.priority = _named(jira.priorities, fields["priority"]) if fields.get("priority") else None
    issue.components = [_named(issue.project.components, value) for value in fields.get("components") or ()]
    issue.versions = [_named(issue.project.versions, value) for value in fields.get("versions") or ()]
    issue.environment, issue.due = fields.get("environment"), fields.get("duedate")
    issue.status = _status(jira, fields["status"])
    issue.resolution = _named(jira.resolutions, fields["resolution"]) if fields.get("resolution") else None
    issue.resolved_at = jira_moment(fields["resolutiondate"]) if fields.get("resolutiondate") else None
    issue.assignee = _account(jira, fields.get("assignee"))
    issue.labels = list(fields.get("labels") or ())
    issue.fix_versions = [_named(issue.project.versions, value) for value in fields.get("fixVersions") or ()]
    issue.updated = jira_moment(fields.get("updated") or fields["created"])
    issue.comments = [_comment(jira, comment) for comment in (fields.get("comment") or {}).get("comments") or ()]
    entries = (payload.get("changelog") or {}).get("histories") or ()
    issue.history = [_history(jira, entry) for entry in entries]


def _comment(jira: JiraState, raw: Json) -> Comment:
    author = _account(jira, raw.get("author")) or "unknown"
    return Comment(
        id=int(raw["id"]),
        author=author,
        body=raw["body"],
        created=jira_moment(raw["created"]),
        updated=jira_moment(raw.get("updated") or raw["created"]),
        update_author=_account(jira, raw.get("updateAuthor")) or author,
    )


def _history(jira: JiraState, raw: Json) -> History:
    changes = tuple(
        Change(
            field=item["field"],
            field_id=item.get("fieldId") or item["field"],
            before=item.get("from"),
            before_text=item.get("fromString"),
            after=item.get("to"),
            after_text=item.get("toString"),
        )
        for item in raw["items"]
    )
    author = _account(jira, raw.get("author")) or "unknown"
    return History(id=int(raw["id"]), author=author, created=jira_moment(raw["created"]), changes=changes)


def _add_links(jira: JiraState, payload: Json) -> None:
    here = jira.issue(payload["id"])
    for raw in payload["fields"].get("issuelinks") or ():
        other = jira.issue((raw.get("outwardIssue") or raw.get("inwardIssue"))["id"])
        if here is None or other is None:
            continue
        ends = (here.id, other.id) if "outwardIssue" in raw else (other.id, here.id)
        link = Link(id=int(raw["id"]), type=_link_type(jira, raw["type"]), inward=ends[0], outward=ends[1])
        jira.add_link(link)


def _real_links(ordered: list[Json], later: list[Json]) -> Iterator[dict[str, str]]:
    place = {payload["key"]: number for number, payload in enumerate(ordered)}
    held = {payload["key"] for payload in later}
    seen = set()
    for payload in ordered:
        for raw in payload["fields"].get("issuelinks") or ():
            pair = (payload["key"], (raw.get("outwardIssue") or raw.get("inwardIssue"))["key"])
            if pair[1] not in place:
                continue
            younger, older = sorted(pair, key=lambda key: place[key], reverse=True)
            mark = (younger, older, raw["type"]["name"])
            if younger in held and mark not in seen:
                seen.add(mark)
                yield {"key": younger, "other": older, "type": raw["type"]["name"]}


def _project(jira: JiraState, raw: Json) -> Project:
    known = jira.projects.get(raw["key"])
    if known is None:
        name, first = str(raw.get("name") or raw["key"]), jira.statuses["Open"]
        known = Project(id=raw["id"], key=raw["key"], name=name, type="software", first_status=first)
        jira.projects[raw["key"]] = known
    return known


def _account(jira: JiraState, raw: Json | None) -> str | None:
    if raw is None:
        return None
    identity = str(raw.get("accountId") or raw.get("name") or raw.get("key"))
    email = raw.get("emailAddress") or f"{identity}@example.org"
    known = Account(account_id=identity, name=raw.get("displayName", identity), email=email)
    return jira.accounts.setdefault(identity, known).account_id


def _named(register: list[Named], raw: Json) -> Named:
    for named in register:
        if named.name == raw["name"]:
            return named
    register.append(Named(id=str(raw["id"]), name=raw["name"], subtask=bool(raw.get("subtask"))))
    return register[-1]


def _status(jira: JiraState, raw: Json) -> Status:
    category = (raw.get("statusCategory") or {}).get("key", "new")
    return jira.statuses.setdefault(raw["name"], Status(id=str(raw["id"]), name=raw["name"], category=category))


def _link_type(jira: JiraState, raw: Json) -> LinkType:
    for kind in jira.link_types:
        if kind.name == raw["name"]:
            return kind
    kind = LinkType(id=str(raw["id"]), name=raw["name"], inward=raw["inward"], outward=raw["outward"])
    jira.link_types.append(kind)
    return kind


def _ids(payload: Json) -> Iterator[int]:
    fields = payload["fields"]
    yield int(payload["id"])
    yield from (int(comment["id"]) for comment in (fields.get("comment") or {}).get("comments") or ())
    yield from (int(entry["id"]) for entry in (payload.get("changelog") or {}).get("histories") or ())
    yield from (int(link["id"]) for link in fields.get("issuelinks") or ())


def jira_moment(text: str) -> datetime:
    """Jira's form of a time, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
