"""Translates what people do to ask something back, and to answer that: open a modal, submit it. Pure; it judges nobody.

Two modals of the same form: one asks the question, the other takes the answer.
"""

from typing import Final

from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, present, text
from integrations.slack.forms import Words, written_words
from integrations.slack.talk import Meaning
from rules.canonical import plain
from rules.model import Subject, Tainted

INCOMPLETE: Final = "question.incomplete"
LONGEST: Final = 1_000
_LONGEST_URL: Final = 500
_OPENED: Final = {"request.ask": "question.opened", "question.answer": "answer.opened"}
BUTTONS: Final = frozenset(_OPENED)
ASKED: Final = "question.asked"
ANSWERED: Final = "question.answered"
#: The modals, by the event that opens each.
MODALS: Final = {
    "question.opened": Words(
        callback=ASKED,
        label="What do you want to know first?",
        hint="Who asked for it is asked, in the card's thread or in a message of their own. Everybody there reads it.",
        submit="Ask",
        longest=LONGEST,
    ),
    "answer.opened": Words(
        callback=ANSWERED,
        label="Your answer",
        hint="It is shown on the card, to everybody who sees that.",
        submit="Answer",
        longest=LONGEST,
    ),
}


def opened(button: str, value: Json, title: str | None) -> Meaning:
    """Read a button; `title` is the heading of what it stands on."""
    name = _OPENED[button.partition(":")[0]]
    asked = {"question": needed(value, "question")} if name == "answer.opened" else {}
    return Meaning(name=name, subject=_subject(value), payload={**_about(value), **asked, **present(title=title)})


def submitted(body: Json) -> Meaning:
    """Read what somebody wrote; raises Unreadable where the modal is damaged."""
    view = inner(body, "view")
    callback = needed(view, "callback_id")
    carried = {**decoded(view, "private_metadata"), "user": needed(inner(body, "user"), "id")}
    said = written_words(view)
    asked = {"question": needed(carried, "question")} if callback == ANSWERED else {}
    if not 0 < len(said) <= LONGEST:
        return Meaning(name=INCOMPLETE, subject=_subject(carried), payload=_about(carried))
    payload = {**_about(carried), **asked, "text": plain(Tainted(text=said, source="slack"))}
    return Meaning(kind="command", name=callback, subject=_subject(carried), payload=payload, needs_look=True)


def _about(value: Json) -> dict[str, object]:
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), "request": needed(value, "request"), **where}


def _subject(value: Json) -> Subject:
    try:
        return Subject.parse(needed(value, "subject"))
    except ValueError as error:
        raise Unreadable("it does not say what it is about") from error
