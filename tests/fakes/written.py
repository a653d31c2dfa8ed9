"""Writes messages out as their readers see them; fails where a sentence does not fit its parts."""

import string

from orchestrator.messages import Button, Message
from rules.model import Line, Moment, PersonRef, Tainted


def told(line: Line) -> str:
    """Write a sentence out; fails where its places and parts do not fit."""
    pieces = [
        literal + (_part(line, place) if place is not None else "")
        for literal, place, _, _ in string.Formatter().parse(line.text)
    ]
    return "".join(pieces)


def _part(line: Line, place: str) -> str:
    part = line.parts[int(place)]
    if isinstance(part, Tainted):
        return part.text
    if isinstance(part, PersonRef):
        return part.name
    return f"{part.at:%H:%M}" if isinstance(part, Moment) else part.key


def lines_of(message: Message) -> list[Line]:
    confirms = [button.confirm for button in buttons_of(message) if button.confirm is not None]
    return [
        message.title,
        *(line for section in message.sections for line in section.lines),
        *message.footer,
        *confirms,
    ]


def buttons_of(message: Message) -> list[Button]:
    return [button for section in message.sections for button in section.buttons]


def written(message: Message) -> str:
    """Write a message out as its reader sees it, buttons in brackets."""
    parts = (
        "\n".join(
            [
                section.heading,
                *(told(line) for line in section.lines),
                " ".join(f"[{button.label}]" for button in section.buttons),
            ]
        ).strip()
        for section in message.sections
    )
    return "\n".join([told(message.title), *parts, *(told(line) for line in message.footer)])
