"""What rules say of an SLA: when its clock starts, pauses and stops, and how much time there is. No I/O.

The words are those of Jira Service Management, for any project; it has none for teams, and those are our own.
Source: https://support.atlassian.com/jira-service-management-cloud/docs/understand-sla-condition-options/
"""

import re
from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

_STATUS = "status \\S.{0,98}"
_TEAM = "team [a-z0-9][a-z0-9._-]{0,63}"
_EVENT = (
    "^(issue created|resolution (set|cleared)|due date (set|cleared|changed)"
    "|assignee (from unassigned|to unassigned|changed)|comment (by customer|for customers)"
    f"|handed to another team|handed (to|from) {_TEAM}|(comment|change) by {_TEAM}|(entered|left) {_STATUS})$"
)
_STATE = f"^((resolution|assignee|due date) (set|not set)|with {_TEAM}|{_STATUS})$"
_DURATION = "^([1-9][0-9]{0,4}h( [1-9][0-9]?m)?|[1-9][0-9]{0,5}m)$"
#: As Jira shows it, where it is also a clock there.
SlaName = Annotated[str, Meta(pattern="^\\S.{0,78}\\S$")]
SlaEvent = Annotated[str, Meta(pattern=_EVENT, examples=["issue created", "entered status In progress"])]
SlaState = Annotated[str, Meta(pattern=_STATE, examples=["status Waiting for customer", "assignee not set"])]
Duration = Annotated[str, Meta(pattern=_DURATION, examples=["4h", "1h 30m", "45m"])]
#: The name of the clock of Jira's due dates; rules declare no SLA of that name.
DUE: Final = "Due date"
#: What may never come to an issue, even to one that is resolved: that somebody says something, or of a team has it.
_BY_CHANCE: Final = ("comment ", "change by ", "handed ")


class GoalRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much time there is: `within`, counted in the hours of the `calendar`, or around the clock without one.

    `when`: a CEL condition over the item; without, the goal fits every one.
    """

    within: Duration
    when: str | None = None
    calendar: str | None = None

    @property
    def time(self) -> timedelta:
        """The time that there is."""
        return duration(self.within)


class SlaRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promise of time about the items for which the CEL condition `when` holds.

    A cycle lasts from any of the events `starts` to the next of the events `stops`; its clock stands still while any of
    the states `pauses` holds. Of the `goals` the first that fits counts.
    """

    when: str
    starts: Annotated[tuple[SlaEvent, ...], Meta(min_length=1, max_length=20)]
    stops: Annotated[tuple[SlaEvent, ...], Meta(min_length=1, max_length=20)]
    pauses: Annotated[tuple[SlaState, ...], Meta(max_length=20)] = ()
    goals: Annotated[tuple[GoalRule, ...], Meta(min_length=1, max_length=50)]


def team_in(word: str) -> str | None:
    """Give the team that an event or a state names; None where it names none."""
    found = re.fullmatch(f"(?:handed to|handed from|comment by|change by|with) {_TEAM}", word)
    return None if found is None else word.rpartition(" ")[2]


def status_in(word: str) -> str | None:
    """Give the status that an event or a state names; None where it names none."""
    found = re.fullmatch(f"(?:entered |left )?{_STATUS}", word)
    return None if found is None else word.partition("status ")[2]


def comes_by_chance(event: str) -> bool:
    """Tell whether an issue may be resolved without such an event: somebody has to speak, or a team to have it."""
    return event.startswith(_BY_CHANCE)


def duration(text: str) -> timedelta:
    """Read a time as in "1h 30m"."""
    found = {unit: int(number) for number, unit in re.findall(r"(\d+)([hm])", text)}
    return timedelta(hours=found.get("h", 0), minutes=found.get("m", 0))
