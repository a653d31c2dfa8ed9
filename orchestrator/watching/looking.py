"""The look at a team's work: reads what is open and who is there, and has the team told. Writes through `Changes`.

It asks nothing and changes nothing in Jira; what is to be done about an issue is decided by the issue's own look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from orchestrator.assigning.waiting import waits
from orchestrator.changes import Changes, Entry, Notice
from orchestrator.facts import Facts
from orchestrator.gather import Gatherer
from orchestrator.memory import Batches
from orchestrator.people.past import Gone
from orchestrator.people.suiting import Suiting
from orchestrator.sla.reading import clocked
from orchestrator.watching import telling
from orchestrator.watching.alerts import Alerts
from orchestrator.watching.coming import again
from orchestrator.watching.crew import WATCHED, Crew, channel_of, team_of
from orchestrator.watching.daily import Daily
from orchestrator.watching.guarding import Guard
from orchestrator.watching.idleness import Idleness, lays
from orchestrator.watching.leaving import Leaving
from orchestrator.watching.notices import STRANDED, Notices, card_of
from orchestrator.watching.overload import Overload
from orchestrator.watching.rescuing import Rescuing
from orchestrator.watching.stranding import Stranded, stranded
from orchestrator.watching.weekly import WEEKLY, Weekly
from rules.canonical import digest
from rules.model import SYSTEM, Event, Item, Line, Person, Subject, Tainted
from rules.ruleset import Ruleset

__all__ = ["WATCHED", "Watcher", "is_watched", "subjects"]

#: What came since is told in a message of its own after so long; until then in the one that stands.
ANEW = timedelta(hours=20)
#: Of each project: those by which most waits and whose SLA breaks first, and the latest, open ones or not.
_MOST_OPEN, _MOST_PAST = 200, 500
_LOOKED_BACK = timedelta(days=366)


def is_watched(subject: Subject) -> bool:
    """Tell whether a subject is a team's work, or what somebody is told of weekly."""
    return subject.kind == "queue" and subject.id.startswith((WATCHED, WEEKLY))


def subjects(rules: Ruleset) -> tuple[Subject, ...]:
    """Give all that the rules have watched."""
    teams = {team_of(project, rules) for project in rules.watch.projects} - {None}
    told = rules.watch.blockers.to if rules.watch.blockers.projects else ()
    ids = [*(f"{WATCHED}{team}" for team in teams), *(f"{WEEKLY}{one}" for one in told)]
    return tuple(Subject(kind="queue", id=id_) for id_ in sorted(ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """The ports that this needs."""

    gatherer: Gatherer
    batches: Batches
    notices: Notices
    alerts: Alerts
    suiting: Suiting

    def watch(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Changes:
        """Look at a team's work, or whether somebody is to be told what blocks.

        Raises:
            GatewayError: people or the channel cannot be told now.
        """
        if subject.id.startswith(WEEKLY):
            return Weekly(gatherer=self.gatherer, notices=self.notices).watch(subject, rules)
        team = subject.id.removeprefix(WATCHED)
        projects = sorted(project for project in rules.watch.projects if team_of(project, rules) == team)
        now = self.gatherer.clock.now()
        left = Leaving(gatherer=self.gatherer, notices=self.notices, alerts=self.alerts).watch(
            subject, team, rules, now
        )
        if not projects:
            return left + self._guard.watch(subject, team, (), events, rules)
        past = {project: self.gatherer.items.past(project, _MOST_PAST) for project in projects}
        crew = self._crew(team, rules, now)
        found = [one for project in projects for one in self._stranded(project, past[project], crew, rules, now)]
        told = self._guard.watch(subject, team, projects, events, rules)
        if any(one in rules.watch.stranding.projects for one in projects):
            told += self._told(subject, crew, found, rules, now)
        overload = Overload(gatherer=self.gatherer, notices=self.notices)
        told += overload.watch(subject, crew, projects, rules, now)
        told += self._daily.watch(subject, crew, projects, [one.item.id for one in found], rules, now)
        return left + told + Changes(next_look_at=now + again(events))

    @property
    def _guard(self) -> Guard:
        return Guard(
            gatherer=self.gatherer,
            batches=self.batches,
            notices=self.notices,
            alerts=self.alerts,
            rescuing=Rescuing(suiting=self.suiting),
        )

    @property
    def _daily(self) -> Daily:
        return Daily(
            gatherer=self.gatherer,
            batches=self.batches,
            notices=self.notices,
            alerts=self.alerts,
            rescuing=Rescuing(suiting=self.suiting),
        )

    def _crew(self, team: str, rules: Ruleset, now: datetime) -> Crew:
        named = self.gatherer.directory.everyone(rules)
        people = [one for one in named if one.id in rules.people and team in rules.people[one.id].teams]
        told = self.gatherer.attendance.told(Facts(subject=SYSTEM, now=now, people=tuple(people)), rules)
        return Crew.of(team, people, [told.agenda(one.id) for one in people], rules, now, now - _LOOKED_BACK)

    def _stranded(
        self, project: str, past: Sequence[Gone], crew: Crew, rules: Ruleset, now: datetime
    ) -> tuple[Stranded, ...]:
        if project not in rules.watch.stranding.projects:
            return ()
        first, _ = self.gatherer.items.queue(project, _MOST_OPEN, now)
        items = {one.id: one for one in (*first, *(gone.item for gone in past))}
        idleness = Idleness.learnt(lays(past, crew.shifts.worked, now))
        running = clocked(self._single(items), self.gatherer.items, rules, now)
        return stranded(running, crew, idleness, rules, now)

    def _single(self, items: Mapping[int, Item]) -> list[Item]:
        """Leave out what is handled with others as one problem, but for the one that stands in front or came first."""
        batches = self.batches.of_items(items)
        fronts = {batch.head if batch.head is not None else min(batch.members) for batch in batches if batch.members}
        many = {id_ for batch in batches for id_ in batch.members} - fronts
        return [one for id_, one in items.items() if id_ not in many]

    def _told(self, subject: Subject, crew: Crew, found: Sequence[Stranded], rules: Ruleset, now: datetime) -> Changes:
        standing = next((one for one in self.notices.told_to([crew.team]) if one.kind == STRANDED), None)
        if standing is None and not found:
            return Changes()
        notice = self._notice(crew, found, rules, now)
        new = [one for one in found if standing is None or one.item.id not in standing.items]
        if standing is not None and (not new or now - standing.at < ANEW):
            notice = msgspec.structs.replace(notice, id=standing.id, at=standing.at)
            return Changes(notices=(notice,) if notice != standing else (), entries=_entries(subject, new, now))
        channel = self.gatherer.chat.channel(channel_of(found[0].item.project, rules))
        if channel is None:
            return Changes()
        ended = (_again(standing),) if standing is not None else ()
        return Changes(notices=(*ended, notice), cards=(card_of(notice, channel),), entries=_entries(subject, new, now))

    def _notice(self, crew: Crew, found: Sequence[Stranded], rules: Ruleset, now: datetime) -> Notice:
        free = [one.item for one in found if one.item.assignee is None]
        takeable = [one.id for one in free if any(waits(one, name, rules, now) for name in rules.workflows)]
        accounts = {one.item.assignee for one in found if one.item.assignee is not None}
        behind = {account: self.gatherer.directory.of_jira(account, rules) for account in sorted(accounts)}
        holders: dict[str, Person] = {account: one for account, one in behind.items() if one is not None}
        percent = rules.watch.stranding.idle_percent
        return Notice(
            id=digest([STRANDED, crew.team, now.isoformat()])[:20],
            kind=STRANDED,
            team=crew.team,
            at=now,
            title=telling.title(crew.team, len(found)),
            pieces=telling.pieces(found, takeable, holders, percent, now),
            footer=telling.FOOTER if found else (),
            readers=tuple(sorted(crew.people)),
            ended=not found,
        )


def _again(standing: Notice) -> Notice:
    """End a notice whose place a newer one takes."""
    told = Line(text="Told again below, with what came since: {0}", parts=(Tainted(text=standing.team),))
    return msgspec.structs.replace(standing, title=told, pieces=(), footer=(), ended=True)


def _entries(subject: Subject, new: Sequence[Stranded], now: datetime) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            kind="item.stranded",
            subject=subject,
            at=now,
            text=Line(text="a team was told that nobody moves it"),
            about=(one.item.id,),
            data={"idle_minutes": one.idle, "usual_minutes": one.usual, "alone": one.alone_until is not None},
        )
        for one in new
    )
