"""Finds what is allowed in SLA rules and hardly meant: clocks that never stop, pauses that never end. No I/O.

The traps are those that vendors list; an SLA that falls into one is silent, not wrong, so it is told and not refused.
Source: https://support.atlassian.com/jira-service-management-cloud/docs/troubleshoot-issues-with-slas/
"""

from collections.abc import Iterator, Mapping

from rules.ruleset import CalendarRule, Ruleset
from rules.slas import SlaRule, comes_by_chance, team_in
from rules.sources import Wrong

#: For an event, the state that holds right after it.
_AFTER: Mapping[str, str] = {
    "resolution set": "resolution set",
    "resolution cleared": "resolution not set",
    "assignee from unassigned": "assignee set",
    "assignee to unassigned": "assignee not set",
    "due date set": "due date set",
    "due date changed": "due date set",
    "due date cleared": "due date not set",
}
#: For each of these states, the events that end it.
_ENDS: Mapping[str, tuple[str, ...]] = {
    "resolution set": ("resolution cleared",),
    "resolution not set": ("resolution set",),
    "assignee set": ("assignee to unassigned",),
    "assignee not set": ("assignee from unassigned",),
    "due date set": ("due date cleared",),
    "due date not set": ("due date set",),
}


def doubts(rules: Ruleset) -> Iterator[Wrong]:
    """Give what is doubtful about the SLAs, each with the path of where it stands and what to do about it."""
    for name, sla in rules.slas.items():
        at = ("slas", name)
        for path, words in (*_events(sla), *_goals(sla)):
            yield (*at, *path), words
    yield from _teams(rules)
    used = {goal.calendar for sla in rules.slas.values() for goal in sla.goals}
    for name, calendar in rules.calendars.items():
        if name in used:
            yield from _calendar(name, calendar)


def _events(sla: SlaRule) -> Iterator[Wrong]:
    starts, stops = _folded(sla.starts), _folded(sla.stops)
    if both := starts & stops:
        words = f"{sorted(both)[0]!r} starts it too: it opens and closes in turn; leave it out of one of them"
        yield ("stops",), words
    for number, state in enumerate(sla.pauses):
        held = state.casefold()
        if all(_leads_to(event, held) for event in starts):
            words = "holds as soon as it starts, so it never counts before that ends: pause it by another state"
            yield ("pauses", number), words
        if stops <= frozenset(_ended_by(held)):
            yield ("pauses", number), "only the stop ends this, so it never counts: pause it by another state"
    if stops == {"issue created"}:
        yield ("stops",), "an issue is created once, before anything can stop: name an event that comes later"
    if all(map(comes_by_chance, stops)):
        words = "only a comment or a team stops it, so what is resolved without runs on: add 'resolution set'"
        yield ("stops",), words


def _teams(rules: Ruleset) -> Iterator[Wrong]:
    """Tell of teams whose hand-offs cannot be seen: who has an issue is known by the accounts in the rules."""
    spoken = {
        team: name
        for name, sla in reversed(rules.slas.items())
        for word in (*sla.starts, *sla.stops, *sla.pauses)
        if (team := team_in(word)) is not None and rules.teams[team].in_jira is None
    }
    for team, name in sorted(spoken.items()):
        members = {id_: one for id_, one in rules.people.items() if team in one.teams}
        if not members:
            yield ("teams", team), f"{name!r} speaks of it, and nobody is of it: name it under `teams` of people"
        for id_, one in members.items():
            if one.jira is None:
                words = f"{name!r} speaks of {team!r}, and what they have is not seen: say their Jira account, `jira`"
                yield ("people", id_), words


def _goals(sla: SlaRule) -> Iterator[Wrong]:
    seen: dict[str, int] = {}
    for number, goal in enumerate(sla.goals):
        if goal.when is None and number < len(sla.goals) - 1:
            words = f"fits every issue, so the {len(sla.goals) - 1 - number} after it never count: put it last"
            yield ("goals", number), words
            return
        if goal.when is not None and (earlier := seen.setdefault(" ".join(goal.when.split()), number)) != number:
            yield ("goals", number), f"fits the same as goal {earlier + 1} above it, which counts: leave one out"
        if goal.calendar is None:
            yield ("goals", number), "has no calendar, so nights and holidays count: name one, if that is not meant"
    if sla.goals[-1].when is not None:
        yield ("goals",), "an issue that none of them fits has no clock: add one without `when` at the end"


def _calendar(name: str, calendar: CalendarRule) -> Iterator[Wrong]:
    if calendar.country is None and not calendar.closed:
        yield ("calendars", name), "knows no holidays: say its `country`, or the days that are `closed`"
    if not any(calendar.hours.values()):
        yield ("calendars", name, "hours"), "has no hours at all, so no clock ever counts in it"


def _leads_to(event: str, state: str) -> bool:
    """Tell whether the state always holds right after the event."""
    if event.startswith("entered status "):
        return state == event.removeprefix("entered ")
    if event.startswith("handed to team "):
        return state == f"with {event.removeprefix('handed to ')}"
    return _AFTER.get(event) == state


def _ended_by(state: str) -> tuple[str, ...]:
    """Give the events of which each ends the state, and without which it does not end."""
    if state.startswith("with team "):
        return (f"handed from {state.removeprefix('with ')}",)
    return _ENDS.get(state, (f"left {state}",))


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
