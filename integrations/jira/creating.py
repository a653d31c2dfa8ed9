"""Writes an issue that is to be created in Jira's form, and tells which of those that were found carries a mark.

Pure. Every word from outside is made harmless; what the issue is linked to is not told here.

Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/#api-rest-api-2-issue-post
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from integrations.jira.answers import MARK_PROPERTY, mark_of
from integrations.jira.markup import one_line, render_whole
from integrations.jira.payloads import CreatedShape, FoundShape
from integrations.jira.values import number_of, read
from orchestrator.ports import Receipt
from rules.actions import CreateAction

__all__ = ["created", "form_of", "marked_among", "newest_of_ours"]

_LONGEST_SUMMARY = 255
_NEWEST = 100


def form_of(action: CreateAction, mark: str, url_of: Callable[[str], str]) -> dict[str, Any]:
    """Give the body of `POST issue`, with our mark as a property of the issue."""
    fields: dict[str, Any] = {
        "project": {"key": action.project},
        "issuetype": {"name": action.type},
        "summary": one_line(action.summary.text, _LONGEST_SUMMARY),
        "description": render_whole(action.description, url_of),
    }
    if action.reporter is not None:
        fields["reporter"] = {"id": action.reporter}
    return {"fields": fields, "properties": [{"key": MARK_PROPERTY, "value": {"mark": mark}}]}


def created(body: object) -> Receipt:
    """Read the answer to `POST issue`: the receipt has the new issue's id, and its key as the note."""
    made = read(body, CreatedShape)
    return Receipt(id=str(number_of(made.id)), note=made.key)


def newest_of_ours(project: str) -> dict[str, Any] | None:
    """Give the body of a search for the issues that we created last in a project, with our mark on each.

    Jira searches a property only where an app has declared it, so the marks are read and compared here. None for what
    cannot be a project's key: it never gets into a query.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", project):
        return None
    query = f'project = "{project}" AND creator = currentUser() ORDER BY created DESC'
    return {"jql": query, "maxResults": _NEWEST, "fields": ["summary"], "properties": [MARK_PROPERTY]}


def marked_among(body: object, mark: str) -> Receipt | None:
    """Find the issue that carries the mark; None when none of them does."""
    found = (one for one in read(body, FoundShape).issues if mark_of(one.properties.get(MARK_PROPERTY)) == mark)
    made = next(found, None)
    return None if made is None else Receipt(id=str(number_of(made.id)), note=made.key)
