"""Reads the changelogs of many issues at once, in pages, the oldest entries first.

It decides nothing and keeps nothing. Whole former texts (descriptions and the like) are left behind here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from integrations.jira.client import Connection
from integrations.jira.custom import NAMED_NONE, CustomFields
from integrations.jira.errors import Call, unreadable
from integrations.jira.patient import Patient
from integrations.jira.payloads import Change, Number, Person, Shape
from integrations.jira.skipped import Skipped
from integrations.jira.translate import field_changes
from integrations.jira.values import NotUnderstood, moment, number_of, read, utc
from rules.canonical import revive
from rules.model import FieldChange

__all__ = ["ISSUES_A_CALL", "ChangelogPage", "JiraChangelogs"]

#: Jira takes no more issues in one call.
ISSUES_A_CALL = 1000
_TEXTS = frozenset({"comment", "description", "environment"})
_FETCH = Call(doing="reading changelogs", writes=False)
#: Jira's documents show seconds where it has been seen to give milliseconds; 10^11 seconds is the year 5138.
_SECONDS_BELOW = 10**11


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogPage:
    """Changes by the id of their issue, and the logs that could not be understood."""

    changes: dict[int, tuple[FieldChange, ...]] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()


class _History(Shape, frozen=True, kw_only=True):
    """One entry; `created` is a time in ISO 8601, or a number since 1970 began."""

    id: Number
    created: str | int
    author: Person | None = None
    items: tuple[Change, ...] = ()


class _Log(Shape, frozen=True, kw_only=True):
    """Entries of one issue."""

    issue_id: Number
    change_histories: tuple[_History, ...] = ()


class _Found(Shape, frozen=True, kw_only=True):
    """The answer of `changelog/bulkfetch`."""

    issue_change_logs: tuple[Any, ...] = ()
    next_page_token: str | None = None


class JiraChangelogs:
    """Reads page by page, and tries a page again that failed."""

    def __init__(
        self, connection: Connection, patient: Patient, named: CustomFields = NAMED_NONE, *, at_once: int = 5000
    ) -> None:
        """Remember how to ask; `at_once` is how many entries a page may hold, up to 10,000.

        `named` holds the custom fields that the settings name.
        """
        self._named = named
        self._connection = connection
        self._patient = patient
        self._at_once = at_once

    def pages(self, issues: Sequence[int]) -> Iterator[ChangelogPage]:
        """Read the whole changelogs of up to `ISSUES_A_CALL` issues; those that are not there for us are left out.

        Raises:
            GatewayError: a page failed for good, or again and again.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (bulk fetch changelogs;
        one issue's entries may stand on several pages). Narrowing it by `fieldIds` would renumber what an entry holds.
        """
        asked = {"issueIdsOrKeys": [str(issue) for issue in issues], "maxResults": self._at_once}
        told = self._patient.follow(lambda token: self._fetch(asked, token), _FETCH.doing) if issues else ()
        return (_page(one, self._named) for one in told)

    def _fetch(self, asked: dict[str, Any], token: str | None) -> tuple[tuple[Any, ...], str | None]:
        body = asked if token is None else asked | {"nextPageToken": token}
        answer = self._connection.read("changelog/bulkfetch", _FETCH.doing, body=body, absent=frozenset())
        try:
            found = msgspec.convert(answer, _Found)
        except msgspec.ValidationError as reason:
            raise unreadable(_FETCH, str(reason)[:200]) from None
        return found.issue_change_logs, found.next_page_token


def _page(logs: Iterable[Any], custom: CustomFields) -> ChangelogPage:
    changes: dict[int, tuple[FieldChange, ...]] = {}
    skipped = []
    for log in logs:
        try:
            shape = read(log, _Log)
            issue = number_of(shape.issue_id)
            changes[issue] = changes.get(issue, ()) + _changes(shape, custom)
        except NotUnderstood as reason:
            issue_id = log.get("issueId") if isinstance(log, dict) else None
            skipped.append(Skipped.of(issue_id, f"its changelog: {reason}"))
    return ChangelogPage(changes=changes, skipped=tuple(skipped))


def _changes(log: _Log, custom: CustomFields) -> tuple[FieldChange, ...]:
    told = [
        change
        for entry in log.change_histories
        for change in field_changes(entry.id, entry.items, _time(entry.created), entry.author, custom)
        if change["field"].lower() not in _TEXTS
    ]
    return revive(told, tuple[FieldChange, ...])


def _time(created: str | int) -> datetime | str:
    if isinstance(created, str):
        return utc(created)
    return moment(created * 1000 if created < _SECONDS_BELOW else created)
