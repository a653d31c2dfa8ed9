"""Customers and organizations: of a service desk, and of the whole site."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.desk.call import (
    DeskError,
    NoAgentError,
    account_ids,
    find_agents_desk,
    page,
    state_of,
    window,
)
from sandbox.desk.records import Organization
from sandbox.jira.call import Answer, Call
from sandbox.jira.records import Account

Names = list[str]


def create_customer(call: Call) -> Answer:
    """POST customer: an account that only asks; a known address is 400, or 409 with strictConflictStatusCode=true."""
    _need_any_agent(call)
    body = call.body()
    email, name = (
        str(body.get("email") or "").strip(),
        str(body.get("displayName") or body.get("fullName") or "").strip(),
    )
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email) or len(email) > 255:
        raise DeskError(400, "The email address is not valid.", "sd.customer.error.email")
    if call.jira.account_by_email(email) is not None:
        strict = call.query.get("strictConflictStatusCode") == "true"
        raise DeskError(409 if strict else 400, "An account already exists for this email.", "sd.customer.error.exists")
    identity = f"qm:sandbox:{call.jira.next_id()}"
    call.jira.accounts[identity] = Account(account_id=identity, name=name or email, email=email, kind="customer")
    call.effect("customer.created", None, identity)
    return 201, window(call).user(identity)


def list_customers(call: Call, desk: str) -> Answer:
    """GET servicedesk/{id}/customer?query=, matched against names and addresses."""
    place, text = find_agents_desk(call, desk), call.query.get("query", "").lower()
    people = [call.jira.accounts[name] for name in place.customers]
    found = [account.account_id for account in people if text in f"{account.name} {account.email}".lower()]
    return 200, page(call, found, window(call).user)


def add_customers(call: Call, desk: str) -> Answer:
    """POST servicedesk/{id}/customer with accountIds."""
    place = find_agents_desk(call, desk)
    place.customers = _joined(place.customers, account_ids(call, call.body()))
    return _done(call, "customers.added", place.id)


def remove_customers(call: Call, desk: str) -> Answer:
    """DELETE servicedesk/{id}/customer with accountIds."""
    place = find_agents_desk(call, desk)
    place.customers = _parted(place.customers, account_ids(call, call.body()))
    return _done(call, "customers.removed", place.id)


def list_organizations(call: Call) -> Answer:
    """GET organization?accountId=: all for agents, one's own for customers."""
    return 200, _organizations(call, [*state_of(call).organizations])


def list_desks_organizations(call: Call, desk: str) -> Answer:
    """GET servicedesk/{id}/organization?accountId=."""
    return 200, _organizations(call, find_agents_desk(call, desk).organizations)


def create_organization(call: Call) -> Answer:
    """POST organization: 1 to 200 characters."""
    _need_any_agent(call)
    name = call.body().get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 200:
        raise DeskError(400, "The organization name must have 1 to 200 characters.", "sd.organization.error.name")
    made = Organization(id=str(call.jira.next_id()), name=name.strip(), created=call.jira.clock.now())
    state_of(call).organizations[made.id] = made
    call.effect("organization.created", None, made.id)
    return 201, window(call).organization(made)


def get_organization(call: Call, number: str) -> Answer:
    """GET organization/{id}."""
    return 200, window(call).organization(_found(call, number))


def delete_organization(call: Call, number: str) -> Answer:
    """DELETE organization/{id}; requests that were shared with it are so no more."""
    _need_any_agent(call)
    gone, state = _found(call, number), state_of(call)
    del state.organizations[gone.id]
    for desk in state.desks.values():
        desk.organizations = _parted(desk.organizations, [gone.id])
    return _done(call, "organization.deleted", gone.id)


def list_members(call: Call, number: str) -> Answer:
    """GET organization/{id}/user."""
    return 200, page(call, _found(call, number).members, window(call).user)


def add_members(call: Call, number: str) -> Answer:
    """POST organization/{id}/user with accountIds."""
    return _change_members(call, number, _joined, "organization.joined")


def remove_members(call: Call, number: str) -> Answer:
    """DELETE organization/{id}/user with accountIds."""
    return _change_members(call, number, _parted, "organization.left")


def add_desks_organization(call: Call, desk: str) -> Answer:
    """POST servicedesk/{id}/organization with an organizationId."""
    return _change_desks_organizations(call, desk, _joined, "organization.added")


def remove_desks_organization(call: Call, desk: str) -> Answer:
    """DELETE servicedesk/{id}/organization with an organizationId."""
    return _change_desks_organizations(call, desk, _parted, "organization.removed")


def _change_members(call: Call, number: str, change: Callable[[Names, Names], Names], kind: str) -> Answer:
    _need_any_agent(call)
    group = _found(call, number)
    group.members = change(group.members, account_ids(call, call.body()))
    return _done(call, kind, group.id)


def _change_desks_organizations(call: Call, desk: str, change: Callable[[Names, Names], Names], kind: str) -> Answer:
    place = find_agents_desk(call, desk)
    group = _found(call, str(call.body().get("organizationId")))
    place.organizations = change(place.organizations, [group.id])
    return _done(call, kind, group.id)


def _done(call: Call, kind: str, identity: str) -> Answer:
    call.effect(kind, None, identity)
    return 204, None


def _joined(now: Names, given: Names) -> Names:
    return list(dict.fromkeys([*now, *given]))


def _parted(now: Names, given: Names) -> Names:
    return [name for name in now if name not in given]


def _organizations(call: Call, names: Names) -> Any:
    state, wanted = state_of(call), call.query.get("accountId")
    if not _is_agent(call):
        wanted = call.account.account_id
    found = [state.organizations[name] for name in names]
    return page(call, [o for o in found if not wanted or wanted in o.members], window(call).organization)


def _found(call: Call, number: str) -> Organization:
    found = state_of(call).organizations.get(number)
    if found is None or not (_is_agent(call) or call.account.account_id in found.members):
        raise DeskError(404, "The organization does not exist or you cannot see it.", "sd.organization.error.not.found")
    return found


def _need_any_agent(call: Call) -> None:
    if not _is_agent(call):
        raise NoAgentError


def _is_agent(call: Call) -> bool:
    return any(call.account.account_id in desk.agents for desk in state_of(call).desks.values())
