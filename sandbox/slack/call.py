"""One Web API call: its arguments, whether they came as JSON or as a form, and Slack's way to say no."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.slack.blocks import block_problems, parts_of
from sandbox.slack.elements import ELEMENTS
from sandbox.slack.records import Channel, Json, Message, User
from sandbox.slack.state import SlackState
from sandbox.world import World

LONGEST_TEXT = 40_000
MOST_ATTACHMENTS = 100
SECRETS = ("token", "client_secret", "refresh_token", "code")


class SlackError(Exception):
    """A refusal: the error's code, and what more the answer says."""

    def __init__(self, code: str, *messages: str, **more: Any) -> None:
        super().__init__(code, messages, more)
        said = {"response_metadata": {"messages": list(messages)}} if messages else {}
        self.body: Json = {"ok": False, "error": code, **more, **said}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackCall:
    """A call by the bot. Handlers run while the world's lock is held."""

    world: World
    line: str
    arguments: Json
    token: str = ""
    scope: str = ""
    login: tuple[str, str] | None = None

    @property
    def slack(self) -> SlackState:
        """The state to work on."""
        return self.world.slack

    def needs(self, scope: str) -> None:
        """Refuse unless the app has this scope."""
        scopes = self.slack.scopes
        if scope not in scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(scopes)))

    def text(self, name: str) -> str | None:
        """A text, None when it was not given; numbers in JSON count as texts, as in Slack."""
        value = self.arguments.get(name)
        return None if value is None or value == "" else str(value)

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise SlackError("invalid_arguments", f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Whether a flag is set: true, "true" or "1"."""
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int, largest: int) -> int:
        """A whole number from 1 to `largest`."""
        text = self.text(name) or str(default)
        if not text.isdecimal() or int(text) < 1:
            raise SlackError("invalid_arguments", f"[ERROR] must be a positive number [json-pointer:/{name}]")
        return min(int(text), largest)

    def structure(self, name: str) -> Any:
        """A nested value; in a form it is JSON in a text."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}.get(
                name, "invalid_arguments"
            )
            raise SlackError(code) from error

    def channel(self, name: str = "channel", *, member: bool = False, writing: bool = False) -> Channel:
        """A conversation that the bot can see; with `member`, one that it is in; with `writing`, one still open."""
        channel, wanted = self.slack.channel(self.needed(name)), self.needed(name)
        user = self.slack.users.get(wanted)
        if channel is None and user is not None and not user.deleted:
            return self.slack.direct(wanted)
        if channel is None or (channel.is_private and not self.slack.bot_is_in(channel)):
            raise SlackError("channel_not_found")
        if self.scope.startswith("*"):
            self.needs(scope_for(channel.family, self.scope))
        if member and not self.slack.bot_is_in(channel):
            raise SlackError("not_in_channel")
        if writing and channel.is_archived:
            raise SlackError("is_archived")
        return channel

    def message(self, channel: Channel, name: str) -> Message:
        """A message that everybody in the channel sees, by its timestamp."""
        message = channel.message(self.needed(name))
        if message is None or message.only_for:
            raise SlackError("message_not_found")
        return message

    def credentials(self) -> tuple[str, str]:
        """The app's client id and secret, from Basic authorization or from the arguments."""
        return self.login or (self.text("client_id") or "", self.text("client_secret") or "")

    def user(self, name: str = "user") -> User:
        """A user by id."""
        user = self.slack.users.get(self.needed(name))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def own_message(self, channel: Channel, refusal: str) -> Message:
        """The bot's message with the timestamp `ts`."""
        message = self.message(channel, "ts")
        if message.user != self.slack.bot_user_id:
            raise SlackError(refusal)
        return message

    def content(self) -> Json:
        """Text, blocks, attachments and metadata of a message to be, checked."""
        blocks = self.structure("blocks") or []
        if problems := block_problems(blocks, "message"):
            raise SlackError("invalid_blocks", *map(str, problems))
        attachments = self.structure("attachments") or []
        if len(attachments) > MOST_ATTACHMENTS:
            raise SlackError("too_many_attachments")
        text = self.text("text") or ""
        if not (text or blocks or attachments):
            raise SlackError("no_text")
        metadata = self.structure("metadata")
        if metadata is not None and not (
            isinstance(metadata, dict) and {"event_type", "event_payload"} <= set(metadata)
        ):
            raise SlackError("invalid_metadata_format")
        named = with_ids(self.slack, blocks)
        return {"text": text[:LONGEST_TEXT], "blocks": named, "attachments": attachments, "metadata": metadata}

    def page(self, items: list[Any], name: str, *, size: int = 100) -> Json:
        """A page of a list by `limit` and `cursor`."""
        cursor = self.text("cursor") or "0"
        if not cursor.isdecimal():
            raise SlackError("invalid_cursor")
        start, most = int(cursor), self.number("limit", size, 1000)
        more = str(start + most) if start + most < len(items) else ""
        return {name: items[start : start + most], "response_metadata": {"next_cursor": more}}

    def effect(self, kind: str, channel: Channel | None, identity: str) -> None:
        """Record what this call changed."""
        self.world.effects.record(
            service="slack",
            actor=self.slack.bot_name,
            kind=kind,
            request=self.line,
            body={name: value for name, value in self.arguments.items() if name not in SECRETS},
            channel=channel.id if channel else None,
            id=identity,
        )


def scope_for(family: str, scope: str) -> str:
    """The scope that a method with a scope by type of conversation needs for one of a family."""
    if scope == "*manage":
        return "channels:manage" if family == "channels" else f"{family}:write"
    return f"{family}:{scope.removeprefix('*')}"


def with_ids(slack: SlackState, blocks: list[Json]) -> list[Json]:
    """Blocks with an id for each block and each interactive element that came without one, as Slack gives them."""
    named: list[Json] = json.loads(json.dumps(blocks))
    for block in named:
        block.setdefault("block_id", slack.next_id("b"))
        for element in parts_of(block):
            if element.get("type") in ELEMENTS - {"image"}:
                element.setdefault("action_id", slack.next_id("a"))
    return named
