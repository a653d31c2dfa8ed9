"""Finds who could take an item, or all that waits in a project: reads what people did, have open and are there for.

It only reads; `matching` weighs. What the asker may not browse is not counted, so that no count tells of it, but for
the hours that people have open; who may not browse an item is not given it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orchestrator.attendance import Attendance
from orchestrator.facts import Facts
from orchestrator.memory import Audience, Directory, Items
from orchestrator.people.availability import Availability, State, availability
from orchestrator.people.hours import hours_of
from orchestrator.people.learnt import Learnt, declares, learnt
from orchestrator.people.load import Load, Work, loads, overflow
from orchestrator.people.matching import Plan, handed_back, match
from orchestrator.people.merits import Grid, Table, Task, Worker
from orchestrator.people.skills import Skill
from orchestrator.ports import Clock
from rules.model import SYSTEM, Item, Person
from rules.ruleset import Ruleset

__all__ = ["Suited", "Suiting"]

_MOST_PAST = 500
_MOST_WAITING = 40
#: So many people are looked at: those of the team, and those who did most work like it.
_MOST_PEOPLE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class _Team:
    """Those who are looked at, by their ids: who they are, whether they are there, what they have open."""

    people: dict[str, Person]
    there: dict[str, Availability]
    loads: dict[str, Load]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suited:
    """Who could take which item, with all that it is told by: by the ids of items and of people.

    `usual`: the chances of people in per mille. `held`: who had an item and is away. `over`: by how many minutes what
    waits exceeds what those who are there take.
    """

    items: dict[int, Item]
    plan: Plan
    people: dict[str, Person]
    there: dict[str, Availability]
    loads: dict[str, Load]
    skills: dict[int, dict[str, Skill]]
    usual: dict[int, dict[str, int]]
    held: dict[int, str]
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suiting:
    """The ports that this needs."""

    items: Items
    directory: Directory
    audience: Audience
    attendance: Attendance
    clock: Clock

    def suited(self, item: Item, asker: Person, rules: Ruleset) -> Suited:
        """Weigh who could take an item, as its asker may know.

        Raises:
            GatewayError: who may browse what cannot be told now.
        """
        known = self._learnt(item.project, (item,), asker, rules)
        team = self._team((item,), known, rules, apart=item.id)
        return self._weighed({item.id: item}, (_task(item, known, team),), team, known, rules)

    def allotted(self, project: str, asker: Person, rules: Ruleset) -> Suited:
        """Weigh who could take what waits in a project: what nobody has, and what somebody has who is away.

        Raises:
            GatewayError: as `suited`.
        """
        first, _ = self.items.queue(project, _MOST_WAITING)
        seen = self.audience.person_sees(asker, {one.id for one in first})
        items = {one.id: one for one in first if one.id in seen and one.project == project}
        known = self._learnt(project, tuple(items.values()), asker, rules)
        team = self._team(tuple(items.values()), known, rules)
        tasks = [_task(one, known, team) for one in items.values()]
        away = sorted(id_ for id_, there in team.there.items() if there.state is State.AWAY)
        waiting = [one for one in tasks if items[one.item].assignee is None]
        waiting += [one for id_ in away for one in handed_back(tasks, id_)]
        return self._weighed(items, waiting, team, known, rules)

    def _weighed(
        self, items: dict[int, Item], tasks: Sequence[Task], team: _Team, known: Learnt, rules: Ruleset
    ) -> Suited:
        asked = {task.item: items[task.item] for task in tasks}
        usual = {id_: known.usual(one) for id_, one in asked.items()}
        skills = {id_: known.skilled(one, team.people) for id_, one in asked.items()}
        workers = tuple(_worker(id_, team) for id_ in team.people)
        sees = {id_: self.audience.person_sees(one, asked.keys()) for id_, one in team.people.items()}
        shape = (len(tasks), len(workers))
        table = Table(
            tasks=tuple(tasks),
            workers=workers,
            meets=np.full(shape, 1000 - known.risk, dtype=np.int64),
            skill=_grid([[skills[row][one].level for one in team.people] for row in asked], shape),
            usual=_grid([[usual[row].get(one, 0) for one in team.people] for row in asked], shape),
            learns=_grid([[_learns(one, items[row], rules) for one in team.people] for row in asked], shape) > 0,
            sees=_grid([[row in sees[one] for one in team.people] for row in asked], shape) > 0,
        )
        before = {id_: one.assignee for id_, one in asked.items() if one.assignee is not None}
        holders = {one.jira: id_ for id_, one in team.people.items() if not team.there[id_].is_here}
        return Suited(
            items=asked,
            plan=match(table),
            people=team.people,
            there=team.there,
            loads=team.loads,
            skills=skills,
            usual=usual,
            held={id_: holders[account] for id_, account in before.items() if account in holders},
            over=overflow((one.minutes for one in tasks), (one.room for one in workers if one.barred is None)),
        )

    def _learnt(self, project: str, about: Sequence[Item], asker: Person, rules: Ruleset) -> Learnt:
        """Learn from the past that the asker may browse; who holds what is asked about belongs to it."""
        asked = {one.id for one in about}
        history = [one for one in self.items.past(project, _MOST_PAST) if one.item.id not in asked]
        seen = self.audience.person_sees(asker, {one.item.id for one in history})
        visible = [one for one in history if one.item.id in seen]
        accounts = {one.assignee for one in (*about, *(gone.item for gone in visible)) if one.assignee is not None}
        return learnt(visible, {one: self._behind(one, rules) for one in sorted(accounts)}, rules, self.clock.now())

    def _behind(self, account: str, rules: Ruleset) -> Person:
        person = self.directory.of_jira(account, rules)
        return person if person is not None else Person(id=f"jira:{account}", name=account, jira=account)

    def _team(self, items: Sequence[Item], known: Learnt, rules: Ruleset, apart: int | None = None) -> _Team:
        """Give who is looked at for these items; what they have open does not hold the item `apart`."""
        people = self._candidates(items, known, rules)
        persons = {one.jira: id_ for id_, one in people.items() if one.jira is not None}
        work = [
            Work(item=one.id, person=persons[one.assignee], minutes=known.forecasts.minutes(one.type))
            for one in self.items.held(sorted(persons))
            if one.assignee is not None and one.id != apart
        ]
        limits = {id_: rules.people[id_].open_hours if id_ in rules.people else None for id_ in people}
        now = self.clock.now()
        told = self.attendance.told(Facts(subject=SYSTEM, now=now, people=tuple(people.values())), rules)
        there = {id_: availability(told.agenda(id_), hours_of(id_, rules), now, now) for id_ in people}
        return _Team(people=people, there=there, loads=loads(work, limits))

    def _candidates(self, items: Sequence[Item], known: Learnt, rules: Ruleset) -> dict[str, Person]:
        """Give the people of the teams that share the projects, and who did such work, the likeliest first."""
        projects = {one.project for one in items}
        teams = {name for name, team in rules.teams.items() if not projects.isdisjoint(team.projects)}
        named = {one.id: one for one in self.directory.everyone(rules)}
        members = {id_ for id_ in named if not teams.isdisjoint(rules.people[id_].teams)}
        declared = {id_ for id_ in named if any(declares(rules.people[id_].skills, one) for one in items)}
        found = {**known.people, **{id_: named[id_] for id_ in members | declared}}
        usual = [known.usual(one) for one in items]
        best = {id_: max((each.get(id_, 0) for each in usual), default=0) for id_ in found}
        able = [one for one in found.values() if one.jira is not None and not one.guest]
        first = sorted(able, key=lambda one: (-best[one.id], one.id not in members, one.id))[:_MOST_PEOPLE]
        return {one.id: one for one in sorted(first, key=lambda one: one.id)}


def _grid(rows: list[list[int]] | list[list[bool]], shape: tuple[int, int]) -> Grid:
    return np.array(rows, dtype=np.int64).reshape(shape)


def _task(item: Item, known: Learnt, team: _Team) -> Task:
    holder = next((id_ for id_, one in team.people.items() if item.assignee and one.jira == item.assignee), None)
    return Task(item=item.id, minutes=known.forecasts.minutes(item.type), holder=holder, risk=known.risk)


def _worker(person: str, team: _Team) -> Worker:
    there = team.there[person]
    return Worker(person=person, room=team.loads[person].room, barred=None if there.is_here else there.reason)


def _learns(person: str, item: Item, rules: Ruleset) -> bool:
    return person in rules.people and declares(rules.people[person].learns, item)
