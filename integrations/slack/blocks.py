"""Lays out messages as Block Kit, and views for modals.

Pure. Whatever it is given, what comes out keeps Slack's limits: too long is cut with "…", too much is left out with a
note. A card is read on a phone first: one heading, short paragraphs, the buttons under what they are about.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from integrations.slack.forms import WORDS, Words
from integrations.slack.mrkdwn import UrlOf, fitted, mrkdwn, no_links, plain_text
from orchestrator.messages import Button, Choice, Form, Input, Message, Section
from rules.canonical import digest
from rules.model import Line

Block: TypeAlias = dict[str, Any]

_NAME: Final = "Yardmaster"
NO_PICTURES: Final[Mapping[str, str]] = MappingProxyType({})
_MOST_BLOCKS: Final = 50
_MOST_IN_VIEW: Final = 100
_LONGEST_TEXT: Final = 3000
_LONGEST_HEADER: Final = 150
_LONGEST_LABEL: Final = 75
_LONGEST_VALUE: Final = 2000
_LONGEST_CONFIRM: Final = 300
_BUTTONS_IN_ROW: Final = 5
_MOST_OPTIONS: Final = 100
_SELECTS: Final = {
    "one": "static_select",
    "many": "multi_static_select",
    "radio": "radio_buttons",
    "ticks": "checkboxes",
}


def card(message: Message, url_of: UrlOf, pictures: Mapping[str, str] = NO_PICTURES) -> dict[str, Any]:
    """Give `blocks` and the fallback `text` that notifications show, as arguments of `chat.postMessage`.

    `pictures`: the files of its charts, by their digests; a chart without one is left out.
    """
    return {"blocks": _blocks(message, url_of, _MOST_BLOCKS, pictures), "text": _fallback(message, url_of)}


def answer(message: Message, url_of: UrlOf) -> dict[str, Any]:
    """Give an answer for one person's eyes: the body of an acknowledgement, or what is sent to a `response_url`."""
    return {"response_type": "ephemeral", "replace_original": False, **card(message, url_of)}


def details_view(message: Message, url_of: UrlOf, external_id: str) -> dict[str, Any]:
    """Give a modal that only shows something."""
    return {**_modal(_blocks(message, url_of, _MOST_IN_VIEW)), "external_id": external_id}


def home_view(message: Message, url_of: UrlOf) -> dict[str, Any]:
    """Give a page of App Home, with a line above each heading."""
    return {"type": "home", "blocks": _blocks(message, url_of, _MOST_IN_VIEW, divided=True)}


def waiting_view(external_id: str, title: str = "Details") -> dict[str, Any]:
    """Give the shell that is opened at once, because a trigger lives three seconds; a worker fills it."""
    shell = Message(title=Line(text=title), sections=(Section(lines=(Line(text="One moment..."),)),))
    return details_view(shell, no_links, external_id)


def words_view(words: Words, title: str, metadata: str) -> dict[str, Any]:
    """Give a modal that takes one text; `title` is the card's own, `metadata` goes through to the submission."""
    asked = {
        "type": "input",
        "block_id": WORDS,
        "label": _plain(words.label),
        "hint": _plain(words.hint),
        "element": {
            "type": "plain_text_input",
            "action_id": WORDS,
            "multiline": True,
            "min_length": 1,
            "max_length": words.longest,
        },
    }
    about = [{"type": "section", "text": _plain(fitted(title, _LONGEST_TEXT))}] if title else []
    return {
        **_modal([*about, asked]),
        "callback_id": words.callback,
        "private_metadata": metadata,
        "submit": _plain(words.submit),
        "close": _plain("Cancel"),
    }


def form_view(form: Form, url_of: UrlOf, external_id: str) -> dict[str, Any]:
    """Give a modal to fill in; what it carries comes back as `private_metadata`."""
    shown = Message(title=form.title, sections=(Section(lines=form.lines),))
    return {
        **_modal([*_blocks(shown, url_of, _MOST_IN_VIEW - len(form.inputs)), *map(_input, form.inputs)]),
        "external_id": external_id,
        "callback_id": form.name,
        "private_metadata": json.dumps(form.carried, separators=(",", ":"), sort_keys=True),
        "submit": _plain(form.submit),
        "close": _plain("Cancel"),
    }


def _input(place: Input) -> Block:
    block: Block = {"type": "input", "block_id": place.name, "label": _plain(place.label), "element": _element(place)}
    if place.hint:
        block["hint"] = _plain(place.hint)
    if place.optional:
        block["optional"] = True
    if place.tells is not None:
        block["dispatch_action"] = True
    return block


def _element(place: Input) -> Block:
    element: Block = {"action_id": place.tells or place.name}
    if place.kind in _SELECTS:
        options = [_option(choice) for choice in place.choices[:_MOST_OPTIONS]]
        chosen = next((one for one in options if one["value"] == place.given), None)
        type_ = _SELECTS[place.kind]
        at_first = [one for one in options if one["value"] in place.chosen]
        several = {"initial_options": at_first} if at_first else {}
        return {**element, "type": type_, "options": options, **several} | (
            {"initial_option": chosen} if chosen else {}
        )
    bounds = {"min_length": 1, "max_length": place.longest}
    given = fitted(place.given, place.longest)
    text = {**element, "type": "plain_text_input", "multiline": place.kind == "lines", **bounds}
    return text | ({"initial_value": given} if given else {})


def _option(choice: Choice) -> Block:
    return {"text": _plain(plain_text(choice.label, _LONGEST_LABEL) or choice.value), "value": choice.value}


def _modal(blocks: list[Block]) -> dict[str, Any]:
    return {"type": "modal", "title": _plain(_NAME), "close": _plain("Close"), "blocks": blocks}


def _blocks(
    message: Message, url_of: UrlOf, most: int, pictures: Mapping[str, str] = NO_PICTURES, *, divided: bool = False
) -> list[Block]:
    title = plain_text(message.title, _LONGEST_HEADER) or _NAME
    laid_out = (block for section in message.sections for block in _section(section, url_of, pictures, divided=divided))
    body = list(islice(laid_out, most))
    foot = mrkdwn(message.footer, url_of, _LONGEST_TEXT, between="  ·  ")
    footer = [_context(foot)] if foot.strip() else []
    room = most - 1 - len(footer)
    if len(body) > room:
        body = [*body[: room - 1], _context("… and more, which does not fit here")]
    return [_head(message, title, url_of), *body, *footer]


def _head(message: Message, title: str, url_of: UrlOf) -> Block:
    if message.compact:
        words = mrkdwn((message.title,), url_of, _LONGEST_TEXT - 2)
        return {"type": "section", "text": _mrkdwn(f"*{words}*" if words.strip() else _NAME)}
    return {"type": "header", "text": _plain(title)}


def _section(section: Section, url_of: UrlOf, pictures: Mapping[str, str], *, divided: bool) -> Iterator[Block]:
    if divided and section.heading:
        yield {"type": "divider"}
    lines = (_bold(section.heading), *section.lines) if section.heading else section.lines
    text = mrkdwn(lines, url_of, _LONGEST_TEXT)
    if text.strip():
        yield {"type": "section", "text": _mrkdwn(text)}
    if section.chart is not None and (file := pictures.get(digest(section.chart))) is not None:
        yield {"type": "image", "slack_file": {"id": file}, "alt_text": fitted(section.chart.words, _LONGEST_VALUE)}
    for start in range(0, len(section.buttons), _BUTTONS_IN_ROW):
        yield {"type": "actions", "elements": _row(section.buttons[start : start + _BUTTONS_IN_ROW], url_of)}


def _bold(heading: str) -> Line:
    return Line(text=f"*{fitted(heading, _LONGEST_HEADER)}*".replace("{", "{{").replace("}", "}}"))


def _row(buttons: tuple[Button, ...], url_of: UrlOf) -> list[Block]:
    names = [button.action for button in buttons]
    return [
        _button(button, _unique(button.action, names[:place].count(button.action)), url_of)
        for place, button in enumerate(buttons)
    ]


def _unique(action: str, before: int) -> str:
    """Name a button; Slack wants names that differ within a row, `presses.pressed` reads up to the colon."""
    return f"{action}:{before + 1}" if before else action


def _button(button: Button, name: str, url_of: UrlOf) -> Block:
    value = json.dumps(button.value, separators=(",", ":"), sort_keys=True)
    if len(value) > _LONGEST_VALUE:
        raise ValueError(f"the value of button {button.action} is too long: it may hold ids only")
    block: Block = {
        "type": "button",
        "action_id": name,
        "text": _plain(fitted(button.label, _LONGEST_LABEL) or button.action),
        "value": value,
    }
    if button.address is not None:
        block["url"] = button.address
    if button.style is not None:
        block["style"] = button.style
    if button.confirm is not None:
        block["confirm"] = {
            "title": _plain("Are you sure?"),
            "text": _mrkdwn(mrkdwn((button.confirm,), url_of, _LONGEST_CONFIRM) or "…"),
            "confirm": _plain("Yes"),
            "deny": _plain("No"),
        }
    return block


def _fallback(message: Message, url_of: UrlOf) -> str:
    """Give what a notification shows: the title and the first sentence."""
    first = next((line for section in message.sections for line in section.lines), None)
    return mrkdwn((message.title, *((first,) if first else ())), url_of, _LONGEST_TEXT, between=": ") or _NAME


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
