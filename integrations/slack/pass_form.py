"""Translates what people do with the form that has somebody else asked: open it, submit it. Pure; it judges nobody."""

from typing import Final

from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, present, text
from integrations.slack.forms import filled
from integrations.slack.talk import Meaning
from rules.model import Subject

OPENED: Final = "pass.opened"
SUBMITTED: Final = "request.passed"
_LONGEST_URL: Final = 500


def opened(value: Json, event_id: str) -> Meaning:
    """Read the button; `event_id` names the modal that the door opens for it."""
    payload = {**_about(value), "view": event_id}
    person = Subject(kind="person", id=needed(value, "user"))
    return Meaning(kind="command", name=OPENED, subject=person, payload=payload, needs_look=True)


def submitted(body: Json) -> Meaning:
    """Read whom somebody chose; raises Unreadable where the form is damaged."""
    view = inner(body, "view")
    carried = decoded(view, "private_metadata")
    payload = {**_about({**carried, "user": inner(body, "user").get("id")}), "whom": filled(view).get("whom", "")}
    try:
        subject = Subject.parse(needed(carried, "subject"))
    except ValueError as error:
        raise Unreadable("the form does not say what it is about") from error
    return Meaning(kind="command", name=SUBMITTED, subject=subject, payload=payload, needs_look=True)


def _about(value: Json) -> dict[str, object]:
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), "request": needed(value, "request"), **where}
