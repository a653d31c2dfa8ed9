"""Who joins a problem without a question: where the rules let them, and people agreed to it first."""

from typing import Any, Literal

import msgspec
import pytest

from rules.model import Tainted
from rules.requests import RequestState
from rules.ruleset import GuardrailRule, Ruleset
from tests.batching.bad_morning import (
    asked,
    batching_rules,
    cards,
    change,
    linked,
    live,
    questions,
    tell,
    yard_with,
)
from tests.batching.crowd import DEFECT
from tests.fakes.yard import Yard

TWIN = (
    "Gift card balance is zero in the kiosk",
    "GiftCardLedger answers GC_BALANCE_STALE, each gift card has balance zero",
)


def trusting(sure_from: int = 300, level: str = "act_with_undo", **changed: Any) -> Ruleset:
    rules = batching_rules(**changed)
    agent = msgspec.structs.replace(rules.agents["batches"], autonomy={"link": level, "comment": level})
    confidence = {"link": sure_from, "comment": sure_from}
    limits = msgspec.structs.replace(rules.limits, confidence=confidence)
    return msgspec.structs.replace(rules, agents=rules.agents | {"batches": agent}, limits=limits)


def agreed(rules: Ruleset) -> Yard:
    """Have people agree to the first five under these rules."""
    yard = yard_with()
    yard.memory.rules = rules
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)
    yard.approve()
    return yard


def test_the_first_of_a_problem_are_always_put_to_people() -> None:
    yard = yard_with()
    yard.memory.rules = trusting()
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)
    assert questions(yard)[0].state is RequestState.PENDING
    assert yard.tracker.performed == []


def test_unless_the_rules_leave_that_to_the_level() -> None:
    yard = yard_with()
    yard.memory.rules = trusting(asks_first=False)
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)
    assert linked(yard) == {2, 3, 4, 5}
    assert "Agreed to by the rules" in cards(yard)[0]


def test_whoever_is_sure_enough_joins_at_once_what_people_agreed_to() -> None:
    yard = agreed(trusting())
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 6}
    assert questions(yard)[-1].note == "allowed by the rules"
    assert len(cards(yard)) == 1
    assert "Agreed to by the rules" in cards(yard)[0]


@pytest.mark.parametrize(
    "rules",
    [
        trusting(sure_from=1000),
        trusting(level="ask"),
        batching_rules(),
        trusting(second_person_from=1),
        trusting(watch=True, level="act_with_undo"),
    ],
    ids=["not sure enough", "at ask", "as shipped", "a second person", "watching is at ask"],
)
def test_everybody_else_waits_for_a_question(rules: Ruleset) -> None:
    yard = yard_with()
    yard.memory.rules = rules
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)
    for who in ("UMIKA", "UPRIYA"):
        yard.vote(who, questions(yard)[0])
        yard.settle()
    yard.report(6, TWIN[0], by="j-dana", description=Tainted(text=TWIN[1]))
    yard.settle()
    assert linked(yard) == {2, 3, 4, 5}
    yard.pass_by(minutes=61)
    assert [ask.payload.item for ask in questions(yard)[-1].couplings] == [6]
    assert questions(yard)[-1].state is RequestState.PENDING


def guarded(rules: Ruleset, answer: Literal["ask", "deny"]) -> Ruleset:
    about = GuardrailRule(when='item.key in ["WEB-3", "WEB-6"]', answer=answer, reason="not that one")
    return msgspec.structs.replace(rules, guardrails={"not-that-one": about})


def test_a_guardrail_that_asks_has_the_item_asked_about() -> None:
    yard = agreed(guarded(trusting(), "ask"))
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5}


def test_a_guardrail_that_denies_one_item_keeps_that_one_out_of_the_question() -> None:
    yard = yard_with()
    yard.memory.rules = guarded(batching_rules(), "deny")
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)
    assert {ask.payload.item for ask in questions(yard)[0].couplings} == {2, 4, 5}
    assert any(entry.kind == "decision.made" and 3 in entry.about for entry in yard.memory.tables.ledger)


def test_a_guardrail_that_came_into_force_since_keeps_that_one_from_being_touched() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.memory.rules = guarded(batching_rules(), "deny")
    yard.approve()
    assert linked(yard) == {2, 4, 5}


def test_after_a_rejection_people_are_asked_about_all_that_comes() -> None:
    yard = agreed(trusting())
    yard.memory.rules = batching_rules()
    tell(yard, 6, TWIN)
    yard.pass_by(minutes=61)
    yard.vote("UMIKA", questions(yard)[-1], "reject")
    yard.settle()
    yard.memory.rules = trusting()
    tell(yard, 7, TWIN)
    assert 7 not in linked(yard)


def test_nothing_joins_while_work_is_stopped_and_what_waits_joins_when_it_goes_on() -> None:
    yard = agreed(trusting())
    yard.stop("agent", "batches")
    tell(yard, 6, TWIN)
    assert 6 not in linked(yard)
    yard.resume()
    yard.pass_by(minutes=61)
    assert 6 in linked(yard)


def test_nothing_joins_beyond_the_budget() -> None:
    rules = trusting()
    agent = msgspec.structs.replace(rules.agents["batches"], actions_per_day=9)
    yard = agreed(msgspec.structs.replace(rules, agents=rules.agents | {"batches": agent}))
    tell(yard, 6, TWIN)
    assert 6 not in linked(yard)


def test_what_joined_by_itself_is_taken_back_with_the_rest() -> None:
    yard = agreed(trusting())
    tell(yard, 6, TWIN)
    yard.undo("UMIKA", questions(yard)[-1])
    yard.settle()
    assert linked(yard) == set()
    assert yard.tracker.comments == []


def test_what_joins_after_one_was_taken_out_still_joins_without_a_question() -> None:
    yard = agreed(trusting())
    change(yard, "UMIKA", live(yard)[0], out=[3])
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 4, 5, 6}


def test_after_the_one_in_front_was_taken_out_people_are_asked() -> None:
    yard = agreed(trusting())
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", live(yard)[0], out=[1])
    assert linked(yard, to=2) == set()
    assert questions(yard)[-1].state is RequestState.PENDING


def test_what_was_taken_out_and_put_back_is_asked_about() -> None:
    yard = agreed(trusting())
    change(yard, "UMIKA", live(yard)[0], out=[3, 4], together=True)
    yard.clock.pass_by(minutes=1)
    large, small = live(yard)
    change(yard, "UPRIYA", large, merge=small.id)
    yard.pass_by(minutes=61)
    assert linked(yard) == {2, 5}
    assert asked(questions(yard)[-1]) == {3, 4}
