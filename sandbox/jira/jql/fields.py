"""The fields that queries may name: what each reads from an issue, which operators it takes, how it orders."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.jira.jql.scope import CustomField, Scope
from sandbox.jira.jql.syntax import JqlError
from sandbox.jira.records import SPRINT, Issue, Named

Kind = Literal["choice", "ranked", "person", "issue", "words", "moment", "number", "any"]
Read = Callable[[Issue], list[Any]]
CHOICE = frozenset({"=", "!=", "in", "not in", "is", "is not"})
ORDERED = CHOICE | {"<", ">", "<=", ">="}
WORDS = frozenset({"~", "!~", "is", "is not"})
OPERATORS: dict[Kind, frozenset[str]] = {
    "choice": CHOICE,
    "person": CHOICE,
    "ranked": ORDERED,
    "issue": ORDERED,
    "moment": ORDERED,
    "number": ORDERED,
    "words": WORDS,
    "any": ORDERED | WORDS,
}
HISTORIC = frozenset({"was", "was not", "was in", "was not in", "changed"})
CATEGORIES = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field; `values` are the names that exist (None = any), `logged` its names in the changelog (none = no past)."""

    name: str
    kind: Kind
    read: Callable[[Scope], Read]
    values: Callable[[Scope], Iterable[str]] | None = None
    logged: tuple[str, ...] = ()

    @property
    def operators(self) -> frozenset[str]:
        """What this field may be compared with."""
        return OPERATORS[self.kind] | (HISTORIC if self.logged else frozenset())


def find_field(scope: Scope, written: str) -> Field:
    """The field of a name, an id or `cf[id]`, in any case of letters; JqlError when there is none."""
    name = re.sub(r"\[[a-z ]+\]$", "", written.strip().lower())
    if known := FIELDS.get(ALIASES.get(name, name)):
        return known
    number = re.fullmatch(r"(?:cf\[|customfield_)(\d+)\]?", name)
    if name == "sprint" or (number and f"customfield_{number[1]}" == SPRINT):
        return Field(name="Sprint", kind="choice", read=_sprints, values=_sprint_names)
    for custom in scope.custom():
        if custom.name.lower() == name or (number and custom.id == f"customfield_{number[1]}"):
            return _custom(custom)
    raise JqlError(f"Field '{written}' does not exist or you do not have permission to view it.")


def _custom(custom: CustomField) -> Field:
    kinds: dict[str, Kind] = {"option": "choice", "number": "number", "string": "words"}
    return Field(
        name=custom.name, kind=kinds.get(custom.kind, "any"), read=lambda s: lambda i: flat(i.custom.get(custom.id))
    )


def flat(value: Any) -> list[Any]:
    """The values inside a custom field: numbers as they are, all else in small letters."""
    if isinstance(value, dict):
        return [one for key in ("id", "value", "name", "accountId") for one in flat(value.get(key))]
    if isinstance(value, list):
        return [one for entry in value for one in flat(entry)]
    if value is None:
        return []
    return [value] if isinstance(value, int | float) else [str(value).lower()]


def all_text(issue: Issue) -> list[str]:
    """The texts that a search for words looks into."""
    texts = [issue.summary, issue.description, issue.environment, *(comment.body for comment in issue.comments)]
    return [text for text in texts if text]


def issue_place(issue: Issue) -> tuple[str, int]:
    """Where an issue stands among keys: by project, then by number."""
    return issue.project.key, int(issue.key.rpartition("-")[2])


def _plain(read: Read) -> Callable[[Scope], Read]:
    return lambda scope: read


def _maybe(value: Any) -> list[Any]:
    return [] if value is None or value == "" else [value]


def _named(named: Named | None) -> list[str]:
    return [named.name.lower(), named.id] if named else []


def _nameds(listed: list[Named]) -> list[str]:
    return [word for named in listed for word in _named(named)]


def _names(read: Callable[[Scope], Iterable[Named]]) -> Callable[[Scope], Iterable[str]]:
    return lambda scope: [word for named in read(scope) for word in (named.name, named.id)]


def _status_names(scope: Scope) -> list[str]:
    return [word for status in scope.jira.statuses.values() for word in (status.name, status.id)]


def _category_names(scope: Scope) -> list[str]:
    return [*CATEGORIES, *CATEGORIES.values(), "2", "3", "4", "undefined"]


def _project_names(scope: Scope) -> list[str]:
    jira = scope.jira
    seen = [p for p in jira.projects.values() if scope.me is None or jira.may("browse", scope.me, p)]
    return [word for project in seen for word in (project.key, project.name, project.id)]


def _due(scope: Scope) -> Read:
    def read(issue: Issue) -> list[datetime]:
        if issue.due is None:
            return []
        return [datetime.fromisoformat(issue.due).replace(tzinfo=scope.zone).astimezone(UTC)]

    return read


def _link_types(scope: Scope) -> Read:
    def read(issue: Issue) -> list[str]:
        links = scope.jira.links_of(issue)
        return [
            word.lower()
            for link in links
            for word in (link.type.name, link.type.outward if link.inward == issue.id else link.type.inward)
        ]

    return read


def _link_type_names(scope: Scope) -> list[str]:
    return [word for kind in scope.jira.link_types for word in (kind.name, kind.inward, kind.outward)]


def _sprints(scope: Scope) -> Read:
    names = {sprint.id: [str(sprint.id), sprint.name.lower()] for sprint in scope.jira.agile.sprints.values()}
    return lambda issue: [word for number in issue.custom.get(SPRINT) or () for word in names.get(number, ())]


def _sprint_names(scope: Scope) -> list[str]:
    return [word for sprint in scope.jira.agile.sprints.values() for word in (sprint.name, str(sprint.id))]


def _moved(issue: Issue) -> list[datetime]:
    moves = [e.created for e in issue.history if any("status" in (c.field_id, c.field) for c in e.changes)]
    return [max(moves, default=issue.created)]


def _choice(name: str, read: Read, values: Callable[[Scope], Iterable[str]] | None = None, *logged: str) -> Field:
    return Field(name=name, kind="choice", read=_plain(read), values=values, logged=logged)


def _other(kind: Kind, name: str, read: Read, *logged: str) -> Field:
    return Field(name=name, kind=kind, read=_plain(read), logged=logged)


_components = _names(lambda s: [named for project in s.jira.projects.values() for named in project.components])
_versions = _names(lambda s: [named for project in s.jira.projects.values() for named in project.versions])
_PRIORITY = Field(
    name="priority",
    kind="ranked",
    read=_plain(lambda i: _maybe(i.priority and i.priority.name.lower())),
    values=_names(lambda s: s.jira.priorities),
    logged=("priority",),
)
_LISTED = (
    _choice("project", lambda i: [i.project.key.lower(), i.project.name.lower(), i.project.id], _project_names),
    _choice("status", lambda i: [i.status.name.lower(), i.status.id], _status_names, "status"),
    _choice(
        "statusCategory",
        lambda i: [i.status.category, CATEGORIES[i.status.category].lower()],
        _category_names,
    ),
    _choice("resolution", lambda i: _named(i.resolution), _names(lambda s: s.jira.resolutions), "resolution"),
    _choice("issuetype", lambda i: _named(i.type), _names(lambda s: s.jira.issue_types)),
    _choice("labels", lambda i: [label.lower() for label in i.labels]),
    _choice("component", lambda i: _nameds(i.components), _components),
    _choice("affectedVersion", lambda i: _nameds(i.versions), _versions),
    _choice("fixVersion", lambda i: _nameds(i.fix_versions), _versions, "fixVersions", "Fix Version"),
    _choice("level", lambda i: _maybe(i.security and i.security.lower())),
    _choice("projectType", lambda i: [i.project.type]),
    _PRIORITY,
    Field(name="issueLinkType", kind="choice", read=_link_types, values=_link_type_names),
    _other("person", "assignee", lambda i: _maybe(i.assignee), "assignee"),
    _other("person", "reporter", lambda i: _maybe(i.reporter), "reporter"),
    _other("person", "creator", lambda i: _maybe(i.creator)),
    _other("person", "watcher", lambda i: sorted(i.watchers)),
    _other("person", "worklogAuthor", lambda i: [log.author for log in i.worklogs]),
    _other("issue", "key", lambda i: [i.id]),
    _other("issue", "parent", lambda i: _maybe(i.parent)),
    _other("words", "summary", lambda i: [i.summary]),
    _other("words", "description", lambda i: _maybe(i.description)),
    _other("words", "environment", lambda i: _maybe(i.environment)),
    _other("words", "comment", lambda i: [comment.body for comment in i.comments]),
    _other("words", "text", all_text),
    _other("moment", "created", lambda i: [i.created]),
    _other("moment", "updated", lambda i: [i.updated]),
    _other("moment", "resolved", lambda i: _maybe(i.resolved_at)),
    _other("moment", "statusCategoryChangedDate", _moved),
    Field(name="due", kind="moment", read=_due),
    _other("number", "watchers", lambda i: [len(i.watchers)]),
    _other("number", "timeSpent", lambda i: _maybe(sum(log.seconds for log in i.worklogs) or None)),
)
FIELDS = {field.name.lower(): field for field in _LISTED}
ALIASES = {
    "issuekey": "key",
    "id": "key",
    "issue": "key",
    "type": "issuetype",
    "createddate": "created",
    "updateddate": "updated",
    "resolutiondate": "resolved",
    "duedate": "due",
    "security": "level",
    "components": "component",
    "versions": "affectedversion",
    "fixversions": "fixversion",
}
