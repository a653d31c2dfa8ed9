"""Messages with buttons as people see them in Slack: which issues they name, which buttons they have. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import EPOCH
from sandbox.playing.script import KEY

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message of the bot; `to` is the channel's name, or the name of the only person who sees it."""

    to: str
    channel: str
    ts: str
    at: datetime
    text: str
    keys: frozenset[str]
    buttons: tuple[Json, ...]

    def button(self, action: str) -> Json | None:
        """The first button that does this; an `action_id` may go on after a colon."""
        return next((one for one in self.buttons if str(one.get("action_id", "")).partition(":")[0] == action), None)


def cards_on(screen: Json, name: str = "") -> list[Card]:
    """What apps wrote that is on the screen of somebody called `name`, oldest first in each channel."""
    return [card for channel in screen["channels"] for card in _cards(channel, name)]


def _cards(channel: Json, name: str) -> Iterator[Card]:
    for message in channel["messages"]:
        if message.get("bot_id"):
            alone = channel.get("is_im") or message.get("is_ephemeral")
            said = _as_read(json.dumps([message.get("text"), message.get("blocks")], ensure_ascii=False))
            yield Card(
                to=name if alone else str(channel["name"]),
                channel=str(channel["id"]),
                ts=str(message["ts"]),
                at=EPOCH + timedelta(seconds=float(message["ts"])),
                text=said,
                keys=frozenset(KEY.findall(said)),
                buttons=tuple(one for block in message.get("blocks", ()) for one in _buttons(block)),
            )


def _as_read(text: str) -> str:
    """Give a text without the three escapes of Slack's mark-up."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _buttons(block: Json) -> Iterator[Json]:
    elements = [*block.get("elements", ()), block.get("accessory") or {}]
    yield from (one for one in elements if isinstance(one, dict) and one.get("type") == "button")
