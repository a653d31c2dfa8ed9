"""Translates what people do with the form that changes a batch: open it, submit it.

Pure. It must not judge who may change what. What Slack lets people submit is checked here for what makes no sense by
itself, so that the form stays open with what they chose.
"""

import re
from typing import Final

from integrations.slack.fields import Json, Unreadable, decoded, inner, needed, present, text
from integrations.slack.forms import asked_by, chosen, filled
from integrations.slack.talk import Meaning
from rules.canonical import plain
from rules.model import Subject, Tainted

OPENED: Final = "change.opened"
SUBMITTED: Final = "batch.changed"
INCOMPLETE: Final = "change.incomplete"
_LONGEST_URL: Final = 500
_NEW: Final = "new:"
_PROJECT: Final = "[A-Z][A-Z0-9_]{0,99}"


def opened(value: Json, event_id: str) -> Meaning:
    """Read the Change button; `event_id` names the modal that the door opens for it."""
    payload = {**_about(value), "batch": needed(value, "batch"), "view": event_id}
    person = Subject(kind="person", id=needed(value, "user"))
    return Meaning(kind="command", name=OPENED, subject=person, payload=payload, needs_look=True)


def submitted(body: Json) -> Meaning:
    """Read the form as it was filled in; raises Unreadable where it is damaged."""
    view = inner(body, "view")
    carried = decoded(view, "private_metadata")
    payload = _about({**carried, "user": inner(body, "user").get("id")})
    batch = Subject(kind="batch", id=needed(carried, "batch"))
    if wrong(view):
        return Meaning(name=INCOMPLETE, subject=batch, payload=payload)
    out, head, merge, new = _wished(view)
    wish = {"out": out, "together": filled(view).get("apart") == "together", **present(merge=merge)}
    if head is not None:
        wish["head"] = head
    if new is not None:
        said = filled(view).get("summary")
        summary = {"summary": plain(Tainted(text=said, source="slack"))} if said else {}
        wish |= {"new": new, **summary, **present(view=text(view, "external_id"))}
    return Meaning(kind="command", name=SUBMITTED, subject=batch, payload={**payload, **wish}, needs_look=True)


def wrong(view: Json) -> dict[str, str]:
    """Say what makes no sense, by the input block that it is to be shown at; nothing where all is well."""
    out, head, merge, new = _wished(view)
    places = asked_by(view)
    if new is not None and merge is not None:
        return {places["merge"]: "Merge them first; then a new issue can be created in front of all."}
    if new is None and filled(view).get("summary"):
        return {places["summary"]: "Choose above where the new issue shall be, or leave this blank."}
    if head is not None and head in out:
        return {places["head"]: "It is taken out above, so it cannot stand in front."}
    if out or any(one is not None for one in (head, merge, new)):
        return {}
    return {next(iter(places.values()), "out"): "Nothing is changed yet. Choose something, or cancel."}


def _wished(view: Json) -> tuple[list[int], int | None, str | None, str | None]:
    """Give what is taken out, what is to stand in front if that is another, what is merged with, where a new one is."""
    said = filled(view)
    stood = text(decoded(view, "private_metadata"), "head")
    head = said.get("head") or None
    out = [_number(value) for value in chosen(view, "out")]
    merge = said.get("merge") or None
    if head is not None and head.startswith(_NEW):
        return out, None, merge, _project(head.removeprefix(_NEW))
    return out, None if head is None or head == stood else _number(head), merge, None


def _project(key: str) -> str:
    if re.fullmatch(_PROJECT, key) is None:
        raise Unreadable("a project has no key")
    return key


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise Unreadable("an issue has no numeric id")
    return int(value)


def _about(value: Json) -> dict[str, object]:
    """Give whose change it is, and where an answer can go."""
    where = present(channel=text(value, "channel"), response_url=text(value, "response_url", _LONGEST_URL))
    return {"user": needed(value, "user"), **where}
