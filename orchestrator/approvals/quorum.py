"""How far a question is answered: which steps are agreed to, which are open, whether it is refused. Pure.

One human counts once in the whole question, whoever asked them and in whosever place they answer, and so does one in
whose place somebody answered. Of whom a step needs how many is a matching of people to seats, so that one who could sit
in two steps is counted where they are needed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from rules.agreement import Refusal
from rules.canonical import Value
from rules.requests import Request, Step, Vote

_NEVER = datetime.min.replace(tzinfo=UTC)


class Progress(Value, frozen=True, kw_only=True):
    """How far one step is: `have` of `need` (people, or weight). `is_open`: its people may answer now."""

    step: str
    have: int
    need: int
    is_open: bool

    @property
    def is_done(self) -> bool:
        """Whether enough have agreed."""
        return self.have >= self.need


class Standing(Value, frozen=True, kw_only=True):
    """How a question stands after its votes."""

    steps: tuple[Progress, ...]
    rejected: bool = False

    @property
    def approved(self) -> bool:
        """Whether all steps are agreed to and nobody's refusal counts more."""
        return not self.rejected and all(one.is_done for one in self.steps)


def standing(steps: Sequence[Step], votes: Sequence[Vote], *, in_order: bool, refusal: Refusal) -> Standing:
    """Give how far each step is after these votes, in the order in which they came.

    Args:
        steps: what has to be agreed to; without any, nothing ever is.
        votes: of these a human's first that counts is taken, and only those of roles that a step asks.
        in_order: a step is open once all before it are agreed to; else all are open at once.
        refusal: a question is refused by any that rejects, by more than half of a step's electorate, or once those who
            have not rejected are too few for a step.
    """
    counted = _distinct(votes)
    approvals = [vote for vote in counted if vote.choice == "approve"]
    have = _seated(steps, approvals)
    progress: list[Progress] = []
    for step in steps:
        is_open = not in_order or all(one.is_done for one in progress)
        progress.append(Progress(step=step.name, have=have[step.name], need=needed(step), is_open=is_open))
    return Standing(
        steps=tuple(progress) or (Progress(step="", have=0, need=1, is_open=False),),
        rejected=_refused(steps, counted, refusal),
    )


def standing_of(request: Request, *more: Vote) -> Standing:
    """Give how a request stands, with more votes."""
    votes = (*request.votes, *more)
    return standing(request.agreement, votes, in_order=request.in_order, refusal=request.refusal)


def is_reachable(steps: Sequence[Step], but: frozenset[str] = frozenset()) -> bool:
    """Tell whether it would be agreed to if everybody who could answer did agree, but for these people."""
    have = _seated(steps, _everybody(steps, but))
    return all(have[step.name] >= needed(step) for step in steps)


def at_least(steps: Sequence[Step], people: int) -> tuple[Step, ...]:
    """Ask at least so many people at each step that counts people."""
    return tuple(
        msgspec.structs.replace(step, people=max(people, step.people or 1))
        if step.percent is None and step.weight is None
        else step
        for step in steps
    )


def needed(step: Step) -> int:
    """Give what a step needs: people, or weight. A share of an electorate is rounded up and is one at least."""
    if step.weight is not None:
        return max(1, step.weight)
    if step.percent is not None:
        return max(1, -(-len(step.electorate) * step.percent // 100))
    return max(1, step.people or 1) * (len(step.roles) if step.each else 1)


def _distinct(votes: Sequence[Vote]) -> list[Vote]:
    """Leave out what would have one human, or one in whose place was answered, count a second time."""
    seen: set[str] = set()
    kept = []
    for vote in votes:
        people = {vote.human, vote.instead_of or vote.human}
        if vote.counts and not people & seen:
            seen |= people
            kept.append(vote)
    return kept


def _seated(steps: Sequence[Step], approvals: Sequence[Vote]) -> dict[str, int]:
    """Give the people, or the weight, that each step has, everybody seated in at most one of them."""
    seats = [(step.name, roles) for step in steps if step.weight is None for roles in _seats(step)]
    weighing = [step for step in steps if step.weight is not None]
    spare_last = sorted(range(len(approvals)), key=lambda who: _weighs(weighing, approvals[who]))
    taken: dict[int, int] = {}
    for who in spare_last:
        _seat(who, approvals, seats, taken, set())
    have = dict.fromkeys((step.name for step in steps), 0)
    for place in taken:
        have[seats[place][0]] += 1
    left = [vote for who, vote in enumerate(approvals) if who not in taken.values()]
    for step in weighing:
        here = [vote for vote in left if set(step.roles) & set(vote.roles)]
        have[step.name] = sum(_weight(step, vote) for vote in here)
        left = [vote for vote in left if vote not in here]
    return have


def _seats(step: Step) -> list[frozenset[str]]:
    if step.each:
        return [frozenset({role}) for role in step.roles for _ in range(max(1, step.people or 1))]
    return [frozenset(step.roles)] * needed(step)


def _seat(
    who: int,
    approvals: Sequence[Vote],
    seats: Sequence[tuple[str, frozenset[str]]],
    taken: dict[int, int],
    tried: set[int],
) -> bool:
    """Find a seat, having others move where that helps: Kuhn's algorithm for bipartite matching."""
    for place, (_, roles) in enumerate(seats):
        if place in tried or not roles & set(approvals[who].roles):
            continue
        tried.add(place)
        if place not in taken or _seat(taken[place], approvals, seats, taken, tried):
            taken[place] = who
            return True
    return False


def _weighs(weighing: Sequence[Step], vote: Vote) -> int:
    return max((_weight(step, vote) for step in weighing), default=0)


def _weight(step: Step, vote: Vote) -> int:
    return max((step.weights.get(role, 1) for role in vote.roles if role in step.roles), default=0)


def _refused(steps: Sequence[Step], counted: Sequence[Vote], refusal: Refusal) -> bool:
    rejections = [vote for vote in counted if vote.choice == "reject"]
    if refusal == "unreachable":
        against = frozenset(one for vote in rejections for one in (vote.human, vote.instead_of) if one)
        return bool(rejections) and not is_reachable(steps, against)
    return any(_is_refused(step, rejections, refusal) for step in steps)


def _is_refused(step: Step, rejections: Sequence[Vote], refusal: Refusal) -> bool:
    against = {vote.instead_of or vote.human for vote in rejections if set(step.roles) & set(vote.roles)}
    return bool(against) if refusal == "any" else 2 * len(against) > len(step.electorate)


def _everybody(steps: Sequence[Step], but: frozenset[str]) -> list[Vote]:
    """Give the votes that there would be if everybody who was asked approved."""
    held: dict[str, set[str]] = {}
    for step in steps:
        for role, people in step.holders.items():
            for one in set(people) - but:
                held.setdefault(one, set()).add(role)
    return [
        Vote(request="", human=one, choice="approve", at=_NEVER, event="", roles=tuple(sorted(roles)))
        for one, roles in sorted(held.items())
    ]
