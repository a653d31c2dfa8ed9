"""Reads what Jira holds already: all issues that we may browse, the one that was updated longest ago first.

It decides nothing and keeps nothing. It is a search, which lags behind Jira; what is acted on is read by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.jira.answers import server_time
from integrations.jira.client import Connection
from integrations.jira.custom import NAMED_NONE, CustomFields
from integrations.jira.errors import Call, unreadable
from integrations.jira.patient import Patient
from integrations.jira.search import JiraSearch, bounded
from integrations.jira.site_fields import SiteFields
from integrations.jira.skipped import Skipped
from integrations.jira.translate import FIELDS, NotUnderstood, snapshot
from rules.model import Snapshot

__all__ = ["JiraHistory", "Page", "Skipped"]

_TIME = Call(doing="asking what time it is there", writes=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Issues, the one updated longest ago first, and those that could not be understood."""

    snapshots: tuple[Snapshot, ...]
    skipped: tuple[Skipped, ...] = ()


class JiraHistory:
    """Searches page by page, and tries a page again that failed."""

    def __init__(
        self, connection: Connection, patient: Patient, named: CustomFields = NAMED_NONE, *, at_once: int = 100
    ) -> None:
        """Remember how to ask; nothing is asked yet.

        Args:
            connection: the way to Jira.
            patient: tries again what failed.
            named: the custom fields that the settings name.
            at_once: issues a page; Jira Cloud gives at most 100 with their fields, and may give fewer.
        """
        self._connection = connection
        self._patient = patient
        self._search = JiraSearch(connection, patient)
        self._fields = SiteFields(connection, named)
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
        return self._search.count(bounded(since, project))

    def pages(self, since: datetime | None = None, project: str | None = None) -> Iterator[Page]:
        """Read all issues, or those updated since a moment, and in the minute before: JQL may see no finer than that.

        `project` is the key of the one project that is read, all that we may browse where it is None.

        An issue that is updated meanwhile moves to the end and comes again. What was updated just now may be missing.

        Raises:
            GatewayError: a page failed for good, or again and again.
            ValueError: `project` cannot be the key of one.
        """
        query = f"{bounded(since, project)} ORDER BY updated ASC, key ASC"
        return self._read(query)

    def _read(self, query: str) -> Iterator[Page]:
        custom = self._patient.ask(self._fields.known)
        for issues in self._search.pages(query, (*FIELDS, *custom.ids), self._at_once):
            yield _page(issues, custom)


def _page(issues: Iterable[Any], custom: CustomFields) -> Page:
    snapshots, skipped = [], []
    for issue in issues:
        try:
            snapshots.append(snapshot(issue, custom))
        except NotUnderstood as reason:
            skipped.append(Skipped.of(issue.get("id") if isinstance(issue, dict) else None, str(reason)))
    return Page(snapshots=tuple(snapshots), skipped=tuple(skipped))
