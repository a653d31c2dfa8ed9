"""Who may decide about how much: roles whose limit is under the amount are not asked, and do not count."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.approvals.wishes import values_of
from rules.agreement import ApprovalRule, StepRule
from rules.gates import ChangeRule
from rules.requests import RequestState
from rules.ruleset import PersonRule, RoleRule, Ruleset
from tests.fakes.tracker import BUSY
from tests.fakes.yard import Yard
from tests.orchestrator.test_altering import LOWER, but
from tests.orchestrator.test_granting import GATE, at_gate, gated
from tests.orchestrator.test_granting_laws import STORIES, Story, let_through, tell

ENOUGH = StepRule(
    name="who may decide about so much", roles=("buyer", "head", "board"), up_to={"buyer": 1000, "head": 20_000}
)
DEAR = StepRule(name="four eyes", roles=("buyer",), when='double(proposal.fields["Amount"]) > 5000.0')


def limited(*steps: StepRule, **gate: Any) -> Ruleset:
    """Mika buys, Priya buys and is the head, Lena is the board; Dana reports."""
    rules = gated(
        msgspec.structs.replace(GATE, amount="Amount", fields=(), **gate),
        approval=ApprovalRule(steps=steps or (ENOUGH, DEAR)),
    )
    roles = {name: RoleRule(purpose="Decides.", may=("approve", "read")) for name in ("buyer", "head", "board")}
    held = {"mika": ("buyer",), "lena": ("board",), "priya": ("buyer", "head")}
    people = {
        name: PersonRule(name=name.title(), jira=f"j-{name}", slack=f"U{name.upper()}", roles=roles_)
        for name, roles_ in held.items()
    }
    agent = msgspec.structs.replace(rules.agents["approvals"], tools=("comment", "field", "transition", "uncomment"))
    return msgspec.structs.replace(
        rules,
        roles=rules.roles | roles,
        people=rules.people | people,
        agents=rules.agents | {"approvals": agent},
    )


def asking(amount: str, rules: Ruleset | None = None) -> Yard:
    return at_gate(rules or limited(), amount=amount)


@pytest.mark.parametrize("amount", ["999.99", "1000"])
def test_up_to_their_limit_a_role_decides(amount: str) -> None:
    yard = asking(amount)

    yard.vote("UMIKA", yard.only_request(RequestState.PENDING))
    yard.settle()

    assert yard.tracker.issues[7].status == BUSY


@pytest.mark.parametrize("amount", ["1000.01", "4000", "", "a lot", "-0x1"])
def test_over_it_or_where_nobody_can_tell_it_is_not_theirs(amount: str) -> None:
    step = msgspec.structs.replace(ENOUGH, up_to={"buyer": 1000})
    yard = asking(amount, limited(step))
    question = yard.only_request(RequestState.PENDING)

    yard.vote("UMIKA", question)
    yard.settle()
    assert "needs somebody with the role board or head" in yard.said()
    assert yard.tracker.performed == []

    yard.vote("UPRIYA", question)
    yard.settle()
    assert yard.tracker.issues[7].status == BUSY


def test_the_card_says_whose_limit_it_is_over() -> None:
    yard = asking("4000")

    assert "Amount is more than 1000, up to which the role buyer decides." in yard.card()
    assert "up to which the role head" not in yard.card()


def test_a_yes_of_who_may_not_decide_about_so_much_does_for_the_second_pair_of_eyes_alone() -> None:
    yard = asking("18400")
    question = yard.only_request(RequestState.PENDING)

    yard.vote("UMIKA", question)
    yard.settle()
    assert yard.request(question.id).state is RequestState.PENDING
    assert "who may decide about so much, 0 of 1 person" in yard.card()

    yard.vote("UPRIYA", question)
    yard.settle()
    assert yard.tracker.issues[7].status == BUSY


def test_over_every_limit_it_is_theirs_who_have_none() -> None:
    yard = asking("50000", limited(ENOUGH))
    question = yard.only_request(RequestState.PENDING)

    for user in ("UMIKA", "UPRIYA"):
        yard.vote(user, question)
    yard.settle()
    assert yard.tracker.performed == []

    yard.vote("ULENA", question)
    yard.settle()
    assert yard.tracker.issues[7].status == BUSY


def test_where_nobody_holds_what_decides_about_so_much_nobody_is_asked_and_the_trail_says_why() -> None:
    rules = limited()
    yard = asking("50000", msgspec.structs.replace(rules, people=rules.people | {"lena": rules.people["dana"]}))

    assert yard.all_requests(RequestState.PENDING) == []
    assert yard.tracker.performed == []
    assert any("more people have to agree" in text for text in told(yard, "decision.made"))


def test_a_lower_amount_that_somebody_wants_is_asked_of_whom_that_needs() -> None:
    yard = asking("4000", limited(changes={"Amount": ChangeRule(kind="number")}, changer_counts=False))

    but(yard, "UPRIYA", Amount="800")

    question = yard.only_request(RequestState.PENDING)
    assert question.roles == {"buyer", "head", "board"}
    yard.vote("UMIKA", question)
    yard.settle()
    assert yard.tracker.fields[7]["Amount"] == "800"


def test_nobody_raises_it_beyond_what_they_decide_by_a_yes_of_their_own() -> None:
    yard = asking("800", limited(changes={"Amount": ChangeRule(kind="number")}))

    but(yard, "UMIKA", Amount="4000")

    assert yard.only_request(RequestState.PENDING).roles == {"head", "board"}
    assert yard.tracker.fields[7]["Amount"] == "800"


@given(amount=st.integers(-5, 60_000), limit=st.integers(1, 50_000))
def test_the_roles_that_are_asked_are_exactly_those_whose_limit_reaches_so_far(amount: int, limit: int) -> None:
    step = msgspec.structs.replace(ENOUGH, up_to={"buyer": limit})

    assert set(step.too_much_for(Decimal(amount))) == ({"buyer"} if amount > limit else set())
    assert set(step.too_much_for(None)) == {"buyer"}


@settings(max_examples=25, deadline=None)
@given(STORIES)
def test_nothing_is_let_through_without_a_yes_of_who_may_decide_about_so_much(story: Story) -> None:
    yard = tell(story, limited(changes=LOWER))

    for move in let_through(yard):
        request = yard.request(move.kept["question"])
        amount = int(values_of(request)["Amount"])
        agreed = {vote.human for vote in request.votes if vote.choice == "approve" and vote.counts}
        assert amount <= 20_000 or "lena" in agreed
        assert amount <= 1_000 or {"priya", "lena"} & agreed
        assert amount <= 5_000 or len(agreed) >= 2


def told(yard: Yard, kind: str) -> list[str]:
    return [str(entry.text) for entry in yard.memory.tables.ledger if entry.kind == kind]
