"""A Slack that keeps messages and answers, and can lose an answer of its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from orchestrator.messages import Form, Message, ReplyTo
from orchestrator.people.availability import Presence
from orchestrator.ports import ChatProfile, GatewayError, Said

YARD = "C0YARD"


@dataclass
class FakeChat:
    """Messages by (channel, ts), and in `history` all that was ever shown, and where.

    `failures` are raised by the next posts, updates or replies; `lost`: posted, but the answer never came.
    """

    now: Callable[[], datetime]
    channels: dict[str, str] = field(default_factory=lambda: {"#yard": YARD})
    members_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    messages: dict[tuple[str, str], tuple[Message, str]] = field(default_factory=dict)
    replies: list[tuple[ReplyTo, Message]] = field(default_factory=list)
    history: list[tuple[str, Message]] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    homes: dict[str, Message] = field(default_factory=dict)
    published: list[str] = field(default_factory=list)
    failures: list[GatewayError] = field(default_factory=list)
    lost: int = 0
    present: dict[str, Presence] = field(default_factory=dict)
    silent: bool = False
    emails: dict[str, str] = field(default_factory=dict)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    threads: dict[tuple[str, str], str] = field(default_factory=dict)
    posted_at: dict[str, datetime] = field(default_factory=dict)
    turns: int = 0

    def channel(self, name: str) -> str | None:
        return name if name in self.channels.values() else self.channels.get(name)

    def direct(self, user: str) -> str:
        return f"D-{user}"

    def members(self, channel: str) -> tuple[str, ...]:
        return self.members_of.get(channel, ())

    def profile(self, user: str) -> ChatProfile | None:
        return ChatProfile(id=user, name=user)

    def presences(self, users: Collection[str], now: datetime) -> tuple[Presence, ...]:
        if self.silent:
            raise GatewayError("no answer in time", retryable=True)
        known = [self.present[user] for user in users if user in self.present]
        return tuple(msgspec.structs.replace(one, seen_at=now) for one in known)

    def notice(self, users: Collection[str]) -> None:
        """What is to be seen stands in `present`."""

    def user_of(self, email: str) -> str | None:
        return self.emails.get(email)

    def may_post(self, channel: str) -> None:
        """A post to any channel may be tried, but for the next `turns` of them, which have to wait for theirs."""
        if self.turns:
            self.turns -= 1
            raise GatewayError(f"a post to {channel} waits for its turn", retryable=True, retry_after=1.0)

    def post(self, channel: str, message: Message, mark: str, thread: str | None = None) -> str:
        self._fail()
        ts = f"{len(self.history) + 1}.0"
        if thread is not None:
            self.threads[channel, ts] = thread
        self.posted_at[ts] = self.now()
        self.messages[channel, ts] = (message, mark)
        self.history.append((channel, message))
        if self.lost:
            self.lost -= 1
            raise GatewayError("no answer in time", retryable=True, in_doubt=True)
        return ts

    def update(self, channel: str, ts: str, message: Message, mark: str) -> None:
        self._fail()
        if (channel, ts) in self.messages:
            self.messages[channel, ts] = (message, mark)
            self.history.append((channel, message))

    def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> str | None:
        marked = (ts for (where, ts), (_, its) in self.messages.items() if (where, its) == (channel, mark))
        found = (ts for ts in marked if self.threads.get((channel, ts)) == thread)
        return next((ts for ts in found if self.posted_at[ts] >= since), None)

    def reply(self, to: ReplyTo, message: Message | Form) -> None:
        self._fail()
        if isinstance(message, Form):
            assert to.view is not None, "a form has nowhere to go"
            self.forms[to.view] = message
            return
        self.replies.append((to, message))
        self.history.append((to.user, message))

    def publish(self, user: str, message: Message) -> None:
        self._fail()
        self.homes[user] = message
        self.published.append(user)

    def message(self, channel: str, ts: str) -> Said | None:
        self._fail()
        return self.said.get((channel, ts))

    def permalink(self, channel: str, ts: str) -> str | None:
        return f"https://chat.test/{channel}/{ts}" if (channel, ts) in self.messages else None

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
