"""What a project's past tells of its people: habits, skills, forecasts, the base rate of its SLAs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.people.habits import Habits
from orchestrator.people.load import Forecasts
from orchestrator.people.past import Gone, done, missed, resolved, traits_of
from orchestrator.people.skills import Skill, Skills
from rules.model import Item, Person
from rules.ruleset import Ruleset

__all__ = ["Learnt", "declares", "learnt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was learnt. `people`: by their ids, who had any of the issues. `risk`: to miss an SLA, in per mille."""

    people: Mapping[str, Person]
    habits: Habits
    skills: Skills
    forecasts: Forecasts
    risk: int

    def usual(self, item: Item) -> dict[str, int]:
        """Give how likely each of the people takes an item as a rule, in per mille."""
        return {who: round(1000 * chance) for who, chance in self.habits.chances(traits_of(item)).items()}

    def skilled(self, item: Item, people: Iterable[str]) -> dict[str, Skill]:
        """Give how well each of these people does work like an item."""
        return self.skills.of(traits_of(item), people)


def learnt(past: Sequence[Gone], behind: Mapping[str, Person], rules: Ruleset, now: datetime) -> Learnt:
    """Learn from issues.

    Args:
        past: issues, open ones too.
        behind: the people behind all of their assignees, by account.
        rules: what people declare.
        now: domain time.
    """
    work = resolved(past, lambda account: behind[account].id)
    return Learnt(
        people={one.id: one for one in behind.values()},
        habits=Habits.learnt(done(work), now),
        skills=Skills.learnt(work, now, {id_: rule.skills for id_, rule in rules.people.items()}),
        forecasts=Forecasts.learnt((one.kind, one.took) for one in work if one.took is not None),
        risk=missed(past, now),
    )


def declares(words: Iterable[str], item: Item) -> bool:
    """Tell whether any of these words names what an item is about."""
    said = {one.casefold() for one in words}
    return any(field != "word" and value.casefold() in said for field, value in traits_of(item))
