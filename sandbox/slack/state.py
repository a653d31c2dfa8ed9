"""What Slack remembers: people, channels, messages, views, and the short-lived triggers and response URLs."""

import secrets
import time
from dataclasses import dataclass, field

from sandbox.clock import Clock, epoch_ms
from sandbox.slack.records import (
    Authorization,
    Availability,
    Channel,
    Json,
    ResponseUrl,
    Scheduled,
    StoredFile,
    Trigger,
    User,
    View,
)

TRIGGER_LIFE_S = 3.0
RESPONSE_URL_LIFE_S = 30 * 60.0


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
    availability: dict[str, Availability] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    authorization: Authorization = field(default_factory=Authorization)
    last_number: int = 0
    _last_ts: int = 0

    def now_s(self) -> int:
        """Seconds of domain time since 1970."""
        return epoch_ms(self.clock.now()) // 1000

    def next_ts(self) -> str:
        """A message timestamp at domain time, later than all before it."""
        micros = max(epoch_ms(self.clock.now()) * 1000, self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def next_id(self, letter: str) -> str:
        """An id in Slack's form: a letter and ten characters."""
        return f"{letter}0SBX{self._next_number():06d}"

    def _next_number(self) -> int:
        self.last_number += 1
        return self.last_number

    def channel(self, name_or_id: str) -> Channel | None:
        """A channel by id, by name, or by #name."""
        found = self.channels.get(name_or_id)
        name = name_or_id.removeprefix("#")
        return found or next((c for c in self.channels.values() if c.name == name and c.kind != "im"), None)

    def bot_is_in(self, channel: Channel) -> bool:
        """Whether the bot is a member."""
        return self.bot_user_id in channel.members

    def direct(self, *users: str) -> Channel:
        """The direct conversation of the bot and somebody, or several, made when it is not there."""
        members, alone = {*users, self.bot_user_id}, len(users) == 1
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and set(channel.members) == members:
                return channel
        channel = Channel(id=self.next_id("D" if alone else "G"), name="", members=sorted(members), is_im=alone)
        channel.is_private, channel.is_mpim = True, not alone
        if not alone:
            channel.name = f"mpdm-{'--'.join(self.users[user].name for user in channel.members)}-1"
        self.channels[channel.id] = channel
        return channel

    def how_reachable(self, user: str) -> Availability:
        """Somebody's presence, status and quiet hours, to read and to change."""
        return self.availability.setdefault(user, Availability())

    def new_trigger(self, user: str) -> str:
        """A fresh trigger id for somebody's act."""
        identity = f"{self._next_number()}.{self.team['id']}.{secrets.token_hex(8)}"
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
