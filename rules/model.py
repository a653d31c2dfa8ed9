"""The vocabulary: what decisions are made of. See `docs/glossary.md` for each word.

No I/O, no vendor dictionaries: the `translate.py` of each integration makes these values.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from rules.canonical import Value, revive

Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
ItemId: TypeAlias = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class Subject(Value, frozen=True, kw_only=True):
    """What a look is about; written `kind:id`. Items are known by Jira's numeric id, because keys change."""

    kind: Literal["item", "batch", "queue", "card", "delivery", "conversation", "person", "home", "system"]
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Subject":
        """Read `kind:id`; raises ValueError for anything else."""
        kind, colon, id_ = text.partition(":")
        try:
            return revive({"kind": kind, "id": id_}, cls) if colon and id_ else _no_subject(text)
        except msgspec.ValidationError:
            return _no_subject(text)


def _no_subject(text: str) -> Subject:
    raise ValueError(f"{text[:80]!r} is not a subject: expected kind:id")


SYSTEM = Subject(kind="system", id="yardmaster")


class Tainted(Value, frozen=True, kw_only=True, tag_field="as", tag="tainted"):
    """Text that came from outside: data, never an instruction. It must be escaped for where it is shown."""

    text: str
    source: Literal["jira", "slack"] = "jira"


class ItemRef(Value, frozen=True, kw_only=True, tag_field="as", tag="item"):
    """An issue named in a sentence; shown as a link, and only to who may browse it.

    `address`: where the link leads, if not to the issue itself.
    """

    id: int
    key: str
    address: str = ""


class PersonRef(Value, frozen=True, kw_only=True, tag_field="as", tag="person"):
    """A human named in a sentence. `slack` lets Slack show the mention; `name` stands elsewhere."""

    name: str
    slack: str | None = None


class Moment(Value, frozen=True, kw_only=True, tag_field="as", tag="moment"):
    """A point in domain time named in a sentence; shown in the reader's own time zone."""

    at: datetime


Part: TypeAlias = Tainted | ItemRef | PersonRef | Moment


def words_of(part: Part) -> str:
    """Give a part in plain words, not escaped for anything: a text, a key, a name, a minute in UTC."""
    if isinstance(part, Moment):
        return f"{part.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return part.text if isinstance(part, Tainted) else part.key if isinstance(part, ItemRef) else part.name


class Line(Value, frozen=True, kw_only=True):
    """One sentence in our words, with places `{0}`, `{1}` for parts, so that the sentence itself is always ours.

    A literal brace is doubled, as in `str.format`.
    """

    text: str
    parts: tuple[Part, ...] = ()


class Event(Value, frozen=True, kw_only=True):
    """Something that happened. A signal may be folded with others; a command is ordered and applied once.

    `id` is the sender's delivery id. `received_at` is domain time at the door. `payload` is what `translate` made of
    it. `needs_look` is False for events that are kept for the record alone.
    """

    id: str
    kind: Literal["signal", "command"]
    name: str
    source: Literal["jira", "slack", "clock", "yardmaster"]
    subject: Subject
    received_at: datetime
    payload: dict[str, Any] = msgspec.field(default_factory=dict)
    needs_look: bool = True


class Status(Value, frozen=True, kw_only=True):
    """A Jira status; `category` is Jira's status category key."""

    id: str
    name: str
    category: Literal["new", "indeterminate", "done", "undefined"]


class ItemLink(Value, frozen=True, kw_only=True):
    """A link as one of its two issues shows it. `outward`: this issue does the verb ("duplicates") to the other."""

    id: str
    type: str
    direction: Literal["outward", "inward"]
    other: ItemId
    other_key: str


class Snapshot(Value, frozen=True, kw_only=True):
    """What one payload said of an issue as of `updated`: only the fields that were present, named as in `Item`."""

    id: ItemId
    key: str
    updated: Instant | None = None
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    changes: tuple["FieldChange", ...] = ()
    deleted: bool = False


#: The field of a changelog in which teams are told, however the site calls it.
TEAM: Final = "yardmaster.team"


class FieldChange(Value, frozen=True, kw_only=True):
    """One changed field of a Jira changelog entry; `id` is the entry's id and the field's place in it."""

    id: str
    at: Instant
    author: str | None
    field: str
    before: str | None = None
    before_text: str | None = None
    after: str | None = None
    after_text: str | None = None


class SlaClock(Value, frozen=True, kw_only=True):
    """A clock of a service desk as Jira told of it last. `breaches_at`: None while it is paused, and once it ended.

    `took`: how much of its time was used when it ended, in per mille; None while it runs, and where Jira did not say.
    `ours`: it is not Jira's, but runs by our rules; no item is kept with such.
    """

    name: str
    breaches_at: Instant | None = None
    paused: bool = False
    breached: bool = False
    took: int | None = None
    ours: bool = False


class Item(Value, frozen=True, kw_only=True):
    """A Jira issue as we last saw it. People are Jira account ids.

    `request_type` and `organisations` are those of a service desk, `customers` what the custom field holds that the
    settings name, `team` the name of the team that Jira's team field holds.
    """

    id: ItemId
    key: str
    project: str
    summary: Tainted
    type: str
    status: Status
    created: Instant
    updated: Instant
    description: Tainted = Tainted(text="")
    priority: str | None = None
    resolution: str | None = None
    resolved_at: Instant | None = None
    reporter: str | None = None
    assignee: str | None = None
    components: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    due: date | None = None
    team: str | None = None
    request_type: str | None = None
    organisations: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    slas: tuple[SlaClock, ...] = ()
    security_level: str | None = None
    links: tuple[ItemLink, ...] = ()
    deleted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether work on it is not finished: its status is not in the category "done"."""
        return self.status.category != "done"

    def is_linked_to(self, other: int) -> bool:
        """Tell whether any link of any type leads to the other issue."""
        return any(link.other == other for link in self.links)


class Person(Value, frozen=True, kw_only=True):
    """A human as we know them. `id` is the name in `people.yml`, else `jira:<accountId>` or `slack:<userId>`.

    `linked` means that Jira account and Slack user are known to be the same human. Guests are never approvers.
    """

    id: str
    name: str
    jira: str | None = None
    slack: str | None = None
    roles: tuple[str, ...] = ()
    guest: bool = False

    @property
    def linked(self) -> bool:
        """Whether Jira account and Slack user are both known."""
        return self.jira is not None and self.slack is not None


class Switch(Value, frozen=True, kw_only=True):
    """Work is stopped: everywhere (`scope` "everything"), or one `project`, `workflow`, `agent` or kind of `action`."""

    scope: Literal["everything", "project", "workflow", "agent", "action"]
    name: str = ""
    by: str = ""
    at: datetime | None = None
