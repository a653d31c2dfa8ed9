"""Does what a story's people do, as themselves, and tells it in words. It decides nothing about when."""

from collections.abc import Callable
from contextlib import suppress
from string import Template
from typing import Any

import msgspec

from sandbox.playing.cards import Card, cards_on
from sandbox.playing.company import Company, Json, Refused
from sandbox.playing.deeds import (
    AnyDeed,
    Call,
    Command,
    Comment,
    Edit,
    Link,
    Move,
    Press,
    Raise,
    Report,
    Write,
)
from sandbox.playing.script import Story

API = "rest/api/2"
NAMING = ("issue", "to", "about")


def do(company: Company, deed: AnyDeed, keys: dict[str, str]) -> str:
    """Do it and say what was done; `keys` holds the issues' keys by their names and is added to."""
    return str(DOING[type(deed)](company, _filled(deed, keys), keys))


def take_away(company: Company, story: Story, keys: dict[str, str]) -> None:
    """Delete the issues of an earlier telling, as those who wrote them; what is gone already stays so."""
    for deed in story.deeds:
        if isinstance(deed, Report | Raise) and (key := keys.get(deed.called)):
            with suppress(Refused):
                company.jira(deed.who, "DELETE", f"{API}/issue/{key}?deleteSubtasks=true")


def press(company: Company, who: str, card: Card, button: Json, reason: str) -> None:
    """Press a button on a card; where that opens a form, its texts are filled with the reason."""
    user = company.person(who).slack
    where = {"user": user, "channel": card.channel, "ts": card.ts}
    what = {"action_id": button["action_id"], "value": button.get("value")}
    pressed = company.control("POST", "slack/press", where | what)
    if not pressed["ok"]:
        raise Refused(f"the bot did not answer when {who} pressed {button['text']['text']}: {pressed['error']}")
    if view := pressed["opened_view"]:
        texts = [block for block in view["blocks"] if block["type"] == "input"]
        values = {block["block_id"]: {block["element"]["action_id"]: reason} for block in texts}
        company.control("POST", "slack/submit", {"user": user, "view_id": view["id"], "values": values})


def _report(company: Company, deed: Report, keys: dict[str, str]) -> str:
    fields: Json = {"project": {"key": deed.project}, "summary": deed.summary, "description": deed.description}
    fields |= {"issuetype": {"name": deed.type}, "priority": {"name": deed.priority}, **deed.fields}
    keys[deed.called] = company.jira(deed.who, "POST", f"{API}/issue", {"fields": fields})["key"]
    return f'reports {keys[deed.called]} in Jira: "{deed.summary}"'


def _raise(company: Company, deed: Raise, keys: dict[str, str]) -> str:
    body = {"serviceDeskId": deed.desk, "requestTypeId": deed.type, "requestFieldValues": deed.values}
    keys[deed.called] = company.jira(deed.who, "POST", "rest/servicedeskapi/request", body)["issueKey"]
    return f'raises {keys[deed.called]} in the portal: "{deed.values.get("summary", "")}"'


def _comment(company: Company, deed: Comment, keys: dict[str, str]) -> str:
    company.jira(deed.who, "POST", f"{API}/issue/{deed.issue}/comment", {"body": deed.text})
    return f'writes on {deed.issue}: "{deed.text}"'


def _move(company: Company, deed: Move, keys: dict[str, str]) -> str:
    there = f"{API}/issue/{deed.issue}/transitions"
    offered = company.jira(deed.who, "GET", there)["transitions"]
    found = next((one["id"] for one in offered if one["name"] == deed.by), None)
    if found is None:
        raise Refused(f"{deed.issue} offers {deed.who} no transition {deed.by}")
    more = {"fields": {"resolution": {"name": deed.resolution}}} if deed.resolution else {}
    company.jira(deed.who, "POST", there, {"transition": {"id": found}, **more})
    return f"moves {deed.issue}: {deed.by}"


def _edit(company: Company, deed: Edit, keys: dict[str, str]) -> str:
    company.jira(deed.who, "PUT", f"{API}/issue/{deed.issue}", {"fields": deed.fields})
    return f"changes {', '.join(deed.fields)} of {deed.issue}"


def _link(company: Company, deed: Link, keys: dict[str, str]) -> str:
    ends = {"inwardIssue": {"key": deed.issue}, "outwardIssue": {"key": deed.to}}
    company.jira(deed.who, "POST", f"{API}/issueLink", {"type": {"name": deed.type}, **ends})
    return f"links {deed.issue} with {deed.to}: {deed.type}"


def _write(company: Company, deed: Write, keys: dict[str, str]) -> str:
    body = {"user": company.person(deed.who).slack, "channel": deed.channel, "text": deed.text}
    company.control("POST", "slack/message", body)
    return f'writes in #{deed.channel}: "{deed.text}"'


def _command(company: Company, deed: Command, keys: dict[str, str]) -> str:
    body = {"user": company.person(deed.who).slack, "channel": deed.channel, "command": "/yard", "text": deed.text}
    company.control("POST", "slack/command", body)
    return f"types /yard {deed.text}"


def _press(company: Company, deed: Press, keys: dict[str, str]) -> str:
    for card in reversed(cards_on(company.screen(deed.who))):
        if (button := card.button(deed.button)) and deed.about in card.keys:
            press(company, deed.who, card, button, "")
            return f"presses {button['text']['text']} on the card about {deed.about}"
    raise Refused(f"{deed.who} sees no button {deed.button} about {deed.about}")


def _call(company: Company, deed: Call, keys: dict[str, str]) -> str:
    if deed.to == "control":
        company.control(deed.method, deed.path, deed.body)
    else:
        answer = company.twin(deed.to, deed.method, deed.path, deed.body)
        if deed.called:
            keys[deed.called] = str(answer["id"])
    return f"does in the {deed.to}: {deed.method} {deed.path}" if deed.to != "control" else f"starts: {deed.path}"


DOING: dict[type[AnyDeed], Callable[..., str]] = {
    Report: _report,
    Raise: _raise,
    Comment: _comment,
    Move: _move,
    Edit: _edit,
    Link: _link,
    Write: _write,
    Command: _command,
    Press: _press,
    Call: _call,
}


def _filled(deed: AnyDeed, keys: dict[str, str]) -> AnyDeed:
    """The deed with the issues' keys in the place of their names."""
    plain = {name: _keyed(value, keys) for name, value in msgspec.to_builtins(deed).items()}
    plain |= {name: keys.get(plain[name], plain[name]) for name in NAMING if name in plain}
    return msgspec.convert(plain, type(deed))


def _keyed(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).safe_substitute(keys)
    if isinstance(value, dict):
        return {name: _keyed(one, keys) for name, one in value.items()}
    return [_keyed(one, keys) for one in value] if isinstance(value, list) else value
