"""What Jira remembers, as plain records. They change only while the world's lock is held; nothing here speaks JSON."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SPRINT = "customfield_10020"
ROLES = {"Administrators": 10002, "Developers": 10001, "Users": 10000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who can act in Jira."""

    account_id: str
    name: str
    email: str
    time_zone: str = "Etc/UTC"
    active: bool = True
    email_visible: bool = False
    kind: str = "atlassian"
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A priority, resolution, issue type, component or version."""

    id: str
    name: str
    subtask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status with the key of its category: new, indeterminate, done."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A move of the workflow; empty sources mean from every status, no projects (keys) in every project."""

    id: str
    name: str
    to: str
    sources: tuple[str, ...]
    screen: tuple[str, ...]
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """A link type with the words that the inward and the outward end read."""

    id: str
    name: str
    inward: str
    outward: str


@dataclass(slots=True, kw_only=True)
class Project:
    """A project; a missing permission means everybody, else account ids, `role:NAME` and `group:NAME`.

    Roles hold account ids and `group:NAME`.
    """

    id: str
    key: str
    name: str
    type: str
    first_status: Status
    components: list[Named] = field(default_factory=list)
    versions: list[Named] = field(default_factory=list)
    permissions: dict[str, frozenset[str]] = field(default_factory=dict)
    security: dict[str, frozenset[str]] = field(default_factory=dict)
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    lead: str | None = None
    description: str = ""
    last_number: int = 0


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment; the body is text (wiki markup)."""

    id: int
    author: str
    body: str
    created: datetime
    updated: datetime
    update_author: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Worklog:
    """Time that somebody spent; the comment is text (wiki markup)."""

    id: int
    author: str
    seconds: int
    started: datetime
    created: datetime
    updated: datetime
    update_author: str
    comment: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file on an issue; `kind` is its MIME type."""

    id: int
    name: str
    kind: str
    content: bytes
    author: str
    created: datetime


@dataclass(slots=True, kw_only=True)
class Filter:
    """A saved search; `shares` tells whom else it is shown to."""

    id: int
    owner: str
    name: str
    jql: str = ""
    description: str = ""
    shares: list[dict[str, Any]] = field(default_factory=list)
    favoured_by: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed field: ids and words before and after."""

    field: str
    field_id: str
    before: str | None = None
    before_text: str | None = None
    after: str | None = None
    after_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One entry of a changelog."""

    id: int
    author: str
    created: datetime
    changes: tuple[Change, ...]


@dataclass(slots=True, kw_only=True)
class RemoteLink:
    """A link to something outside of Jira; `body` is what was sent, without the global id."""

    id: int
    global_id: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link between issue ids: `inward` shows the other as outwardIssue, `outward` the other as inwardIssue."""

    id: int
    type: LinkType
    inward: int
    outward: int


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue as it is now, with all that hangs on it."""

    id: int
    key: str
    project: Project
    summary: str
    type: Named
    status: Status
    creator: str
    created: datetime
    updated: datetime
    description: str | None = None
    environment: str | None = None
    reporter: str | None = None
    assignee: str | None = None
    priority: Named | None = None
    resolution: Named | None = None
    resolved_at: datetime | None = None
    due: str | None = None
    security: str | None = None
    parent: int | None = None
    labels: list[str] = field(default_factory=list)
    components: list[Named] = field(default_factory=list)
    versions: list[Named] = field(default_factory=list)
    fix_versions: list[Named] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    watchers: set[str] = field(default_factory=set)
    voters: set[str] = field(default_factory=set)
    attachments: list[Attachment] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    remote_links: list[RemoteLink] = field(default_factory=list)
