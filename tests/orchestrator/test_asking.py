"""From a new issue to a question, or to nothing: who is asked, about what, and where."""

import msgspec
import pytest

from rules.actions import LinkAction, TransitionAction
from rules.model import Subject, Tainted
from rules.requests import RequestState
from rules.ruleset import AutonomyLevel, Ruleset
from tests.fakes.chat import YARD
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import BOT, CLOSED
from tests.fakes.yard import PROBLEM, Yard


def with_autonomy(level: AutonomyLevel, **more: AutonomyLevel) -> Ruleset:
    rules = ruleset()
    levels = {"link": level, "comment": level, "transition": level, **more}
    agent = msgspec.structs.replace(rules.agents["duplicates"], autonomy=levels)
    sure = msgspec.structs.replace(rules.limits, confidence={"link": 700, "comment": 700, "transition": 700})
    return msgspec.structs.replace(rules, agents={"duplicates": agent}, limits=sure)


def test_a_new_issue_that_repeats_a_known_one_is_asked_about_and_nothing_is_done_before_the_answer() -> None:
    yard = Yard()

    request = yard.repeat()

    assert request.state is RequestState.PENDING
    assert (request.subject, request.asks[0].other) == (Subject(kind="item", id="2"), 1)
    assert yard.tracker.performed == []
    assert list(yard.chat.messages) == [(YARD, "1.0")]


def test_approve_links_comments_and_closes_in_this_order() -> None:
    yard = Yard()
    yard.repeat()

    request = yard.approve()

    assert [type(action) for action, _ in yard.tracker.performed] == [
        type(action) for action in request.asks[0].payload.actions
    ]
    assert isinstance(yard.tracker.performed[0][0], LinkAction)
    assert isinstance(yard.tracker.performed[2][0], TransitionAction)
    assert yard.tracker.issues[2].status == CLOSED
    assert yard.tracker.issues[2].resolution == "Duplicate"
    assert yard.tracker.comments[0].text.startswith("The same problem as WEB-1: Checkout fails")


def test_reject_does_nothing_and_keeps_the_reason() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.vote("UMIKA", request, "reject", reason={"as": "tainted", "text": "another bank", "source": "slack"})
    yard.settle()

    assert yard.tracker.performed == []
    assert "Rejected by Mika: another bank" in yard.card()
    assert yard.outcomes() == ["rejected"]


def test_an_issue_that_resembles_nothing_is_looked_at_and_left_alone() -> None:
    yard = Yard()
    yard.report(1)
    yard.report(2, summary="Printer on floor 3 is out of toner", description=Tainted(text="please refill"))

    yard.settle()

    assert yard.all_requests() == []
    assert yard.kinds() == ["look.done", "look.done"]


def test_the_newer_issue_is_the_subject_even_when_the_older_one_is_looked_at_last() -> None:
    yard = Yard()
    yard.repeat()

    yard.tracker.change(1, "j-tom", summary=yard.tracker.issues[2].summary)
    yard.settle()

    assert yard.only_request().subject == Subject(kind="item", id="2")


def test_issues_that_are_linked_already_are_not_asked_about() -> None:
    yard = Yard()
    yard.report(1)
    yard.report(2)
    yard.tracker.link(2, 1, "Relates", "j-dana")

    yard.settle()

    assert yard.all_requests() == []


def test_a_known_issue_that_jira_has_lost_meanwhile_is_not_asked_about() -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()
    del yard.tracker.issues[1]

    yard.report(2)
    yard.settle()

    assert yard.all_requests() == []


def test_what_the_condition_leaves_out_is_not_asked_about() -> None:
    rules = ruleset()
    workflow = msgspec.structs.replace(rules.workflows["repeats"], when='item.type == "Task"')
    yard = Yard(msgspec.structs.replace(rules, workflows={"repeats": workflow}))
    yard.report(1)
    yard.report(2)
    yard.settle()

    assert yard.all_requests() == []


def test_a_condition_that_cannot_be_evaluated_asks_nothing_and_says_why() -> None:
    rules = ruleset()
    workflow = msgspec.structs.replace(rules.workflows["repeats"], when="item.nonsense > 1")
    yard = Yard(msgspec.structs.replace(rules, workflows={"repeats": workflow}))
    yard.report(1)
    yard.report(2)
    yard.settle()

    found = yard.memory.tables.ledger[-1].data["workflows"]["repeats"]
    assert yard.all_requests() == []
    assert "could not be evaluated" in found["reason"]


def test_a_workflow_whose_agent_nobody_wrote_does_nothing() -> None:
    rules = ruleset()
    agents = {**rules.agents, "oracle": rules.agents["duplicates"]}
    workflow = msgspec.structs.replace(rules.workflows["repeats"], agent="oracle")
    yard = Yard(msgspec.structs.replace(rules, agents=agents, workflows={"repeats": workflow}))
    yard.report(1)
    yard.report(2)
    yard.settle()

    assert yard.all_requests() == []
    assert "decision.made" not in yard.kinds()


def test_rules_without_workflows_and_agents_are_lived_with() -> None:
    yard = Yard(ruleset(workflows={}, agents={}))
    yard.report(1)
    yard.report(2)

    yard.settle()

    assert yard.kinds() == ["look.done", "look.done"]


def test_two_workflows_of_one_agent_ask_about_a_pair_once() -> None:
    rules = ruleset()
    twice = dict.fromkeys(("repeats", "repeats-again"), rules.workflows["repeats"])
    yard = Yard(msgspec.structs.replace(rules, workflows=twice))

    assert yard.repeat().workflow == "repeats"


def test_where_nobody_may_answer_the_denial_is_recorded_and_nothing_is_asked() -> None:
    rules = ruleset()
    people = {name: msgspec.structs.replace(rule, roles=()) for name, rule in rules.people.items()}
    yard = Yard(msgspec.structs.replace(rules, people=people))
    yard.report(1)
    yard.report(2)
    yard.settle()

    decision = next(entry for entry in yard.memory.tables.ledger if entry.kind == "decision.made")
    assert decision.data["verdict"] == "DENY"
    assert "there is no triager who is linked" in yard.memory.tables.ledger[-2].text.parts[3].text  # type: ignore[union-attr]
    assert yard.all_requests() == []


def test_a_channel_where_somebody_may_not_browse_gets_no_card_and_who_may_answer_is_asked_directly() -> None:
    yard = Yard()
    yard.tracker.hidden[1] = {"j-dana"}

    yard.repeat()

    assert sorted(channel for channel, _ in yard.chat.messages) == ["D-UMIKA", "D-UPRIYA"]


def test_a_channel_that_the_bot_is_not_in_is_replaced_by_direct_messages() -> None:
    yard = Yard()
    yard.chat.channels.clear()

    yard.repeat()

    assert sorted(channel for channel, _ in yard.chat.messages) == ["D-UMIKA", "D-UPRIYA"]


def test_the_reporter_is_not_asked_even_with_the_role() -> None:
    yard = Yard()
    yard.chat.channels.clear()

    yard.repeat(by="j-mika")

    assert [channel for channel, _ in yard.chat.messages] == ["D-UPRIYA"]


def test_at_level_shadow_a_decision_is_recorded_and_nobody_is_bothered() -> None:
    yard = Yard(with_autonomy("ask", comment="shadow"))
    yard.report(1)
    yard.report(2)
    yard.settle()

    assert yard.kinds().count("decision.made") == 1
    assert yard.all_requests() == []
    assert yard.chat.history == []


def test_at_level_act_with_undo_it_acts_without_a_vote_and_shows_the_card_with_undo() -> None:
    yard = Yard(with_autonomy("act_with_undo"))
    yard.tracker.transitions_of = {}

    request = yard.repeat()

    assert request.state is RequestState.APPROVED
    assert len(yard.tracker.performed) == 2
    assert "Approved by the rules. All done." in yard.card()
    assert "[Undo]" in yard.card()


def test_at_level_act_with_undo_it_still_asks_for_what_has_no_sure_way_back() -> None:
    yard = Yard(with_autonomy("act_with_undo"))

    assert yard.repeat().state is RequestState.PENDING


def test_the_bots_own_writes_come_back_and_are_no_reason_to_look_for_anything() -> None:
    yard = Yard()
    yard.report(1)
    yard.report(2, by=BOT)

    yard.settle()

    assert yard.all_requests() == []
    assert yard.kinds() == ["look.done"]


def test_the_comment_does_not_tell_a_reporter_the_summary_of_an_issue_that_they_may_not_browse() -> None:
    yard = Yard()
    yard.tracker.hidden[1] = {"j-dana"}
    yard.report(1, summary=f"{PROBLEM} at Initech", by="j-tom")
    yard.settle()
    yard.report(2)
    yard.settle()

    yard.approve()

    assert "Initech" not in yard.tracker.comments[0].text


@pytest.mark.parametrize("scope", ["everything", "project WEB", "workflow repeats", "agent duplicates", "action link"])
def test_nothing_is_asked_while_work_is_stopped_and_it_is_asked_once_it_goes_on(scope: str) -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()
    yard.stop(*scope.split())
    yard.report(2)
    yard.settle()
    assert yard.all_requests() == []

    yard.resume()

    assert yard.only_request().state is RequestState.PENDING


def test_what_stops_something_else_stops_nothing_here() -> None:
    yard = Yard()
    yard.stop("project", "PAY")

    assert yard.repeat().state is RequestState.PENDING
