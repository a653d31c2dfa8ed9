"""Turns Jira's smaller REST answers into our words: comments, accounts, permissions. Issues are `translate`'s.

Pure. What is malformed raises `NotUnderstood` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.jira.payloads import (
    Comment,
    CommentsShape,
    GrantsShape,
    Identified,
    Person,
    PropertiedComment,
    Property,
    ServerInfo,
    User,
    WatchersShape,
)
from integrations.jira.values import NotUnderstood, account_of, read, text_in, utc
from orchestrator.ports import Remark, Remarks
from rules.canonical import revive

__all__ = [
    "KEPT_PROPERTY",
    "MARK_PROPERTY",
    "RISK_PROPERTY",
    "CommentPage",
    "account",
    "accounts_with",
    "browsable",
    "comment_page",
    "comment_text",
    "granted",
    "mark_of",
    "new_id",
    "property_value",
    "remark",
    "remarks",
    "server_time",
    "watchers",
]

MARK_PROPERTY = "yardmaster"
"""The key of the property of a comment or an issue that carries our mark, as `{"mark": "..."}`."""


KEPT_PROPERTY = "yardmaster.answer"
"""The key of the property of an issue that tells who let it through a gate, or did not, when and why."""


RISK_PROPERTY = "yardmaster.risk"
"""The key of the property of an issue that tells that one of its promises is likely to break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """One page of comments: the id of each with the mark that it carries, and how many there are on all pages."""

    marks: tuple[tuple[str, str | None], ...]
    total: int


def comment_page(body: object) -> CommentPage:
    """Turn the answer of `issue/{id}/comment?expand=properties` into a page."""
    page = read(body, CommentsShape)
    return CommentPage(marks=tuple((str(one.id), _mark(one)) for one in page.comments), total=page.total)


def comment_text(body: object) -> str:
    """Give the text of a comment."""
    return text_in(read(body, Comment).body)


def remark(body: object) -> Remark:
    """Turn a comment into a remark; without its properties, its mark is not told."""
    return _remark(read(body, PropertiedComment))


def remarks(body: object) -> Remarks:
    """Turn a page of comments into remarks."""
    page = read(body, CommentsShape)
    return Remarks(remarks=tuple(map(_remark, page.comments)), whole=page.total <= len(page.comments))


def _remark(comment: PropertiedComment) -> Remark:
    who = comment.author
    return Remark(
        id=str(comment.id),
        author=account_of(who),
        name=(who.display_name or who.name if who is not None else None) or "somebody",
        text=text_in(comment.body),
        updated=comment.updated,
        public=comment.jsd_public and comment.visibility is None,
        mark=_mark(comment),
    )


def new_id(body: object) -> str:
    """Give the id of what was created."""
    return str(read(body, Identified).id)


def account(body: object) -> str:
    """Give the account id of `myself`."""
    found = account_of(read(body, Person))
    if found is None:
        raise NotUnderstood("the account has no id")
    return found


def accounts_with(body: object, email: str) -> frozenset[str]:
    """Give the active accounts whose address is visible and the same but for capitals; Jira also finds similar ones."""
    users = read(body, tuple[User, ...])
    found = {account_of(user) for user in users if user.active and _is(user.email_address, email)}
    return frozenset(one for one in found if one is not None)


def browsable(body: object) -> frozenset[int]:
    """Give the issues for which `permissions/check` grants BROWSE_PROJECTS."""
    grants = read(body, GrantsShape).project_permissions
    return frozenset(issue for grant in grants if grant.permission == "BROWSE_PROJECTS" for issue in grant.issues)


def watchers(body: object) -> frozenset[str]:
    """Give the accounts in the answer of `issue/{id}/watchers`."""
    found = (account_of(person) for person in read(body, WatchersShape).watchers)
    return frozenset(account for account in found if account is not None)


def granted(body: object, permission: str) -> frozenset[int]:
    """Give the projects for which `permissions/check` grants a permission."""
    grants = read(body, GrantsShape).project_permissions
    return frozenset(project for grant in grants if grant.permission == permission for project in grant.projects)


def server_time(body: object) -> datetime:
    """Give the time that `serverInfo` tells, aware, in UTC."""
    return revive(utc(read(body, ServerInfo).server_time), datetime)


def mark_of(value: object) -> str | None:
    """Give the mark in the value of our property; None where it is none of ours."""
    mark = value.get("mark") if isinstance(value, dict) else None
    return mark if isinstance(mark, str) else None


def property_value(body: object) -> dict[str, Any] | None:
    """Give the value of a property of ours; None where it is no object, and so none of ours."""
    value = read(body, Property).value
    return value if isinstance(value, dict) else None


def _mark(comment: PropertiedComment) -> str | None:
    return next((mark_of(prop.value) for prop in comment.properties if prop.key == MARK_PROPERTY), None)


def _is(address: str | None, email: str) -> bool:
    return address is not None and address.casefold() == email.casefold()
