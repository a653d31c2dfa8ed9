"""What a yes to a batch does to the issue in front and to the reporters, and in which words."""

from typing import Any

import pytest

from orchestrator.approvals.quorum import needed
from orchestrator.batching.raising import raised
from orchestrator.messages import Button
from rules.actions import PriorityAction, WatchAction
from rules.model import Item, Tainted
from rules.requests import RequestState
from rules.ruleset import CommentRule, PriorityStep
from tests.batching.bad_morning import cards, linked, questions, shown, tell, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.clock import SetClock
from tests.fakes.tracker import OPEN
from tests.fakes.yard import Yard

LADDER = (PriorityStep(from_points=5, name="High"), PriorityStep(from_points=500, name="Highest"))


def told_by(accounts: dict[int, str], **changed: Any) -> Yard:
    """Have five report the defect, Tom where nobody else is named."""
    yard = yard_with(**changed)
    for number, text in enumerate(DEFECT[:5], 1):
        said = Tainted(text=text[1])
        yard.report(number, text[0], by=accounts.get(number, "j-tom"), description=said, priority="Medium")
        yard.settle()
    return yard


def watches(yard: Yard) -> list[str]:
    return [action.account for action, _ in yard.tracker.performed if isinstance(action, WatchAction)]


def approve_button(yard: Yard) -> Button:
    ((_, message),) = [(place, message) for place, message in shown(yard) if place[0]]
    (button,) = [one for section in message.sections for one in section.buttons if one.action == "request.approve"]
    return button


def test_each_who_reported_the_others_watches_the_one_in_front() -> None:
    yard = told_by({2: "j-dana", 3: "j-dana"}, watch=True)
    yard.approve()
    assert yard.tracker.watching == {1: {"j-dana", "j-tom"}}
    assert sorted(watches(yard)) == ["j-dana", "j-tom"]
    assert "2 of those who reported them are told of what happens to WEB-1" in cards(yard)[0]


def test_who_watches_already_is_not_added() -> None:
    yard = told_by({2: "j-dana"}, watch=True)
    yard.tracker.watching[1] = {"j-tom"}
    yard.vote("UMIKA", questions(yard)[0])
    yard.settle()
    assert watches(yard) == ["j-dana"]


def test_who_may_not_browse_the_one_in_front_is_not_told_of_it() -> None:
    yard = yard_with(watch=True, comment="{key}: {summary}")
    yard.tracker.hidden[1] = {"j-gus"}
    for number, text in enumerate(DEFECT[:5], 1):
        by = "j-gus" if number == 3 else "j-tom"
        yard.report(number, text[0], by=by, description=Tainted(text=text[1]))
        yard.settle()
    yard.approve()
    assert yard.tracker.watching == {1: {"j-tom"}}
    texts = {one.item: one.text for one in yard.tracker.comments}
    assert texts[2] == f"WEB-1: {DEFECT[0][0]}"
    assert texts[3] == "WEB-1: (not everybody may see its summary)"


def test_without_the_rule_nobody_is_made_to_watch() -> None:
    yard = told_by({2: "j-dana"})
    yard.approve()
    assert yard.tracker.watching == {}


def test_the_priority_of_the_one_in_front_rises_with_what_waits() -> None:
    yard = told_by({}, priority=LADDER)
    yard.approve()
    assert yard.tracker.issues[1].priority == "High"
    assert {yard.tracker.issues[number].priority for number in (2, 3, 4, 5)} == {"Medium"}
    assert "the priority of WEB-1: Medium → High" in cards(yard)[0]


def test_a_priority_that_somebody_changed_meanwhile_is_left_to_them() -> None:
    yard = told_by({}, priority=LADDER)
    yard.tracker.change(1, "j-tom", priority="Lowest")
    yard.approve()
    assert yard.tracker.issues[1].priority == "Lowest"
    assert linked(yard) == {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("present", "points", "after"),
    [
        ("Medium", 4, None),
        ("Medium", 5, "High"),
        ("Medium", 500, "Highest"),
        ("High", 5, None),
        ("Highest", 5, None),
        ("Blocker", 500, None),
        (None, 5, "High"),
        ("Nobody knows", 500, None),
    ],
)
def test_a_priority_is_raised_to_what_the_rules_say_and_never_lowered(
    present: str | None, points: int, after: str | None
) -> None:
    found = raised(head(present), points, LADDER)
    assert (found.after if found else None) == after


def test_names_of_ones_own_are_ordered_by_the_rules_themselves() -> None:
    steps = (PriorityStep(from_points=10, name="Sev 2"), PriorityStep(from_points=20, name="Sev 1"))
    up = raised(head("Sev 2"), 25, steps)
    assert up == PriorityAction(item=1, before="Sev 2", after="Sev 1")
    assert raised(head("Sev 1"), 15, steps) is None


def head(priority: str | None) -> Item:
    at = SetClock().now()
    return Item(
        id=1,
        key="WEB-1",
        project="WEB",
        summary=Tainted(text="x"),
        type="Bug",
        status=OPEN,
        created=at,
        updated=at,
        priority=priority,
    )


def test_a_comment_counts_the_reports_as_they_were_when_people_were_asked() -> None:
    yard = told_by({}, comment="{key} is told of {count} times.")
    (question,) = questions(yard)
    tell(yard, 6, DEFECT[5])
    yard.vote("UMIKA", question)
    yard.settle()
    assert {one.text for one in yard.tracker.comments} == {"WEB-1 is told of 5 times."}
    assert linked(yard) == {2, 3, 4, 5}


def test_one_that_left_changes_no_word_for_the_others() -> None:
    yard = told_by({}, comment="{key} is told of {count} times.", watch=True)
    yard.tracker.change(3, "j-tom", project="OPS")
    yard.approve()
    assert linked(yard) == {2, 4, 5}
    assert {one.text for one in yard.tracker.comments} == {"WEB-1 is told of 5 times."}
    assert yard.tracker.watching == {1: {"j-tom"}}


def test_a_reporter_whose_only_issue_left_the_question_does_not_watch() -> None:
    yard = told_by({3: "j-dana"}, watch=True)
    yard.tracker.change(3, "j-tom", project="OPS")
    yard.approve()
    assert watches(yard) == ["j-tom"]


def test_a_project_may_have_words_of_its_own_that_customers_do_not_see() -> None:
    yard = yard_with(comments={"SEC": CommentRule(text="Ours: {key}", internal=True)})
    for number, text in enumerate(DEFECT[:5], 1):
        tell(yard, number, text, project="SEC" if number == 2 else "WEB")
    yard.approve()
    said = {one.item: (one.text, one.internal) for one in yard.tracker.comments}
    assert said[2] == ("Ours: WEB-1", True)
    assert said[3] == ("The same problem as WEB-1.", False)


def test_who_approves_is_asked_whether_they_looked_at_the_odd_ones() -> None:
    (question,) = questions(yard := told_by({}, look_at_under=1000))
    confirm = approve_button(yard).confirm
    assert confirm is not None
    named = {part.text for part in confirm.parts if isinstance(part, Tainted)}
    assert named == {f"WEB-{ask.payload.item}" for ask in question.couplings}


def test_where_none_is_odd_nothing_is_to_be_confirmed() -> None:
    assert approve_button(told_by({}, look_at_under=0)).confirm is None


def test_a_second_person_is_asked_for_so_many_issues_and_not_for_so_many_changes() -> None:
    yard = told_by({2: "j-dana"}, second_person_from=5, watch=True, priority=LADDER)
    (question,) = questions(yard)
    assert len(question.couplings) == 4
    assert len(question.asks) == 7
    assert [needed(step) for step in question.agreement] == [1]
    assert yard.approve().state is RequestState.APPROVED
