"""A new issue that is created to stand in front of a batch: in whose name, of what, once, and what comes of it."""

from typing import Any

import msgspec
import pytest

from orchestrator.batching import Batch
from orchestrator.facts import RecordState
from orchestrator.ports import GatewayError
from rules.actions import CreateAction, IssueForm, ScreenField
from rules.requests import Request, RequestState
from rules.ruleset import GuardrailRule, Ruleset
from tests.batching.bad_morning import asked, batching_rules, cards, change, linked, live, questions, tell, yard_with
from tests.batching.crowd import DEFECT
from tests.fakes.tracker import CLOSED
from tests.fakes.yard import Yard

TOOLS = ("create", "link", "comment", "unlink", "uncomment")


def able(rules: Ruleset | None = None, **changed: Any) -> Ruleset:
    """Rules that let the agent of batches create what people command."""
    rules = rules or batching_rules()
    given = {"tools": TOOLS, "autonomy": {"create": "act_with_undo"}} | changed
    agent = msgspec.structs.replace(rules.agents["batches"], **given)
    return msgspec.structs.replace(rules, agents=rules.agents | {"batches": agent})


def morning(rules: Ruleset | None = None) -> Yard:
    yard = yard_with(*DEFECT[:5])
    yard.memory.rules = rules or able()
    yard.clock.pass_by(minutes=1)
    return yard


def only(yard: Yard) -> Batch:
    (batch,) = live(yard)
    return batch


def have_created(yard: Yard, user: str = "UMIKA", **wish: Any) -> None:
    change(yard, user, only(yard), **({"new": "WEB"} | wish))


def creations(yard: Yard) -> list[Request]:
    return [one for one in questions(yard) if one.creates]


def made(yard: Yard) -> list[int]:
    return sorted(yard.tracker.marks.values())


def open_now(yard: Yard) -> list[Request]:
    return [one for one in questions(yard) if one.state is RequestState.PENDING]


def test_the_new_issue_stands_in_front_and_all_are_asked_about_with_it() -> None:
    yard = morning()
    have_created(yard)
    (new,) = made(yard)
    assert (only(yard).head, only(yard).members) == (new, (1, 2, 3, 4, 5, new))
    (question,) = open_now(yard)
    assert {(ask.payload.item, ask.other) for ask in question.couplings} == {(id_, new) for id_ in range(1, 6)}
    yard.approve()
    assert linked(yard, to=new) == {1, 2, 3, 4, 5}


def test_it_is_said_of_what_it_is_made_and_it_is_the_givers() -> None:
    yard = morning()
    have_created(yard)
    item = yard.tracker.issues[made(yard)[0]]
    assert (item.summary.text, item.type, item.reporter) == (DEFECT[0][0], yard.tracker.issues[1].type, "j-mika")
    assert item.description.text.startswith("5 reports look like one problem.")
    assert "At least half of them name" in item.description.text
    assert "WEB-" not in item.description.text


def test_the_summary_that_somebody_wrote_is_taken() -> None:
    yard = morning()
    have_created(yard, summary={"as": "tainted", "text": "  Gift cards\n are empty  ", "source": "slack"})
    assert yard.tracker.issues[made(yard)[0]].summary.text == "Gift cards are empty"


def test_it_is_not_counted_as_a_report() -> None:
    yard = morning()
    have_created(yard)
    (card,) = cards(yard)
    assert "5 reports look like one problem" in card
    assert "*5 reports* in 1 project, reported by 1 person" in card
    assert {ask.count for ask in open_now(yard)[0].couplings} == {5}


def test_its_giver_may_still_answer_and_change_what_it_stands_in_front_of() -> None:
    yard = morning()
    have_created(yard)
    change(yard, "UMIKA", only(yard), out=[3])
    yard.clock.pass_by(minutes=1)
    yard.vote("UMIKA", open_now(yard)[0])
    yard.settle()
    assert linked(yard, to=made(yard)[0]) == {1, 2, 4, 5}


def test_who_was_answered_already_is_not_answered_again() -> None:
    yard = morning()
    yard.approve()
    yard.clock.pass_by(minutes=1)
    have_created(yard)
    (question,) = open_now(yard)
    assert asked(question) == {1}
    yard.vote("UPRIYA", question)
    yard.settle()
    (new,) = made(yard)
    assert (linked(yard, to=new), linked(yard)) == ({1}, {2, 3, 4, 5, new})
    assert len(yard.tracker.comments) == 4 + 1


def test_undo_takes_the_links_back_and_leaves_the_issue() -> None:
    yard = morning()
    have_created(yard)
    approved = yard.approve()
    yard.undo("UPRIYA", approved)
    yard.settle()
    (new,) = made(yard)
    assert linked(yard, to=new) == set()
    assert yard.tracker.comments == []
    assert yard.tracker.issues[new].is_open


def test_what_is_taken_out_with_it_is_not_told_of_in_it() -> None:
    yard = morning()
    have_created(yard, out=[3])
    (new,) = made(yard)
    assert only(yard).members == (1, 2, 4, 5, new)
    assert yard.tracker.issues[new].description.text.startswith("4 reports")
    assert asked(open_now(yard)[0]) == {1, 2, 4, 5}


def test_a_form_that_comes_twice_and_one_that_comes_late_make_no_second_issue() -> None:
    yard = morning()
    for view in ("slack:1", "slack:1", "slack:2"):
        yard.command("batch.changed", "UMIKA", questions(yard)[0].subject, new="WEB", view=view)
    yard.settle()
    have_created(yard, "UPRIYA", view="slack:3")
    assert len(made(yard)) == 1
    assert "was created to stand in front already" in yard.said()


def test_an_answer_of_jiras_that_got_lost_makes_no_second_issue() -> None:
    yard = morning()
    yard.tracker.lost = 1
    have_created(yard)
    yard.pass_by(minutes=5)
    assert only(yard).head == made(yard)[0]
    assert len(made(yard)) == 1


def test_a_failure_stands_on_the_card_and_can_be_tried_again() -> None:
    yard = morning()
    yard.tracker.failures = [GatewayError("the field Team is required", retryable=False)]
    have_created(yard)
    (card,) = cards(yard)
    assert "The new issue was not created in WEB: the field Team is required" in card
    assert [one.state for one in open_now(yard)] == [RequestState.PENDING]
    assert "Try again" in card
    yard.command("retry.asked", "UPRIYA", creations(yard)[0].subject, request=creations(yard)[0].id)
    yard.settle()
    assert only(yard).head == made(yard)[0]
    assert "not created" not in cards(yard)[0]


def test_what_failed_is_not_tried_again_once_another_was_asked_for() -> None:
    yard = morning()
    yard.tracker.failures = [GatewayError("no", retryable=False)]
    have_created(yard)
    (failed,) = creations(yard)
    yard.clock.pass_by(minutes=1)
    have_created(yard, "UPRIYA")
    yard.command("retry.asked", "UPRIYA", failed.subject, request=failed.id)
    yard.settle()
    assert "Another new issue was asked for since" in yard.said()
    assert len(made(yard)) == 1


def test_a_type_that_needs_more_than_we_can_give_is_passed_over() -> None:
    yard = morning()
    more = ScreenField(id="customfield_1", name="Team")
    kinds = {name: IssueForm(project="WEB", type=name) for name in ("Epic", "Task")}
    yard.tracker.forms["WEB"] = {"Bug": IssueForm(project="WEB", type="Bug", required=(more,)), **kinds}
    have_created(yard)
    item = yard.tracker.issues[made(yard)[0]]
    assert (item.type, item.reporter) == ("Epic", "j-bot")


def test_while_work_is_stopped_it_is_not_created() -> None:
    yard = morning()
    yard.stop("action", "create")
    have_created(yard)
    assert "Not created: work is stopped" in yard.said()
    assert made(yard) == []


def guarded() -> Ruleset:
    rule = GuardrailRule(when="item.project == 'WEB' && 'create' in proposal.actions", answer="ask", reason="not here")
    return msgspec.structs.replace(able(), guardrails={"not-here": rule})


@pytest.mark.parametrize(
    ("rules", "wish", "why"),
    [
        (batching_rules(), {}, "The rules let me create no issue"),
        (able(autonomy={}), {}, "only where a person agrees"),
        (able(actions_per_day=0), {}, "left of today's budget"),
        (guarded(), {}, "not here"),
        (able(), {"new": "PAY"}, "None of these issues is in PAY any more"),
        (able(), {"head": 3}, "nothing was changed"),
        (able(), {"out": [2, 3, 4, 5]}, "Reject the question instead"),
    ],
)
def test_what_cannot_be_created_is_refused_in_words_and_changes_nothing(
    rules: Ruleset, wish: dict[str, Any], why: str
) -> None:
    yard = morning(rules)
    before = only(yard), questions(yard)
    have_created(yard, **wish)
    assert why in yard.said()
    assert (only(yard), questions(yard), made(yard)) == (*before, [])


def test_nobody_has_one_created_where_they_may_not_or_of_what_they_may_not_browse() -> None:
    yard = morning()
    yard.tracker.barred["WEB"] = {"j-mika"}
    have_created(yard)
    assert "You may not create issues in WEB" in yard.said()
    yard.tracker.barred.clear()
    yard.tracker.hidden[4] = {"j-mika"}
    have_created(yard)
    assert "may not browse" in yard.said()
    assert made(yard) == []


def test_one_that_is_closed_falls_away_as_any_other_does() -> None:
    yard = morning()
    have_created(yard)
    (new,) = made(yard)
    yard.tracker.change(new, "j-tom", status=CLOSED)
    yard.settle()
    tell(yard, 6, DEFECT[5])
    yard.pass_by(minutes=61)
    assert {ask.other for ask in open_now(yard)[0].couplings} == {1}


def test_it_stays_in_front_when_others_join() -> None:
    yard = morning()
    have_created(yard)
    yard.approve()
    tell(yard, 6, DEFECT[5])
    yard.pass_by(minutes=61)
    assert {(ask.payload.item, ask.other) for ask in open_now(yard)[0].couplings} == {(6, made(yard)[0])}


def test_the_ledger_tells_who_had_it_created_and_that_it_stands_in_front() -> None:
    yard = morning()
    have_created(yard)
    told = [entry for entry in yard.memory.tables.ledger if entry.kind == "batch.changed"]
    assert [entry.about for entry in told] == [(1, 2, 3, 4, 5), (made(yard)[0],)]
    assert told[0].data["change"]["new"] == "WEB"
    (done,) = [one for one in yard.records(creations(yard)[0]) if isinstance(one.action, CreateAction)]
    assert done.state is RecordState.DONE
