"""How long approvals waited and for whom, and how much waits for whom now. Pure; it asks nobody.

Time is the working time of whoever answered; where no hours of theirs are declared, time on the clock.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median_low
from typing import Final

from orchestrator.approvals.quorum import standing
from orchestrator.people.availability import Agenda
from orchestrator.people.hours import hours_of, passed
from rules.canonical import Value
from rules.model import Person
from rules.requests import Request, RequestState, Vote
from rules.ruleset import Ruleset

#: How far back answers tell how somebody answers.
LOOKED_BACK: Final = timedelta(days=30)
#: Whoever has so many questions to answer, and would need so many days at their pace, has too many.
_MANY: Final = 3000
_DAYS: Final = 2
#: What somebody is taken to need for an answer who gave none yet, in minutes.
_UNKNOWN: Final = 240
_STATES: Final = frozenset({RequestState.PENDING, RequestState.APPROVED, RequestState.REJECTED, RequestState.EXPIRED})


class Waited(Value, frozen=True, kw_only=True):
    """How long one step of a rule waited: `minutes` for each answer that ended it, the shortest first.

    `expired`: so often it was not answered in time; `open`: so many wait now.
    """

    workflow: str
    step: str
    minutes: tuple[int, ...] = ()
    expired: int = 0
    open: int = 0

    def within(self, percent: int) -> int:
        """Give within how many minutes so many of the answers came; there must be any."""
        return self.minutes[max(0, -(-len(self.minutes) * percent // 100) - 1)]


class Pace(Value, frozen=True, kw_only=True):
    """How somebody answers, and what waits for them.

    `open`: so many questions that they may answer; `share`: these per mille, each divided by those who may; `answered`:
    in the time looked back; `usual`: the median of their answers in minutes.
    """

    person: str
    open: int = 0
    share: int = 0
    answered: int = 0
    usual: int | None = None

    @property
    def days(self) -> int | None:
        """Give in how many days they would have answered their share, at their pace; None where they have none."""
        pace = self.answered * 1000
        return self.share * LOOKED_BACK.days // pace if pace else None

    @property
    def is_too_much(self) -> bool:
        """Tell whether more waits for them than they answer within days."""
        return self.share >= _MANY and (self.days is None or self.days >= _DAYS)

    @property
    def expected(self) -> int:
        """Give in how many minutes of working time they would answer one more question."""
        return (_UNKNOWN if self.usual is None else self.usual) * (1000 + self.share) // 1000


def waits(requests: Sequence[Request], rules: Ruleset) -> tuple[Waited, ...]:
    """Give how long each step of each rule waited, the slowest first."""
    found: dict[tuple[str, str], Waited] = {}
    for request in filter(_counts, requests):
        for one in _steps(request, rules):
            known = found.get((one.workflow, one.step), Waited(workflow=one.workflow, step=one.step))
            found[one.workflow, one.step] = Waited(
                workflow=one.workflow,
                step=one.step,
                minutes=tuple(sorted(known.minutes + one.minutes)),
                expired=known.expired + one.expired,
                open=known.open + one.open,
            )
    return tuple(sorted(found.values(), key=lambda one: (-max(one.minutes, default=0), one.workflow, one.step)))


def paces(requests: Sequence[Request], rules: Ruleset, now: datetime) -> tuple[Pace, ...]:
    """Give what waits for everybody who was asked, or has answered, in the time looked back."""
    counted = [one for one in requests if _counts(one)]
    answers = [(one, vote) for one in counted for vote in one.votes if vote.at >= now - LOOKED_BACK]
    asked = [(one, _asked(one)) for one in counted if one.state is RequestState.PENDING]
    people = {who for _, able in asked for who in able} | {vote.human for _, vote in answers}
    return tuple(_pace(who, asked, answers, rules) for who in sorted(people))


def likely(people: Sequence[Person], known: Sequence[Pace]) -> list[Person]:
    """Put first who is likely to answer soonest, by how they usually do and what waits for them."""
    expected = {one.person: one.expected for one in known}
    return sorted(people, key=lambda one: (expected.get(one.id, _UNKNOWN), one.id))


def _counts(request: Request) -> bool:
    return request.state in _STATES and request.undoes is None and request.portal is None and bool(request.steps)


def _steps(request: Request, rules: Ruleset) -> Iterator[Waited]:
    """Tell of each step that was asked how long it waited, that it expired, or that it waits."""
    opened: datetime | None = request.asked_at
    for nth, step in enumerate(request.steps):
        here = Waited(workflow=request.workflow, step=step.name)
        ended = _ended(request, nth)
        if opened is not None and ended is not None:
            minutes = (_worked(ended.human, opened, ended.at, rules),)
            yield Waited(workflow=here.workflow, step=here.step, minutes=minutes)
        elif opened is not None and request.state is RequestState.EXPIRED:
            yield Waited(workflow=here.workflow, step=here.step, expired=1)
        elif opened is not None and request.state is RequestState.PENDING:
            yield Waited(workflow=here.workflow, step=here.step, open=1)
        if request.in_order:
            opened = ended.at if ended is not None and ended.choice == "approve" else None


def _ended(request: Request, nth: int) -> Vote | None:
    """Give the answer by which a step was agreed to, or by which it was refused; None where neither came."""
    roles = set(request.steps[nth].roles)
    for count, vote in enumerate(request.votes, start=1):
        some = request.votes[:count]
        now = standing(request.steps, some, in_order=request.in_order, refusal=request.refusal)
        if now.steps[nth].is_done or (now.rejected and roles & set(vote.roles)):
            return vote
    return None


def _asked(request: Request) -> frozenset[str]:
    """Give who may answer now, as far as the question tells: whom an open step asks, and who has not answered."""
    now = standing(request.steps, request.votes, in_order=request.in_order, refusal=request.refusal)
    counted = {who for vote in request.votes for who in (vote.human, vote.instead_of)}
    wanted = [step for step, one in zip(request.steps, now.steps, strict=True) if one.is_open and not one.is_done]
    return frozenset(who for step in wanted for who in step.electorate) - counted - set(request.excluded)


def _pace(
    who: str,
    asked: Sequence[tuple[Request, frozenset[str]]],
    answers: Sequence[tuple[Request, Vote]],
    rules: Ruleset,
) -> Pace:
    mine = [able for _, able in asked if who in able]
    times = [_worked(who, one.asked_at, vote.at, rules) for one, vote in answers if vote.human == who]
    return Pace(
        person=who,
        open=len(mine),
        share=sum(1000 // len(able) for able in mine),
        answered=len(times),
        usual=median_low(times) if times else None,
    )


def _worked(who: str, since: datetime, until: datetime, rules: Ruleset) -> int:
    """Give the minutes of somebody's working time in between, or those on the clock where their hours are unknown."""
    hours, end = hours_of(who, rules), max(since, until)
    time = passed(Agenda(person=who), hours, since, end) if hours is not None else end - since
    return time // timedelta(minutes=1)
