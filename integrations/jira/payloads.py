"""The shapes of what Jira sends, as far as we read them; whatever else a payload holds is passed over.

Absent is not null: `UNSET` stands for a field that the payload does not have. Only `translate` may use these shapes.

Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/ and the schemas of `/rest/api/2/issue`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

Number: TypeAlias = str | Annotated[int, msgspec.Meta(ge=0, lt=10**18)]
Text: TypeAlias = str | dict[str, Any] | None


class Shape(Struct, frozen=True, kw_only=True, rename="camel"):
    """Anything that Jira sends."""


class Named(Shape, frozen=True, kw_only=True):
    """An issue type, priority, resolution, component or version."""

    name: str


class Keyed(Shape, frozen=True, kw_only=True):
    """A project or a status category."""

    key: str


class Identified(Shape, frozen=True, kw_only=True):
    """A security level, or an issue of which no more is needed."""

    id: Number


class Person(Shape, frozen=True, kw_only=True):
    """A user: Cloud has account ids, Server and Data Center have keys and names."""

    account_id: str | None = None
    key: str | None = None
    name: str | None = None
    display_name: str | None = None


class StatusShape(Shape, frozen=True, kw_only=True):
    """A status, with its category unless Jira left it out."""

    id: Number
    name: str
    status_category: Keyed | None = None


class LinkedIssue(Shape, frozen=True, kw_only=True):
    """The other end of a link."""

    id: Number
    key: str


class Link(Shape, frozen=True, kw_only=True):
    """A link as one of its issues shows it: it has the other end under one of two names."""

    id: Number
    type: Named
    outward_issue: LinkedIssue | None = None
    inward_issue: LinkedIssue | None = None


class Change(Shape, frozen=True, kw_only=True):
    """One changed field of a changelog entry; `fieldtype` tells Jira's own fields ("jira") from custom ones."""

    field: str
    field_id: str | None = None
    fieldtype: str = ""
    before: Number | None = msgspec.field(name="from", default=None)
    before_text: str | None = msgspec.field(name="fromString", default=None)
    after: Number | None = msgspec.field(name="to", default=None)
    after_text: str | None = msgspec.field(name="toString", default=None)

    @property
    def name(self) -> str:
        """The field's name; Jira writes its own fields now "Status", now "status", so they get small letters."""
        return self.field.lower() if self.fieldtype == "jira" else self.field


class History(Shape, frozen=True, kw_only=True):
    """One entry of the changelog that `expand=changelog` gives."""

    id: Number
    created: str
    author: Person | None = None
    items: tuple[Change, ...] = ()


class Histories(Shape, frozen=True, kw_only=True):
    """The changelog that `expand=changelog` gives."""

    histories: tuple[History, ...] = ()


class WebhookChangelog(Shape, frozen=True, kw_only=True):
    """The one changelog entry that a webhook tells of; its time and author are the webhook's."""

    id: Number | None = None
    items: tuple[Change, ...] = ()


class Fields(Shape, frozen=True, kw_only=True):
    """The fields of an issue that we keep, under Jira's names for them."""

    project: Keyed | UnsetType = UNSET
    summary: str | UnsetType | None = UNSET
    description: Text | UnsetType = UNSET
    issuetype: Named | UnsetType = UNSET
    status: StatusShape | UnsetType = UNSET
    created: str | UnsetType = UNSET
    updated: str | UnsetType = UNSET
    resolutiondate: str | UnsetType | None = UNSET
    priority: Named | UnsetType | None = UNSET
    resolution: Named | UnsetType | None = UNSET
    reporter: Person | UnsetType | None = UNSET
    assignee: Person | UnsetType | None = UNSET
    components: tuple[Named, ...] | UnsetType | None = UNSET
    versions: tuple[Named, ...] | UnsetType | None = UNSET
    fix_versions: tuple[Named, ...] | UnsetType | None = UNSET
    duedate: date | UnsetType | None = UNSET
    labels: tuple[str, ...] | UnsetType | None = UNSET
    security: Identified | Number | UnsetType | None = UNSET
    issuelinks: tuple[Link, ...] | UnsetType | None = UNSET


class Issue(Shape, frozen=True, kw_only=True):
    """An issue, from REST or from a webhook; its custom fields have names that no shape can foresee."""

    id: Number
    key: str
    fields: dict[str, Any]
    changelog: Histories | None = None


class Comment(Shape, frozen=True, kw_only=True):
    """A comment, from REST or from a webhook.

    `jsd_public`: customers of a service desk see it. Jira tells that of every comment; what is not told is not so.
    `visibility`: the group or role to which it is restricted.
    """

    id: Number
    author: Person | None = None
    update_author: Person | None = None
    created: str | None = None
    body: Text = None
    updated: str = ""
    jsd_public: bool = False
    visibility: Any = None


class LinkEnds(Shape, frozen=True, kw_only=True):
    """A link as its own webhook tells it: `source` does the verb ("duplicates") to `destination`."""

    source_issue_id: Number
    destination_issue_id: Number


class Property(Shape, frozen=True, kw_only=True):
    """An entity property; its value may be any JSON."""

    key: str
    value: Any = None


class PropertiedComment(Comment, frozen=True, kw_only=True):
    """A comment as `expand=properties` gives it."""

    properties: tuple[Property, ...] = ()


class CommentsShape(Shape, frozen=True, kw_only=True):
    """A page of an issue's comments."""

    comments: tuple[PropertiedComment, ...]
    total: int


class CreatedShape(Shape, frozen=True, kw_only=True):
    """The answer of `POST issue`."""

    id: Number
    key: str


class PropertiedIssue(CreatedShape, frozen=True, kw_only=True):
    """An issue as a search with `properties` finds it; their values may be any JSON."""

    properties: dict[str, Any] = {}


class FoundShape(Shape, frozen=True, kw_only=True):
    """A page of `search/jql`."""

    issues: tuple[PropertiedIssue, ...]


class User(Person, frozen=True, kw_only=True):
    """A user as `user/search` gives it; most hide their address."""

    email_address: str | None = None
    active: bool = False


class WatchersShape(Shape, frozen=True, kw_only=True):
    """Who watches an issue."""

    watchers: tuple[Person, ...]


class Grant(Shape, frozen=True, kw_only=True):
    """One permission, and the issues and projects for which it is granted."""

    permission: str
    issues: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()


class GrantsShape(Shape, frozen=True, kw_only=True):
    """The answer of `permissions/check`."""

    project_permissions: tuple[Grant, ...]


class ProjectShape(Shape, frozen=True, kw_only=True):
    """A project in a list."""

    id: Number
    key: str
    name: str = ""


class ProjectsPage(Shape, frozen=True, kw_only=True):
    """A page of `project/search`."""

    values: tuple[ProjectShape, ...]
    is_last: bool = True


class IssueTypeShape(Shape, frozen=True, kw_only=True):
    """A type of issue that may be created."""

    id: Number
    name: str
    subtask: bool = False


class TypesPage(Shape, frozen=True, kw_only=True):
    """A page of `issue/createmeta/{project}/issuetypes`."""

    issue_types: tuple[IssueTypeShape, ...]


class CreateField(Shape, frozen=True, kw_only=True):
    """A field of the screen on which an issue is created."""

    id: str = msgspec.field(name="fieldId")
    name: str
    required: bool = False
    has_default_value: bool = False


class FieldsPage(Shape, frozen=True, kw_only=True):
    """A page of `issue/createmeta/{project}/issuetypes/{type}`."""

    fields: tuple[CreateField, ...]


class ServerInfo(Shape, frozen=True, kw_only=True):
    """The answer of `serverInfo`."""

    server_time: str


class IssueWebhook(Shape, frozen=True, kw_only=True):
    """`jira:issue_created`, `jira:issue_updated` and `jira:issue_deleted`; `timestamp` in milliseconds since 1970."""

    issue: Issue
    timestamp: int | None = None
    user: Person | None = None
    changelog: WebhookChangelog | None = None


class CommentWebhook(Shape, frozen=True, kw_only=True):
    """`comment_created`, `comment_updated` and `comment_deleted`; the issue in it is a reduced one."""

    issue: Identified
    comment: Comment
    user: Person | None = None


class LinkWebhook(Shape, frozen=True, kw_only=True):
    """`issuelink_created` and `issuelink_deleted`."""

    issue_link: LinkEnds
    user: Person | None = None


class OtherWebhook(Shape, frozen=True, kw_only=True):
    """Any other webhook: what of it can be taken for an issue or a person is looked at, and nothing is required."""

    issue: Any = None
    user: Any = None


class AllowedValue(Shape, frozen=True, kw_only=True):
    """A value that a field of a screen may take; options have a `value` where others have a `name`."""

    name: str | None = None
    value: str | None = None


class ScreenFieldShape(Shape, frozen=True, kw_only=True):
    """A field of a transition's screen."""

    name: str
    required: bool = False
    allowed_values: tuple[AllowedValue, ...] = ()


class TransitionShape(Shape, frozen=True, kw_only=True):
    """A transition with its screen."""

    id: Number
    name: str
    to: StatusShape
    is_available: bool = True
    fields: dict[str, ScreenFieldShape] = {}


class TransitionsShape(Shape, frozen=True, kw_only=True):
    """The answer of `/rest/api/2/issue/{id}/transitions?expand=transitions.fields`."""

    transitions: tuple[TransitionShape, ...]
