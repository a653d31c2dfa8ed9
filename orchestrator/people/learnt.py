"""What the past of projects tells of their people: habits, skills, forecasts of what work takes. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.people.burden import bore, is_dull, shares
from orchestrator.people.habits import Habits
from orchestrator.people.hours import hours_of
from orchestrator.people.load import Forecasts
from orchestrator.people.past import Gone, done, resolved, traits_of
from orchestrator.people.skills import Skill, Skills
from orchestrator.people.tries import Taking, Takings, Try
from rules.model import Item, Person
from rules.ruleset import Ruleset

__all__ = ["Learnt", "Lore", "declares", "learnt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was learnt of a project.

    `people`: by their ids, who had any of the issues. `bore`: how many dull or late pieces of work each did lately.
    `tries`: what came of asking people to take any of them.
    """

    people: Mapping[str, Person]
    habits: Habits
    skills: Skills
    forecasts: Forecasts
    bore: Mapping[str, int]
    tries: Sequence[Try]
    takings: Takings

    def usual(self, item: Item) -> dict[str, int]:
        """Give how likely each of the people takes an item as a rule, in per mille."""
        return {who: round(1000 * chance) for who, chance in self.habits.chances(traits_of(item)).items()}

    def taking(self, item: Item, people: Iterable[str]) -> dict[str, Taking]:
        """Give what came of asking each of these people to take work like an item."""
        return self.takings.of(traits_of(item), people)

    def skilled(self, item: Item, people: Iterable[str]) -> dict[str, Skill]:
        """Give how well each of these people does work like an item."""
        return self.skills.of(traits_of(item), people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lore:
    """What was learnt of several projects, by their keys."""

    projects: Mapping[str, Learnt]

    @property
    def people(self) -> dict[str, Person]:
        """Give by their ids all who had any of the issues."""
        return {id_: one for known in self.projects.values() for id_, one in known.people.items()}

    @property
    def burdens(self) -> dict[str, int]:
        """Give everybody's share of the work lately that nobody likes, in per mille."""
        counts: Counter[str] = Counter()
        for known in self.projects.values():
            counts.update(known.bore)
        return shares(counts)

    def of(self, item: Item) -> Learnt:
        """Give what was learnt of an item's project."""
        return self.projects[item.project]

    def minutes(self, item: Item) -> int:
        """Give what an item takes by forecast; of a project that nothing was learnt of, as the others' work does."""
        known = self.projects.get(item.project) or next(iter(self.projects.values()), None)
        return (known.forecasts if known is not None else Forecasts(usual={})).minutes(item.type)


def learnt(
    past: Sequence[Gone], behind: Mapping[str, Person], tries: Sequence[Try], rules: Ruleset, now: datetime
) -> Learnt:
    """Learn from issues.

    Args:
        past: issues, open ones too.
        behind: the people behind all of their assignees, by account.
        tries: what came of asking people to take any of them.
        rules: what people declare.
        now: domain time.
    """
    work = resolved(past, lambda account: behind[account].id)
    return Learnt(
        people={one.id: one for one in behind.values()},
        habits=Habits.learnt(done(work), now),
        skills=Skills.learnt(work, now, {id_: rule.skills for id_, rule in rules.people.items()}),
        forecasts=Forecasts.learnt((one.kind, one.took) for one in work if one.took is not None),
        bore=bore(
            past,
            lambda account: behind[account].id,
            lambda person: hours_of(person, rules),
            lambda item: is_dull(item, rules, now),
            now,
        ),
        tries=tries,
        takings=Takings.learnt(tries, now),
    )


def declares(words: Iterable[str], names: frozenset[str]) -> bool:
    """Tell whether any of these words names what an item is about (`past.names_of`)."""
    return any(one.casefold() in names for one in words)
