"""Who joins a problem by the yes of people who said it of those that come later, too."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.messages import Button
from rules.requests import Request, RequestState
from rules.ruleset import GuardrailRule, PriorityStep
from tests.batching.bad_morning import (
    asked,
    cards,
    change,
    linked,
    live,
    questions,
    shown,
    tell,
    yard_with,
)
from tests.batching.crowd import DEFECT
from tests.fakes.yard import Yard

TWIN = (
    "Gift card balance is zero in the kiosk",
    "GiftCardLedger answers GC_BALANCE_STALE, each gift card has balance zero",
)
JOINED = "Others that join them until"


def five(**changed: Any) -> Yard:
    """Have people asked about the first five."""
    return yard_with(*DEFECT[:5], **({"further_most": 20} | changed))


def say(yard: Yard, user: str = "UMIKA", **more: Any) -> Request:
    """Have somebody say yes, of those that come as well."""
    request = next(one for one in reversed(questions(yard)) if one.state is RequestState.PENDING)
    yard.vote(user, request, further=True, **more)
    yard.settle()
    return yard.request(request.id)


def agreed(**changed: Any) -> Yard:
    yard = five(**changed)
    say(yard)
    return yard


def put(yard: Yard) -> list[Request]:
    """Give the questions that somebody had to answer."""
    return [one for one in questions(yard) if one.undoes is None and not any(vote.kept_from for vote in one.votes)]


def buttons(yard: Yard) -> list[Button]:
    ((_, message),) = shown(yard)
    return [one for section in message.sections for one in section.buttons]


def labels(yard: Yard) -> list[str]:
    return [one.label for one in buttons(yard)]


def with_rules(yard: Yard, **changed: Any) -> None:
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, **changed)


def test_what_a_yes_may_hold_for_stands_on_the_card_before_it_is_given() -> None:
    yard = five()
    assert labels(yard)[:2] == ["Approve", "Approve, and those that come"]
    assert "Up to 20 others that join them within 24 hours are coupled in the same way" in cards(yard)[0]


def test_without_the_rule_nobody_may_say_it_and_it_holds_for_nothing() -> None:
    yard = agreed(further_most=0)
    assert "Approve, and those that come" not in labels(yard)
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5}


def test_who_comes_later_joins_at_once_without_a_question() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 6}
    assert len(put(yard)) == 1
    assert len(cards(yard)) == 1


def test_it_is_recorded_as_the_yes_of_who_said_it() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    first, joined = questions(yard)
    assert [(one.human, one.kept_from) for one in joined.votes] == [("mika", first.id)]
    assert yard.kinds().count("vote.kept") == 1
    assert "Agreed to by Mika" in cards(yard)[0]


def test_the_card_tells_until_when_and_for_how_many_it_held() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    assert f"{JOINED}" in cards(yard)[0]
    assert "1 of at most 20 so far" in cards(yard)[0]


def test_a_plain_yes_holds_for_nobody_else() -> None:
    yard = five()
    yard.approve()
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5}
    assert JOINED not in cards(yard)[0]


def test_no_more_join_than_the_rules_say_and_the_others_are_asked_about() -> None:
    yard = agreed(further_most=1)
    tell(yard, 6, TWIN)
    tell(yard, 7, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 6}
    yard.pass_by(minutes=61)
    assert [asked(one) for one in put(yard)[1:]] == [{7}]


def test_it_ends_with_the_hours_within_which_the_issues_of_a_problem_come() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    yard.pass_by(hours=23, minutes=50)
    tell(yard, 7, TWIN)
    assert 7 in linked(yard)
    yard.pass_by(minutes=30)
    tell(yard, 8, TWIN)
    assert 8 in live(yard)[0].members
    assert 8 not in linked(yard)
    assert JOINED not in cards(yard)[0]


def test_who_may_answer_may_end_it_by_a_button() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    (button,) = [one for one in buttons(yard) if one.action == "batch.ask_again"]
    yard.command("further.ended", "UPRIYA", live_subject(yard), request=button.value["request"])
    yard.settle()
    tell(yard, 7, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 6}
    assert "further.ended" in yard.kinds()
    assert "batch.ask_again" not in [one.action for one in buttons(yard)]


def test_who_may_not_answer_may_not_end_it() -> None:
    yard = agreed()
    yard.command("further.ended", "UDANA", live_subject(yard), request=questions(yard)[0].id)
    yard.settle()
    tell(yard, 6, TWIN)
    assert 6 in linked(yard)
    assert "command.refused" in yard.kinds()


def live_subject(yard: Yard) -> Any:
    return questions(yard)[0].subject


def test_one_that_is_less_like_the_others_is_asked_about() -> None:
    yard = agreed(look_at_under=1000)
    tell(yard, 6, TWIN)
    assert 6 not in linked(yard)
    yard.pass_by(minutes=61)
    assert asked(put(yard)[-1]) == {6}


def test_one_that_who_said_yes_may_not_browse_does_not_join() -> None:
    yard = agreed()
    yard.tracker.hidden[6] = {"j-mika"}
    tell(yard, 6, TWIN)
    assert 6 not in linked(yard)


def test_one_that_who_said_yes_has_reported_is_put_to_others() -> None:
    yard = agreed()
    tell(yard, 6, TWIN, by="j-mika")
    assert 6 not in linked(yard)
    yard.pass_by(minutes=61)
    assert asked(put(yard)[-1]) == {6}
    assert "j-mika" in put(yard)[-1].excluded


@pytest.mark.parametrize("answer", ["ask", "deny"])
def test_what_a_guardrail_of_the_rules_asks_about_or_denies_does_not_join(answer: Any) -> None:
    yard = agreed()
    rule = GuardrailRule(when='other.key == "WEB-1" && item.key == "WEB-6"', answer=answer, reason="Not six.")
    with_rules(yard, guardrails={"six": rule})
    tell(yard, 6, TWIN)
    tell(yard, 7, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 7}


def test_nothing_joins_while_work_is_stopped() -> None:
    yard = agreed()
    yard.stop("agent", "batches")
    tell(yard, 6, TWIN)
    assert 6 not in linked(yard)


def test_nothing_joins_beyond_the_budget() -> None:
    yard = five()
    agent = msgspec.structs.replace(yard.memory.rules.agents["batches"], actions_per_day=9)
    with_rules(yard, agents=yard.memory.rules.agents | {"batches": agent})
    say(yard)
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5}


def test_where_two_have_to_agree_both_have_to_say_it() -> None:
    yard = five(second_person_from=3)
    say(yard, "UMIKA")
    yard.vote("UPRIYA", questions(yard)[0])
    yard.settle()
    tell(yard, 6, TWIN)
    assert linked(yard) == {2, 3, 4, 5}


def test_where_both_said_it_their_yes_holds() -> None:
    yard = five(second_person_from=3)
    say(yard, "UMIKA")
    say(yard, "UPRIYA")
    tell(yard, 6, TWIN)
    assert 6 in linked(yard)


def test_once_so_many_joined_that_two_have_to_agree_the_yes_of_one_is_not_enough() -> None:
    yard = agreed(second_person_from=6)
    tell(yard, 6, TWIN)
    tell(yard, 7, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 6}


def test_who_has_lost_the_role_says_nothing_of_those_that_come() -> None:
    yard = agreed()
    people = yard.memory.rules.people
    with_rules(yard, people=people | {"mika": msgspec.structs.replace(people["mika"], roles=())})
    tell(yard, 6, TWIN)
    assert 6 not in linked(yard)


def test_the_priority_of_the_one_in_front_rises_with_those_that_come_as_the_card_said() -> None:
    yard = five(priority=(PriorityStep(from_points=11, name="Highest"),))
    assert "and the priority of the one in front may rise with them" in cards(yard)[0]
    say(yard)
    assert yard.tracker.issues[1].priority != "Highest"
    tell(yard, 6, TWIN)
    tell(yard, 7, TWIN)
    assert linked(yard) == {2, 3, 4, 5, 6, 7}
    assert yard.tracker.issues[1].priority == "Highest"
    assert len(put(yard)) == 1


def test_undo_takes_back_all_and_ends_it() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    yard.undo("UMIKA", questions(yard)[-1])
    yard.settle()
    assert linked(yard) == set()
    assert yard.tracker.comments == []
    tell(yard, 7, TWIN)
    assert linked(yard) == set()


def test_once_one_that_joined_was_taken_out_people_are_asked() -> None:
    yard = agreed()
    tell(yard, 6, TWIN)
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", live(yard)[0], out=[6])
    tell(yard, 7, TWIN)
    assert linked(yard) == {2, 3, 4, 5}


def test_a_rejection_of_others_ends_it() -> None:
    yard = agreed(look_at_under=1000)
    tell(yard, 6, TWIN)
    yard.pass_by(minutes=61)
    yard.vote("UMIKA", questions(yard)[-1], "reject")
    yard.settle()
    assert JOINED not in cards(yard)[0]


def test_it_says_nothing_of_a_question_about_two() -> None:
    yard = yard_with(TWIN, TWIN, pairs_from=350, further_most=20)
    (pair,) = yard.all_requests()
    yard.vote("UMIKA", pair, further=True)
    yard.settle()
    tell(yard, 3, TWIN)
    assert linked(yard) == {2}


STEPS = st.lists(
    st.sampled_from(["tell", "odd", "yes", "further", "no", "end", "undo", "hour", "day", "out", "by mika"]),
    min_size=3,
    max_size=9,
)


@given(STEPS)
@settings(max_examples=15)
def test_whatever_happens_nothing_joins_without_a_yes_that_holds_for_it(steps: list[str]) -> None:
    yard = five(further_most=3, look_at_under=300)
    for number, step in enumerate(steps, 6):
        _do(yard, number, step)
        _lawful(yard)


def _do(yard: Yard, number: int, step: str) -> None:
    asked_now = [one for one in questions(yard) if one.state is RequestState.PENDING]
    done = [one for one in questions(yard) if one.state is RequestState.APPROVED and one.undoes is None]
    if step in ("tell", "odd", "by mika"):
        text = TWIN if step != "odd" else (DEFECT[number % 5][0], "Something else altogether, in other words")
        tell(yard, number, text, by="j-mika" if step == "by mika" else "j-tom")
    elif step in ("yes", "further", "no") and asked_now:
        yard.vote("UMIKA", asked_now[-1], "reject" if step == "no" else "approve", further=step == "further")
    elif step == "end" and done:
        yard.command("further.ended", "UMIKA", done[0].subject, request=done[0].id)
    elif step == "undo" and done:
        yard.undo("UMIKA", done[-1])
    elif step == "out" and live(yard):
        yard.clock.pass_by(minutes=1)
        change(yard, "UMIKA", live(yard)[0], out=[max(live(yard)[0].members)])
    elif step in ("hour", "day"):
        yard.pass_by(hours=1 if step == "hour" else 24)
    yard.settle()


def _lawful(yard: Yard) -> None:
    """Each that was coupled was agreed to, or a yes holds for it that was given to others of its batch."""
    known = {one.id: one for one in questions(yard)}
    for one in known.values():
        if one.undoes is not None or one.state is not RequestState.APPROVED:
            continue
        assert any(vote.counts for vote in one.votes)
        for former in (known[vote.kept_from] for vote in one.votes if vote.kept_from):
            assert former.state is RequestState.APPROVED
            assert former.subject == one.subject
            assert former.further_until is not None
            assert any(vote.further for vote in former.votes)
            assert all(yard.tracker.issues[id_].reporter != "j-mika" for id_ in asked(one))
            held = [other for other in known.values() if any(vote.kept_from == former.id for vote in other.votes)]
            assert sum(len(other.couplings) for other in held) <= 3
