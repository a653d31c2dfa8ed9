"""What a service desk is made of, as plain records. They say nothing of HTTP and nothing of JSON."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.desk.calendars import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of a request type's form; `kind` is Jira's schema type, `options` the valid values of an option."""

    id: str
    label: str
    required: bool
    kind: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestType:
    """A kind of request that customers may raise; it becomes an issue of `issue_type` (an id)."""

    id: str
    name: str
    description: str
    help_text: str
    issue_type: str
    groups: tuple[str, ...]
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A list of requests that agents work through; `fields` are what it shows of each."""

    id: str
    name: str
    jql: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How much working time (of which calendar; none is always open) an issue has; no query means all the rest."""

    jql: str
    within: timedelta
    calendar: Calendar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """An SLA: events that start and stop its clock, states that pause it, goals of which the first that fits counts."""

    id: str
    name: str
    field: str
    start: frozenset[str]
    pause: frozenset[str]
    stop: frozenset[str]
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A move of the workflow (an id) and the resolution that goes with it, past the move's screen."""

    transition: str
    resolution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStep:
    """An approval that a status asks for, of `percent` of the approvers or of `number`; one decline declines."""

    status: str
    name: str
    number: int | None
    percent: int | None
    excluded: frozenset[str]
    approved: Outcome
    declined: Outcome


@dataclass(slots=True, kw_only=True)
class ServiceDesk:
    """A service desk; customers and organizations are ids."""

    id: str
    project: str
    agents: frozenset[str]
    groups: tuple[str, ...] = ()
    request_types: list[RequestType] = field(default_factory=list)
    queues: tuple[Queue, ...] = ()
    metrics: tuple[Metric, ...] = ()
    steps: tuple[ApprovalStep, ...] = ()
    portal_moves: tuple[Outcome, ...] = ()
    customers: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Organization:
    """A group of customers; members are account ids."""

    id: str
    name: str
    created: datetime
    members: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What an approver said."""

    account: str
    approved: bool
    at: datetime
