"""Jira's state: the registers, the issues and their links, and the few laws that every change keeps."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.agile.state import AgileState
from sandbox.clock import Clock
from sandbox.jira.index import SearchIndex
from sandbox.jira.limits import Limits
from sandbox.jira.records import (
    Account,
    Change,
    Comment,
    Filter,
    History,
    Issue,
    Link,
    LinkType,
    Named,
    Project,
    Status,
    Transition,
)

INTERNAL = "sd.public.comment"


def is_public(comment: Comment) -> bool:
    """Whether customers see a comment: Jira marks those that they do not with a property."""
    mark = comment.properties.get(INTERNAL)
    return not (isinstance(mark, dict) and mark.get("internal"))


def group_id(name: str) -> str:
    """The id of a group, which stays the same for a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"group:{name}"))


@dataclass(slots=True, kw_only=True)
class JiraState:
    """All of Jira in memory; `details` are those of components and versions, by id. Callers hold the world's lock."""

    clock: Clock
    tokens: frozenset[str]
    transitions: tuple[Transition, ...]
    administrators: frozenset[str] | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    priorities: list[Named] = field(default_factory=list)
    resolutions: list[Named] = field(default_factory=list)
    issue_types: list[Named] = field(default_factory=list)
    link_types: list[LinkType] = field(default_factory=list)
    projects: dict[str, Project] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    agile: AgileState = field(default_factory=AgileState)
    index: SearchIndex = field(default_factory=SearchIndex)
    limits: Limits = field(default_factory=Limits)
    links: dict[int, Link] = field(default_factory=dict)
    filters: dict[int, Filter] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_id: int = 10_000
    _keys: dict[str, int] = field(default_factory=dict)
    _ends: dict[int, dict[int, Link]] = field(default_factory=dict)
    _children: dict[int, set[int]] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def next_id(self) -> int:
        """A number that no record of this site had before."""
        self.last_id += 1
        return self.last_id

    def issue(self, key_or_id: str) -> Issue | None:
        """The issue with this key or id."""
        number = int(key_or_id) if key_or_id.isdecimal() else self._keys.get(key_or_id.upper(), 0)
        return self.issues.get(number)

    def add_issue(self, issue: Issue) -> None:
        """Take a new issue in."""
        self.issues[issue.id] = issue
        self._note_parent(issue)
        self.index.touch(issue.id)
        self._keys[issue.key] = issue.id
        issue.project.last_number = max(issue.project.last_number, int(issue.key.rpartition("-")[2]))

    def remove_issue(self, issue: Issue) -> None:
        """Forget an issue and its links."""
        for link in self.links_of(issue):
            self.remove_link(link)
        self.index.touch(issue.id)
        del self.issues[issue.id], self._keys[issue.key]

    def project(self, key_or_id: str) -> Project | None:
        """The project with this key or id."""
        found = self.projects.get(key_or_id.upper())
        return found or next((p for p in self.projects.values() if p.id == key_or_id), None)

    def account_by_email(self, email: str) -> Account | None:
        """The account of an address, in any case of letters."""
        wanted = email.lower()
        known = self.accounts.get(self._addresses.get(wanted, ""))
        if known is None or known.email.lower() != wanted:
            known = next((a for a in self.accounts.values() if a.email.lower() == wanted), None)
        if known is not None:
            self._addresses[wanted] = known.account_id
        return known

    def links_of(self, issue: Issue) -> list[Link]:
        """The links of an issue, oldest first."""
        return [*self._ends.get(issue.id, {}).values()]

    def add_link(self, link: Link) -> None:
        """Take a new link in."""
        self.links[link.id] = link
        for end in (link.inward, link.outward):
            self._ends.setdefault(end, {})[link.id] = link

    def remove_link(self, link: Link) -> None:
        """Forget a link."""
        del self.links[link.id]
        for end in (link.inward, link.outward):
            self._ends[end].pop(link.id, None)

    def children_of(self, issue: Issue) -> list[Issue]:
        """The subtasks of an issue, oldest first."""
        noted = (self.issues.get(number) for number in sorted(self._children.get(issue.id, ())))
        return [child for child in noted if child is not None and child.parent == issue.id]

    def _note_parent(self, issue: Issue) -> None:
        if issue.parent is not None:
            self._children.setdefault(issue.parent, set()).add(issue.id)

    def transitions_of(self, issue: Issue) -> list[Transition]:
        """The moves that an issue's status allows."""
        return [
            t
            for t in self.transitions
            if t.to != issue.status.name
            and issue.status.name in (t.sources or (issue.status.name,))
            and issue.project.key in (t.projects or (issue.project.key,))
        ]

    def may(self, permission: str, account: Account, project: Project) -> bool:
        """Whether a person has a permission in a project; who may not browse may nothing."""
        allowed, holders = project.permissions.get("browse"), project.permissions.get(permission)
        if not account.active or (allowed is not None and not self._among(account, allowed, project)):
            return False
        return holders is None or self._among(account, holders, project)

    def _among(self, account: Account, holders: frozenset[str], project: Project) -> bool:
        """Whether an account is named, or is in a group or a role that is named."""
        if account.account_id in holders:
            return True
        for kind, _, name in (holder.partition(":") for holder in holders if ":" in holder):
            if kind == "group" and account.account_id in self.groups.get(name, ()):
                return True
            if kind == "role" and self._among(account, project.roles.get(name, frozenset()), project):
                return True
        return False

    def administers(self, account: Account) -> bool:
        """Whether a person has the global permission Administer Jira; everybody has it where nobody is named."""
        return self.administrators is None or account.account_id in self.administrators

    def may_browse(self, account: Account, issue: Issue) -> bool:
        """Whether a person may see an issue: the project's permission and the issue's security level."""
        if not self.may("browse", account, issue.project):
            return False
        return issue.security is None or self._among(account, issue.project.security[issue.security], issue.project)

    def may_set_level(self, account: Account, project: Project, level: str) -> bool:
        """Whether a security level is there and a person is among those who see it."""
        return level in project.security and self._among(account, project.security[level], project)

    def touch(self, issue: Issue) -> datetime:
        """Move `updated` to now, at least a millisecond on; the moment."""
        self.index.touch(issue.id)
        self._note_parent(issue)
        issue.updated = max(self.clock.now(), issue.updated + timedelta(milliseconds=1))
        return issue.updated

    def log(self, issue: Issue, author: Account, changes: Iterable[Change]) -> History | None:
        """Write a changelog entry and bump `updated`; nothing when nothing changed."""
        kept = tuple(c for c in changes if (c.before, c.before_text) != (c.after, c.after_text))
        if not kept:
            return None
        entry = History(id=self.next_id(), author=author.account_id, created=self.touch(issue), changes=kept)
        issue.history.append(entry)
        return entry
