"""Translates what people press and submit: the buttons of our cards, and the modal that asks why.

Pure. It must not judge who may press what. A button's value is ours but comes back through a client, so it is read as
carefully as anything else.
"""

import json
import re
from collections.abc import Sequence
from typing import Final

from integrations.slack import alter_form, bulk_form, change_form, item_buttons, pass_form, question_form, report_form
from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, objects, present, text
from integrations.slack.forms import Words, written_words
from integrations.slack.talk import Meaning
from rules.canonical import plain
from rules.model import SYSTEM, Subject, Tainted

REJECT: Final = "request.reject"
#: The modal that asks why.
REJECTION: Final = Words(
    callback=REJECT,
    label="Why not?",
    hint="It is kept with the decision and helps to ask better questions.",
    submit="Reject",
    longest=500,
)
#: What a button answers at once; the others that answer ask why first.
_VOTES: Final = {"request.approve": "approve", "batch.approve": "approve", "request.decline": "reject"}
#: What is said of those that come later, too.
_FURTHER: Final = "batch.approve"
_COMMANDS: Final = {
    "request.undo": "undo.asked",
    "request.retry": "retry.asked",
    "request.snooze": "reminder.put_off",
    "request.retract": "vote.retracted",
    "batch.ask_again": "further.ended",
}
_FORMS: Final = {
    "batch.change": change_form.opened,
    "report.open": report_form.opened,
    "request.pass": pass_form.opened,
    "request.alter": alter_form.opened,
    "request.give": pass_form.give_opened,
    "request.take": pass_form.taken,
    "bulk.open": bulk_form.opened,
    **item_buttons.BUTTONS,
}
_SUBMITTED: Final = {
    change_form.SUBMITTED: change_form.submitted,
    pass_form.SUBMITTED: pass_form.submitted,
    alter_form.SUBMITTED: alter_form.submitted,
    pass_form.GIVEN: pass_form.given,
    bulk_form.SUBMITTED: bulk_form.submitted,
    report_form.SUBMITTED: report_form.submitted,
    question_form.ASKED: question_form.submitted,
    question_form.ANSWERED: question_form.submitted,
}
_OURS: Final = frozenset(
    {
        *_VOTES,
        REJECT,
        "request.details",
        *_COMMANDS,
        "couple.propose",
        *_FORMS,
        *question_form.BUTTONS,
    }
)
_LONGEST_URL: Final = 500
_LONGEST_TITLE: Final = 150
_LONGEST_ABOVE: Final = 3_000
_LINK: Final = re.compile(r"<[^<>|]*\|([^<>]*)>")


def pressed(body: Json, event_id: str) -> Meaning:
    """Read `block_actions`; raises Unreadable for a button that is not ours or whose value is damaged."""
    action = next(iter(objects(body, "actions")), {})
    name = (text(action, "action_id") or "").partition(":")[0]
    if name in _ALONE:
        return _ALONE[name](body)
    if name not in _OURS:
        raise Unreadable("the button is not one of ours")
    value = {**decoded(action, "value"), **_place(body)}
    if name in _VOTES:
        return _vote(value, _VOTES[name], further=name == _FURTHER)
    if name in (REJECT, *question_form.BUTTONS):
        return _worded(name, value, _title(body))
    if name == "request.details":
        payload = present(request=needed(value, "request"), user=needed(value, "user"), view=event_id)
        return Meaning(kind="command", name="details.asked", subject=_person(value), payload=payload, needs_look=True)
    if name == "couple.propose":
        return _proposed(value)
    if name in _FORMS:
        return _FORMS[name](value, event_id)
    return _asked_again(name, value)


def _examined(body: Json) -> Meaning:
    """Read that the button of a doctor's round trip has come back."""
    return Meaning(name="doctor.pressed", subject=SYSTEM, payload=present(user=text(inner(body, "user"), "id")))


def _connecting(body: Json) -> Meaning:
    """Read the button of a card that has its reader connect, as if they had written it."""
    place = _place(body)
    payload = {**_about(place), "word": "connect"}
    return Meaning(kind="command", name="command.given", subject=_person(place), payload=payload, needs_look=True)


def _opened(body: Json) -> Meaning:
    """Read that somebody followed the address of a button, which is all that happens."""
    user = needed(inner(body, "user"), "id")
    return Meaning(name="grant.opened", subject=Subject(kind="person", id=user), payload={"user": user})


def submitted(body: Json) -> Meaning:
    """Read the submission of a modal of ours; raises Unreadable for any other view."""
    view = inner(body, "view")
    callback = text(view, "callback_id") or ""
    if callback in _SUBMITTED:
        return _SUBMITTED[callback](body)
    if callback != REJECT:
        raise Unreadable("the modal is not one of ours")
    reason = written_words(view)
    value = {**decoded(view, "private_metadata"), "user": needed(inner(body, "user"), "id")}
    if not 0 < len(reason) <= REJECTION.longest:
        return Meaning(name="reject.incomplete", subject=_subject(value), payload=_about(value, "request"))
    vote = _vote(value, "reject")
    vote.payload["reason"] = plain(Tainted(text=reason, source="slack"))
    return vote


def carried(payload: Json, subject: Subject) -> str:
    """Give what the modal carries from the press to its submission, as its `private_metadata`."""
    kept = {name: payload[name] for name in ("request", "question", "channel", "ts", "response_url") if name in payload}
    return json.dumps({**kept, "subject": str(subject)}, separators=(",", ":"))


def _worded(button: str, value: Json, title: str | None) -> Meaning:
    """Read a button that opens a modal in which somebody writes one text."""
    if button in question_form.BUTTONS:
        return question_form.opened(button, value, title)
    payload = {**_about(value, "request"), **present(title=title)}
    return Meaning(name="reject.opened", subject=_subject(value), payload=payload)


def _vote(value: Json, choice: str, *, further: bool = False) -> Meaning:
    payload = {**_about(value, "request"), "choice": choice, **({"further": True} if further else {})}
    return Meaning(kind="command", name="vote.cast", subject=_subject(value), payload=payload, needs_look=True)


def _proposed(value: Json) -> Meaning:
    other = needed(value, "other")
    if not (other.isascii() and other.isdigit() and len(other) < 19):
        raise Unreadable("the other issue has no numeric id")
    payload = {**_about(value), "other": int(other)}
    return Meaning(kind="command", name="couple.proposed", subject=_subject(value), payload=payload, needs_look=True)


def _asked_again(button: str, value: Json) -> Meaning:
    name = _COMMANDS[button]
    return Meaning(
        kind="command", name=name, subject=_subject(value), payload=_about(value, "request"), needs_look=True
    )


def _about(value: Json, *names: str) -> dict[str, object]:
    """Give the named ids, who pressed, and where an answer can go."""
    return {
        **{name: needed(value, name) for name in names},
        **present(user=needed(value, "user"), channel=text(value, "channel"), ts=text(value, "ts")),
        **present(response_url=text(value, "response_url", _LONGEST_URL)),
    }


def _place(body: Json) -> dict[str, object]:
    container = inner(body, "container")
    return {
        "user": needed(inner(body, "user"), "id"),
        "channel": text(inner(body, "channel"), "id") or text(container, "channel_id"),
        "ts": text(container, "message_ts") or text(inner(body, "message"), "ts"),
        "response_url": text(body, "response_url", _LONGEST_URL),
    }


def _subject(value: Json) -> Subject:
    try:
        return Subject.parse(needed(value, "subject"))
    except ValueError as error:
        raise Unreadable("the button does not say what it is about") from error


def _person(value: Json) -> Subject:
    return Subject(kind="person", id=needed(value, "user"))


def _title(body: Json) -> str | None:
    """Give the heading of the card that the button stands on; where there are several questions, the one above it."""
    if inner(body, "view"):
        return _above(objects(inner(body, "view"), "blocks"), objects(body, "actions"))
    blocks = objects(inner(body, "message"), "blocks")
    if asked := _above(blocks, objects(body, "actions")):
        return asked
    headers = (each for each in blocks if each.get("type") == "header")
    return text(inner(next(headers, {}), "text"), "text", _LONGEST_TITLE)


def _above(blocks: Sequence[Json], actions: Sequence[Json]) -> str | None:
    pressed = text(next(iter(actions), {}), "block_id")
    place = next((nth for nth, each in enumerate(blocks) if pressed and text(each, "block_id") == pressed), 0)
    words = text(inner(blocks[place - 1], "text"), "text", _LONGEST_ABOVE) if place else None
    asked = next((line for line in (words or "").splitlines() if line.startswith("*") and line.endswith("?*")), None)
    return _LINK.sub(r"\1", asked.strip("*"))[:_LONGEST_TITLE] if asked else None


#: Buttons that are about no question, by what reads them.
_ALONE: Final = {
    "report.place": report_form.placed,
    "doctor.press": _examined,
    "grant.ask": _connecting,
    "grant.open": _opened,
}
