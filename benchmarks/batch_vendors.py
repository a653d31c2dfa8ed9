"""A Jira and a Slack in memory, and a clock that is set: what the bot is measured with. They decide nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from benchmarks.batch_stream import START
from orchestrator.messages import Message
from orchestrator.ports import ChatProfile, Receipt
from rules.actions import Action, LinkAction, OpenTransition
from rules.canonical import plain
from rules.model import Snapshot

CHANNEL, BOT = "C0YARD", "j-bot"
APPROVERS = ("U0MIKA", "U0PRIYA")


@dataclass(slots=True)
class SetClock:
    """Domain time that somebody sets."""

    at: datetime = START

    def now(self) -> datetime:
        """Give it."""
        return self.at


@dataclass(slots=True)
class MadeTracker:
    """Issues and the links between them; everybody may see everything.

    It answers what is asked on the way of a batch, from its first report to what a yes to it does.
    """

    clock: SetClock
    issues: dict[int, Snapshot] = field(default_factory=dict)
    performed: int = 0

    def account(self) -> str:
        """Give the bot's own."""
        return BOT

    def item(self, item: int) -> Snapshot | None:
        """Read an issue."""
        return self.issues.get(item)

    def transitions(self, item: int) -> tuple[OpenTransition, ...]:
        """Nothing can be closed: then a question about a pair is not asked."""
        del item
        return ()

    def may_browse(self, account: str, items: Collection[int]) -> frozenset[int]:
        """Everybody may."""
        del account
        return frozenset(items)

    def watchers(self, item: int) -> frozenset[str]:
        """Nobody watches anything."""
        del item
        return frozenset()

    def values(self, item: int, fields: Collection[str]) -> dict[str, str]:
        """No field has a value that anybody asks for."""
        del item, fields
        return {}

    def url_of(self, key: str) -> str:
        """Give an address."""
        return f"https://jira.test/browse/{key}"

    def perform(self, action: Action, mark: str) -> Receipt:
        """Do it: of all that is done only links show in an issue here."""
        self.performed += 1
        if isinstance(action, LinkAction):
            for one, other, way in ((action.item, action.other, "outward"), (action.other, action.item, "inward")):
                link = {"id": mark, "type": action.type, "direction": way}
                self._link(one, link | {"other": other, "other_key": self.issues[other].key})
        return Receipt(id=mark)

    def _link(self, item: int, link: dict[str, object]) -> None:
        issue = self.issues[item]
        now = max(self.clock.now(), (issue.updated or START) + timedelta(milliseconds=1))
        fields = issue.fields | {"links": [*issue.fields["links"], link], "updated": plain(now)}
        self.issues[item] = msgspec.structs.replace(issue, updated=now, fields=fields)


@dataclass(slots=True)
class CountingChat:
    """One channel with the approvers in it; keeps what stands there, since when, and how often it was changed."""

    clock: SetClock
    posted: dict[str, datetime] = field(default_factory=dict)
    updates: Counter[str] = field(default_factory=Counter)
    shown: dict[str, Message] = field(default_factory=dict)

    def channel(self, name: str) -> str | None:
        """There is one, whatever its name."""
        del name
        return CHANNEL

    def direct(self, user: str) -> str:
        """Give the channel of direct messages."""
        return f"D-{user}"

    def members(self, channel: str) -> tuple[str, ...]:
        """Give those in the channel."""
        del channel
        return APPROVERS

    def profile(self, user: str) -> ChatProfile | None:
        """Read a user."""
        return ChatProfile(id=user, name=user)

    def user_of(self, email: str) -> str | None:
        """Nobody shows an address."""
        del email
        return None

    def may_post(self, channel: str) -> None:
        """It always may."""
        del channel

    def post(self, channel: str, message: Message, mark: str, thread: str | None = None) -> str:
        """Count a new message; `mark` is the card's id."""
        del channel, thread
        self.shown[mark] = message
        self.posted[mark] = self.clock.now()
        return mark

    def update(self, channel: str, ts: str, message: Message, mark: str) -> None:
        """Count a change."""
        del channel, ts
        self.shown[mark] = message
        self.updates[mark] += 1

    def offers(self, action: str, request: str) -> bool:
        """Tell whether some card has this button for a question."""
        sections = (section for message in self.shown.values() for section in message.sections)
        buttons = (button for section in sections for button in section.buttons)
        return any(one.action == action and one.value.get("request") == request for one in buttons)

    def reply(self, to: object, message: Message) -> None:
        """An answer for one person's eyes is not counted."""
        del to, message
