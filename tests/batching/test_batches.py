"""Many issues that are one problem, from the first report to the answer, with the whole bot in memory."""

import msgspec
import pytest

from orchestrator.batching import Batch
from orchestrator.batching.sorting import SORTING
from rules.actions import CommentAction, LinkAction
from rules.model import Subject, Tainted
from rules.requests import RequestState
from tests.batching.bad_morning import batching_rules, cards, linked, live, questions, shown, tell, yard_with
from tests.batching.crowd import DEFECT, OTHER
from tests.fakes.chat import YARD
from tests.fakes.written import written


def test_one_question_on_one_card_stands_for_all() -> None:
    yard = yard_with(*DEFECT[:5])
    (question,) = questions(yard)
    assert {ask.payload.item for ask in question.asks} == {2, 3, 4, 5}
    assert len(cards(yard)) == 1
    assert "5 reports" in cards(yard)[0]


def test_nothing_is_done_before_a_yes_and_then_everybody_is_answered() -> None:
    yard = yard_with(*DEFECT[:5])
    assert yard.tracker.performed == []
    assert "Coupled" not in cards(yard)[0]
    yard.approve()
    assert linked(yard) == {2, 3, 4, 5}
    assert "Coupled (5)" in cards(yard)[0]
    assert [one.text for one in yard.tracker.comments] == ["The same problem as WEB-1."] * 4
    assert "All done" in cards(yard)[0]


def test_who_joins_later_is_asked_about_once_it_is_quiet_and_on_the_same_card() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.approve()
    tell(yard, 6, DEFECT[5])
    assert len(questions(yard)) == 1
    yard.pass_by(minutes=61)
    assert {ask.payload.item for ask in questions(yard)[1].asks} == {6}
    assert len(cards(yard)) == 1
    assert "6 reports" in cards(yard)[0]


def test_the_oftener_people_were_asked_the_longer_others_are_waited_for() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.approve()
    tell(yard, 6, DEFECT[5])
    yard.pass_by(minutes=61)
    yard.approve()
    tell(yard, 7, DEFECT[0])
    yard.pass_by(minutes=61)
    assert len(questions(yard)) == 2
    yard.pass_by(minutes=60)
    assert {ask.payload.item for ask in questions(yard)[2].asks} == {7}


def test_what_was_rejected_is_never_proposed_again() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.vote("UMIKA", questions(yard)[0], "reject", reason={"as": "tainted", "text": "no", "source": "slack"})
    yard.settle()
    tell(yard, 6, DEFECT[5])
    yard.pass_by(hours=30)
    assert len(questions(yard)) == 1
    assert yard.tracker.performed == []


def test_a_problem_that_was_rejected_is_not_asked_about_again_when_more_tell_of_it() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.vote("UMIKA", questions(yard)[0], "reject")
    yard.settle()
    for number, text in enumerate(DEFECT, 6):
        tell(yard, number, text)
    yard.pass_by(hours=30)
    assert len(questions(yard)) == 1
    assert len(cards(yard)) == 1


def test_whoever_is_of_a_problem_is_not_asked_about_alone_before_that_is_known() -> None:
    yard = yard_with(*DEFECT[:5], pairs_from=1000)
    yard.approve()
    yard.memory.rules = batching_rules(pairs_from=20)
    tell(yard, 6, DEFECT[5])
    assert [one for one in yard.all_requests() if one.subject.kind == "item"] == []


def test_the_card_of_a_batch_that_went_into_another_says_where() -> None:
    yard = yard_with(*DEFECT[:5])
    (batch,) = live(yard)
    other = Batch(id="heir", members=batch.members, since=batch.since, grown_at=batch.grown_at, version=1)
    gone = msgspec.structs.replace(batch, members=(), into="heir")
    yard.memory.tables.batches.update({batch.id: gone, "heir": other})
    yard.vote("UMIKA", questions(yard)[0])
    yard.settle()
    (card, *_) = cards(yard)
    assert "went into batch heir, which has a card of its own: with WEB-1" in card


def test_undo_takes_back_every_link_and_comment() -> None:
    yard = yard_with(*DEFECT[:5])
    before = {number: item.links for number, item in yard.tracker.issues.items()}
    yard.undo("UMIKA", yard.approve())
    yard.settle()
    assert {number: item.links for number, item in yard.tracker.issues.items()} == before
    assert yard.tracker.comments == []
    yard.pass_by(hours=30)
    assert len([one for one in questions(yard) if one.undoes is None]) == 1


def test_what_the_channel_may_not_see_is_counted_and_not_told_of() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.approve()
    yard.tracker.hidden[6] = {"j-dana"}
    tell(yard, 6, DEFECT[5], project="SEC")
    yard.pass_by(minutes=61)
    assert "SEC-6" not in cards(yard)[0]
    assert "1 of them not everybody here may browse" in cards(yard)[0]
    assert questions(yard)[1].state is RequestState.PENDING
    assert any("SEC-6" in written(message) for (channel, _), message in shown(yard) if channel != YARD)


def test_what_nobody_may_browse_who_is_asked_does_not_have_the_others_asked_about_anew() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.approve()
    yard.tracker.hidden[6] = {"j-dana", "j-mika", "j-priya", "j-tom"}
    tell(yard, 6, DEFECT[5], project="SEC")
    tell(yard, 7, DEFECT[0])
    yard.pass_by(minutes=61)
    yard.pass_by(hours=2)
    assert [one.state for one in questions(yard)] == [RequestState.APPROVED, RequestState.PENDING]
    assert {ask.payload.item for ask in questions(yard)[1].asks} == {7}


def test_many_need_a_second_person() -> None:
    yard = yard_with(*DEFECT[:5], second_person_from=4)
    (question,) = questions(yard)
    yard.vote("UMIKA", question)
    yard.vote("UMIKA", question)
    yard.settle()
    assert yard.request(question.id).state is RequestState.PENDING
    yard.vote("UPRIYA", question)
    yard.settle()
    assert linked(yard) == {2, 3, 4, 5}


def test_an_issue_that_changed_meanwhile_is_left_out() -> None:
    yard = yard_with(*DEFECT[:5])
    yard.tracker.change(3, "j-tom", project="OPS")
    yard.approve()
    assert linked(yard) == {2, 4, 5}


def test_a_question_about_a_batch_that_went_into_another_is_taken_back() -> None:
    yard = yard_with(*DEFECT[:5])
    (question,) = questions(yard)
    (batch,) = yard.memory.tables.batches.values()
    yard.memory.tables.batches[batch.id] = msgspec.structs.replace(batch, members=())
    yard.vote("UMIKA", question)
    yard.settle()
    assert yard.request(question.id).state is RequestState.WITHDRAWN
    assert yard.tracker.performed == []


@pytest.mark.parametrize("times", [1, 2])
def test_other_work_of_the_morning_is_left_alone(times: int) -> None:
    yard = yard_with(*OTHER, *(OTHER if times == 2 else ()))
    assert questions(yard) == []


def test_what_is_asked_is_a_link_and_a_comment_for_each() -> None:
    (question,) = questions(yard_with(*DEFECT[:5]))
    kinds = [[type(action) for action in ask.payload.actions] for ask in question.asks]
    assert kinds == [[LinkAction, CommentAction]] * 4


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5, 6, 7), (7, 5, 6, 4, 3, 2, 1, 0), (3, 6, 0, 5, 7, 1, 4, 2)])
def test_whatever_order_they_come_in_the_same_issues_are_one_problem(order: tuple[int, ...]) -> None:
    texts = (*DEFECT, *OTHER[:2])
    yard = yard_with(*(texts[place] for place in order))
    (batch,) = yard.memory.tables.batches.values()
    assert {texts[order[number - 1]] for number in batch.members} == set(DEFECT)


def test_who_is_heard_of_twice_is_asked_about_as_soon_as_it_is_sorted() -> None:
    yard = yard_with(DEFECT[0], pairs_from=20)
    yard.report(2, DEFECT[0][0], by="j-tom", description=Tainted(text=DEFECT[0][1]))
    yard.deliver()
    yard.look(Subject(kind="item", id="2"))
    again = msgspec.structs.replace(yard.delivered[-1], id="found-2", name="jira.issue_found")
    yard.memory.put(again)
    yard.settle()
    assert len(yard.all_requests()) == 1


def test_what_is_heard_of_again_after_it_was_sorted_waits_for_nothing() -> None:
    yard = yard_with(DEFECT[0], pairs_from=20)
    yard.report(2, DEFECT[0][0], by="j-tom", description=Tainted(text=DEFECT[0][1]))
    yard.deliver()
    yard.look(Subject(kind="item", id="2"))
    yard.look(SORTING)
    yard.memory.put(msgspec.structs.replace(yard.delivered[-1], id="found-2", name="jira.issue_found"))
    yard.settle()
    assert len(yard.all_requests()) == 1
