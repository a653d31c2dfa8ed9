"""Finds who could take an item, or all that waits: reads what people did, have open and are there for.

It only reads; `matching` weighs. What the asker may not browse is not counted, so that no count tells of it, but for
the hours that people have open; where there is no asker, nothing with a security level is. Who may not browse an item
is not given it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from msgspec.structs import replace

from orchestrator.attendance import Attendance
from orchestrator.facts import Facts
from orchestrator.forecast.foretelling import Foretelling
from orchestrator.forecast.foretold import likeliest
from orchestrator.memory import Audience, Batches, Directory, Items
from orchestrator.people.availability import Availability, State, availability
from orchestrator.people.burden import is_dull
from orchestrator.people.hours import hours_of
from orchestrator.people.learnt import Learnt, Lore, declares, learnt
from orchestrator.people.load import Load, Work, loads, overflow
from orchestrator.people.matching import Plan, handed_back, match
from orchestrator.people.merits import Grid, Table, Task, Worker
from orchestrator.people.past import names_of
from orchestrator.people.skills import Skill
from orchestrator.people.tries import Taking, Try, tries_of
from orchestrator.ports import Clock
from rules.model import SYSTEM, Item, Line, Person
from rules.ruleset import Ruleset

__all__ = ["MOST_PEOPLE", "Suited", "Suiting", "Team", "Terms", "task_of"]

_MOST_PAST = 500
_MOST_WAITING = 40
#: So many people are looked at: those of the team, and those who did most work like it.
MOST_PEOPLE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Those who are looked at, by their ids: who they are, whether they are there, what they have open.

    `held`: all that they have open. `left`: by their accounts, who has some of what was asked about and has left.
    """

    people: dict[str, Person]
    there: dict[str, Availability]
    loads: dict[str, Load]
    held: tuple[Item, ...] = ()
    left: dict[str, Person] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether only those are there who are on call: what is begun now is work outside of hours."""
        states = {one.state for one in self.there.values()}
        return State.ON_CALL in states and State.HERE not in states


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How likely an item misses an SLA, in per mille: as it is, and if somebody has it, by their account.

    `versions`: what that was foretold by.
    """

    as_it_is: int
    taken: Mapping[str, int]
    versions: tuple[str, ...] = ()

    def of(self, person: Person) -> int:
        """Give the risk if somebody has it."""
        return self.taken.get(person.jira or "", self.as_it_is)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suited:
    """Who could take which item, with all that it is told by: by the ids of items and of people.

    `usual`: the chances of people in per mille. `takings`: what came of asking them to take work like it, `tries`: of
    asking anybody in these projects. `held`: who had an item and is away. `over`: by how many minutes what waits
    exceeds what those who are there take. `risks`: to miss an SLA.
    """

    items: dict[int, Item]
    plan: Plan
    people: dict[str, Person]
    there: dict[str, Availability]
    loads: dict[str, Load]
    skills: dict[int, dict[str, Skill]]
    usual: dict[int, dict[str, int]]
    takings: dict[int, dict[str, Taking]]
    tries: tuple[Try, ...]
    held: dict[int, str]
    over: int
    risks: dict[int, Risk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms work is given out: who refused what, and how much is tried, with what it is drawn by."""

    refused: Mapping[tuple[int, str], Line] = field(default_factory=dict)
    exploring: int = 0
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suiting:
    """The ports that this needs. `most_people`: so many are looked at."""

    items: Items
    directory: Directory
    audience: Audience
    attendance: Attendance
    foretelling: Foretelling
    batches: Batches
    clock: Clock
    most_people: int = MOST_PEOPLE

    def suited(self, item: Item, asker: Person, rules: Ruleset) -> Suited:
        """Weigh who could take an item, as its asker may know.

        Raises:
            GatewayError: who may browse what cannot be told now.
        """
        lore = self.lore((item.project,), (item,), rules, asker)
        team = self.team((item,), lore, rules, apart=(item.id,))
        return self.weighed({item.id: item}, (task_of(item, lore, team, rules, self.clock.now()),), team, lore, rules)

    def allotted(self, project: str, asker: Person, rules: Ruleset) -> Suited:
        """Weigh who could take what waits in a project: what nobody has, and what somebody has who is away.

        Raises:
            GatewayError: as `suited`.
        """
        first, _ = self.items.queue(project, _MOST_WAITING, self.clock.now())
        seen = self.audience.person_sees(asker, {one.id for one in first})
        items = {one.id: one for one in first if one.id in seen and one.project == project}
        lore = self.lore((project,), tuple(items.values()), rules, asker)
        team = self.team(tuple(items.values()), lore, rules)
        tasks = [task_of(one, lore, team, rules, self.clock.now()) for one in items.values()]
        away = sorted(id_ for id_, there in team.there.items() if there.state is State.AWAY)
        waiting = [one for one in tasks if items[one.item].assignee is None]
        waiting += [one for id_ in away for one in handed_back(tasks, id_)]
        return self.weighed(items, waiting, team, lore, rules)

    def weighed(
        self,
        items: Mapping[int, Item],
        tasks: Sequence[Task],
        team: Team,
        lore: Lore,
        rules: Ruleset,
        terms: Terms = Terms(),
    ) -> Suited:
        """Weigh who is given which of these tasks, all at once."""
        asked = {task.item: items[task.item] for task in tasks}
        usual = {id_: lore.of(one).usual(one) for id_, one in asked.items()}
        skills = {id_: lore.of(one).skilled(one, team.people) for id_, one in asked.items()}
        takings = {id_: lore.of(one).taking(one, team.people) for id_, one in asked.items()}
        burdens = lore.burdens
        workers = tuple(_worker(id_, team, burdens) for id_ in team.people)
        sees = {id_: self.audience.person_sees(one, asked.keys()) for id_, one in team.people.items()}
        shape = (len(tasks), len(workers))
        risks = self._risks(tuple(asked.values()), team, rules)
        table = Table(
            tasks=tuple(replace(one, risk=risks[one.item].as_it_is) for one in tasks),
            workers=workers,
            meets=_grid([[1000 - risks[row].of(one) for one in team.people.values()] for row in asked], shape),
            skill=_grid([[skills[row][one].level for one in team.people] for row in asked], shape),
            usual=_grid([_theirs(items[row], usual[row], team, rules) for row in asked], shape),
            learns=_grid([_learning(one, team, rules) for one in asked.values()], shape) > 0,
            sees=_grid([[row in sees[one] for one in team.people] for row in asked], shape) > 0,
            fits=_grid([_fitting(one, team, lore, rules) for one in asked.values()], shape) > 0,
            takes=_grid([[takings[row][one].level for one in team.people] for row in asked], shape),
            refused=terms.refused,
        )
        before = {id_: one.assignee for id_, one in asked.items() if one.assignee is not None}
        holders = {one.jira: id_ for id_, one in team.people.items() if not team.there[id_].is_here}
        return Suited(
            items=asked,
            plan=match(table, exploring=terms.exploring, seed=terms.seed),
            people=team.people,
            there=team.there,
            loads=team.loads,
            skills=skills,
            usual=usual,
            takings=takings,
            tries=tuple(one for known in lore.projects.values() for one in known.tries),
            held={id_: holders[account] for id_, account in before.items() if account in holders},
            risks=risks,
            over=overflow((one.minutes for one in tasks), (one.room for one in workers if one.barred is None)),
        )

    def _risks(self, items: Sequence[Item], team: Team, rules: Ruleset) -> dict[int, Risk]:
        """Foretell of each item how likely it misses an SLA as it is, and if each of the team had it."""
        now, accounts = self.clock.now(), {one.jira for one in team.people.values() if one.jira is not None}
        still = self.foretelling.forecasts(items, rules, now)
        taken = self.foretelling.if_taken(items, sorted(accounts), rules, now)
        return {
            id_: Risk(
                as_it_is=likeliest(still[id_]),
                taken={who: likeliest(it) for who, it in each.items()},
                versions=tuple(sorted({one.version for one in still[id_]})),
            )
            for id_, each in taken.items()
        }

    def lore(self, projects: Collection[str], about: Sequence[Item], rules: Ruleset, asker: Person | None) -> Lore:
        """Learn from the past of these projects; who holds what is asked about belongs to it."""
        return Lore(projects={project: self._learnt(project, about, rules, asker) for project in projects})

    def _learnt(self, project: str, about: Sequence[Item], rules: Ruleset, asker: Person | None) -> Learnt:
        asked = {one.id for one in about}
        history = self.items.past(project, _MOST_PAST)
        if asker is None:
            known = [one for one in history if one.item.security_level is None]
        else:
            seen = self.audience.person_sees(asker, {one.item.id for one in history})
            known = [one for one in history if one.item.id in seen]
        visible = [one for one in known if one.item.id not in asked]
        here = [one for one in about if one.project == project]
        accounts = {one.assignee for one in (*here, *(gone.item for gone in visible)) if one.assignee is not None}
        questions = self.batches.questions([one.item.id for one in known])
        tries = tries_of(known, questions, lambda account: self._behind(account, rules).id)
        behind = {one: self._behind(one, rules) for one in sorted(accounts)}
        return learnt(visible, behind, tries, rules, self.clock.now())

    def _behind(self, account: str, rules: Ruleset) -> Person:
        person = self.directory.of_jira(account, rules)
        return person if person is not None else Person(id=f"jira:{account}", name=account, jira=account)

    def team(
        self,
        items: Sequence[Item],
        lore: Lore,
        rules: Ruleset,
        apart: Collection[int] = (),
        promised: Sequence[tuple[Item, str]] = (),
    ) -> Team:
        """Give who is looked at for these items.

        What they have open does not hold the items `apart`, and holds what they are asked to take: `promised`, with
        the person's id.
        """
        people = self._candidates(items, lore, rules)
        persons = {one.jira: id_ for id_, one in people.items() if one.jira is not None}
        held = tuple(one for one in self.items.held(sorted(persons)) if one.assignee is not None)
        theirs = [(one, persons[one.assignee]) for one in held if one.assignee and one.id not in apart]
        theirs += [(item, person) for item, person in promised if person in people]
        work = [Work(item=one.id, person=person, minutes=lore.minutes(one)) for one, person in theirs]
        limits = {id_: rules.people[id_].open_hours if id_ in rules.people else None for id_ in people}
        now = self.clock.now()
        self.attendance.notice([one for one in people.values() if hours_of(one.id, rules) is not None])
        told = self.attendance.told(Facts(subject=SYSTEM, now=now, people=tuple(people.values())), rules)
        there = {id_: availability(told.agenda(id_), hours_of(id_, rules), now, now) for id_ in people}
        left = self._left({one.assignee for one in items if one.assignee is not None} - persons.keys(), rules)
        return Team(people=people, there=there, loads=loads(work, limits), held=held, left=left)

    def _left(self, accounts: Collection[str], rules: Ruleset) -> dict[str, Person]:
        behind = {account: self._behind(account, rules) for account in sorted(accounts)}
        return {account: one for account, one in behind.items() if self.directory.has_left(one)}

    def _candidates(self, items: Sequence[Item], lore: Lore, rules: Ruleset) -> dict[str, Person]:
        """Give the people of the teams that share the projects, and who did such work, the likeliest first."""
        named = {one.id: one for one in self.directory.everyone(rules)}
        projects = {one.project for one in items}
        members = {id_ for id_ in named if not projects.isdisjoint(_projects_of(id_, rules))}
        about = frozenset(name for one in items for name in names_of(one))
        declared = {id_ for id_ in named if declares(rules.people[id_].skills, about)}
        found = {**lore.people, **{id_: named[id_] for id_ in members | declared}}
        usual = [lore.of(one).usual(one) for one in items]
        best = {id_: max((each.get(id_, 0) for each in usual), default=0) for id_ in found}
        able = [one for one in found.values() if one.jira is not None and not one.guest]
        first = sorted(able, key=lambda one: (-best[one.id], one.id not in members, one.id))[: self.most_people]
        return {one.id: one for one in sorted(first, key=lambda one: one.id)}


def task_of(item: Item, lore: Lore, team: Team, rules: Ruleset, now: datetime) -> Task:
    """Give an item as work to be given out."""
    named = {one.jira: id_ for id_, one in team.people.items() if one.jira is not None}
    return Task(
        item=item.id,
        minutes=lore.minutes(item),
        holder=named.get(item.assignee or ""),
        reporter=named.get(item.reporter or ""),
        dull=team.is_late or is_dull(item, rules, now),
    )


def _grid(rows: list[list[int]] | list[list[bool]], shape: tuple[int, int]) -> Grid:
    return np.array(rows, dtype=np.int64).reshape(shape)


def _worker(person: str, team: Team, burdens: Mapping[str, int]) -> Worker:
    there = team.there[person]
    return Worker(
        person=person,
        room=team.loads[person].room,
        dull=burdens.get(person, 0),
        active=there.active,
        barred=None if there.is_here else there.reason,
    )


def _theirs(item: Item, chances: Mapping[str, int], team: Team, rules: Ruleset) -> list[int]:
    """Give how far such work is everybody's: theirs who declare to know it, and then half as much others' habit."""
    declared = _declaring(item, team, rules)
    left = 2 if declared else 1
    return [1000 if one in declared else chances.get(one, 0) // left for one in team.people]


def _fitting(item: Item, team: Team, lore: Lore, rules: Ruleset) -> list[bool]:
    """Tell for everybody whether an item is work of theirs: of their team, that they declare to know or did before."""
    declared, known = _declaring(item, team, rules), lore.of(item).people
    return [one in declared or one in known or item.project in _projects_of(one, rules) for one in team.people]


def _learning(item: Item, team: Team, rules: Ruleset) -> list[bool]:
    names = names_of(item)
    return [one in rules.people and declares(rules.people[one].learns, names) for one in team.people]


def _declaring(item: Item, team: Team, rules: Ruleset) -> frozenset[str]:
    names = names_of(item)
    known = (one for one in team.people if one in rules.people)
    return frozenset(one for one in known if declares(rules.people[one].skills, names))


def _projects_of(person: str, rules: Ruleset) -> frozenset[str]:
    teams = rules.people[person].teams if person in rules.people else ()
    return frozenset(key for name in teams if name in rules.teams for key in rules.teams[name].projects)
