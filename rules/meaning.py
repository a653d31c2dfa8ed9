"""What a schema cannot say about rules: that names lead somewhere and conditions can be evaluated. No I/O.

It reads plain data, passing over what has the wrong shape, so that every mistake can be told at once.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import holidays

from rules.conditions import ITEMS, PROPOSALS, ConditionError, Vocabulary
from rules.guardrails import GUARDRAILS
from rules.slas import DUE, team_in
from rules.sources import Path, Wrong
from rules.spelling import nearest

Data = Mapping[str, Any]
_zones = cache(available_timezones)
_COUPLING = ("close_as", "comment", "known_for_days", "link_type")
#: What a workflow may be about in the place of known issues.
_INSTEAD = {"gate": "a gate", "assign": "`assign`", "rescues": "`rescues`"}


def mistakes(data: Data) -> Iterator[Wrong]:
    """Give everything that is wrong with what rules, as plain data, mean."""
    for name, workflow in _named(data, "workflows"):
        yield from _workflow(("workflows", name), workflow, data)
    for name, guardrail in _named(data, "guardrails"):
        yield from _guardrail(name, guardrail)
    for name, person in _named(data, "people"):
        yield from _roles(("people", name, "roles"), person, data)
        yield from _person(("people", name), person, data)
    for name, team in _named(data, "teams"):
        for number, one in enumerate(_listed(_mapping(team, "on_call"), "people")):
            yield from _unknown(("teams", name, "on_call", "people", number), "person", one, _mapping(data, "people"))
    for name, calendar in _named(data, "calendars"):
        yield from _calendar(("calendars", name), calendar)
    yield from _watch(("watch",), _mapping(data, "watch"), data)
    for name, sla in _named(data, "slas"):
        yield from _sla(("slas", name), sla, data)
    yield from _double_accounts(data)
    yield from _zone(("limits", "time_zone"), _mapping(data, "limits").get("time_zone"))


def _workflow(at: Path, workflow: Data, data: Data) -> Iterator[Wrong]:
    agent, role = workflow.get("agent"), workflow.get("approvers")
    agents, roles = _mapping(data, "agents"), _mapping(data, "roles")
    yield from _unknown((*at, "agent"), "agent", agent, agents)
    if isinstance(role, str):
        yield from _approving((*at, "approvers"), role, roles)
    yield from _unknown((*at, "author"), "person", workflow.get("author"), _mapping(data, "people"))
    for number, step in enumerate(_listed(_mapping(workflow, "approval"), "steps")):
        if isinstance(step, Mapping):
            yield from _step((*at, "approval", "steps", number), step, roles)
            yield from _up_to((*at, "approval", "steps", number), step, workflow)
    if _mapping(workflow, "approval").get("ask_first") and not workflow.get("remind_after_hours"):
        yield (*at, "approval", "ask_first"), "needs remind_after_hours, after which the others are asked"
    yield from _batches((*at, "batches"), _mapping(workflow, "batches"), agents)
    follower = _mapping(workflow, "follow").get("agent")
    if isinstance(follower, str) and follower not in agents:
        yield (*at, "follow", "agent"), f"there is no agent {follower!r}{nearest(follower, agents)}"
    yield from _condition((*at, "when"), workflow.get("when"), ITEMS)
    yield from _gate(at, workflow)
    comment = workflow.get("comment")
    if isinstance(comment, str) and "{key}" not in comment:
        yield (*at, "comment"), "must name the known issue by {key}"


def _gate(at: Path, workflow: Data) -> Iterator[Wrong]:
    other = [word for word in _INSTEAD if workflow.get(word) not in (None, False)]
    if not other:
        if missing := [word for word in _COUPLING if word not in workflow]:
            yield at, f"{', '.join(missing)} must be said as well"
        return
    for word in (*_COUPLING, "batches", "follow"):
        if word in workflow:
            yield (
                (*at, word),
                f"speaks of known issues, of which a workflow with {_INSTEAD[other[0]]} knows none: leave it out",
            )
    if len(other) > 1:
        yield at, f"says {' and '.join(other)}: a workflow has one of them"
    yield from _condition((*at, "assign", "dull"), _mapping(workflow, "assign").get("dull"), ITEMS)
    ends = _mapping(workflow, "gate")
    approved, rejected = (_listed(_mapping(ends, end), "statuses") for end in ("approved", "rejected"))
    if both := [status for status in approved if status in (*rejected, ends.get("on_status"))]:
        yield (*at, "gate", "approved", "statuses"), f"{both[0]!r} cannot tell that it was approved"
    if ends.get("on_status") in rejected:
        yield (*at, "gate", "rejected", "statuses"), f"{ends['on_status']!r} cannot tell that it was rejected"
    bulk = _mapping(ends, "bulk")
    if bulk.get("up_to") is not None and ends.get("amount") is None:
        yield (*at, "gate", "bulk", "up_to"), "needs the gate's amount, which it limits"
    for name, change in _named(ends, "changes"):
        yield from _change((*at, "gate", "changes", name), change)


def _change(at: Path, change: Data) -> Iterator[Wrong]:
    kind, choices = change.get("kind"), change.get("choices")
    if (kind == "choice") != bool(choices):
        yield (*at, "choices"), "must be said for a choice, and for nothing else"
    if change.get("keeps_yes_if") and kind not in ("number", "date"):
        yield (*at, "keeps_yes_if"), "makes sense for a number or a date alone"


def _batches(at: Path, batches: Data, agents: Data) -> Iterator[Wrong]:
    agent, comment = batches.get("agent"), batches.get("comment")
    yield from _unknown((*at, "agent"), "agent", agent, agents)
    texts = [((*at, "comment"), comment)]
    texts += [((*at, "comments", name, "text"), one.get("text")) for name, one in _named(batches, "comments")]
    for place, text in texts:
        if isinstance(text, str) and "{key}" not in text:
            yield place, "must name the issue that they are linked to by {key}"


def _step(at: Path, step: Data, roles: Data) -> Iterator[Wrong]:
    for number, role in enumerate(_listed(step, "roles")):
        if isinstance(role, str):
            yield from _approving((*at, "roles", number), role, roles)
    said = [word for word in ("people", "percent", "weight") if step.get(word) is not None]
    if len(said) > 1:
        yield at, f"says {' and '.join(said)}: a step needs one of them"
    if step.get("each") and not (_listed(step, "roles") and said in ([], ["people"])):
        yield (*at, "each"), "needs the roles of which so many people each have to agree"
    yield from _condition((*at, "when"), step.get("when"), PROPOSALS)


def _up_to(at: Path, step: Data, workflow: Data) -> Iterator[Wrong]:
    limits, asked = _mapping(step, "up_to"), _listed(step, "roles") or [workflow.get("approvers")]
    if limits and _mapping(workflow, "gate").get("amount") is None:
        yield (*at, "up_to"), "needs a gate that names its amount"
    if limits and step.get("each"):
        yield (*at, "up_to"), "would leave out roles of which each has to agree: say it in a step without `each`"
    if limits and set(asked) <= limits.keys():
        yield (
            (*at, "up_to"),
            "leaves nobody who decides about more: leave the role out that decides about any amount",
        )
    for role in limits:
        if role not in asked:
            yield (*at, "up_to", role), f"the step does not ask the role {role!r}"


def _approving(at: Path, role: str, roles: Data) -> Iterator[Wrong]:
    if role not in roles:
        yield at, _no_role(role, roles)
    elif "approve" not in _mapping(roles, role).get("may", ()):
        yield at, f"the role {role!r} may not approve"


def _guardrail(name: str, guardrail: Data) -> Iterator[Wrong]:
    at = ("guardrails", name)
    if name in {ours.__name__ for ours in GUARDRAILS}:
        yield at, f"{name} is the name of a guardrail that is always there: choose another one"
    yield from _condition((*at, "when"), guardrail.get("when"), PROPOSALS)


def _condition(at: Path, text: object, vocabulary: Vocabulary) -> Iterator[Wrong]:
    if isinstance(text, str):
        try:
            vocabulary.compiled(text)
        except ConditionError as error:
            yield at, str(error)


def _person(at: Path, person: Data, data: Data) -> Iterator[Wrong]:
    yield from _unknown((*at, "calendar"), "calendar", person.get("calendar"), _mapping(data, "calendars"))
    yield from _unknown((*at, "manager"), "person", person.get("manager"), _mapping(data, "people"))
    for number, team in enumerate(_listed(person, "teams")):
        yield from _unknown((*at, "teams", number), "team", team, _mapping(data, "teams"))


def _calendar(at: Path, calendar: Data) -> Iterator[Wrong]:
    yield from _zone((*at, "time_zone"), calendar.get("time_zone"))
    country, part = calendar.get("country"), calendar.get("subdivision")
    countries = holidays.list_supported_countries()
    if isinstance(country, str):
        yield from _unknown((*at, "country"), "country", country, countries)
        if country in countries and isinstance(part, str):
            yield from _unknown((*at, "subdivision"), f"part of {country}", part, dict.fromkeys(countries[country]))
    elif isinstance(part, str):
        yield (*at, "subdivision"), "is a part of no country: say the country as well"


def _sla(at: Path, sla: Data, data: Data) -> Iterator[Wrong]:
    if str(at[-1]).casefold() == DUE.casefold():
        yield at, "this is the name of the clock of Jira's due dates, which rules do not declare"
    yield from _condition((*at, "when"), sla.get("when"), ITEMS)
    for part in ("starts", "stops", "pauses"):
        for number, word in enumerate(_listed(sla, part)):
            if isinstance(word, str):
                yield from _unknown((*at, part, number), "team", team_in(word), _mapping(data, "teams"))
    for number, goal in enumerate(_listed(sla, "goals")):
        if isinstance(goal, Mapping):
            place = (*at, "goals", number)
            yield from _condition((*place, "when"), goal.get("when"), ITEMS)
            yield from _unknown((*place, "calendar"), "calendar", goal.get("calendar"), _mapping(data, "calendars"))


def _watch(at: Path, watch: Data, data: Data) -> Iterator[Wrong]:
    shared = {project for _, team in _named(data, "teams") for project in _listed(team, "projects")}
    for what, word in (("blockers", "to"), ("risk", "chain")):
        for number, person in enumerate(_listed(_mapping(watch, what), word)):
            yield from _unknown((*at, what, word, number), "person", person, _mapping(data, "people"))
    later = _mapping(_mapping(watch, "risk"), "later")
    if later.get("field") and later.get("statuses"):
        yield (*at, "risk", "later"), "says field and statuses: more time comes of one of them"
    for what, rule in _named({"watch": watch}, "watch"):
        for number, project in enumerate(_listed(rule, "projects")):
            if what != "blockers" and isinstance(project, str) and project not in shared:
                words = f"no team shares {project!r}, so that nobody would be told: name it under `teams`"
                yield (*at, what, "projects", number), words
        yield from _condition((*at, what, "when"), rule.get("when"), ITEMS)


def _zone(at: Path, zone: object) -> Iterator[Wrong]:
    yield from _unknown(at, "time zone", zone, dict.fromkeys(_zones()))


def _unknown(at: Path, what: str, name: object, known: Data) -> Iterator[Wrong]:
    if isinstance(name, str) and name not in known:
        yield at, f"there is no {what} {name!r}{nearest(name, known)}"


def _listed(data: Data, name: str) -> list[Any]:
    found = data.get(name)
    return found if isinstance(found, list) else []


def _roles(at: Path, person: Data, data: Data) -> Iterator[Wrong]:
    roles = _mapping(data, "roles")
    for number, role in enumerate(_listed(person, "roles")):
        if isinstance(role, str) and role not in roles:
            yield (*at, number), _no_role(role, roles)


def _no_role(role: str, roles: Data) -> str:
    return f"there is no role {role!r}{nearest(role, roles)}"


def _double_accounts(data: Data) -> Iterator[Wrong]:
    for kind in ("jira", "slack", "email"):
        owners: dict[str, str] = {}
        for name, person in _named(data, "people"):
            account = person.get(kind)
            if isinstance(account, str) and owners.setdefault(account, name) != name:
                yield ("people", name, kind), f"is already {owners[account]}'s"


def _mapping(data: Data, name: str) -> Data:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _named(data: Data, section: str) -> Iterator[tuple[str, Data]]:
    return ((name, rule) for name, rule in _mapping(data, section).items() if isinstance(rule, Mapping))
