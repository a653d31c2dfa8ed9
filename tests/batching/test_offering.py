"""The form in which people change a batch."""

import msgspec

from orchestrator.messages import Form, Input
from rules.model import Subject
from tests.batching.bad_morning import change, live, tell, yard_with
from tests.batching.crowd import DEFECT
from tests.batching.test_changing import PRINTER
from tests.batching.test_creating import able, have_created, morning
from tests.fakes.written import told
from tests.fakes.yard import Yard


def press(yard: Yard, user: str, batch: str) -> None:
    """Press Change."""
    yard.command("change.opened", user, Subject(kind="person", id=user), batch=batch, view="v1")
    yard.settle()


def form(yard: Yard, user: str = "UMIKA") -> Form:
    press(yard, user, live(yard)[0].id)
    return yard.chat.forms["v1"]


def place(filled: Form, name: str) -> Input:
    return next(one for one in filled.inputs if one.name == name)


def test_all_may_be_taken_out_and_those_least_like_the_others_come_first() -> None:
    choices = place(form(yard_with(*DEFECT)), "out:1").choices
    likeness = [int(told(one.label).split("(")[1].split("%")[0]) for one in choices]
    assert {one.value for one in choices} == {"1", "2", "3", "4", "5", "6"}
    assert likeness == sorted(likeness)


def test_the_one_in_front_is_told_with_its_reason() -> None:
    head = place(form(yard_with(*DEFECT)), "head")
    assert head.given == "1"
    assert "WEB-1" in head.hint
    assert "oldest" in head.hint


def test_a_head_that_somebody_chose_is_told_as_chosen() -> None:
    yard = yard_with(*DEFECT)
    change(yard, "UMIKA", live(yard)[0], head=3)
    head = place(form(yard), "head")
    assert (head.given, "somebody chose it" in head.hint) == ("3", True)


def test_nobody_is_offered_an_issue_that_they_may_not_browse() -> None:
    yard = yard_with(*DEFECT)
    yard.tracker.hidden[1] = {"j-mika"}
    yard.tracker.hidden[3] = {"j-mika"}
    seen = form(yard)
    values = {choice.value for one in seen.inputs for choice in one.choices}
    assert not {"1", "3"} & values
    assert "2 more you may not browse" in told(seen.lines[0])
    assert place(seen, "head").given == ""
    assert "WEB-1" not in place(seen, "head").hint


def test_only_batches_all_of_which_one_may_browse_are_offered_to_merge_with() -> None:
    yard = yard_with(*DEFECT)
    for number, text in enumerate(PRINTER, 7):
        tell(yard, number, text)
    assert len(place(form(yard), "merge").choices) == 1
    for number in live(yard)[1].members:
        yard.tracker.hidden[number] = {"j-mika"}
    assert "merge" not in {one.name for one in form(yard).inputs}


def test_more_issues_than_a_select_holds_stand_in_several() -> None:
    yard = yard_with(*DEFECT)
    (batch,) = live(yard)
    many = tuple(sorted({*batch.members, *range(1000, 1060)}))
    more = [yard.report(number, f"another {number}", by="j-tom").id for number in range(2000, 2060)]
    yard.settle()
    yard.memory.tables.batches[batch.id] = msgspec.structs.replace(batch, members=(*many, *more))
    selects = [one for one in form(yard).inputs if one.kind == "many"]
    assert [len(one.choices) for one in selects] == [100, len(many) + 60 - 100]


def test_a_batch_that_is_none_any_more_has_no_form() -> None:
    yard = yard_with()
    press(yard, "UMIKA", "nothing")
    assert "no batch any more" in yard.said()


def offered(yard: Yard) -> list[str]:
    return [one.value for one in place(form(yard), "head").choices if not one.value.isdigit()]


def test_a_new_issue_is_offered_in_the_projects_of_the_reports_where_one_may_create() -> None:
    yard = yard_with(*DEFECT[:4])
    yard.memory.rules = able()
    tell(yard, 5, DEFECT[4], project="PAY")
    assert offered(yard) == ["new:WEB", "new:PAY"]
    assert "that of WEB-1" in place(form(yard), "summary").hint
    yard.tracker.barred["WEB"] = {"j-mika"}
    assert offered(yard) == ["new:PAY"]


def test_no_new_issue_is_offered_to_who_may_not_browse_all_of_them_or_where_the_rules_want_none() -> None:
    yard = yard_with(*DEFECT)
    assert offered(yard) == []
    yard.memory.rules = able()
    yard.tracker.hidden[3] = {"j-mika"}
    assert offered(yard) == []
    assert "summary" not in {one.name for one in form(yard).inputs}


def test_a_second_new_issue_is_not_offered_while_one_stands_in_front() -> None:
    yard = morning()
    have_created(yard)
    assert offered(yard) == []
