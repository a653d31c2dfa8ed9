"""Translates what people do with the form that approves several questions at once. Pure; it judges nobody."""

from typing import Final

from integrations.slack.fields import Json, decoded, inner, needed, present, text
from integrations.slack.forms import asked_by, chosen, filled
from integrations.slack.talk import Meaning
from rules.canonical import plain
from rules.model import Subject, Tainted

OPENED: Final = "bulk.opened"
SUBMITTED: Final = "bulk.approved"
INCOMPLETE: Final = "bulk.incomplete"
_LONGEST_URL: Final = 500
_LONGEST_REASON: Final = 500


def opened(value: Json, event_id: str) -> Meaning:
    """Read the button; `event_id` names the modal that the door opens for it."""
    payload = {**_about(value), "view": event_id}
    return Meaning(kind="command", name=OPENED, subject=_person(value), payload=payload, needs_look=True)


def submitted(body: Json) -> Meaning:
    """Read which questions somebody approves; raises Unreadable where the form is damaged."""
    view = inner(body, "view")
    given = {**decoded(view, "private_metadata"), "user": inner(body, "user").get("id")}
    payload = _about(given)
    if wrong(view):
        return Meaning(name=INCOMPLETE, subject=_person(given), payload=payload)
    reason = filled(view).get("reason", "")[:_LONGEST_REASON]
    said = {"reason": plain(Tainted(text=reason, source="slack"))} if reason else {}
    payload |= {"requests": chosen(view, "which"), **said}
    return Meaning(kind="command", name=SUBMITTED, subject=_person(given), payload=payload, needs_look=True)


def wrong(view: Json) -> dict[str, str]:
    """Say what is missing, by the input block that it is to be shown at; nothing where all is well."""
    place = asked_by(view).get("which", "which")
    return {} if chosen(view, "which") else {place: "Nothing is chosen. Choose what you approve, or cancel."}


def _about(value: Json) -> dict[str, object]:
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), "bundle": needed(value, "bundle"), **where}


def _person(value: Json) -> Subject:
    return Subject(kind="person", id=needed(value, "user"))
