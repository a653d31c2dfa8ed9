"""What rules say of watching work: what a team is told unasked about issues that nobody moves. No I/O."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rules.assigning import ProjectKey

_Positive = Annotated[int, Meta(ge=1)]


class StrandingRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open issues of `projects` for which the CEL condition `when` holds are found before they are forgotten.

    Told of is what nobody has while nobody of its team is there for the next `for_hours`, or before its SLA breaks; and
    what lies idle for longer than `idle_percent` of such issues did, counted in the team's working hours, but not
    before `idle_hours` of them.
    """

    projects: tuple[ProjectKey, ...] = ()
    when: str = "item.is_open"
    for_hours: _Positive = 16
    idle_percent: Annotated[int, Meta(ge=50, le=99)] = 90
    idle_hours: _Positive = 8


class BlockersRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What blocks work on `projects` is told once a week `to` these people, in their working hours.

    From `from_hour` of the `day` on, in their own time zone.
    """

    projects: tuple[ProjectKey, ...] = ()
    to: tuple[str, ...] = ()
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    from_hour: Annotated[int, Meta(ge=0, le=23)] = 9


class RiskInJiraRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Jira is told of an issue whose promise is likely to break.

    `property`: it carries that as a property. `comment`: what is said in one comment where somebody must act, wiki
    markup with the places {sla}, {chance} and {breaks}; a line whose place is empty is left out; blank for no comment.
    `internal`: customers of a service desk do not see it. `comment_after_minutes`: nobody answered the warning for so
    long; left out, for half of the time that was left then.
    """

    property: bool = False
    comment: str = ""
    internal: bool = True
    comment_after_minutes: _Positive | None = None


class LaterRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is proposed once who reported an issue agrees to a later time: one of the two, or nothing.

    `field`: a field, by its name in Jira, that holds until when it is promised; it becomes the day so many `days` of
    the team's work after the promise would break. `statuses`: it goes into the first of these that Jira offers, in
    which its clock stands still.
    """

    field: str = ""
    days: _Positive = 2
    statuses: tuple[str, ...] = ()


class RiskRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A team is warned of open issues of `projects` whose promise is likely to break, and told what could save it.

    Warned of is what breaks with `from_percent` or more, or with `above_usual_percent` more than is usual; the most
    valuable first, `a_day` of them and no more. `due`: of due dates too, also in its day. `priorities`: those
    that an issue may get instead, where that helps. `chain`: who is asked to decide what else may wait, and to whom it
    is escalated, one after the other. `later`: what comes of more time. `jira`: what is told of it there.
    """

    projects: tuple[ProjectKey, ...] = ()
    from_percent: Annotated[int, Meta(ge=1, le=99)] = 50
    above_usual_percent: Annotated[int, Meta(ge=1, le=99)] = 30
    a_day: _Positive = 5
    due: bool = False
    priorities: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    later: LaterRule = LaterRule()
    jira: RiskInJiraRule = RiskInJiraRule()


class OverloadRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The teams of `projects` are told while they work that more comes than their shift can do.

    Only where at least `from_late` issues will miss their promise; anew at most once in a day.
    """

    projects: tuple[ProjectKey, ...] = ()
    from_late: _Positive = 1


class DigestRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The teams of `projects` are told on each of their working days, once, what it brings and how the last one went.

    From `at` on, on the clock of the team's time zone; without it, from when the first of the team begins work.
    """

    projects: tuple[ProjectKey, ...] = ()
    at: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["09:00"])] | None = None


class WatchRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is told unasked to the team that shares a project, in `channel`, or in the project's own of `noise`."""

    channel: Annotated[str, Meta(min_length=1, max_length=100)] = "#yard"
    stranding: StrandingRule = StrandingRule()
    blockers: BlockersRule = BlockersRule()
    risk: RiskRule = RiskRule()
    overload: OverloadRule = OverloadRule()
    digest: DigestRule = DigestRule()

    @property
    def projects(self) -> frozenset[str]:
        """All projects whose teams are told."""
        told = (self.stranding, self.risk, self.overload, self.digest)
        return frozenset(project for rule in told for project in rule.projects)
