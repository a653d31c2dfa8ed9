"""The whole way round: a comment in Jira comes in as a webhook, and a button in Slack as a press, through the door.

It takes its comment and its message away again, whatever happens in between. The bot acts on neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import uuid4

import msgspec
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from integrations.doctor.finding import Finding, fault, tried, well
from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.values import NotUnderstood, read
from integrations.slack.gateway import SlackChat
from integrations.store.tables import events
from orchestrator.messages import Button, Message, Section
from orchestrator.ports import GatewayError
from rules.model import SYSTEM, Line, Subject

__all__ = ["RoundTrip"]

ROUND_TRIP: Final = "round trip"
_LOOKS_EVERY_S: Final = 0.2
_WORDS: Final = "Yardmaster's doctor tries whether webhooks arrive; this comment goes away by itself."
_TITLE: Final = "A test of the line"
_ASKED: Final = "Whoever operates me tries whether presses arrive. Nothing else will come of it."


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
        """Comment on an issue, and see whether the door is told."""
        may = "Browse projects, Add comments and Delete own comments"
        fix = f"let the account have {may} for {key}, and look whether its comment is left there"
        yield from tried(ROUND_TRIP, lambda: self._webhook(key), fix)

    def press(self, channel: str) -> Iterator[Finding]:
        """Post a button and see whether the door is told that it was pressed."""
        fix = f"mend what is said of Slack above, and look whether the question is left in {channel}"
        yield from tried(ROUND_TRIP, lambda: self._press(channel), fix)

    def _webhook(self, key: str) -> Iterator[Finding]:
        place = f"issue/{quote(key, safe='')}"
        found = self.connection.read(place, f"reading {key}", {"fields": "summary"})
        if found is None:
            yield fault(ROUND_TRIP, f"there is no issue {key} for the bot", "name one that it may browse")
            return
        issue, began = _number(found), self._now()
        subject = Subject(kind="item", id=issue)
        comments = f"issue/{issue}/comment"
        made = _number(self.connection.write("POST", comments, f"commenting on {key}", body={"body": _WORDS}))
        try:
            arrived = self._arrived(began, "jira.comment_created", subject)
        finally:
            self.connection.write("DELETE", f"{comments}/{made}", f"taking away the comment on {key}")
        if arrived:
            yield well(ROUND_TRIP, f"a webhook about {key} came in at the door")
            return
        fix = "look at the webhook in Jira, its URL and its secret (JIRA_WEBHOOK_SECRET), then at proxy and door"
        yield fault(ROUND_TRIP, f"no webhook about {key} came in within {self.wait:.0f} s", fix)

    def _press(self, channel: str) -> Iterator[Finding]:
        place = self.chat.channel(channel)
        if place is None:
            words = f"there is no channel {channel} that the bot is in"
            yield fault(ROUND_TRIP, words, f"write /invite @Yardmaster in {channel}")
            return
        began = self._now()
        ts = self.chat.post(place, _question(), f"doctor:{uuid4().hex}")
        try:
            self.say(f"Press the button in {channel} now (within {self.wait:.0f} s) ...")
            arrived = self._arrived(began, "doctor.pressed", SYSTEM)
        finally:
            self.chat.delete(place, ts)
        if arrived:
            yield well(ROUND_TRIP, f"a press in {channel} came in at the door")
            return
        fix = "look whether a door runs, at SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, and at the app's Interactivity"
        yield fault(ROUND_TRIP, f"no press in {channel} came in within {self.wait:.0f} s", fix)

    def _now(self) -> datetime:
        try:
            with self.engine.connect() as connection:
                now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
                return now
        except SQLAlchemyError as error:
            raise _away(error) from error

    def _arrived(self, since: datetime, name: str, subject: Subject) -> bool:
        wanted = select(func.count()).where(
            events.c.subject == str(subject), events.c.name == name, events.c.stored_at >= since
        )
        end = time.monotonic() + self.wait
        while time.monotonic() < end:
            try:
                with self.engine.connect() as connection:
                    if connection.execute(wanted).scalar_one():
                        return True
            except SQLAlchemyError as error:
                raise _away(error) from error
            time.sleep(_LOOKS_EVERY_S)
        return False


def _number(body: object) -> str:
    try:
        return read(body, _Numbered).id
    except NotUnderstood as reason:
        raise unreadable(Call(doing="trying the round trip", writes=False), str(reason)) from None


def _away(error: SQLAlchemyError) -> GatewayError:
    return GatewayError(f"the database does not answer ({type(error).__name__})", retryable=True)


def _question() -> Message:
    button = Button(action="doctor.press", label="Press me", value={})
    return Message(title=Line(text=_TITLE), sections=(Section(lines=(Line(text=_ASKED),), buttons=(button,)),))
