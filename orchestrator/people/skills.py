"""How well people do work like an item: what they resolved like it, how fast, how often it came back. Pure.

All is shrunk toward the team's mean, so that three lucky pieces of work make no expert, and fades with time. What
somebody declares to know counts as a few good pieces of work. It says nothing of whether somebody has time (`load`) or
is there (`availability`), and must not be shown as a mark of a person: it is about work of one kind.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from orchestrator.people.work import HALF_LIFE, Trait
from rules.canonical import Value
from rules.model import Line, Tainted

__all__ = ["Resolved", "Skill", "Skills", "telling"]

#: What an item has in common with another one counts by its field; a field that is not named counts 1.
_TELLING = {"component": 4, "customer": 3, "label": 2, "type": 2, "word": 0.3}
#: Of these it is told in words what somebody did, the most telling first. `word` says too little alone.
_TOLD = ("component", "customer", "label", "type", "project")
#: The team's mean weighs so many pieces of work, what somebody declares to know so many good ones.
_SHRINK, _DECLARED = 10.0, 4.0
_USUAL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A piece of work that somebody resolved. `took`: from its start, else its creation; None where that is unknown."""

    person: str
    at: datetime
    traits: tuple[Trait, ...]
    took: timedelta | None = None
    reopened: bool = False

    @property
    def kind(self) -> str:
        """The type of work; empty where it has none."""
        return next((value for field, value in self.traits if field == "type"), "")


class Skill(Value, frozen=True, kw_only=True):
    """How well somebody does work of a kind, in per mille, where the team's mean is about the middle; and why.

    `resolved` of `of` pieces of work that have `trait` in common with the item were theirs, of which `reopened` came
    back. `declared`: what of the item they declared to know.
    """

    person: str
    level: int
    resolved: int = 0
    of: int = 0
    reopened: int = 0
    trait: Trait | None = None
    declared: tuple[str, ...] = ()

    @property
    def evidence(self) -> Line:
        """Say what it rests on."""
        if self.trait is not None and self.resolved:
            field, value = self.trait
            back = "none reopened" if not self.reopened else f"{self.reopened} reopened"
            text = f"resolved {self.resolved} of {self.of} like it in {field} {{0}}, {back}"
            return Line(text=text, parts=(Tainted(text=value),))
        if self.declared:
            return Line(text="declares to know {0}", parts=(Tainted(text=", ".join(self.declared)),))
        return Line(text="resolved nothing like it yet: counted as the team's mean")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What a team resolved, as of a moment, with how good each piece of work was: 0 where it came back, else its pace.

    A pace of .5 is the team's median for the same type. `declared`: by person, in lower case.
    """

    done: tuple[tuple[Resolved, float, float], ...]
    declared: Mapping[str, frozenset[str]]

    @classmethod
    def learnt(
        cls,
        resolved: Iterable[Resolved],
        now: datetime,
        declared: Mapping[str, Collection[str]],
        half_life: timedelta = HALF_LIFE,
    ) -> "Skills":
        """Learn from what was resolved up to now, in any order."""
        known = sorted((one for one in resolved if one.at <= now), key=lambda one: (one.at, one.person, one.traits))
        usual = _usual_times(known)
        done = tuple((one, 0.5 ** ((now - one.at) / half_life), _good(one, usual)) for one in known)
        named = {person: frozenset(word.casefold() for word in words) for person, words in declared.items()}
        return cls(done=done, declared=named)

    def of(self, traits: Sequence[Trait], people: Iterable[str]) -> dict[str, Skill]:
        """Give how well each of the people does an item with these traits."""
        asked = set(traits)
        like = [(one, faded * _likeness(asked, one.traits), good) for one, faded, good in self.done]
        alike = [(one, weight, good) for one, weight, good in like if weight > 0]
        whole = sum(weight for _, weight, _ in alike)
        mean = sum(weight * good for _, weight, good in alike) / whole if whole else _USUAL / 1000
        theirs: dict[str, list[tuple[Resolved, float, float]]] = {}
        for row in alike:
            theirs.setdefault(row[0].person, []).append(row)
        of = _sizes(asked, [one for one, _, _ in alike])
        return {one: self._skill(one, asked, theirs.get(one, []), mean, of) for one in people}

    def _skill(
        self,
        person: str,
        asked: set[Trait],
        rows: Sequence[tuple[Resolved, float, float]],
        mean: float,
        of: Mapping[Trait, int],
    ) -> Skill:
        words = self.declared.get(person, frozenset())
        declared = tuple(sorted({value for field, value in asked if field != "word" and value.casefold() in words}))
        extra = _DECLARED if declared else 0.0
        good = sum(weight * value for _, weight, value in rows) + extra * (1 + mean) / 2 + _SHRINK * mean
        level = round(1000 * good / (sum(weight for _, weight, _ in rows) + extra + _SHRINK))
        trait = _most_telling(asked, [one for one, _, _ in rows])
        shown = [one for one, _, _ in rows if trait in one.traits]
        return Skill(
            person=person,
            level=level,
            resolved=len(shown),
            of=of.get(trait, 0) if trait else 0,
            reopened=sum(one.reopened for one in shown),
            trait=trait,
            declared=declared,
        )


def _usual_times(resolved: Iterable[Resolved]) -> dict[str, float]:
    """Give the median time by type of work, in seconds; under the empty name of all."""
    times: dict[str, list[float]] = {"": []}
    for one in resolved:
        if one.took is not None:
            times[""].append(one.took.total_seconds())
            times.setdefault(one.kind, []).append(one.took.total_seconds())
    return {kind: median(some) for kind, some in times.items() if some}


def _good(one: Resolved, usual: Mapping[str, float]) -> float:
    if one.reopened:
        return 0.0
    middle = usual.get(one.kind, usual.get("", 0.0))
    if one.took is None or middle <= 0:
        return _USUAL / 1000
    return middle / (middle + max(one.took.total_seconds(), 0.0))


def telling(field: str) -> float:
    """Give how much it counts to have a value of this field in common."""
    return _TELLING.get(field, 1)


def _likeness(asked: set[Trait], traits: Iterable[Trait]) -> float:
    """Give how much work has in common with what is asked about, 0 to 1; only the project in common is little."""
    whole = sum(telling(field) for field, _ in asked)
    return sum(telling(field) for field, _ in asked & set(traits)) / whole if whole else 0.0


def _sizes(asked: set[Trait], alike: Iterable[Resolved]) -> dict[Trait, int]:
    sizes = dict.fromkeys(asked, 0)
    for one in alike:
        for trait in asked & set(one.traits):
            sizes[trait] += 1
    return sizes


def _most_telling(asked: set[Trait], theirs: Sequence[Resolved]) -> Trait | None:
    """Give the trait that tells most of what somebody resolved with it."""
    found = [
        (_TOLD.index(trait[0]), -sum(trait in one.traits for one in theirs), trait)
        for trait in asked
        if trait[0] in _TOLD and any(trait in one.traits for one in theirs)
    ]
    return min(found)[2] if found else None
