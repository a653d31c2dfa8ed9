"""Reads what a baseline needs of Jira besides issues: what each status counts as, and how SLA clocks ended.

It decides nothing and keeps nothing. A site without a service desk has no SLA clocks; none are asked for then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.patient import Patient
from integrations.jira.payloads import Identified, Keyed, Shape, StatusShape
from integrations.jira.search import JiraSearch, bounded
from integrations.jira.site_fields import SiteFields
from integrations.jira.skipped import Skipped
from integrations.jira.values import NotUnderstood, moment, read, status_of
from orchestrator.baseline import Cycle

__all__ = ["CyclePage", "JiraMeasuring"]

T = TypeVar("T")

_STATUSES = Call(doing="asking which statuses there are", writes=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclePage:
    """Runs of SLA clocks that ended, and the issues whose clocks could not be understood."""

    cycles: tuple[Cycle, ...]
    skipped: tuple[Skipped, ...] = ()


class _Stop(Shape, frozen=True, kw_only=True):
    """A moment, in milliseconds since 1970 began."""

    epoch_millis: int


class _Run(Shape, frozen=True, kw_only=True):
    """A run of the clock that ended."""

    stop_time: _Stop
    breached: bool


class _Clock(Shape, frozen=True, kw_only=True):
    """The value of an SLA field."""

    name: str
    completed_cycles: tuple[_Run, ...] = ()


class _Issue(Identified, frozen=True, kw_only=True):
    """An issue with whatever fields were asked for."""

    fields: dict[str, Any]


class JiraMeasuring:
    """Asks page by page, and tries again what failed."""

    def __init__(self, connection: Connection, patient: Patient, *, at_once: int = 1000) -> None:
        """Remember how to ask; `at_once` is how many issues a page may hold."""
        self._connection = connection
        self._patient = patient
        self._search = JiraSearch(connection, patient)
        self._fields = SiteFields(connection)
        self._at_once = at_once

    def categories(self) -> dict[str, str]:
        """Give the key of the status category by the id of the status; raises GatewayError.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-workflow-statuses/ (all statuses
        of active workflows).
        """
        statuses = self._listed("status", _STATUSES, tuple[StatusShape, ...])
        return {known.id: known.category for known in map(status_of, statuses)}

    def cycles(self, since: datetime, project: str | None = None) -> Iterator[CyclePage]:
        """Read the runs of SLA clocks of the issues that changed since a moment; raises GatewayError.

        Source: https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/ (the form of a clock).
        """
        fields = self._patient.ask(lambda: self._fields.known().clocks)
        if not fields:
            return
        for issues in self._search.pages(bounded(since, project), ["project", *fields], self._at_once):
            yield _page(issues, fields)

    def _listed(self, path: str, call: Call, shape: type[T]) -> T:
        answer = self._patient.ask(lambda: self._connection.read(path, call.doing, absent=frozenset()))
        try:
            return read(answer, shape)
        except NotUnderstood as reason:
            raise unreadable(call, str(reason)) from None


def _page(issues: Sequence[Any], fields: Sequence[str]) -> CyclePage:
    cycles: list[Cycle] = []
    skipped = []
    for issue in issues:
        try:
            cycles.extend(_cycles(read(issue, _Issue), fields))
        except NotUnderstood as reason:
            skipped.append(Skipped.of(issue.get("id") if isinstance(issue, dict) else None, f"its SLA: {reason}"))
    return CyclePage(cycles=tuple(cycles), skipped=tuple(skipped))


def _cycles(issue: _Issue, fields: Sequence[str]) -> list[Cycle]:
    project = read(issue.fields.get("project"), Keyed).key
    clocks = [read(value, _Clock) for value in map(issue.fields.get, fields) if value]
    return [
        Cycle(project=project, goal=clock.name, at=moment(run.stop_time.epoch_millis), breached=run.breached)
        for clock in clocks
        for run in clock.completed_cycles
    ]
