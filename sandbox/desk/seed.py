"""The service desks' part of the seed, and its mistakes. It reads nothing else."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sandbox.clock import Clock, time_zones
from sandbox.desk.timeline import EVENT, PLAIN_EVENTS, PLAIN_STATES, STATE
from sandbox.jira.jql import JqlError, Scope, parse, test_of
from sandbox.jira.state import JiraState

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidaySeed:
    """A day without work."""

    day: date
    yearly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSeed:
    """Working hours: shifts as `09:00-12:30` by weekday, in a time zone."""

    name: str
    time_zone: str
    hours: dict[Weekday, tuple[str, ...]]
    holidays: tuple[HolidaySeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFieldSeed:
    """A field of a form; `options` are the words to choose from where `kind` is option."""

    id: str
    label: str
    required: bool = False
    kind: Literal["string", "number", "option", "array", "date"] = "string"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTypeSeed:
    """A request type; `issue_type` is a name, `groups` are names of the desk's groups."""

    id: str
    name: str
    issue_type: str
    description: str = ""
    help_text: str = ""
    groups: tuple[str, ...] = ()
    fields: tuple[FormFieldSeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSeed:
    """A queue."""

    id: str
    name: str
    jql: str
    fields: tuple[str, ...] = ("issuetype", "summary", "created", "reporter", "priority", "status", "assignee")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSeed:
    """A goal: `within` is `4h`, `30m`, `2d` of the calendar's time; no `jql` is all the rest."""

    within: str
    jql: str = ""
    calendar: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaSeed:
    """An SLA in the words of the timeline: events that start and stop it, states that pause it."""

    id: str
    name: str
    field: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    pause: tuple[str, ...] = ()
    goals: tuple[GoalSeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSeed:
    """A move by its id, and the resolution that goes with it."""

    transition: str
    resolution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSeed:
    """An approval that a status asks for: so many approvers or such a part of them (all, where nothing is said)."""

    status: str
    name: str
    approved: OutcomeSeed
    declined: OutcomeSeed
    number: int | None = None
    percent: int | None = None
    exclude: tuple[Literal["reporter", "assignee"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSeed:
    """An organization with people's ids."""

    id: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeed:
    """What makes a seeded issue a request: its type's id, and people's and organizations' ids."""

    type: str
    participants: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSeed:
    """A service desk on a project."""

    id: str
    project: str
    agents: tuple[str, ...]
    groups: tuple[str, ...] = ()
    calendars: tuple[CalendarSeed, ...] = ()
    request_types: tuple[RequestTypeSeed, ...] = ()
    queues: tuple[QueueSeed, ...] = ()
    slas: tuple[SlaSeed, ...] = ()
    approvals: tuple[ApprovalSeed, ...] = ()
    portal: tuple[OutcomeSeed, ...] = ()
    customers: tuple[str, ...] = ()
    organizations: tuple[OrganizationSeed, ...] = ()
    requests: dict[str, RequestSeed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the rest of the seed knows, by which a desk's words are checked."""

    people: Collection[str]
    projects: Collection[str]
    statuses: Collection[str]
    transitions: Collection[str]
    issue_types: Collection[str]
    resolutions: Collection[str]
    issues: Collection[str]


def read_duration(text: str) -> timedelta:
    """`2d`, `4h` or `30m`; ValueError when it is none of them."""
    if not (found := re.fullmatch(r"([1-9]\d{0,5})([dhm])", text)):
        raise ValueError(f"{text!r} is no duration like 4h, 30m or 2d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def read_shift(text: str) -> tuple[int, int]:
    """The minutes of the day at which a shift like `09:00-17:30` begins and ends; ValueError when it is none."""
    found = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", text)
    if found:
        opens, closes = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
        if opens < closes <= 24 * 60:
            return opens, closes
    raise ValueError(f"{text!r} is no shift like 09:00-17:30")


def desk_mistakes(desks: Collection[DeskSeed], names: Names) -> list[str]:
    """Every mistake in the desks, in a sentence each."""
    return [f"service desk {desk.id}: {mistake}" for desk in desks for mistake in _mistakes(desk, names)]


def _mistakes(desk: DeskSeed, names: Names) -> Iterator[str]:
    people = [*desk.agents, *desk.customers, *(person for group in desk.organizations for person in group.members)]
    people += [person for request in desk.requests.values() for person in (*request.participants, *request.approvers)]
    outcomes = [*desk.portal, *(move for step in desk.approvals for move in (step.approved, step.declined))]
    types, groups = {kind.id for kind in desk.request_types}, {group.id for group in desk.organizations}
    calendars = {calendar.name for calendar in desk.calendars}
    goals = [goal for sla in desk.slas for goal in sla.goals]
    checks: list[tuple[str, Collection[str | None], Collection[str]]] = [
        ("person", people, names.people),
        ("project", [desk.project], names.projects),
        ("issue type", [kind.issue_type for kind in desk.request_types], names.issue_types),
        ("group", [group for kind in desk.request_types for group in kind.groups], desk.groups),
        ("status", [step.status for step in desk.approvals], names.statuses),
        ("transition", [move.transition for move in outcomes], names.transitions),
        ("resolution", [move.resolution for move in outcomes if move.resolution], names.resolutions),
        ("calendar", [goal.calendar for goal in goals if goal.calendar], calendars),
        ("issue", [*desk.requests], names.issues),
        ("request type", [request.type for request in desk.requests.values()], types),
        ("organization", [group for request in desk.requests.values() for group in request.organizations], groups),
    ]
    for what, used, known in checks:
        yield from (f"no {what} {name!r}" for name in used if name not in known)
    yield from _wrong_words(desk, names)
    yield from _wrong_times(desk, goals)


def _wrong_words(desk: DeskSeed, names: Names) -> Iterator[str]:
    for sla in desk.slas:
        for words, plain, form in (((*sla.start, *sla.stop), PLAIN_EVENTS, EVENT), (sla.pause, PLAIN_STATES, STATE)):
            for word in words:
                named = form.fullmatch(word)
                if word not in plain and not (named and named["status"] in names.statuses):
                    yield f"SLA {sla.name}: nothing is known as {word!r}"
    for jql in [*(queue.jql for queue in desk.queues), *(goal.jql for sla in desk.slas for goal in sla.goals)]:
        try:
            _judge(jql)
        except JqlError as error:
            yield f"{jql!r}: {error}"


def _judge(jql: str) -> None:
    nothing = JiraState(clock=Clock(NOON), tokens=frozenset(), transitions=())
    if where := parse(jql).where:
        test_of(where, Scope(jira=nothing, now=NOON))


def _wrong_times(desk: DeskSeed, goals: Collection[GoalSeed]) -> Iterator[str]:
    zones = time_zones()
    yield from (f"no time zone {c.time_zone!r}" for c in desk.calendars if c.time_zone not in zones)
    shifts = [text for calendar in desk.calendars for texts in calendar.hours.values() for text in texts]
    for read, texts in ((read_shift, shifts), (read_duration, [goal.within for goal in goals])):
        for text in texts:
            try:
                read(text)
            except ValueError as error:
                yield str(error)
