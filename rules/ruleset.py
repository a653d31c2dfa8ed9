"""What people declare in `rules/packs/*.yml` and lay over by id: the shape of the rules, and their version.

Anything that is not in this shape is a mistake that the loader reports. No I/O.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from rules.actions import ActionKind
from rules.agreement import ApprovalRule
from rules.assigning import AssignRule
from rules.canonical import digest
from rules.gates import GateRule
from rules.learning import LearningRule
from rules.noise import NoiseRule
from rules.questions import QuestionRule
from rules.rotations import RotationRule
from rules.slas import SlaName, SlaRule
from rules.talk import TalkRule
from rules.watching import WatchRule

PerMille = Annotated[int, Meta(ge=0, le=1000)]
Positive = Annotated[int, Meta(ge=1)]
Name = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
_SHIFT = "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
Shift = Annotated[str, Meta(pattern=_SHIFT, examples=["09:00-17:30"])]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
AutonomyLevel = Literal["shadow", "ask", "act_with_undo"]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of everything that a rules file may say: unknown words are mistakes."""


class AgentRule(Rule, frozen=True, kw_only=True):
    """What an agent is for, who answers for it, which tools it may use, and how far it may go by itself.

    `asks_from`: calibrated confidence (per mille) under which the agent says nothing. `actions_per_day`: its budget.
    `autonomy`: a level for each kind of action; a kind that is not named is at `ask`.
    """

    role: str
    owner: str
    tools: tuple[ActionKind, ...]
    asks_from: PerMille
    actions_per_day: Positive
    autonomy: dict[ActionKind, AutonomyLevel] = {}

    def level_for(self, kind: str) -> AutonomyLevel:
        """Give the autonomy level for a kind of action."""
        return next((level for named, level in self.autonomy.items() if named == kind), "ask")


class CloseAs(Rule, frozen=True, kw_only=True):
    """How an item ends: in the first of these statuses that a transition leads to, with this resolution."""

    statuses: tuple[str, ...]
    resolution: str


class CommentRule(Rule, frozen=True, kw_only=True):
    """What is said in a comment, in wiki markup with places, and whether customers of a service desk do not see it."""

    text: str
    internal: bool = False


class PriorityStep(Rule, frozen=True, kw_only=True):
    """The priority, by its name in Jira, of what so many points or more wait for."""

    from_points: Positive
    name: str


class BatchRule(Rule, frozen=True, kw_only=True):
    """When many open items are one problem, and how far one question about them may go.

    `agent`: who proposes it, once any two are one problem with its `asks_from` on average. `from_items` that were
    created within `within_hours` of each other make a batch; it takes no more than `most`. Those who join after the
    first answer are asked about together, once none has come for `again_after_minutes`. `second_person_from`: from so
    many on, two people have to agree; `look_at_under`: who approves has to look at those that are less like the others
    than so much.
    `asks_first`: people are asked about the first of them, whatever the rules let the agent do by itself.
    `further_most`: so many others may join by a yes that people gave for those that come, too; 0 has no such yes.

    `comment`: wiki markup with the places {key} and {summary} of the issue that they are linked to, and {count} of its
    reports; `internal`: customers of a service desk do not see it. `comments`: other ones, by project. `watch`: whether
    their reporters watch that issue then. `priority`: what its priority is raised to; it is never lowered.
    """

    agent: str
    from_items: Annotated[int, Meta(ge=3)]
    within_hours: Positive
    again_after_minutes: Positive
    second_person_from: Positive
    most: Annotated[int, Meta(ge=3, le=300)]
    comment: str
    internal: bool = False
    comments: dict[str, CommentRule] = {}
    watch: bool = False
    priority: tuple[PriorityStep, ...] = ()
    look_at_under: PerMille = 0
    asks_first: bool = True
    further_most: Annotated[int, Meta(ge=0, le=300)] = 0

    def comment_in(self, project: str) -> CommentRule:
        """Give what is said in a project."""
        return self.comments.get(project) or CommentRule(text=self.comment, internal=self.internal)


class FollowRule(Rule, frozen=True, kw_only=True):
    """What becomes of items once the one moves that they repeat: Jira's status category changes, or it is resolved.

    `agent`: who proposes it. `statuses`: names of statuses of which it is told besides. `moved`, `resolved` (its status
    is in the category "done") and `reopened`: what reporters are told then, wiki markup with the places {key},
    {status}, {resolution} and {fix_versions}; a line whose place is empty, or hidden from the reporter, is left out.
    `close_as`: how items end that are open still when it is resolved; left out, they stay open. `reopen`: whether those
    that were so closed are opened again when it is.
    """

    agent: str
    statuses: tuple[str, ...] = ()
    moved: str = ""
    resolved: str = ""
    reopened: str = ""
    close_as: CloseAs | None = None
    reopen: bool = False


class WorkflowRule(Rule, frozen=True, kw_only=True):
    """A declared outcome for items, not a path to it.

    `when`: a CEL condition over the facts that says which items it is about. `approvers`: the role that is asked, in
    `channel`; one of its holders has to agree, or whom `approval` says. `author`: who wrote this, and may not answer.
    `expires_after_hours`: how long a question waits, on the clock on the wall, or, `expires_in_working_hours`, in those
    of who may answer. `remind_after_hours`, `escalate_after_hours`: after so much of their working time those are
    reminded who were asked, and somebody else is asked who is able and there; without, nobody is.
    `known_for_days`: how long after its resolution an item is still known. `comment`: wiki markup with the
    places {key} and {summary} of the known issue. `batches`: how many items that are one problem are handled at once.
    `follow`: what they do when the known issue moves. `questions`: what waits while somebody asks something back.

    A workflow with a `gate` asks about the items in one status instead, one with `assign` about who takes an item, one
    that `rescues` about what could save a promise at risk; none of them needs anything that speaks of known issues.
    """

    outcome: str
    owner: str
    agent: str
    when: str
    approvers: str
    channel: str
    approval: ApprovalRule | None = None
    author: str | None = None
    expires_after_hours: Positive
    expires_in_working_hours: bool = False
    remind_after_hours: Positive | None = None
    escalate_after_hours: Positive | None = None
    known_for_days: Positive = 1
    link_type: str = ""
    close_as: CloseAs = CloseAs(statuses=(), resolution="")
    comment: str = ""
    batches: BatchRule | None = None
    follow: FollowRule | None = None
    gate: GateRule | None = None
    questions: QuestionRule = QuestionRule()
    assign: AssignRule | None = None
    rescues: bool = False

    @property
    def couples(self) -> bool:
        """Whether it is about items that repeat known ones."""
        return self.gate is None and self.assign is None and not self.rescues

    @property
    def remind_after(self) -> timedelta | None:
        """The working time after which who was asked is reminded."""
        return timedelta(hours=self.remind_after_hours) if self.remind_after_hours else None

    @property
    def escalate_after(self) -> timedelta | None:
        """The working time after which somebody else is asked."""
        return timedelta(hours=self.escalate_after_hours) if self.escalate_after_hours else None


class GuardrailRule(Rule, frozen=True, kw_only=True):
    """A limit of one's own: where the CEL condition `when`, over what is proposed for an item, holds, it answers."""

    when: str
    answer: Literal["ask", "deny"]
    reason: str


class Limits(Rule, frozen=True, kw_only=True):
    """The limits on autonomy. `projects`: keys, or "*" for every project that the bot's Jira account may browse.

    `confidence`: per kind of action, the confidence (per mille) under which a person is asked.
    `undo_button_minutes`: how long a card keeps its Undo button; undoing itself has no such limit.
    `time_zone`: the IANA name of the zone in which conditions tell the weekday and the hour.
    """

    projects: tuple[str, ...]
    confidence: dict[ActionKind, PerMille]
    undo_button_minutes: Positive
    time_zone: str = "UTC"

    def confidence_for(self, kind: str) -> int:
        """Give the confidence that a kind of action needs; everything when it is not named."""
        return next((needed for named, needed in self.confidence.items() if named == kind), 1000)


class CalendarRule(Rule, frozen=True, kw_only=True):
    """Working hours.

    `hours`: for each weekday its shifts, as in "09:00-12:30"; one that ends at or before its start ends on the next
    day. No shift starts on the public holidays of `country` (ISO 3166, `subdivision` its part) or on the days `closed`.
    """

    time_zone: str
    hours: dict[Weekday, tuple[Shift, ...]]
    country: str | None = None
    subdivision: str | None = None
    closed: tuple[date, ...] = ()


def minutes_of(time: str) -> int:
    """Give the minutes from midnight to a time of day, as in "09:30"."""
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


class PersonRule(Rule, frozen=True, kw_only=True):
    """A human, explicitly linked. `email` links by e-mail address where an account is not named.

    `calendar`: their working hours; without, nobody knows when they work. `teams`: they belong to these. `manager`: the
    person who is asked in their place in the end. `skills`: words for what they declare to know: a component, a type
    of issue, a label, a customer; `learns`: those that they wish to grow in. `open_hours`: how much open work they
    take, in hours of forecast work.
    """

    name: str
    jira: str | None = None
    slack: str | None = None
    email: str | None = None
    roles: tuple[str, ...] = ()
    calendar: str | None = None
    teams: tuple[str, ...] = ()
    manager: str | None = None
    skills: tuple[str, ...] = ()
    learns: tuple[str, ...] = ()
    open_hours: Positive | None = None


class TeamRule(Rule, frozen=True, kw_only=True):
    """People who share the work on `projects`. `on_call`: who is on call takes turns, in this order.

    `in_jira`: the team's name in Jira's team field, where that tells which team has an issue.
    """

    purpose: str
    projects: tuple[str, ...] = ()
    in_jira: str | None = None
    on_call: RotationRule | None = None


class RoleRule(Rule, frozen=True, kw_only=True):
    """What holders of a role may do."""

    purpose: str
    may: tuple[Literal["approve", "operate", "read"], ...] = ()


class Ruleset(Rule, frozen=True, kw_only=True):
    """All rules in force at one time; every decision names their version.

    What is named here can be written after `/yard stop`, and is never mistaken for an account of Jira or Slack.
    """

    agents: dict[Name, AgentRule]
    workflows: dict[Name, WorkflowRule]
    limits: Limits
    roles: dict[Name, RoleRule]
    people: dict[Name, PersonRule] = {}
    teams: dict[Name, TeamRule] = {}
    calendars: dict[Name, CalendarRule] = {}
    guardrails: dict[Name, GuardrailRule] = {}
    slas: dict[SlaName, SlaRule] = {}
    learning: LearningRule = LearningRule()
    noise: NoiseRule = NoiseRule()
    talk: TalkRule = TalkRule()
    watch: WatchRule = WatchRule()

    @property
    def couples_from(self) -> int:
        """The least confidence (per mille) from which anybody is asked whether an item repeats a known one."""
        agents = (self.agents.get(one.agent) for one in self.workflows.values() if one.couples)
        return min((agent.asks_from for agent in agents if agent is not None), default=1000)

    def budgets_left(self, used: Mapping[str, int]) -> dict[str, int]:
        """Give how many actions each agent may still begin on a day, from those that it has begun."""
        return {name: max(0, agent.actions_per_day - used.get(name, 0)) for name, agent in self.agents.items()}

    @property
    def version(self) -> str:
        """The SHA-256 of the canonical form, in hex."""
        return digest(self)
