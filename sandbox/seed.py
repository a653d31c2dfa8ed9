"""The seed: people, projects, channels and issues that a sandbox starts with, read from YAML and checked before use."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import msgspec
import yaml

from sandbox.confluence.seed import ConfluenceSeed
from sandbox.desk.seed import DeskSeed, Names, desk_mistakes
from sandbox.plain import plain
from sandbox.twins.seed import TwinsSeed


class SeedError(ValueError):
    """The seed is not usable; the text names every mistake that was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeed:
    """Somebody with an account in Jira (`account_id`), in Slack (`slack_id`), or in both."""

    id: str
    name: str
    email: str
    account_id: str | None = None
    slack_id: str | None = None
    time_zone: str = "Europe/Berlin"
    active: bool = True
    email_visible: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    account_type: str = "atlassian"
    title: str = ""
    department: str = ""
    manager: str | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSeed:
    """A status of the workflow; the category is Jira's key."""

    id: str
    name: str
    category: Literal["new", "indeterminate", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionSeed:
    """A move: from which statuses and in which projects (none = all), to which status, with which required fields."""

    id: str
    name: str
    to: str
    sources: tuple[str, ...] = ()
    screen: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSeed:
    """Something with an id and a name: a priority, a resolution, an issue type."""

    id: str
    name: str
    subtask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTypeSeed:
    """A link type with its words in both directions."""

    id: str
    name: str
    inward: str
    outward: str


RoleName = Literal["Administrators", "Developers", "Users"]
Permission = Literal[
    "browse", "create", "edit", "comment", "uncomment", "transition", "resolve", "link", "delete", "work", "report"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSeed:
    """A project. `permissions` names who may do what (absent = everybody in Jira); `security` who sees which level.

    Both take `role:NAME` for the people of a role; roles that are not named have everybody, or Jira's administrators.
    """

    id: str
    key: str
    name: str
    type: str = "software"
    first_status: str = "Open"
    components: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    permissions: dict[Permission, list[str]] = field(default_factory=dict)
    security: dict[str, list[str]] = field(default_factory=dict)
    roles: dict[RoleName, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentSeed:
    """A comment on a seeded issue; `at` is a time like an issue's."""

    author: str
    body: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSeed:
    """An issue; times are ISO or relative to the start (`3d ago`, `2h ago`, `15m ago`)."""

    key: str
    summary: str
    created: str
    reporter: str
    description: str = ""
    updated: str | None = None
    type: str = "Bug"
    priority: str = "Medium"
    status: str | None = None
    resolution: str | None = None
    assignee: str | None = None
    components: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    security: str | None = None
    comments: tuple[CommentSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraSeed:
    """Everything of Jira that is no person; `administrators` administer Jira (absent = everybody)."""

    statuses: tuple[StatusSeed, ...]
    transitions: tuple[TransitionSeed, ...]
    priorities: tuple[NamedSeed, ...]
    resolutions: tuple[NamedSeed, ...]
    issue_types: tuple[NamedSeed, ...]
    link_types: tuple[LinkTypeSeed, ...]
    projects: tuple[ProjectSeed, ...]
    issues: tuple[IssueSeed, ...] = ()
    administrators: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSeed:
    """A channel; members are ids of people, `bot` stands for the bot."""

    id: str
    name: str
    members: tuple[str, ...]
    topic: str = ""
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeed:
    """A user group."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSeed:
    """The workspace, the app and its tokens."""

    team_id: str
    team_name: str
    team_domain: str
    app_id: str
    bot_user_id: str
    bot_id: str
    bot_name: str
    channels: tuple[ChannelSeed, ...]
    scopes: tuple[str, ...]
    bot_token: str
    app_token: str
    groups: tuple[GroupSeed, ...] = ()
    rate_limit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """The whole seed."""

    site: str
    bot: str
    people: tuple[PersonSeed, ...]
    jira: JiraSeed
    slack: SlackSeed
    tokens: tuple[str, ...] = ("sandbox",)
    desks: tuple[DeskSeed, ...] = ()
    twins: TwinsSeed = field(default_factory=TwinsSeed)
    confluence: ConfluenceSeed = field(default_factory=ConfluenceSeed)


def read_seed(text: str) -> Seed:
    """The seed in a YAML text; SeedError names what is wrong and where."""
    try:
        seed = msgspec.convert(plain(text), Seed)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise SeedError(f"the seed cannot be read: {error}") from error
    mistakes = [*_unknown_people(seed), *_unknown_names(seed), *_bad_times(seed), *_doubles(seed)]
    mistakes += [*desk_mistakes(seed.desks, _names(seed)), *seed.twins.mistakes({p.id for p in seed.people})]
    mistakes += seed.confluence.mistakes({person.id for person in seed.people if person.account_id})
    if mistakes:
        raise SeedError("the seed has mistakes:\n" + "\n".join(f"- {mistake}" for mistake in mistakes))
    return seed


def read_time(text: str, now: datetime) -> datetime:
    """A time of the seed: `3d ago`, `2h ago`, `15m ago`, or ISO with an offset."""
    if ago := re.fullmatch(r"(\d+)([dhm]) ago", text):
        return now - timedelta(**{{"d": "days", "h": "hours", "m": "minutes"}[ago[2]]: int(ago[1])})
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment.astimezone(UTC)


def _names(seed: Seed) -> Names:
    jira = seed.jira
    return Names(
        people={person.id for person in seed.people if person.account_id},
        projects={project.key for project in jira.projects},
        statuses={status.name for status in jira.statuses},
        transitions={move.id for move in jira.transitions},
        issue_types={named.name for named in jira.issue_types},
        resolutions={named.name for named in jira.resolutions},
        issues={issue.key for issue in jira.issues},
    )


def _unknown_people(seed: Seed) -> list[str]:
    known = {person.id for person in seed.people}
    managers = [(person.manager, f"manager of {person.id}") for person in seed.people if person.manager]
    named = [(seed.bot, "bot"), *managers, *((person, "administrators") for person in seed.jira.administrators or ())]
    for project in seed.jira.projects:
        for kind, people in [*project.permissions.items(), *project.security.items(), *project.roles.items()]:
            plain = [person for person in people if person not in {f"role:{role}" for role in get_args(RoleName)}]
            named += [(person, f"project {project.key}, {kind}") for person in plain]
    for issue in seed.jira.issues:
        wanted = [issue.reporter, *([issue.assignee] if issue.assignee else []), *(c.author for c in issue.comments)]
        named += [(person, f"issue {issue.key}") for person in wanted]
    for channel in seed.slack.channels:
        named += [(person, f"channel {channel.name}") for person in channel.members if person != "bot"]
    return [f"{where}: nobody is called {person!r}" for person, where in named if person not in known]


def _unknown_names(seed: Seed) -> list[str]:
    jira = seed.jira
    statuses = {status.name for status in jira.statuses}
    projects = {project.key: project for project in jira.projects}
    mistakes = [
        f"project {p.key}: no status {p.first_status!r}" for p in jira.projects if p.first_status not in statuses
    ]
    for move in jira.transitions:
        mistakes += [f"transition {move.name}: no status {s!r}" for s in (move.to, *move.sources) if s not in statuses]
    for issue in jira.issues:
        checks: list[tuple[str | None, set[str | None], str]] = [
            (issue.type, {*(named.name for named in jira.issue_types)}, "issue type"),
            (issue.priority, {*(named.name for named in jira.priorities)}, "priority"),
            (issue.status, {*statuses, None}, "status"),
            (issue.resolution, {*(named.name for named in jira.resolutions), None}, "resolution"),
            (issue.key.rpartition("-")[0], {*projects}, "project"),
        ]
        mistakes += [f"issue {issue.key}: no {what} {value!r}" for value, known, what in checks if value not in known]
    return mistakes


def _bad_times(seed: Seed) -> list[str]:
    now = datetime.now(UTC)
    mistakes, times = [], [*seed.twins.times(), *seed.confluence.times()]
    for issue in seed.jira.issues:
        given = [issue.created, issue.updated or issue.created, *(comment.at for comment in issue.comments)]
        times += [(f"issue {issue.key}", text) for text in given]
    for where, text in times:
        try:
            read_time(text, now)
        except ValueError as error:
            mistakes.append(f"{where}: no time {text!r}: {error}")
    return mistakes


def _doubles(seed: Seed) -> list[str]:
    mistakes = []
    for what, values in (
        ("person", [person.id for person in seed.people]),
        ("issue", [issue.key for issue in seed.jira.issues]),
        ("project", [project.key for project in seed.jira.projects]),
        ("channel", [channel.id for channel in seed.slack.channels]),
    ):
        mistakes += [f"{what} {value!r} is there twice" for value in sorted({v for v in values if values.count(v) > 1})]
    return mistakes
