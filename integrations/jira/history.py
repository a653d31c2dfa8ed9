"""Reads what Jira holds already: all issues that we may browse, the one that was updated longest ago first.

It decides nothing and keeps nothing. It is a search, which lags behind Jira; what is acted on is read by id.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from integrations.jira.answers import server_time
from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.payloads import Shape
from integrations.jira.translate import FIELDS, NotUnderstood, snapshot
from orchestrator.ports import GatewayError
from rules.model import Snapshot

__all__ = ["JiraHistory", "Page", "Skipped"]

_log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GRAIN = timedelta(minutes=1)
_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
_LONGEST_PAUSE_S = 3600.0
_SEARCH = Call(doing="searching for issues", writes=False)
_TIME = Call(doing="asking what time it is there", writes=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An issue that could not be understood, by its id where that much is clear, and why, without its text."""

    issue: int | None
    why: str

    def __str__(self) -> str:
        return f"{'an issue without an id' if self.issue is None else f'issue {self.issue}'}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Issues, the one updated longest ago first, and those that could not be understood."""

    snapshots: tuple[Snapshot, ...]
    skipped: tuple[Skipped, ...] = ()


class _Found(Shape, frozen=True, kw_only=True):
    """The answer of `search/jql`."""

    issues: tuple[Any, ...]
    next_page_token: str | None = None
    is_last: bool = False


class JiraHistory:
    """Searches page by page, and tries a page again that failed."""

    def __init__(
        self,
        connection: Connection,
        *,
        at_once: int = 100,
        pauses: Sequence[float] = _PAUSES_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Remember how to ask; nothing is asked yet.

        Args:
            connection: the way to Jira.
            at_once: issues a page; Jira Cloud gives at most 100 with their fields, and may give fewer.
            pauses: at least so many seconds before each further try of a page; none for who comes again anyway.
            sleep: waits so many seconds of transport time between two tries.
        """
        self._connection = connection
        self._at_once = at_once
        self._pauses = pauses
        self._sleep = sleep

    def now(self) -> datetime:
        """Read Jira's own time, which its issues are dated by.

        Raises:
            GatewayError: it does not tell.
        """
        try:
            return server_time(self._connection.read("serverInfo", _TIME.doing, absent=frozenset()))
        except NotUnderstood as reason:
            raise unreadable(_TIME, str(reason)) from None

    def pages(self, since: datetime | None = None) -> Iterator[Page]:
        """Read all issues, or those updated since a moment, and in the minute before: JQL may see no finer than that.

        An issue that is updated meanwhile moves to the end and comes again. What was updated just now may be missing.

        Raises:
            GatewayError: a page failed for good, or again and again.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-search/ (a query must be
        bounded; a page's token leads on from its last issue). A time as a number, milliseconds since 1970, is the one
        form that JQL does not take for the time zone of our account's profile.
        """
        after = 0 if since is None else max(0, (since - _GRAIN - _EPOCH) // timedelta(milliseconds=1))
        query = f"updated >= {after} ORDER BY updated ASC, key ASC"
        token: str | None = None
        followed: set[str] = set()
        while True:
            found = self._patiently(query, token)
            yield _page(found)
            token = found.next_page_token
            if not token or found.is_last:
                return
            if token in followed:
                raise GatewayError(f"Jira leads in a circle when {_SEARCH.doing}", retryable=False)
            followed.add(token)

    def _patiently(self, query: str, token: str | None) -> _Found:
        for pause in self._pauses:
            try:
                return self._search(query, token)
            except GatewayError as error:
                wait = max(pause, error.retry_after or 0.0)
                if not error.retryable or wait > _LONGEST_PAUSE_S:
                    raise
                _log.warning("%s; it is tried again in %.0f s", error, wait)
            self._sleep(wait)
        return self._search(query, token)

    def _search(self, query: str, token: str | None) -> _Found:
        asked = {"jql": query, "maxResults": self._at_once, "fields": FIELDS.split(",")}
        body = asked if token is None else asked | {"nextPageToken": token}
        answer = self._connection.read("search/jql", _SEARCH.doing, body=body, absent=frozenset())
        try:
            return msgspec.convert(answer, _Found)
        except msgspec.ValidationError as reason:
            raise unreadable(_SEARCH, str(reason)[:200]) from None


def _page(found: _Found) -> Page:
    snapshots, skipped = [], []
    for issue in found.issues:
        try:
            snapshots.append(snapshot(issue))
        except NotUnderstood as reason:
            skipped.append(Skipped(issue=_id_of(issue), why=str(reason)))
    return Page(snapshots=tuple(snapshots), skipped=tuple(skipped))


def _id_of(issue: Any) -> int | None:
    told = issue.get("id") if isinstance(issue, dict) else None
    known = isinstance(told, str | int) and re.fullmatch(r"[0-9]{1,18}", str(told))
    return int(str(told)) if known else None
