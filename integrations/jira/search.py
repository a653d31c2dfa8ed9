"""Searches for issues: raw, page by page, and tries a page again that failed. What a page holds is for others to read.

A search lags behind Jira; what is acted on is read by id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.patient import Patient
from integrations.jira.payloads import Shape

__all__ = ["JiraSearch", "bounded"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GRAIN = timedelta(minutes=1)
_SEARCH = Call(doing="searching for issues", writes=False)
_COUNT = Call(doing="counting issues", writes=False)


class _Count(Shape, frozen=True, kw_only=True):
    """The answer of `search/approximate-count`."""

    count: int


class _Found(Shape, frozen=True, kw_only=True):
    """The answer of `search/jql`."""

    issues: tuple[Any, ...]
    next_page_token: str | None = None
    is_last: bool = False


class JiraSearch:
    """Asks for pages of issues. Both methods raise GatewayError.

    Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-search/ (a query must be
    bounded; a page's token leads on from its last issue).
    """

    def __init__(self, connection: Connection, patient: Patient) -> None:
        self._connection = connection
        self._patient = patient

    def pages(self, query: str, fields: Sequence[str], at_once: int) -> Iterator[tuple[Any, ...]]:
        """Give what Jira says of the issues that a query finds, a page at a time; it may give fewer than `at_once`."""
        asked = {"jql": query, "maxResults": at_once, "fields": list(fields)}
        return self._patient.follow(lambda token: self._page(asked, token), _SEARCH.doing)

    def count(self, query: str) -> int:
        """Count, more or less, what a query finds."""
        path = "search/approximate-count"
        asked = {"jql": query}
        answer = self._patient.ask(lambda: self._connection.read(path, _COUNT.doing, body=asked, absent=frozenset()))
        try:
            return msgspec.convert(answer, _Count).count
        except msgspec.ValidationError as reason:
            raise unreadable(_COUNT, str(reason)[:200]) from None

    def _page(self, asked: dict[str, Any], token: str | None) -> tuple[tuple[Any, ...], str | None]:
        body = asked if token is None else asked | {"nextPageToken": token}
        answer = self._connection.read("search/jql", _SEARCH.doing, body=body, absent=frozenset())
        try:
            found = msgspec.convert(answer, _Found)
        except msgspec.ValidationError as reason:
            raise unreadable(_SEARCH, str(reason)[:200]) from None
        return found.issues, None if found.is_last else found.next_page_token


def bounded(since: datetime | None, project: str | None) -> str:
    """Write a query for what was updated since a moment, and in the minute before: JQL may see no finer than that.

    A time as a number, milliseconds since 1970, is the one form that JQL does not take for the time zone of our
    account's profile. Raises ValueError for what cannot be a project's key: it never gets into a query.
    """
    after = 0 if since is None else max(0, (since - _GRAIN - _EPOCH) // timedelta(milliseconds=1))
    if project is None:
        return f"updated >= {after}"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", project):
        raise ValueError(f"{project!r} is not the key of a project")
    return f'project = "{project}" AND updated >= {after}'
