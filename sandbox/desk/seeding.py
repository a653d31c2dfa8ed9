"""Fills the service desks' state from the seed; used once, at the start, after Jira's own."""

from collections.abc import Sequence

from sandbox.desk.calendars import Calendar, Holiday
from sandbox.desk.records import (
    ApprovalStep,
    FormField,
    Goal,
    Metric,
    Organization,
    Outcome,
    Queue,
    RequestType,
    ServiceDesk,
)
from sandbox.desk.seed import (
    WEEK,
    ApprovalSeed,
    CalendarSeed,
    DeskSeed,
    OutcomeSeed,
    RequestSeed,
    RequestTypeSeed,
    SlaSeed,
    read_duration,
    read_shift,
)
from sandbox.desk.state import APPROVERS, ORGANIZATIONS, PARTICIPANTS, REQUEST_TYPE, DeskState
from sandbox.jira.records import Issue
from sandbox.jira.state import JiraState
from sandbox.seed import Seed

People = dict[str, str]


def seeded_desks(seed: Seed, jira: JiraState) -> DeskState:
    """The service desks as the seed describes them; requests whose issue is not there are left out."""
    people = {person.id: person.account_id for person in seed.people if person.account_id}
    state = DeskState(jira=jira)
    for desk in seed.desks:
        state.desks[desk.id] = _desk(desk, jira, people)
        for group in desk.organizations:
            members = [people[person] for person in group.members]
            made = Organization(id=group.id, name=group.name, created=jira.clock.now(), members=members)
            state.organizations[group.id] = made
        for key, request in desk.requests.items():
            if (issue := jira.issue(key)) is not None:
                _make_request(issue, request, people)
    return state


def _desk(seed: DeskSeed, jira: JiraState, people: People) -> ServiceDesk:
    calendars = {calendar.name: _calendar(calendar) for calendar in seed.calendars}
    types = {named.name: named.id for named in jira.issue_types}
    numbers = {name: str(number) for number, name in enumerate(seed.groups, 1)}
    return ServiceDesk(
        id=seed.id,
        project=seed.project,
        agents=frozenset(people[person] for person in seed.agents),
        groups=seed.groups,
        request_types=[_request_type(kind, types, numbers) for kind in seed.request_types],
        queues=tuple(Queue(id=q.id, name=q.name, jql=q.jql, fields=q.fields) for q in seed.queues),
        metrics=tuple(_metric(sla, calendars) for sla in seed.slas),
        steps=tuple(_step(step) for step in seed.approvals),
        portal_moves=tuple(_outcome(move) for move in seed.portal),
        customers=[people[person] for person in seed.customers],
        organizations=[group.id for group in seed.organizations],
    )


def _calendar(seed: CalendarSeed) -> Calendar:
    shifts = tuple(tuple(sorted(read_shift(text) for text in seed.hours.get(day, ()))) for day in WEEK)
    holidays = tuple(Holiday(day=holiday.day, yearly=holiday.yearly) for holiday in seed.holidays)
    return Calendar(name=seed.name, zone=seed.time_zone, shifts=shifts, holidays=holidays)


def _request_type(seed: RequestTypeSeed, types: dict[str, str], numbers: dict[str, str]) -> RequestType:
    return RequestType(
        id=seed.id,
        name=seed.name,
        description=seed.description,
        help_text=seed.help_text,
        issue_type=types[seed.issue_type],
        groups=tuple(numbers[name] for name in seed.groups),
        fields=tuple(
            FormField(id=f.id, label=f.label, required=f.required, kind=f.kind, options=f.options) for f in seed.fields
        ),
    )


def _metric(seed: SlaSeed, calendars: dict[str, Calendar]) -> Metric:
    goals = tuple(
        Goal(
            jql=goal.jql,
            within=read_duration(goal.within),
            calendar=calendars[goal.calendar] if goal.calendar else None,
        )
        for goal in seed.goals
    )
    return Metric(
        id=seed.id,
        name=seed.name,
        field=seed.field,
        start=frozenset(seed.start),
        pause=frozenset(seed.pause),
        stop=frozenset(seed.stop),
        goals=goals,
    )


def _step(seed: ApprovalSeed) -> ApprovalStep:
    return ApprovalStep(
        status=seed.status,
        name=seed.name,
        number=seed.number,
        percent=seed.percent,
        excluded=frozenset(seed.exclude),
        approved=_outcome(seed.approved),
        declined=_outcome(seed.declined),
    )


def _outcome(seed: OutcomeSeed) -> Outcome:
    return Outcome(transition=seed.transition, resolution=seed.resolution)


def _make_request(issue: Issue, seed: RequestSeed, people: People) -> None:
    lists: dict[str, Sequence[str]] = {
        PARTICIPANTS: [people[person] for person in seed.participants],
        APPROVERS: [people[person] for person in seed.approvers],
        ORGANIZATIONS: seed.organizations,
    }
    issue.custom |= {REQUEST_TYPE: seed.type, **{name: list(value) for name, value in lists.items() if value}}
