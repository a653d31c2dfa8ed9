"""The issues of a batch follow the one in front, all at once."""

import msgspec
import pytest

from rules.actions import OpenTransition, TransitionAction
from rules.model import Status
from rules.requests import Request, RequestState
from rules.ruleset import GuardrailRule, Ruleset
from tests.batching.bad_morning import batching_rules, cards, change, linked, live, questions, shown, tell
from tests.batching.crowd import DEFECT
from tests.fakes.chat import YARD
from tests.fakes.tracker import BUSY, CLOSED, OPEN, FakeTracker
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.orchestrator.test_following import SOLVED, following_rules, move, told

CHILDREN = (2, 3, 4, 5)


def rules(transition: str = "act_with_undo", **changed: int) -> Ruleset:
    batching, following = batching_rules(**changed), following_rules(transition)
    workflow = msgspec.structs.replace(batching.workflows["repeats"], follow=following.workflows["repeats"].follow)
    agents = {**batching.agents, "followers": following.agents["followers"]}
    return msgspec.structs.replace(batching, agents=agents, workflows={"repeats": workflow})


def coupled(transition: str = "act_with_undo", **changed: int) -> Yard:
    """Have five issues coupled as one problem, after a yes."""
    yard = Yard(rules(transition, **changed))
    for number in range(1000, 1060):
        yard.report(number, f"old{number} thing{number}")
    yard.settle()
    yard.clock.pass_by(hours=48)
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text)
    yard.approve()
    assert linked(yard) == {*CHILDREN}
    return yard


def later(yard: Yard, number: int) -> list[str]:
    """What was said on an issue after it was coupled."""
    return told(yard, number)[1:]


def statuses(yard: Yard) -> set[str]:
    return {yard.tracker.issues[number].status.name for number in CHILDREN}


def about_following(yard: Yard) -> list[Request]:
    return [one for one in questions(yard) if one.follows is not None]


def test_all_are_told_and_closed_with_one_card_and_no_further_question() -> None:
    yard = coupled()
    move(yard, CLOSED)
    assert statuses(yard) == {"Closed"}
    assert [later(yard, number) for number in CHILDREN] == [[SOLVED]] * 4
    assert len(yard.all_requests(RequestState.PENDING)) == 0
    assert len(cards(yard)) == 1


def test_all_are_told_of_a_move_once() -> None:
    yard = coupled()
    for status in (BUSY, OPEN, BUSY):
        move(yard, status)
    assert [later(yard, number) for number in CHILDREN] == [["WEB-1 is now: In Progress."]] * 4


def test_one_of_them_that_is_put_in_front_later_leads_them_all() -> None:
    yard = coupled()
    (batch,) = live(yard)
    said = len(yard.tracker.comments)
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", batch, head=3)
    assert linked(yard, to=3) == set()
    assert linked(yard, to=1) == {2, 4, 5}
    assert "Asked about (1)\nWEB-1" in cards(yard)[0]
    assert "1 issue is linked to WEB-3" in cards(yard)[0]
    yard.approve()
    assert linked(yard, to=3) == {1}
    assert len(yard.tracker.comments) == said
    move(yard, CLOSED, 3)
    assert {yard.tracker.issues[number].status.name for number in range(1, 6)} == {"Closed"}
    assert {one.kind for one in yard.memory.tables.outcomes.values()} == {"confirmed"}


def test_what_was_put_in_front_later_is_undone_with_all_the_rest() -> None:
    yard = coupled()
    (batch,) = live(yard)
    yard.clock.pass_by(minutes=1)
    change(yard, "UMIKA", batch, head=3)
    yard.approve()
    yard.undo("UMIKA", questions(yard)[-1])
    yard.settle()
    assert [linked(yard, to=number) for number in range(1, 6)] == [set()] * 5
    assert yard.tracker.comments == []


def test_one_question_stands_for_all_where_the_rules_want_one() -> None:
    yard = coupled("ask")
    move(yard, CLOSED)
    assert statuses(yard) == {"Open"}
    assert "4 issues follow WEB-1" in cards(yard)[0]
    yard.approve()
    assert statuses(yard) == {"Closed"}
    assert [later(yard, number) for number in CHILDREN] == [[SOLVED]] * 4
    assert len(cards(yard)) == 1


def test_each_ends_by_the_workflow_of_its_own_project() -> None:
    yard = coupled()
    done = Status(id="7", name="Done", category="done")
    new = Status(id="8", name="Backlog", category="new")
    yard.tracker.transitions_of[new.id] = ()
    yard.tracker.change(3, "j-tom", status=new)
    yard.settle()
    move(yard, done)
    assert yard.tracker.issues[3].status == new
    assert {yard.tracker.issues[number].status for number in (2, 4, 5)} == {CLOSED}
    assert [later(yard, number) for number in CHILDREN] == [[SOLVED]] * 4


def test_one_that_changed_while_people_were_asked_is_asked_about_anew() -> None:
    yard = coupled("ask")
    move(yard, CLOSED)
    move(yard, BUSY, item=3)
    yard.approve()
    assert [one.state for one in about_following(yard)] == [RequestState.APPROVED, RequestState.PENDING]
    yard.approve()
    assert statuses(yard) == {"Closed"}
    assert [later(yard, number) for number in CHILDREN] == [[SOLVED]] * 4


def test_all_come_back_with_the_one_in_front() -> None:
    yard = coupled()
    move(yard, CLOSED)
    move(yard, OPEN)
    assert statuses(yard) == {"Open"}
    assert "reopened" not in yard.outcomes()


def test_one_that_somebody_opens_again_leaves_the_batch_for_good_and_counts_as_a_mistake() -> None:
    yard = coupled()
    move(yard, CLOSED)
    for number in (2, 4):
        move(yard, OPEN, item=number)
    (batch,) = yard.memory.tables.batches.values()
    assert set(batch.members) == {1, 3, 5}
    assert yard.outcomes().count("reopened") == 2
    move(yard, OPEN)
    move(yard, CLOSED)
    yard.pass_by(hours=2)
    assert [len(later(yard, number)) for number in CHILDREN] == [1, 3, 1, 3]
    assert {number: yard.tracker.issues[number].status for number in (2, 4)} == {2: OPEN, 4: OPEN}
    assert yard.all_requests(RequestState.PENDING) == []


def test_undo_takes_back_what_followed_and_tells_nobody_apart() -> None:
    yard = coupled()
    move(yard, CLOSED)
    yard.undo("UMIKA", about_following(yard)[0])
    yard.settle()
    assert statuses(yard) == {"Open"}
    assert [later(yard, number) for number in CHILDREN] == [[]] * 4
    assert linked(yard) == {*CHILDREN}
    assert yard.memory.tables.partings == {}


def test_a_no_to_following_tells_nobody_apart_and_is_not_asked_again() -> None:
    yard = coupled("ask")
    move(yard, CLOSED)
    yard.vote("UMIKA", about_following(yard)[0], "reject")
    yard.settle()
    move(yard, CLOSED, labels=("late",))
    yard.pass_by(hours=30)
    assert len(about_following(yard)) == 1
    assert yard.memory.tables.partings == {}
    assert statuses(yard) == {"Open"}


def test_what_one_person_cannot_see_whole_is_done_in_two_parts() -> None:
    yard = coupled()
    yard.tracker.hidden |= {2: {"j-mika", "j-dana", "j-tom"}, 3: {"j-priya"}}
    move(yard, CLOSED)
    assert {number: yard.tracker.issues[number].status for number in (4, 5)} == {4: CLOSED, 5: CLOSED}


def test_while_another_question_is_open_following_is_not_asked_too() -> None:
    yard = coupled("ask")
    tell(yard, 6, DEFECT[5])
    yard.pass_by(minutes=61)
    move(yard, CLOSED)
    assert about_following(yard) == []
    yard.approve()
    assert len(about_following(yard)) == 1


@pytest.mark.parametrize("level", ["act_with_undo", "ask"])
def test_transitions_are_read_only_when_something_has_to_be_moved(level: str) -> None:
    yard = coupled(level)
    asked: list[int] = []

    class Counting(FakeTracker):
        def transitions(self, item: int) -> tuple[OpenTransition, ...]:
            asked.append(item)
            return super().transitions(item)

    yard.tracker.__class__ = Counting
    move(yard, BUSY)
    assert [one for one in asked if one in CHILDREN] == []
    move(yard, CLOSED)
    assert set(asked) & {*CHILDREN} == {*CHILDREN}
    assert bool([one for one, _ in yard.tracker.performed if isinstance(one, TransitionAction)]) == (level != "ask")


def test_what_not_everybody_in_the_channel_may_browse_is_asked_of_those_who_may() -> None:
    yard = coupled("ask")
    yard.tracker.hidden[3] = {"j-tom"}
    move(yard, CLOSED)
    assert "WEB-3" not in cards(yard)[0]
    assert "[Approve]" not in cards(yard)[0]
    assert any("[Approve]" in written(message) for (channel, _), message in shown(yard) if channel != YARD)
    yard.approve()
    assert statuses(yard) == {"Closed"}


def test_what_a_guardrail_denies_about_one_keeps_no_other_back() -> None:
    yard = coupled()
    denial = GuardrailRule(when='item.priority == "Highest"', answer="deny", reason="people see to these")
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, guardrails={"urgent": denial})
    yard.tracker.change(3, "j-tom", priority="Highest")
    yard.settle()
    move(yard, CLOSED)
    assert {number: yard.tracker.issues[number].status.name for number in CHILDREN} == {
        2: "Closed",
        3: "Open",
        4: "Closed",
        5: "Closed",
    }
    assert later(yard, 3) == []


def test_what_is_asked_about_one_keeps_no_other_waiting() -> None:
    yard = coupled()
    asking = GuardrailRule(when='item.priority == "Highest"', answer="ask", reason="people see to these")
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, guardrails={"urgent": asking})
    yard.tracker.change(3, "j-tom", priority="Highest")
    yard.settle()
    move(yard, CLOSED)
    assert [later(yard, number) for number in CHILDREN] == [[SOLVED], [], [SOLVED], [SOLVED]]
    yard.approve()
    assert statuses(yard) == {"Closed"}


def test_undo_of_the_coupling_takes_back_what_followed_too() -> None:
    yard = coupled()
    move(yard, CLOSED)
    first = next(one for one in questions(yard) if one.follows is None and one.state is RequestState.APPROVED)
    yard.undo("UMIKA", first)
    yard.settle()
    assert statuses(yard) == {"Open"}
    assert linked(yard) == set()
    assert yard.tracker.comments == []
