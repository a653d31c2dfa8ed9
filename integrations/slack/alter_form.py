"""Translates what people do with the form of a yes with a change: open it, submit it. Pure; it judges nobody.

What makes no sense by itself is told at once, so that the form stays open with what they wrote.
"""

from typing import Final

from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, present, text
from integrations.slack.forms import asked_by, filled
from integrations.slack.talk import Meaning
from orchestrator.approvals.wishes import AS_IN, LONGEST_REASON, kind_at, normal
from rules.canonical import plain
from rules.model import Subject, Tainted

OPENED: Final = "alter.opened"
SUBMITTED: Final = "request.altered"
INCOMPLETE: Final = "alter.incomplete"
_LONGEST_URL: Final = 500


def opened(value: Json, event_id: str) -> Meaning:
    """Read the button; `event_id` names the modal that the door opens for it."""
    payload = {**_about(value), "view": event_id}
    person = Subject(kind="person", id=needed(value, "user"))
    return Meaning(kind="command", name=OPENED, subject=person, payload=payload, needs_look=True)


def submitted(body: Json) -> Meaning:
    """Read what somebody wants otherwise; raises Unreadable where the form is damaged."""
    view = inner(body, "view")
    carried = decoded(view, "private_metadata")
    payload = _about({**carried, "user": inner(body, "user").get("id")})
    try:
        subject = Subject.parse(needed(carried, "subject"))
    except ValueError as error:
        raise Unreadable("the form does not say what it is about") from error
    if wrong(view):
        return Meaning(name=INCOMPLETE, subject=subject, payload=payload)
    reason = filled(view).get("reason", "")[:LONGEST_REASON]
    said = {"reason": plain(Tainted(text=reason, source="slack"))} if reason else {}
    changes = {needed(carried, place): normal(kind, written) or written for place, kind, written in _written(view)}
    payload |= {"changes": changes, **said}
    return Meaning(kind="command", name=SUBMITTED, subject=subject, payload=payload, needs_look=True)


def wrong(view: Json) -> dict[str, str]:
    """Say what is none of its kind, by the input block that it is to be shown at; nothing where all is well."""
    places = asked_by(view)
    found = {places[place]: AS_IN[kind] for place, kind, written in _written(view) if normal(kind, written) is None}
    nothing = {next(iter(places.values()), "reason"): "Nothing is changed. Say what would be right, or cancel."}
    return found or ({} if _written(view) else nothing)


def _written(view: Json) -> list[tuple[str, str, str]]:
    """Give each place of a field that is filled in: its name, its kind, and what stands there."""
    places = [(place, kind_at(place), written) for place, written in filled(view).items()]
    return [(place, kind, written) for place, kind, written in places if kind is not None and written]


def _about(value: Json) -> dict[str, object]:
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), "request": needed(value, "request"), **where}
