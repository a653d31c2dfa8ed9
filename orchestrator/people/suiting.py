"""Finds who could take an item: reads what people did, have open and are there for, and has it weighed. Reads only.

What the asker may not browse is not counted, so that no count tells of it; who may not browse the item is not asked
whether they have time.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from orchestrator.attendance import Attendance
from orchestrator.facts import Facts
from orchestrator.memory import Audience, Directory
from orchestrator.people.availability import Availability, availability
from orchestrator.people.habits import Habits
from orchestrator.people.hours import hours_of
from orchestrator.people.load import Forecasts, Load, Work, loads
from orchestrator.people.matching import Match, match
from orchestrator.people.merits import Table, Task, Worker
from orchestrator.people.past import Gone, Past, done, missed, resolved, traits_of
from orchestrator.people.skills import Resolved, Skill, Skills
from orchestrator.ports import Clock
from rules.model import Item, Person, Subject
from rules.ruleset import Ruleset

__all__ = ["Suited", "Suiting"]

_MOST_PAST = 500
#: So many people are looked at: those of the team, and those who did most work like it.
_MOST_PEOPLE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Suited:
    """Who could take an item, with all that it is told by; by their ids. `usual`: their chances in per mille."""

    item: Item
    match: Match
    people: dict[str, Person]
    skills: dict[str, Skill]
    usual: dict[str, int]
    loads: dict[str, Load]
    there: dict[str, Availability]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suiting:
    """The ports that this needs."""

    past: Past
    directory: Directory
    audience: Audience
    attendance: Attendance
    clock: Clock

    def suited(self, item: Item, asker: Person, rules: Ruleset) -> Suited:
        """Weigh who could take an item, as its asker may know.

        Raises:
            GatewayError: who may browse what cannot be told now.
        """
        now = self.clock.now()
        history = self._seen(item, asker)
        people = {one.item.assignee: self._behind(one.item.assignee, rules) for one in history if one.item.assignee}
        work = resolved(history, lambda account: people[account].id)
        usual = _usual(work, item, now)
        asked = self._candidates(item, {one.id: one for one in people.values()}, usual, rules)
        words = {id_: (*rules.people[id_].skills,) for id_ in asked if id_ in rules.people}
        skills = Skills.learnt(work, now, words).of(traits_of(item), asked)
        forecasts = Forecasts.learnt((_kind(one), one.took) for one in work if one.took is not None)
        carried = self._loads(asked, item, forecasts, rules)
        there = self._there(item, tuple(asked.values()), now, rules)
        table = Table(
            tasks=(_task(item, forecasts, missed(history, now), asked),),
            workers=tuple(_worker(id_, carried[id_], there[id_]) for id_ in asked),
            meets=np.full((1, len(asked)), 1000 - missed(history, now), dtype=np.int64),
            skill=np.array([[skills[id_].level for id_ in asked]], dtype=np.int64),
            usual=np.array([[usual.get(id_, 0) for id_ in asked]], dtype=np.int64),
            learns=np.array([[_learns(id_, item, rules) for id_ in asked]], dtype=bool),
            sees=np.array(
                [[item.id in self.audience.person_sees(one, {item.id}) for one in asked.values()]], dtype=bool
            ),
        )
        (found,) = match(table).matches
        return Suited(item=item, match=found, people=asked, skills=skills, usual=usual, loads=carried, there=there)

    def _seen(self, item: Item, asker: Person) -> list[Gone]:
        history = [one for one in self.past.past(item.project, _MOST_PAST) if one.item.id != item.id]
        seen = self.audience.person_sees(asker, {one.item.id for one in history})
        return [one for one in history if one.item.id in seen]

    def _behind(self, account: str, rules: Ruleset) -> Person:
        person = self.directory.of_jira(account, rules)
        return person if person is not None else Person(id=f"jira:{account}", name=account, jira=account)

    def _candidates(
        self, item: Item, known: dict[str, Person], usual: dict[str, int], rules: Ruleset
    ) -> dict[str, Person]:
        """Give the people of the teams that share the project, and who did such work, the likeliest first."""
        teams = {name for name, team in rules.teams.items() if item.project in team.projects}
        named = {one.id: one for one in self.directory.everyone(rules)}
        members = {id_ for id_ in named if not teams.isdisjoint(rules.people[id_].teams)} if teams else set()
        declared = {id_ for id_ in named if _declares(rules.people[id_].skills, item)}
        found = {**known, **{id_: named[id_] for id_ in members | declared}}
        able = [one for one in found.values() if one.jira is not None and not one.guest]
        first = sorted(able, key=lambda one: (-usual.get(one.id, 0), one.id not in members, one.id))
        return {one.id: one for one in sorted(first[:_MOST_PEOPLE], key=lambda one: one.id)}

    def _loads(self, people: dict[str, Person], item: Item, forecasts: Forecasts, rules: Ruleset) -> dict[str, Load]:
        persons = {one.jira: id_ for id_, one in people.items() if one.jira is not None}
        work = [
            Work(item=one.id, person=persons[one.assignee], minutes=forecasts.minutes(one.type))
            for one in self.past.held(sorted(persons))
            if one.assignee is not None and one.id != item.id
        ]
        limits = {id_: rules.people[id_].open_hours if id_ in rules.people else None for id_ in people}
        return loads(work, limits)

    def _there(self, item: Item, people: tuple[Person, ...], now: datetime, rules: Ruleset) -> dict[str, Availability]:
        asked = Facts(subject=Subject(kind="item", id=str(item.id)), now=now, people=people)
        told = self.attendance.told(asked, rules)
        return {one.id: availability(told.agenda(one.id), hours_of(one.id, rules), now, now) for one in people}


def _usual(work: list[Resolved], item: Item, now: datetime) -> dict[str, int]:
    chances = Habits.learnt(done(work), now).chances(traits_of(item))
    return {person: round(1000 * chance) for person, chance in chances.items()}


def _kind(work: Resolved) -> str:
    return next((value for field, value in work.traits if field == "type"), "")


def _task(item: Item, forecasts: Forecasts, risk: int, people: dict[str, Person]) -> Task:
    holder = next((id_ for id_, one in people.items() if item.assignee and one.jira == item.assignee), None)
    return Task(item=item.id, minutes=forecasts.minutes(item.type), holder=holder, risk=risk)


def _worker(person: str, load: Load, there: Availability) -> Worker:
    return Worker(person=person, room=load.room, barred=None if there.is_here else there.reason)


def _learns(person: str, item: Item, rules: Ruleset) -> bool:
    return person in rules.people and _declares(rules.people[person].learns, item)


def _declares(words: tuple[str, ...], item: Item) -> bool:
    said = {one.casefold() for one in words}
    return any(field != "word" and value.casefold() in said for field, value in traits_of(item))
