"""What came of asking people to take work: who took it, said no, gave it back, brought it to a good end. Pure.

It reads questions and issues alone. All is shrunk toward the team's mean, so that one bad day makes nobody unwilling,
and fades with time. It is about work of one kind, and must not be shown as a mark of a person.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from orchestrator.assigning.asked import gift, said_no_themselves
from orchestrator.courses import course, in_order
from orchestrator.people.past import Gone, traits_of
from orchestrator.people.skills import telling
from orchestrator.people.work import HALF_LIFE, Trait
from rules.canonical import Value
from rules.model import Line
from rules.requests import Draw, Request, RequestState

__all__ = ["WORTH", "End", "Taking", "Takings", "Try", "tries_of"]

End: TypeAlias = Literal["refused", "silent", "given back", "reopened", "late", "well"]
#: What each end is worth; who does not answer has said less than no, and counts for half of one.
WORTH: Final[dict[End, float]] = {"refused": 0, "silent": 0, "given back": 0, "reopened": 0, "late": 0.5, "well": 1}
_COUNTS: Final[dict[End, float]] = {"silent": 0.5}
#: The team's mean weighs as much as so many questions, and the middle as much as so many for the team.
_SHRINK: Final = 5.0
_MIDDLE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Somebody was asked to take an item at a moment, and it came to an end. `draw`: how they were drawn."""

    person: str
    at: datetime
    traits: tuple[Trait, ...]
    end: End
    draw: Draw | None = None


class Taking(Value, frozen=True, kw_only=True):
    """How likely somebody takes work of a kind and brings it to a good end, in per mille, and what they did so far."""

    level: int
    asked: int = 0
    well: int = 0
    refused: int = 0
    silent: int = 0
    given_back: int = 0

    @property
    def evidence(self) -> Line | None:
        """Say what it rests on; None where they were never asked."""
        if not self.asked:
            return None
        told = {"said no to": self.refused, "did not answer": self.silent, "gave back": self.given_back}
        rest = "".join(f", {words} {count}" for words, count in told.items() if count)
        return Line(text=f"asked {self.asked} times lately, brought {self.well} to a good end{rest}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """What came of asking, as of a moment: by trait and person how much they were asked and what of it was worth.

    Work is like other work by the sum of the traits that both have, so that sums by trait tell all of it.
    """

    sums: Mapping[Trait, Mapping[str, tuple[float, float]]]
    ends: Mapping[str, Counter[End]]

    @classmethod
    def learnt(cls, tries: Iterable[Try], now: datetime, half_life: timedelta = HALF_LIFE) -> "Takings":
        """Learn from what people were asked up to now, in any order."""
        known = (one for one in tries if one.at <= now)
        sums: defaultdict[Trait, dict[str, tuple[float, float]]] = defaultdict(dict)
        ends: defaultdict[str, Counter[End]] = defaultdict(Counter)
        for one in sorted(known, key=lambda one: (one.at, one.person, one.end, one.traits)):
            left = 0.5 ** ((now - one.at) / half_life) * _COUNTS.get(one.end, 1.0)
            ends[one.person][one.end] += 1
            for trait in set(one.traits):
                asked, good = sums[trait].get(one.person, (0.0, 0.0))
                sums[trait][one.person] = asked + left, good + left * WORTH[one.end]
        return cls(sums=sums, ends=ends)

    def of(self, traits: Sequence[Trait], people: Iterable[str]) -> dict[str, Taking]:
        """Give how likely each of the people takes an item with these traits and brings it to a good end."""
        asked: defaultdict[str, float] = defaultdict(float)
        good: defaultdict[str, float] = defaultdict(float)
        whole = sum(telling(field) for field, _ in set(traits))
        for trait in sorted(set(traits)):
            share = telling(trait[0]) / whole
            for person, (times, worth) in self.sums.get(trait, {}).items():
                asked[person] += share * times
                good[person] += share * worth
        mean = (sum(good.values()) + _SHRINK * _MIDDLE) / (sum(asked.values()) + _SHRINK)
        return {one: _taking(asked[one], good[one], mean, self.ends.get(one, Counter())) for one in people}


def tries_of(past: Iterable[Gone], requests: Iterable[Request], named: Callable[[str], str]) -> list[Try]:
    """Give what came of questions about who takes these issues; what has not ended yet is left out.

    Args:
        past: the issues.
        requests: questions about any of them.
        named: gives the person behind a Jira account.
    """
    known = tuple(past)
    asked = tuple(requests)
    undone = {one.undoes for one in asked if one.undoes is not None}
    gone = {one.item.id: one for one in known}
    categories = {one.item.status.id: one.item.status.category for one in known}
    found = []
    for one in asked:
        action = gift(one)
        issue = gone.get(one.asks[0].payload.item)
        if action is None or action.after is None or issue is None or one.undoes is not None or one.id in undone:
            continue
        end = _end(one, action.after, issue, categories)
        if end is not None:
            person = named(action.after)
            found.append(Try(person=person, at=one.asked_at, traits=traits_of(issue.item), end=end, draw=one.draw))
    return found


def _taking(asked: float, good: float, mean: float, ends: Mapping[End, int]) -> Taking:
    return Taking(
        level=round(1000 * (good + _SHRINK * mean) / (asked + _SHRINK)),
        asked=sum(ends.values()),
        well=ends.get("well", 0),
        refused=ends.get("refused", 0),
        silent=ends.get("silent", 0),
        given_back=ends.get("given back", 0),
    )


def _end(request: Request, account: str, gone: Gone, categories: Mapping[str, str]) -> End | None:
    """Say how a question ended; None where that is not known yet, or says nothing of the one who was asked."""
    if request.state is RequestState.REJECTED:
        return "refused" if said_no_themselves(request) else None
    if request.state is RequestState.EXPIRED:
        return "silent" if request.candidate is not None else None
    if request.state is not RequestState.APPROVED:
        return None
    changes = in_order(gone.changes, ("assignee",))
    taken = next((one.at for one in changes if one.after == account and one.at >= request.asked_at), None)
    if taken is None and gone.item.assignee == account:
        taken = request.closed_at
    if taken is None:
        return None
    went = course(gone.item, gone.changes, categories)
    left = next((one.at for one in changes if one.before == account and one.at >= taken), None)
    first = next((at for at in went.closings if at >= taken), None)
    if left is not None and (first is None or left < first):
        return "given back"
    if any(at >= taken for at in went.reopenings):
        return "reopened"
    if gone.item.is_open:
        return None
    return "late" if any(clock.breached for clock in gone.item.slas) else "well"
