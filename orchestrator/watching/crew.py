"""The people of a team as those who watch its work: when any of them is there, and how much of that time passes. Pure.

Unknown is not available: whose hours nobody declared is not there, and adds no working time.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orchestrator.people.availability import Agenda, soonest
from orchestrator.people.hours import hours_of
from rules.model import Person
from rules.ruleset import Ruleset

__all__ = ["WATCHED", "Crew", "Shifts", "channel_of", "team_of"]

#: The subjects of the looks at teams' work are queues whose ids begin so; no workflow's name holds a colon.
WATCHED: Final = "watch:"


def team_of(project: str, rules: Ruleset) -> str | None:
    """Give the team that is told of a project's issues: the first that shares the work on it."""
    return next((name for name, team in rules.teams.items() if project in team.projects), None)


def channel_of(project: str, rules: Ruleset) -> str:
    """Give the name of the channel in which that team is told."""
    return rules.noise.channels.get(project, rules.watch.channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """Working time in which at least one of several people is at work, as intervals ascending and apart."""

    starts: Sequence[datetime]
    ends: Sequence[datetime]
    before: Sequence[timedelta]

    @classmethod
    def of(cls, people: Sequence[str], rules: Ruleset, since: datetime, until: datetime) -> "Shifts":
        """Lay out the hours that people declared, between two moments."""
        calendars = {rules.people[id_].calendar: hours_of(id_, rules) for id_ in people if id_ in rules.people}
        spans = sorted(span for hours in calendars.values() if hours is not None for span in hours.spans(since, until))
        united: list[tuple[datetime, datetime]] = []
        for begins, ends in spans:
            if united and begins <= united[-1][1]:
                united[-1] = united[-1][0], max(united[-1][1], ends)
            else:
                united.append((begins, ends))
        before, passed = [], timedelta()
        for begins, ends in united:
            before.append(passed)
            passed += ends - begins
        return cls(starts=[begins for begins, _ in united], ends=[ends for _, ends in united], before=before)

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Give the working time between two moments; by the clock on the wall where no hours are known."""
        if not self.starts:
            return max(until - since, timedelta())
        return max(self._up_to(until) - self._up_to(since), timedelta())

    def _up_to(self, at: datetime) -> timedelta:
        place = bisect_right(self.starts, at) - 1
        return self.before[place] + min(at, self.ends[place]) - self.starts[place] if place >= 0 else timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A team at `now`. `back`: by people's ids, when each is there next, now included; None where nobody can tell."""

    team: str
    people: Mapping[str, Person]
    back: Mapping[str, datetime | None]
    shifts: Shifts

    @classmethod
    def of(
        cls,
        team: str,
        people: Sequence[Person],
        agendas: Sequence[Agenda],
        rules: Ruleset,
        now: datetime,
        since: datetime,
    ) -> "Crew":
        """Put a team together; its working time is laid out from `since` to now."""
        back = {one.person: soonest(one, hours_of(one.person, rules), now) for one in agendas}
        return cls(
            team=team,
            people={one.id: one for one in people},
            back={one.id: back.get(one.id) for one in people},
            shifts=Shifts.of([one.id for one in people], rules, since, now),
        )

    @property
    def is_known(self) -> bool:
        """Whether anything is known of when any of them is there."""
        return bool(self.shifts.starts) or self.first_back is not None

    @property
    def first_back(self) -> datetime | None:
        """When the first of them is there, now included; None where nobody can tell."""
        return min((at for at in self.back.values() if at is not None), default=None)
