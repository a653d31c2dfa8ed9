"""Fills Jira's state from the seed; used once, at the start."""

from datetime import datetime

from sandbox.agile.state import boards_for
from sandbox.clock import Clock
from sandbox.jira.records import Account, Comment, Issue, LinkType, Named, Project, Status, Transition
from sandbox.jira.state import JiraState
from sandbox.seed import IssueSeed, PersonSeed, ProjectSeed, Seed, read_time

EVERYBODYS_ROLES = {
    "Administrators": frozenset({"group:site-admins"}),
    "Developers": frozenset({"group:jira-software-users"}),
    "Users": frozenset({"group:jira-software-users"}),
}


def seeded_jira(seed: Seed, clock: Clock) -> JiraState:
    """Jira as the seed describes it, at the clock's time."""
    jira = JiraState(clock=clock, tokens=frozenset(seed.tokens), transitions=_transitions(seed))
    jira.statuses = {s.name: Status(id=s.id, name=s.name, category=s.category) for s in seed.jira.statuses}
    jira.priorities = [Named(id=n.id, name=n.name) for n in seed.jira.priorities]
    jira.resolutions = [Named(id=n.id, name=n.name) for n in seed.jira.resolutions]
    jira.issue_types = [Named(id=n.id, name=n.name, subtask=n.subtask) for n in seed.jira.issue_types]
    jira.link_types = [LinkType(id=t.id, name=t.name, inward=t.inward, outward=t.outward) for t in seed.jira.link_types]
    people = {person.id: person.account_id or "" for person in seed.people}
    if seed.jira.administrators is not None:
        jira.administrators = frozenset(people[person] for person in seed.jira.administrators)
    jira.accounts = {a.account_id: a for a in map(_account, seed.people) if a.account_id}
    jira.groups = _groups(jira)
    for project in seed.jira.projects:
        jira.projects[project.key] = _project(jira, project, people)
    jira.agile = boards_for(jira.projects.values())
    now = clock.now()
    for issue in sorted(seed.jira.issues, key=lambda i: read_time(i.created, now)):
        jira.add_issue(_issue(jira, issue, people, now))
    return jira


def _transitions(seed: Seed) -> tuple[Transition, ...]:
    moves = seed.jira.transitions
    return tuple(
        Transition(id=t.id, name=t.name, to=t.to, sources=t.sources, screen=t.screen, projects=t.projects)
        for t in moves
    )


def _account(person: PersonSeed) -> Account:
    return Account(
        account_id=person.account_id or "",
        name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        active=person.active,
        email_visible=person.email_visible,
        kind=person.account_type,
    )


def _project(jira: JiraState, seed: ProjectSeed, people: dict[str, str]) -> Project:
    return Project(
        id=seed.id,
        key=seed.key,
        name=seed.name,
        type=seed.type,
        first_status=jira.statuses[seed.first_status],
        components=[Named(id=str(jira.next_id()), name=name) for name in seed.components],
        versions=[Named(id=str(jira.next_id()), name=name) for name in seed.versions],
        permissions={kind: _holders(people, holders) for kind, holders in seed.permissions.items()},
        security={level: _holders(people, holders) for level, holders in seed.security.items()},
        roles=EVERYBODYS_ROLES | {role: _holders(people, holders) for role, holders in seed.roles.items()},
    )


def _holders(people: dict[str, str], holders: list[str]) -> frozenset[str]:
    return frozenset(people.get(holder, holder) for holder in holders)


def _issue(jira: JiraState, seed: IssueSeed, people: dict[str, str], now: datetime) -> Issue:
    project = jira.projects[seed.key.rpartition("-")[0]]
    created = read_time(seed.created, now)
    comments = [
        Comment(
            id=jira.next_id(),
            author=people[comment.author],
            update_author=people[comment.author],
            body=comment.body,
            created=(at := read_time(comment.at, now)),
            updated=at,
        )
        for comment in seed.comments
    ]
    updated = max([created, *(comment.updated for comment in comments)])
    return Issue(
        id=jira.next_id(),
        key=seed.key,
        project=project,
        summary=seed.summary,
        description=seed.description or None,
        type=_called(jira.issue_types, seed.type),
        status=jira.statuses[seed.status] if seed.status else project.first_status,
        priority=_called(jira.priorities, seed.priority),
        resolution=_called(jira.resolutions, seed.resolution) if seed.resolution else None,
        resolved_at=updated if seed.resolution else None,
        creator=people[seed.reporter],
        reporter=people[seed.reporter],
        assignee=people[seed.assignee] if seed.assignee else None,
        created=created,
        updated=read_time(seed.updated, now) if seed.updated else updated,
        components=[_called(project.components, name) for name in seed.components],
        versions=[_called(project.versions, name) for name in seed.versions],
        labels=list(seed.labels),
        security=seed.security,
        comments=comments,
    )


def _called(names: list[Named], name: str) -> Named:
    return next(named for named in names if named.name == name)


def _groups(jira: JiraState) -> dict[str, frozenset[str]]:
    """The groups that every site has: who may use it, and who administers it."""
    everybody = frozenset(jira.accounts)
    administrators = everybody if jira.administrators is None else jira.administrators
    return {"jira-software-users": everybody, "site-admins": administrators}
