"""What people are shown, as values: cards, answers and details, before any vendor's form is given to them.

Every word from outside stands in a `Part` of a `Line`, so that rendering can escape it. No rendering here.
"""

import string
from typing import Literal

import msgspec

from orchestrator.charts import Chart
from rules.canonical import Value
from rules.model import Line, Part


def led_by(words: str, parts: tuple[Part, ...], line: Line) -> Line:
    """Put words with their own parts in front of a sentence."""
    pieces = [
        literal.replace("{", "{{").replace("}", "}}") + (f"{{{int(place) + len(parts)}}}" if place else "")
        for literal, place, _, _ in string.Formatter().parse(line.text)
    ]
    return Line(text=words + "".join(pieces), parts=(*parts, *line.parts))


class Button(Value, frozen=True, kw_only=True):
    """Something to press. `action` is the stable name of what it does, `value` what it is about (ids only).

    `address`: what opens in a browser when it is pressed.
    """

    action: Literal[
        "request.approve",
        "request.reject",
        "request.details",
        "request.undo",
        "request.retract",
        "request.retry",
        "request.snooze",
        "request.pass",
        "request.alter",
        "request.ask",
        "question.answer",
        "request.decline",
        "request.take",
        "request.give",
        "item.take",
        "item.who",
        "item.split",
        "rescue.ask",
        "rescue.want",
        "rescue.answer",
        "bulk.open",
        "batch.change",
        "batch.approve",
        "batch.ask_again",
        "couple.propose",
        "report.open",
        "doctor.press",
        "grant.ask",
        "grant.open",
    ]
    label: str
    value: dict[str, str]
    style: Literal["primary", "danger"] | None = None
    confirm: Line | None = None
    address: str | None = None


class Section(Value, frozen=True, kw_only=True):
    """Some lines under a heading, a picture, and the buttons that belong to them."""

    lines: tuple[Line, ...]
    heading: str = ""
    buttons: tuple[Button, ...] = ()
    chart: Chart | None = None


class Message(Value, frozen=True, kw_only=True):
    """A card, an answer or a modal's content: a title, sections, and small print at the foot.

    `compact`: its title is a line like any other, as of a message between those of people.
    """

    title: Line
    sections: tuple[Section, ...] = ()
    footer: tuple[Line, ...] = ()
    compact: bool = False


class Choice(Value, frozen=True, kw_only=True):
    """Something to choose: `value` comes back, `label` is shown."""

    value: str
    label: Line


class Input(Value, frozen=True, kw_only=True):
    """A place in a form: a text, a text of several `lines`, or `one` or `many` of some choices, of which there is one.

    `radio` shows a few choices at once, of which one is `given`, `ticks` up to ten of which several may be chosen.
    Nothing has to be filled in where it is `optional`.

    What is filled in comes back under `name` up to a colon. A place that gets another name starts anew when the form is
    shown again, one that keeps it keeps what somebody typed. `given` stands there at first: a text, or a choice's
    value; `chosen` are those of several choices. `tells` names what is told at once when somebody chooses.
    """

    name: str
    label: str
    kind: Literal["text", "lines", "one", "many", "radio", "ticks"]
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    given: str = ""
    longest: int = 3_000
    tells: Literal["report.place"] | None = None
    optional: bool = False
    chosen: tuple[str, ...] = ()


class Form(Value, frozen=True, kw_only=True):
    """A modal to fill in. `name` says what its submission is, `carried` comes back with it (ids, where to answer)."""

    name: Literal[
        "report.submitted", "batch.changed", "request.passed", "request.altered", "bulk.approved", "item.given"
    ]
    title: Line
    submit: str
    inputs: tuple[Input, ...]
    lines: tuple[Line, ...] = ()
    carried: dict[str, str] = msgspec.field(default_factory=dict)


class ReplyTo(Value, frozen=True, kw_only=True):
    """Where an answer for one person's eyes goes: a `response_url`, else an ephemeral message in `channel`.

    `view` is the external id of an open modal that the answer fills. `thread`: the first message, by its `ts`, of the
    thread in which the ephemeral message stands.
    """

    user: str
    channel: str | None = None
    response_url: str | None = None
    view: str | None = None
    thread: str | None = None
