"""The records that Slack's state is made of. Values and their short-lived permissions; no behaviour of the service."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
RESPONSE_URL_USES = 5
#: Types of conversations, and how their scopes begin.
FAMILIES = {"public_channel": "channels", "private_channel": "groups", "mpim": "mpim", "im": "im"}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A member of the workspace, or a stranger of another one."""

    id: str
    name: str
    real_name: str
    email: str
    time_zone: str
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False


@dataclass(slots=True, kw_only=True)
class Message:
    """A message; `only_for` makes it ephemeral, `streaming` is one that the bot still writes."""

    ts: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    edited: Json | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    only_for: str | None = None
    streaming: bool = False


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel or a direct conversation; messages in the order they came, ephemeral ones too."""

    id: str
    name: str
    members: list[str]
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    bookmarks: list["Bookmark"] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Slack's word for the type of a conversation, as in `types` and in the names of scopes."""
        if self.is_im or self.is_mpim:
            return "im" if self.is_im else "mpim"
        return "private_channel" if self.is_private else "public_channel"

    @property
    def family(self) -> str:
        """The first part of the scopes for this type of conversation."""
        return FAMILIES[self.kind]

    def message(self, ts: str) -> Message | None:
        """The message with this timestamp."""
        return next((message for message in self.messages if message.ts == ts), None)


@dataclass(slots=True, kw_only=True)
class View:
    """A modal or a home tab as somebody sees it; `trigger` is what opened it."""

    id: str
    user: str
    body: Json
    hash: str
    trigger: str | None = None
    root: str = ""
    previous: str | None = None
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Trigger:
    """A trigger id: for one view, for three real seconds."""

    user: str
    expires: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Where an app may answer an interaction: five times within 30 real minutes."""

    channel: str
    user: str
    ts: str | None
    expires: float
    uses_left: int = RESPONSE_URL_USES


@dataclass(slots=True, kw_only=True)
class Availability:
    """How somebody can be reached: presence, status with its end, and when notifications are off (domain time)."""

    presence: str = "active"
    status_text: str = ""
    status_emoji: str = ""
    status_ends: int = 0
    quiet_from: str = "22:00"
    quiet_until: str = "08:00"
    snoozed_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A link at the head of a channel."""

    id: str
    title: str
    link: str
    emoji: str
    created: int


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """A file: announced with a size, then uploaded, then completed and perhaps shared."""

    id: str
    name: str
    length: int
    ticket: str
    url: str
    created: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    completed: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A message that is to be posted at `post_at`, in seconds of domain time."""

    id: str
    channel: str
    post_at: int
    created: int
    thread_ts: str | None
    content: Json


@dataclass(slots=True, kw_only=True)
class Authorization:
    """What OAuth gave out: codes, and tokens with the monotonic moment at which they stop to work."""

    client_id: str = "sandbox"
    client_secret: str = "sandbox"  # noqa: S105 -- known to everybody, as every token of the sandbox
    codes: dict[str, str] = field(default_factory=dict)
    access: dict[str, float] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    configuration: dict[str, float] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
