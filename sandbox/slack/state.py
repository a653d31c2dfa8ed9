"""What Slack remembers: people, channels, messages, views, and the short-lived triggers and response URLs."""

import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock, epoch_ms

Json = dict[str, Any]
TRIGGER_LIFE_S = 3.0
RESPONSE_URL_LIFE_S = 30 * 60.0
RESPONSE_URL_USES = 5


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
    """A message; `only_for` makes it ephemeral."""

    ts: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    only_for: str | None = None


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel or a direct conversation; messages in the order they came, ephemeral ones too."""

    id: str
    name: str
    members: list[str]
    topic: str = ""
    is_private: bool = False
    is_im: bool = False
    messages: list[Message] = field(default_factory=list)

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
class SlackState:
    """All of Slack in memory. Callers hold the world's lock."""

    clock: Clock
    team: Json
    app_id: str
    bot_user_id: str
    bot_id: str
    bot_name: str
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    rate_limit: bool
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: list[Json] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _last_ts: int = 0

    def next_ts(self) -> str:
        """A message timestamp at domain time, later than all before it."""
        micros = max(epoch_ms(self.clock.now()) * 1000, self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def next_id(self, letter: str) -> str:
        """An id in Slack's form: a letter and ten characters."""
        return f"{letter}0SBX{next(self._numbers):06d}"

    def channel(self, name_or_id: str) -> Channel | None:
        """A channel by id, by name, or by #name."""
        found = self.channels.get(name_or_id)
        name = name_or_id.removeprefix("#")
        return found or next((c for c in self.channels.values() if c.name == name and not c.is_im), None)

    def bot_is_in(self, channel: Channel) -> bool:
        """Whether the bot is a member."""
        return self.bot_user_id in channel.members

    def direct(self, user: str) -> Channel:
        """The direct conversation of the bot and somebody, made when it is not there."""
        for channel in self.channels.values():
            if channel.is_im and user in channel.members:
                return channel
        channel = Channel(id=self.next_id("D"), name="", members=[user, self.bot_user_id], is_im=True, is_private=True)
        self.channels[channel.id] = channel
        return channel

    def new_trigger(self, user: str) -> str:
        """A fresh trigger id for somebody's act."""
        identity = f"{next(self._numbers)}.{self.team['id']}.{secrets.token_hex(8)}"
        self.triggers[identity] = Trigger(user=user, expires=time.monotonic() + TRIGGER_LIFE_S)
        return identity

    def new_response_url(self, channel: str, user: str, ts: str | None) -> str:
        """The token of a fresh response URL."""
        token = secrets.token_urlsafe(18)
        expires = time.monotonic() + RESPONSE_URL_LIFE_S
        self.response_urls[token] = ResponseUrl(channel=channel, user=user, ts=ts, expires=expires)
        return token

    def open_view(self, user: str) -> View | None:
        """The modal on top of somebody's stack."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None
