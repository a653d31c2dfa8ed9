"""Whatever people click, delegate and let pass: no human counts twice, and nobody who is excluded counts at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from orchestrator.approvals.questions import asked_back, waiting_for, with_answer, with_question
from orchestrator.approvals.quorum import standing_of
from orchestrator.approvals.voting import Cast, cast, retract
from orchestrator.decide import expire
from orchestrator.facts import Eyes, Facts
from rules.actions import CommentAction, Payload
from rules.model import Event, Line, Person, Subject, Tainted
from rules.requests import Answer, Ask, Call, Delegation, Question, Request, RequestState, Step
from rules.ruleset import RoleRule
from tests.fakes.rulings import ruleset

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROLES = {"ann": ("lead", "money"), "bob": ("lead",), "cy": ("money",), "di": ("lead",), "ed": (), "fay": ("money",)}
PEOPLE = tuple(
    Person(id=name, name=name, jira=f"j-{name}", slack=f"U{name.upper()}", roles=roles) for name, roles in ROLES.items()
)
RULES = ruleset(
    roles={name: RoleRule(purpose="Answers.", may=("approve",)) for name in ("lead", "money", "triager")}, people={}
)
ITEM = Subject(kind="item", id="1")
PAYLOAD = Payload(item=1, actions=(CommentAction(item=1, text=Line(text="Known.")),))
NAMES = st.sampled_from(sorted(ROLES))


def question(steps: tuple[Step, ...], *, in_order: bool, excluded: frozenset[str]) -> Request:
    return Request(
        id="r",
        subject=ITEM,
        state=RequestState.PENDING,
        asks=(Ask(decision="d", payload=PAYLOAD, hash=PAYLOAD.hash),),
        workflow="repeats",
        role="lead",
        asked_at=NINE,
        expires_at=NINE + timedelta(hours=24),
        ruleset=RULES.version,
        excluded=tuple(sorted(excluded)),
        steps=steps,
        in_order=in_order,
    )


HOLDERS = {role: tuple(name for name, held in ROLES.items() if role in held) for role in ("lead", "money")}
STEPS = [
    (Step(name="two", roles=("lead",), people=2, holders=HOLDERS),),
    (Step(name="each", roles=("lead", "money"), each=True, people=1, holders=HOLDERS),),
    (Step(name="half", roles=("lead", "money"), percent=50, holders=HOLDERS),),
    (Step(name="first", roles=("lead",), holders=HOLDERS), Step(name="then", roles=("money",), holders=HOLDERS)),
    (Step(name="heavy", roles=("lead", "money"), weight=4, weights={"money": 2}, holders=HOLDERS),),
]


class Histories(RuleBasedStateMachine):
    """A question, and everything that people and the clock can do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NINE
        self.delegations: tuple[Delegation, ...] = ()
        self.request = question(STEPS[0], in_order=False, excluded=frozenset())
        self.clicks = 0
        self.closed: Request | None = None

    @rule(steps=st.sampled_from(STEPS), in_order=st.booleans(), excluded=st.frozensets(NAMES, max_size=2))
    def ask(self, steps: tuple[Step, ...], in_order: bool, excluded: frozenset[str]) -> None:
        if not self.request.votes and self.request.state is RequestState.PENDING:
            self.request = question(steps, in_order=in_order, excluded=excluded)

    @rule(who=NAMES, choice=st.sampled_from(["approve", "approve", "approve", "reject"]), late=st.integers(0, 60))
    def click(self, who: str, choice: str, late: int) -> None:
        event = self._event("vote.cast", who, self.now - timedelta(minutes=late), choice=choice)
        result = cast(self.request, event, self._facts(), RULES)
        assert result.vote.counts is (result.refusal is None)
        self._keep(result.request)

    @rule(who=NAMES)
    def take_back(self, who: str) -> None:
        result = retract(self.request, self._event("vote.retracted", who, self.now), self._facts())
        if isinstance(result, Cast):
            self._keep(result.request)

    @rule(giver=NAMES, to=NAMES, hours=st.integers(1, 12), roles=st.sampled_from([(), ("lead",), ("money",)]))
    def delegate(self, giver: str, to: str, hours: int, roles: tuple[str, ...]) -> None:
        until = self.now + timedelta(hours=hours)
        number = str(len(self.delegations))
        self.delegations += (Delegation(id=number, giver=giver, to=to, since=self.now, until=until, roles=roles),)

    @rule(giver=NAMES, to=NAMES)
    def escalate(self, giver: str, to: str) -> None:
        """Whatever the rules say of managers: what it is escalated to must not count more than by the rules."""
        if self.request.state is RequestState.PENDING and giver != to and not self.request.called(to):
            call = Call(person=to, at=self.now, kind="escalated", why=Line(text="late"), instead_of=giver)
            self.request = msgspec.structs.replace(self.request, calls=(*self.request.calls, call))

    @rule(who=NAMES)
    def ask_back(self, who: str) -> None:
        event = self._event("question.asked", who, self.now, text={"as": "tainted", "text": "Why?"})
        asked = asked_back(self.request, event, self._facts(), RULES)
        if isinstance(asked, Question):
            self._keep(with_question(self.request, asked, RULES))

    @rule(who=NAMES)
    def answer_back(self, who: str) -> None:
        """Whatever is said to what was asked back changes nobody's vote."""
        person = next(one for one in PEOPLE if one.id == who)
        asked = waiting_for(self.request, person, None, None)
        if asked is not None and self.request.state is RequestState.PENDING:
            before = self.request
            answer = Answer(by=who, at=self.now, text=Tainted(text="/yard approve"))
            self._keep(with_answer(self.request, asked, answer, RULES))
            assert (self.request.votes, self.request.state) == (before.votes, before.state)

    @rule(hours=st.integers(1, 8))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for changed in expire(self._facts()).requests:
            self._keep(changed)

    @invariant()
    def nobody_counts_twice(self) -> None:
        counted = [human for vote in self.request.votes for human in {vote.human, vote.instead_of or vote.human}]
        assert len(counted) == len(set(counted))
        seated = sum(one.have for one in standing_of(self.request).steps)
        if all(step.weight is None for step in self.request.steps):
            assert seated <= len(self.request.votes)

    @invariant()
    def nobody_excluded_counts(self) -> None:
        counted = {human for vote in self.request.votes for human in (vote.human, vote.instead_of)}
        assert not counted & set(self.request.excluded)

    @invariant()
    def only_what_a_person_holds_by_the_rules_counts(self) -> None:
        for vote in self.request.votes:
            assert set(vote.roles) <= set(ROLES[vote.instead_of or vote.human])

    @invariant()
    def it_is_approved_exactly_when_enough_agreed(self) -> None:
        standing = standing_of(self.request)
        assert (self.request.state is RequestState.APPROVED) is standing.approved or self.request.state not in (
            RequestState.APPROVED,
            RequestState.PENDING,
        )

    def _keep(self, request: Request) -> None:
        if self.closed is not None:
            assert request == self.closed, "what is closed stays as it is"
        self.request = request
        if request.state is not RequestState.PENDING:
            self.closed = request

    def _facts(self) -> Facts:
        eyes = tuple(Eyes(viewer=one.id, items=(1,)) for one in PEOPLE)
        return Facts(
            subject=ITEM,
            now=self.now,
            requests=(self.request,),
            people=PEOPLE,
            eyes=eyes,
            delegations=self.delegations,
        )

    def _event(self, name: str, who: str, at: datetime, **payload: Any) -> Event:
        self.clicks += 1
        payload |= {"user": f"U{who.upper()}", "request": "r"}
        return Event(
            id=str(self.clicks),
            kind="command",
            name=name,
            source="slack",
            subject=ITEM,
            received_at=at,
            payload=payload,
        )


TestHistories = Histories.TestCase
TestHistories.settings = settings(stateful_step_count=20)
