"""Translates what people do with the forms in which they choose a person about a question. Pure; it judges nobody.

One has somebody else asked, the other says who else could take an issue.
"""

from typing import Final

from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, present, text
from integrations.slack.forms import filled
from integrations.slack.talk import Meaning
from rules.model import Subject

OPENED: Final = "pass.opened"
SUBMITTED: Final = "request.passed"
GIVE_OPENED: Final = "give.opened"
GIVEN: Final = "item.given"
_LONGEST_URL: Final = 500


def opened(value: Json, event_id: str) -> Meaning:
    """Read the button that has somebody else asked; `event_id` names the modal that the door opens for it."""
    return _opened(OPENED, value, event_id)


def give_opened(value: Json, event_id: str) -> Meaning:
    """Read the button that has somebody else take it, in the same way."""
    return _opened(GIVE_OPENED, value, event_id)


def taken(value: Json, _: str) -> Meaning:
    """Read the button by which whoever presses it takes the issue."""
    return Meaning(kind="command", name=GIVEN, subject=_subject(value), payload=_about(value), needs_look=True)


def submitted(body: Json) -> Meaning:
    """Read whom somebody chose to be asked; raises Unreadable where the form is damaged."""
    return _submitted(SUBMITTED, body)


def given(body: Json) -> Meaning:
    """Read whom somebody chose to take the issue; raises Unreadable where the form is damaged."""
    return _submitted(GIVEN, body)


def _opened(name: str, value: Json, event_id: str) -> Meaning:
    payload = {**_about(value), "view": event_id}
    person = Subject(kind="person", id=needed(value, "user"))
    return Meaning(kind="command", name=name, subject=person, payload=payload, needs_look=True)


def _submitted(name: str, body: Json) -> Meaning:
    view = inner(body, "view")
    carried = decoded(view, "private_metadata")
    payload = {**_about({**carried, "user": inner(body, "user").get("id")}), "whom": filled(view).get("whom", "")}
    return Meaning(kind="command", name=name, subject=_subject(carried), payload=payload, needs_look=True)


def _subject(value: Json) -> Subject:
    try:
        return Subject.parse(needed(value, "subject"))
    except ValueError as error:
        raise Unreadable("it does not say what it is about") from error


def _about(value: Json) -> dict[str, object]:
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), "request": needed(value, "request"), **where}
