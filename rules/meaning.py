"""What a schema cannot say about rules: that names lead somewhere and conditions can be evaluated. No I/O.

It reads plain data, passing over what has the wrong shape, so that every mistake can be told at once.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from rules.conditions import ITEMS, PROPOSALS, ConditionError, Vocabulary
from rules.guardrails import GUARDRAILS
from rules.sources import Path, Wrong
from rules.spelling import nearest

Data = Mapping[str, Any]


def mistakes(data: Data) -> Iterator[Wrong]:
    """Give everything that is wrong with what rules, as plain data, mean."""
    for name, workflow in _named(data, "workflows"):
        yield from _workflow(("workflows", name), workflow, data)
    for name, guardrail in _named(data, "guardrails"):
        yield from _guardrail(name, guardrail)
    for name, person in _named(data, "people"):
        yield from _roles(("people", name, "roles"), person, data)
    yield from _double_accounts(data)
    zone = _mapping(data, "limits").get("time_zone", "UTC")
    if isinstance(zone, str) and zone not in available_timezones():
        yield ("limits", "time_zone"), f"there is no time zone {zone!r}{nearest(zone, available_timezones())}"


def _workflow(at: Path, workflow: Data, data: Data) -> Iterator[Wrong]:
    agent, role = workflow.get("agent"), workflow.get("approvers")
    agents, roles = _mapping(data, "agents"), _mapping(data, "roles")
    if isinstance(agent, str) and agent not in agents:
        yield (*at, "agent"), f"there is no agent {agent!r}{nearest(agent, agents)}"
    if isinstance(role, str) and role not in roles:
        yield (*at, "approvers"), _no_role(role, roles)
    elif isinstance(role, str) and "approve" not in _mapping(roles, role).get("may", ()):
        yield (*at, "approvers"), f"the role {role!r} may not approve"
    yield from _batches((*at, "batches"), _mapping(workflow, "batches"), agents)
    follower = _mapping(workflow, "follow").get("agent")
    if isinstance(follower, str) and follower not in agents:
        yield (*at, "follow", "agent"), f"there is no agent {follower!r}{nearest(follower, agents)}"
    yield from _condition((*at, "when"), workflow.get("when"), ITEMS)
    comment = workflow.get("comment")
    if isinstance(comment, str) and "{key}" not in comment:
        yield (*at, "comment"), "must name the known issue by {key}"


def _batches(at: Path, batches: Data, agents: Data) -> Iterator[Wrong]:
    agent, comment = batches.get("agent"), batches.get("comment")
    if isinstance(agent, str) and agent not in agents:
        yield (*at, "agent"), f"there is no agent {agent!r}{nearest(agent, agents)}"
    if isinstance(comment, str) and "{key}" not in comment:
        yield (*at, "comment"), "must name the issue that they are linked to by {key}"


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


def _roles(at: Path, person: Data, data: Data) -> Iterator[Wrong]:
    roles, held = _mapping(data, "roles"), person.get("roles")
    for number, role in enumerate(held if isinstance(held, list) else ()):
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
