"""A problem that began as a question about two issues goes on with the same card."""

import pytest

from rules.model import Subject
from rules.requests import Request, RequestState
from tests.batching.bad_morning import asked, batching_rules, cards, linked, live, questions, shown, tell, yard_with
from tests.batching.crowd import DEFECT, OTHER
from tests.fakes.yard import Yard

TWIN = DEFECT[0]


def pair(yard: Yard) -> Request:
    return next(one for one in yard.all_requests() if one.subject.kind == "item" and one.undoes is None)


def asked_about_two() -> Yard:
    yard = yard_with(TWIN, TWIN, pairs_from=350)
    assert asked(pair(yard)) == {2}
    return yard


def test_the_third_report_makes_the_card_of_two_the_card_of_all() -> None:
    yard = asked_about_two()
    (place,) = [where for where, _ in shown(yard)]
    tell(yard, 3, TWIN)
    assert [where for where, _ in shown(yard)] == [place]
    assert "3 reports" in cards(yard)[0]


def test_what_was_open_about_two_is_asked_with_the_others_at_once() -> None:
    yard = asked_about_two()
    tell(yard, 3, TWIN)
    (question,) = questions(yard)
    assert (pair(yard).state, question.state) == (RequestState.SUPERSEDED, RequestState.PENDING)
    assert asked(question) == {2, 3}


def test_a_yes_to_all_couples_them_once() -> None:
    yard = asked_about_two()
    tell(yard, 3, TWIN)
    yard.approve()
    assert linked(yard) == {2, 3}
    assert len(yard.tracker.comments) == 2


def test_a_yes_to_two_stands_and_the_third_is_asked_about_once_it_is_quiet() -> None:
    yard = asked_about_two()
    yard.approve()
    tell(yard, 3, TWIN)
    assert "Coupled (2)" in cards(yard)[0]
    assert questions(yard) == []
    yard.pass_by(minutes=61)
    assert [asked(one) for one in questions(yard)] == [{3}]
    assert len(cards(yard)) == 1


def test_a_no_to_two_begins_nothing() -> None:
    yard = asked_about_two()
    yard.vote("UMIKA", pair(yard), "reject")
    yard.settle()
    tell(yard, 3, TWIN)
    assert live(yard) == []


def test_an_answer_that_comes_with_the_third_report_counts() -> None:
    yard = asked_about_two()
    yard.report(3, TWIN[0], by="j-tom", description=yard.tracker.issues[1].description)
    yard.vote("UMIKA", pair(yard))
    yard.settle()
    assert pair(yard).state is RequestState.APPROVED
    assert 2 in linked(yard)


def test_who_answers_the_former_question_afterwards_is_told_that_it_is_closed() -> None:
    yard = asked_about_two()
    before = pair(yard)
    tell(yard, 3, TWIN)
    yard.vote("UMIKA", before)
    yard.settle()
    assert linked(yard) == set()
    assert questions(yard)[0].state is RequestState.PENDING


def test_what_a_person_proposed_stays_a_question_of_its_own() -> None:
    yard = yard_with(TWIN, TWIN, pairs_from=1000)
    yard.command("couple.proposed", "UTOM", Subject(kind="item", id="2"), other=1)
    yard.settle()
    proposed = pair(yard)
    tell(yard, 3, TWIN)
    assert yard.request(proposed.id).state is RequestState.PENDING


def test_a_pair_of_days_ago_begins_nothing() -> None:
    yard = asked_about_two()
    yard.approve()
    yard.pass_by(hours=60)
    tell(yard, 3, TWIN)
    assert pair(yard).bundle is None


@pytest.mark.parametrize("number", [5, 7])
def test_however_many_come_a_problem_has_one_card_and_two_questions_at_most(number: int) -> None:
    yard = asked_about_two()
    yard.approve()
    for id_ in range(3, 3 + number):
        tell(yard, id_, DEFECT[(id_ - 1) % 6])
    yard.pass_by(hours=5)
    yard.approve()
    assert len(cards(yard)) == 1
    assert len([one for one in yard.all_requests() if one.votes]) == 2


def test_the_card_goes_to_the_batch_whichever_looks_first() -> None:
    yard = asked_about_two()
    yard.report(3, TWIN[0], by="j-tom", description=yard.tracker.issues[1].description)
    yard.deliver()
    yard.look(Subject(kind="item", id="3"))
    yard.look(Subject(kind="batch", id="sorting"))
    (batch,) = live(yard)
    yard.look(Subject(kind="batch", id=batch.id))
    assert questions(yard) == []
    yard.look(Subject(kind="item", id="2"))
    yard.settle()
    assert len(cards(yard)) == 1
    assert asked(questions(yard)[0]) == {2, 3}
    assert pair(yard).card == f"batch:{batch.id}"


def test_where_several_alike_came_in_the_same_hours_nobody_is_asked_about_two_before_an_hour_has_passed() -> None:
    yard = yard_with(*DEFECT[1:4], pairs_from=1000)
    yard.memory.rules = batching_rules(pairs_from=300)
    tell(yard, 9, DEFECT[1])
    assert yard.all_requests() == []
    yard.pass_by(minutes=61)
    assert [asked(one) for one in yard.all_requests()] == [{9}]


def about_alone(yard: Yard, item: int) -> bool:
    return any(one.subject == Subject(kind="item", id=str(item)) for one in yard.all_requests())


def crowded() -> Yard:
    """Have an issue come that resembles three of its hours, of which people would be asked about two."""
    yard = yard_with(*DEFECT[1:4], pairs_from=1000)
    yard.memory.rules = batching_rules(pairs_from=300, from_items=20)
    tell(yard, 9, DEFECT[1])
    return yard


def test_while_such_come_nobody_is_asked_about_one_alone() -> None:
    yard = crowded()
    yard.pass_by(minutes=50)
    tell(yard, 10, DEFECT[2])
    yard.pass_by(minutes=50)
    assert not about_alone(yard, 9)
    yard.pass_by(minutes=12)
    assert about_alone(yard, 9)


def test_however_long_such_come_it_is_asked_about_after_four_times_the_pause() -> None:
    yard = crowded()
    for number in range(10, 14):
        yard.pass_by(minutes=50)
        tell(yard, number, DEFECT[1])
    assert not about_alone(yard, 9)
    yard.pass_by(minutes=40)
    assert about_alone(yard, 9)


def test_two_alone_are_asked_about_at_once() -> None:
    yard = yard_with(DEFECT[0], *OTHER[:2], TWIN, pairs_from=350)
    assert [asked(one) for one in yard.all_requests()] == [{4}]


def test_what_was_agreed_to_about_two_keeps_its_undo_button_on_the_card_of_all() -> None:
    yard = asked_about_two()
    yard.approve()
    tell(yard, 3, TWIN)
    assert "Undo the first two" in cards(yard)[0]
    yard.undo("UMIKA", pair(yard))
    yard.settle()
    assert linked(yard) == set()
    assert "Undo the first two" not in cards(yard)[0]


def test_after_ten_minutes_the_button_is_gone() -> None:
    yard = asked_about_two()
    yard.approve()
    tell(yard, 3, TWIN)
    yard.pass_by(minutes=11)
    assert "Undo the first two" not in cards(yard)[0]
    assert "Coupled (2)" in cards(yard)[0]
