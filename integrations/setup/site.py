"""Reads what setup offers to choose from in Jira: who we are, what we may, projects, statuses, link types, people.

It changes nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec

from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.values import NotUnderstood, read

__all__ = ["Account", "JiraSite"]

T = TypeVar("T")

_MOST_PAGES = 100
_A_PAGE = 50
_PEOPLE_A_PAGE = 200
_DONE = "done"
_UNKNOWN = frozenset({400, 404})


class _Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Anything that Jira answers."""


class _Person(_Shape, frozen=True, kw_only=True):
    account_id: str
    display_name: str = ""
    account_type: str = ""
    active: bool = True
    email_address: str | None = None


class _Named(_Shape, frozen=True, kw_only=True):
    name: str


class _Field(_Shape, frozen=True, kw_only=True):
    id: str
    name: str = ""


class _Project(_Shape, frozen=True, kw_only=True):
    key: str
    name: str = ""


class _Projects(_Shape, frozen=True, kw_only=True):
    values: tuple[_Project, ...]
    is_last: bool = True


class _LinkTypes(_Shape, frozen=True, kw_only=True):
    issue_link_types: tuple[_Named, ...]


class _Category(_Shape, frozen=True, kw_only=True):
    key: str = ""


class _Status(_Shape, frozen=True, kw_only=True):
    name: str
    status_category: _Category = _Category()


class _StatusesOfType(_Shape, frozen=True, kw_only=True):
    statuses: tuple[_Status, ...] = ()


class _Permission(_Shape, frozen=True, kw_only=True):
    have_permission: bool = False


class _Permissions(_Shape, frozen=True, kw_only=True):
    permissions: Mapping[str, _Permission]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody in Jira. `email` is there only where their profile shows it."""

    id: str
    name: str
    email: str | None
    human: bool


class JiraSite:
    """One Jira as our account sees it. All methods raise GatewayError, never in doubt."""

    def __init__(self, connection: Connection) -> None:
        """Keep the way to Jira; nothing is asked yet."""
        self._connection = connection

    def me(self) -> Account:
        """Give the account that we act as."""
        return _account(self._read("myself", "asking who we are", _Person))

    def account(self, id_: str) -> Account | None:
        """Give an account that is active; None where there is none."""
        body = self._connection.read("user", "reading an account", {"accountId": id_}, absent=_UNKNOWN)
        found = None if body is None else _understood(body, "reading an account", _Person)
        return _account(found) if found and found.active else None

    def granted(self, permissions: Collection[str], project: str | None = None) -> frozenset[str]:
        """Give which of these permissions we have, in a project where one is named."""
        params: dict[str, str | int] = {"permissions": ",".join(sorted(permissions))}
        if project:
            params["projectKey"] = project
        told = self._read("mypermissions", "asking what we may do", _Permissions, params).permissions
        return frozenset(name for name, about in told.items() if about.have_permission)

    def projects(self) -> dict[str, str]:
        """Give the names of the projects that we may browse, by their keys."""
        found: dict[str, str] = {}
        for page in range(_MOST_PAGES):
            params: dict[str, str | int] = {"startAt": page * _A_PAGE, "maxResults": _A_PAGE, "orderBy": "key"}
            told = self._read("project/search", "reading its projects", _Projects, params)
            found |= {one.key: one.name for one in told.values}
            if told.is_last or not told.values:
                break
        return found

    def closing_statuses(self, project: str) -> tuple[str, ...]:
        """Give the statuses of a project that mean that an issue is done."""
        path = f"project/{quote(project, safe='')}/statuses"
        types = self._read(path, "reading the statuses of a project", tuple[_StatusesOfType, ...])
        done = [one.name for kind in types for one in kind.statuses if one.status_category.key == _DONE]
        return tuple(dict.fromkeys(done))

    def link_types(self) -> tuple[str, ...]:
        """Give the names of the link types."""
        return tuple(one.name for one in self._read("issueLinkType", "reading link types", _LinkTypes).issue_link_types)

    def statuses(self) -> tuple[str, ...]:
        """Give the names of all statuses."""
        return tuple(one.name for one in self._read("status", "reading statuses", tuple[_Named, ...]))

    def priorities(self) -> tuple[str, ...]:
        """Give the names of the priorities."""
        return tuple(one.name for one in self._read("priority", "reading priorities", tuple[_Named, ...]))

    def fields(self) -> tuple[str, ...]:
        """Give the names of all fields, and their ids, by which they may be called too."""
        told = self._read("field", "reading which fields there are", tuple[_Field, ...])
        return tuple(dict.fromkeys(name for one in told for name in (one.name, one.id)))

    def resolutions(self) -> tuple[str, ...]:
        """Give the names of the resolutions."""
        return tuple(one.name for one in self._read("resolution", "reading resolutions", tuple[_Named, ...]))

    def assignable(self, project: str) -> tuple[Account, ...]:
        """Give the people whom issues of a project may be assigned to, at most some thousands of them."""
        found: dict[str, Account] = {}
        for page in range(_MOST_PAGES):
            params: dict[str, str | int] = {"project": project, "maxResults": _PEOPLE_A_PAGE}
            params["startAt"] = page * _PEOPLE_A_PAGE
            told = self._read("user/assignable/search", "reading who may be assigned", tuple[_Person, ...], params)
            found |= {one.account_id: _account(one) for one in told if one.active}
            if not told:
                break
        return tuple(one for one in found.values() if one.human)

    def _read(self, path: str, doing: str, shape: type[T], params: Mapping[str, str | int] | None = None) -> T:
        return _understood(self._connection.read(path, doing, params, absent=frozenset()), doing, shape)


def _understood(body: object, doing: str, shape: type[T]) -> T:
    try:
        return read(body, shape)
    except NotUnderstood as reason:
        raise unreadable(Call(doing=doing, writes=False), str(reason)) from None


def _account(person: _Person) -> Account:
    human = person.account_type in {"", "atlassian"}
    return Account(id=person.account_id, name=person.display_name, email=person.email_address, human=human)
