"""The whole way round: a comment in Jira comes in as a webhook, and a button in Slack as a press, through the door.

It writes a comment and takes it away again, and posts one message that it then changes. The bot acts on neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

import msgspec
from sqlalchemy import Engine, func, select

from integrations.doctor.finding import Finding, fault, tried, unchecked, well
from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.values import NotUnderstood, read
from integrations.slack.gateway import SlackChat
from integrations.store.tables import events
from orchestrator.messages import Button, Message, Section
from rules.model import SYSTEM, Line, Subject

__all__ = ["RoundTrip"]

_LOOKS_EVERY_S: Final = 0.2
_WORDS: Final = "Yardmaster's doctor tries whether webhooks arrive; this comment goes away by itself."


class _Numbered(msgspec.Struct, frozen=True):
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """Needs a running door; `wait` is how long is waited for each of the two, in seconds."""

    engine: Engine
    connection: Connection
    chat: SlackChat
    say: Callable[[str], None]
    wait: float

    def webhook(self, key: str) -> Iterator[Finding]:
        """Comment on an issue, and see whether the door is told. Raises GatewayError."""
        fix = "name an issue that the bot may browse and comment on"
        yield from tried("jira", lambda: self._webhook(key), fix)

    def press(self, channel: str) -> Iterator[Finding]:
        """Post a button and see whether the door is told that it was pressed."""
        yield from tried("slack", lambda: self._press(channel), "mend what is said of Slack first")

    def _webhook(self, key: str) -> Iterator[Finding]:
        issue = self._number(self.connection.read(f"issue/{key}", f"reading {key}", {"fields": "summary"}))
        if issue is None:
            yield fault("jira", f"there is no issue {key} for the bot", "name one that it may browse")
            return
        began, place, subject = self._now(), f"issue/{issue}/comment", Subject(kind="item", id=issue)
        made = self._number(self.connection.write("POST", place, f"commenting on {key}", body={"body": _WORDS}))
        try:
            arrived = self._arrived(began, "jira.comment_created", subject)
        finally:
            if made is not None:
                self.connection.write("DELETE", f"{place}/{made}", f"taking away the comment on {key}")
        if arrived:
            yield well("jira", f"a webhook about {key} came in at the door")
            return
        fix = "look at the webhook in Jira (URL, events, secret), then at the proxy before the door"
        yield fault("jira", f"no webhook about {key} came in within {self.wait:.0f} s", fix)

    def _press(self, channel: str) -> Iterator[Finding]:
        place = self.chat.channel(channel)
        if place is None:
            yield unchecked("slack", f"a press: the bot is in no channel {channel}")
            return
        mark, began = f"doctor:{uuid4().hex}", self._now()
        ts = self.chat.post(place, _asking(), mark)
        self.say(f"Press the button in {channel} now (within {self.wait:.0f} s) ...")
        arrived = self._arrived(began, "doctor.pressed", SYSTEM)
        self.chat.update(place, ts, _answered(arrived), mark)
        if arrived:
            yield well("slack", f"a press in {channel} came in at the door")
            return
        fix = "look whether a door runs, at SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, and at the app's Interactivity"
        yield fault("slack", f"no press in {channel} came in within {self.wait:.0f} s", fix)

    def _number(self, body: object) -> str | None:
        if body is None:
            return None
        try:
            return read(body, _Numbered).id
        except NotUnderstood as reason:
            raise unreadable(Call(doing="the round trip", writes=False), str(reason)) from None

    def _now(self) -> datetime:
        with self.engine.connect() as connection:
            now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return now

    def _arrived(self, since: datetime, name: str, subject: Subject) -> bool:
        wanted = select(func.count()).where(
            events.c.subject == str(subject), events.c.name == name, events.c.stored_at >= since
        )
        end = time.monotonic() + self.wait
        while time.monotonic() < end:
            with self.engine.connect() as connection:
                if connection.execute(wanted).scalar_one():
                    return True
            time.sleep(_LOOKS_EVERY_S)
        return False


def _asking() -> Message:
    line = Line(text="Whoever operates me tries whether presses arrive. Nothing else will come of it.")
    button = Button(action="doctor.press", label="Press me", value={})
    return Message(title=Line(text="A test of the line"), sections=(Section(lines=(line,), buttons=(button,)),))


def _answered(arrived: bool) -> Message:
    words = "The press arrived. Thank you." if arrived else "No press arrived in time."
    return Message(title=Line(text="A test of the line"), sections=(Section(lines=(Line(text=words),)),))
