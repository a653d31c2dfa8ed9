"""Reads what Jira holds already: all issues that we may browse, the one that was updated longest ago first.

It decides nothing and keeps nothing. It is a search, which lags behind Jira; what is acted on is read by id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from integrations.jira.answers import server_time
from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.patient import Patient
from integrations.jira.payloads import Shape
from integrations.jira.skipped import Skipped
from integrations.jira.translate import FIELDS, NotUnderstood, snapshot
from rules.model import Snapshot

__all__ = ["JiraHistory", "Page", "Skipped"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GRAIN = timedelta(minutes=1)
_SEARCH = Call(doing="searching for issues", writes=False)
_COUNT = Call(doing="counting issues", writes=False)
_TIME = Call(doing="asking what time it is there", writes=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Issues, the one updated longest ago first, and those that could not be understood."""

    snapshots: tuple[Snapshot, ...]
    skipped: tuple[Skipped, ...] = ()


class _Count(Shape, frozen=True, kw_only=True):
    """The answer of `search/approximate-count`."""

    count: int


class _Found(Shape, frozen=True, kw_only=True):
    """The answer of `search/jql`."""

    issues: tuple[Any, ...]
    next_page_token: str | None = None
    is_last: bool = False


class JiraHistory:
    """Searches page by page, and tries a page again that failed."""

    def __init__(self, connection: Connection, patient: Patient, *, at_once: int = 100) -> None:
        """Remember how to ask; nothing is asked yet.

        Args:
            connection: the way to Jira.
            patient: tries again what failed.
            at_once: issues a page; Jira Cloud gives at most 100 with their fields, and may give fewer.
        """
        self._connection = connection
        self._patient = patient
        self._at_once = at_once

    def now(self) -> datetime:
        """Read Jira's own time, which its issues are dated by.

        Raises:
            GatewayError: it does not tell.
        """
        try:
            return server_time(self._connection.read("serverInfo", _TIME.doing, absent=frozenset()))
        except NotUnderstood as reason:
            raise unreadable(_TIME, str(reason)) from None

    def count(self, since: datetime | None = None, project: str | None = None) -> int:
        """Count, more or less, what `pages` would read.

        Raises:
            GatewayError: Jira does not tell.
        """
        asked = {"jql": _bounded(since, project)}
        path = "search/approximate-count"
        answer = self._patient.ask(lambda: self._connection.read(path, _COUNT.doing, body=asked, absent=frozenset()))
        try:
            return msgspec.convert(answer, _Count).count
        except msgspec.ValidationError as reason:
            raise unreadable(_COUNT, str(reason)[:200]) from None

    def pages(self, since: datetime | None = None, project: str | None = None) -> Iterator[Page]:
        """Read all issues, or those updated since a moment, and in the minute before: JQL may see no finer than that.

        `project` is the key of the one project that is read, all that we may browse where it is None.

        An issue that is updated meanwhile moves to the end and comes again. What was updated just now may be missing.

        Raises:
            GatewayError: a page failed for good, or again and again.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-search/ (a query must be
        bounded; a page's token leads on from its last issue). A time as a number, milliseconds since 1970, is the one
        form that JQL does not take for the time zone of our account's profile.
        """
        asked = {
            "jql": f"{_bounded(since, project)} ORDER BY updated ASC, key ASC",
            "maxResults": self._at_once,
            "fields": FIELDS.split(","),
        }
        return map(_page, self._patient.follow(lambda token: self._search(asked, token), _SEARCH.doing))

    def _search(self, asked: dict[str, Any], token: str | None) -> tuple[_Found, str | None]:
        body = asked if token is None else asked | {"nextPageToken": token}
        answer = self._connection.read("search/jql", _SEARCH.doing, body=body, absent=frozenset())
        try:
            found = msgspec.convert(answer, _Found)
        except msgspec.ValidationError as reason:
            raise unreadable(_SEARCH, str(reason)[:200]) from None
        return found, None if found.is_last else found.next_page_token


def _bounded(since: datetime | None, project: str | None) -> str:
    """Write the query; raises ValueError for what cannot be a project's key, which never gets into a query."""
    after = 0 if since is None else max(0, (since - _GRAIN - _EPOCH) // timedelta(milliseconds=1))
    if project is None:
        return f"updated >= {after}"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", project):
        raise ValueError(f"{project!r} is not the key of a project")
    return f'project = "{project}" AND updated >= {after}'


def _page(found: _Found) -> Page:
    snapshots, skipped = [], []
    for issue in found.issues:
        try:
            snapshots.append(snapshot(issue))
        except NotUnderstood as reason:
            skipped.append(Skipped.of(issue.get("id") if isinstance(issue, dict) else None, str(reason)))
    return Page(snapshots=tuple(snapshots), skipped=tuple(skipped))
