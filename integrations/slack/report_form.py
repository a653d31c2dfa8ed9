"""Translates what people do with the form for a new issue: open it, choose a project in it, submit it.

Pure. It must not judge who may create what. What Slack lets people submit is checked here for what is missing, so that
the form stays open with what they wrote.
"""

from typing import Final

from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, objects, present, text
from integrations.slack.forms import asked_by, filled
from integrations.slack.talk import Meaning
from rules.canonical import plain
from rules.model import Subject, Tainted

OPENED: Final = "report.opened"
SUBMITTED: Final = "report.submitted"
INCOMPLETE: Final = "report.incomplete"
_LONGEST_URL: Final = 500
_ASKED: Final = {
    "project": "Please choose a project.",
    "type": "Please choose a type.",
    "summary": "Please say in a few words what is wrong.",
    "description": "Please describe what happens.",
}


def opened(value: Json, event_id: str) -> Meaning:
    """Read the button that opens the form; `event_id` names the modal that the door opens for it."""
    return _meaning(OPENED, {**_about(value), "view": event_id})


def placed(body: Json) -> Meaning:
    """Read the choice of a project in the open form, which is to be shown again with the types of that project."""
    view = inner(body, "view")
    action = next(iter(objects(body, "actions")), {})
    payload = {**_carried(body), "view": needed(view, "external_id")}
    return _meaning(OPENED, {**payload, "project": needed(inner(action, "selected_option"), "value")})


def submitted(body: Json) -> Meaning:
    """Read the form as it was filled in; raises Unreadable where it is damaged."""
    view = inner(body, "view")
    payload = {**_carried(body), "view": needed(view, "external_id")}
    if missing(view):
        return Meaning(name=INCOMPLETE, subject=_person(payload), payload=payload)
    said = filled(view)
    texts = {name: plain(Tainted(text=said[name], source="slack")) for name in ("summary", "description")}
    return _meaning(SUBMITTED, {**payload, "project": said["project"], "type": said["type"], **texts})


def missing(view: Json) -> dict[str, str]:
    """Say what is wrong, by the input block that it is to be shown at; nothing where all is filled in."""
    said, blocks = filled(view), asked_by(view)
    return {blocks.get(name, name): words for name, words in _ASKED.items() if not said.get(name)}


def _carried(body: Json) -> dict[str, object]:
    return _about({**decoded(inner(body, "view"), "private_metadata"), "user": inner(body, "user").get("id")})


def _about(value: Json) -> dict[str, object]:
    """Give what the form is about, whose it is, and where an answer can go."""
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    given: dict[str, object] = {"asked": needed(value, "asked"), "user": needed(value, "user"), **where}
    other = text(value, "other")
    if other is None:
        return given
    if not (other.isascii() and other.isdigit() and len(other) < 19):
        raise Unreadable("the known issue has no numeric id")
    return {**given, "other": int(other)}


def _meaning(name: str, payload: dict[str, object]) -> Meaning:
    return Meaning(kind="command", name=name, subject=_person(payload), payload=payload, needs_look=True)


def _person(payload: Json) -> Subject:
    return Subject(kind="person", id=str(payload["user"]))
