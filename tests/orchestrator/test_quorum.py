"""How far a question is answered, and that no human counts twice in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations, product
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.approvals.quorum import Standing, needed, standing
from rules.agreement import Refusal
from rules.requests import Step, Vote

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
Choice = Literal["approve", "reject"]
ROLES = ("lead", "money", "safety")


def vote(human: str, *roles: str, choice: Choice = "approve", instead_of: str | None = None) -> Vote:
    return Vote(request="r", human=human, choice=choice, at=NINE, event=human, roles=roles, instead_of=instead_of)


def after(*votes: Vote, steps: Sequence[Step], in_order: bool = False, refusal: Refusal = "any") -> Standing:
    return standing(steps, votes, in_order=in_order, refusal=refusal)


TWO_LEADS = Step(name="two", roles=("lead",), people=2, holders={"lead": ("ann", "bob", "cy", "di")})


def test_two_of_four_approve_and_it_is_agreed_to() -> None:
    assert not after(vote("ann", "lead"), steps=[TWO_LEADS]).approved
    assert after(vote("ann", "lead"), vote("bob", "lead"), steps=[TWO_LEADS]).approved


def test_one_human_with_two_clicks_is_one() -> None:
    assert not after(vote("ann", "lead"), vote("ann", "lead"), steps=[TWO_LEADS]).approved


def test_who_answers_in_anothers_place_and_that_other_are_one() -> None:
    for_ann = vote("bob", "lead", instead_of="ann")

    assert not after(for_ann, vote("ann", "lead"), steps=[TWO_LEADS]).approved
    assert not after(vote("ann", "lead"), for_ann, steps=[TWO_LEADS]).approved
    assert not after(for_ann, vote("bob", "lead"), steps=[TWO_LEADS]).approved
    assert not after(for_ann, vote("cy", "lead", instead_of="ann"), steps=[TWO_LEADS]).approved
    assert after(for_ann, vote("cy", "lead"), steps=[TWO_LEADS]).approved


def test_one_of_each_role_is_found_even_if_the_versatile_one_answers_first() -> None:
    each = Step(name="each", roles=("lead", "money"), people=1, each=True)

    assert after(vote("ann", "lead", "money"), vote("bob", "lead"), steps=[each]).approved
    assert not after(vote("ann", "lead"), vote("bob", "lead"), steps=[each]).approved


def test_a_share_is_of_those_who_held_the_role_when_it_was_asked_and_rounded_up() -> None:
    half = Step(name="half", roles=("lead",), percent=50, holders={"lead": ("ann", "bob", "cy")})

    assert needed(half) == 2
    assert needed(Step(name="of nobody", roles=("lead",), percent=50)) == 1


def test_weights_sum_up_over_distinct_people_by_their_heaviest_role() -> None:
    heavy = Step(name="heavy", roles=("lead", "money"), weight=3, weights={"money": 2})

    assert not after(vote("ann", "lead", "money"), steps=[heavy]).approved
    assert after(vote("ann", "lead", "money"), vote("bob", "lead"), steps=[heavy]).approved


def test_a_person_of_two_steps_is_counted_where_they_are_needed() -> None:
    steps = [Step(name="a", roles=("lead",), people=1), Step(name="b", roles=("money",), people=1)]

    assert after(vote("ann", "lead", "money"), vote("bob", "lead"), steps=steps).approved
    assert not after(vote("ann", "lead", "money"), steps=steps).approved


def test_a_step_is_open_once_those_before_it_are_agreed_to() -> None:
    steps = [Step(name="a", roles=("lead",), people=1), Step(name="b", roles=("money",), people=1)]

    before = after(steps=steps, in_order=True)
    then = after(vote("ann", "lead"), steps=steps, in_order=True)

    assert [one.is_open for one in before.steps] == [True, False]
    assert [one.is_open for one in then.steps] == [True, True]


@pytest.mark.parametrize(
    ("refusal", "against", "rejected"),
    [
        ("any", 1, True),
        ("majority", 2, False),
        ("majority", 3, True),
        ("unreachable", 2, False),
        ("unreachable", 3, True),
    ],
)
def test_how_many_have_to_reject_is_as_the_rules_say(refusal: Refusal, against: int, rejected: bool) -> None:
    votes = [vote(human, "lead", choice="reject") for human in ("ann", "bob", "cy", "di")[:against]]

    assert after(*votes, steps=[TWO_LEADS], refusal=refusal).rejected is rejected


def test_a_vote_without_a_role_that_is_asked_changes_nothing() -> None:
    assert not after(vote("ann", "money"), vote("bob", "safety", choice="reject"), steps=[TWO_LEADS]).rejected


def test_a_question_without_steps_is_never_agreed_to() -> None:
    assert not after(vote("ann", "lead"), steps=[]).approved


choices: st.SearchStrategy[Choice] = st.sampled_from(["approve", "approve", "reject"])
people = st.sampled_from(["ann", "bob", "cy", "di", "ed"])
held = {"ann": ("lead", "money"), "bob": ("lead",), "cy": ("money", "safety"), "di": ("safety",), "ed": ROLES}
steps_of = st.lists(
    st.builds(
        lambda number, roles, count, each: Step(name=str(number), roles=tuple(roles), people=count, each=each),
        st.integers(0, 10**6),
        st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True),
        st.integers(1, 2),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda step: step.name,
)
votes_of = st.lists(
    st.tuples(people, choices, st.none() | people).map(
        lambda said: vote(said[0], *held[said[0]], choice=said[1], instead_of=said[2])
    ),
    max_size=8,
)


@given(steps_of, votes_of)
def test_no_human_counts_twice_whatever_is_clicked(steps: list[Step], votes: list[Vote]) -> None:
    seated = sum(one.have for one in after(*votes, steps=steps).steps)
    humans = {human for one in votes if one.choice == "approve" for human in (one.human, one.instead_of or one.human)}

    assert seated <= len(humans)
    assert seated <= len({one.human for one in votes if one.choice == "approve"})


@given(steps_of, st.permutations(sorted(held)))
def test_approvals_in_any_order_come_to_the_same(steps: list[Step], order: list[str]) -> None:
    votes = [vote(human, *held[human]) for human in order[:4]]

    assert after(*votes, steps=steps).approved == after(*sorted(votes, key=lambda one: one.human), steps=steps).approved


@given(steps_of, votes_of, st.randoms())
def test_repeated_clicks_change_nothing(steps: list[Step], votes: list[Vote], chance: object) -> None:
    assert after(*votes, *votes, steps=steps) == after(*votes, steps=steps)


@given(steps_of, st.lists(people, max_size=5, unique=True))
def test_people_are_seated_as_well_as_trying_every_seating_would(steps: list[Step], humans: list[str]) -> None:
    votes = [vote(human, *held[human]) for human in humans]
    seats = [role for step in steps for role in _seats(step)]

    possible = any(
        all(set(held[human]) & place for human, place in zip(order, seats, strict=True))
        for order in permutations(humans, len(seats))
    )

    assert after(*votes, steps=steps).approved is possible


def _seats(step: Step) -> list[set[str]]:
    if step.each:
        return [{role} for role, _ in product(step.roles, range(step.people or 1))]
    return [set(step.roles)] * (step.people or 1)


def test_the_first_answer_of_a_human_is_the_one_that_counts() -> None:
    later = Vote(request="r", human="ann", choice="reject", at=NINE + timedelta(1), event="2", roles=("lead",))

    assert not after(vote("ann", "lead"), later, steps=[TWO_LEADS]).rejected
