"""Whose answer counts, when, and what those are told whose answer does not."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from orchestrator.decide import GRACE
from rules.agreement import ApprovalRule
from rules.model import Person, Subject
from rules.requests import RequestState
from rules.ruleset import PersonRule, Ruleset
from tests.fakes.rulings import ruleset
from tests.fakes.yard import Yard


def test_one_approval_of_a_linked_holder_of_the_role_decides() -> None:
    yard = Yard()
    yard.repeat()

    request = yard.approve("UPRIYA")

    assert request.state is RequestState.APPROVED
    assert [(vote.human, vote.counts) for vote in request.votes] == [("priya", True)]
    assert yard.outcomes() == ["confirmed"]


@pytest.mark.parametrize(
    ("user", "told"),
    [
        ("UTOM", "This needs somebody with the role triager; you do not have it."),
        ("UNOBODY", "I do not know your Jira account"),
    ],
)
def test_who_may_not_decide_is_told_and_changes_nothing(user: str, told: str) -> None:
    yard = Yard()
    request = yard.repeat()

    yard.vote(user, request)
    yard.settle()

    assert yard.request(request.id) == request
    assert told in yard.said()
    assert yard.tracker.performed == []


def test_a_reporter_with_the_role_cannot_approve_their_own_issue() -> None:
    yard = Yard()
    request = yard.repeat(by="j-mika")

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
    assert "somebody else has to decide" in yard.said()


def test_a_reporter_stays_excluded_when_they_are_linked_only_after_the_question_was_asked() -> None:
    rules = ruleset()
    unlinked = {**rules.people, "mika": PersonRule(name="Mika", slack="UMIKA", roles=("triager",))}
    yard = Yard(msgspec.structs.replace(rules, people=unlinked))
    request = yard.repeat(by="j-mika")
    yard.memory.rules = rules

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING


def test_who_is_known_in_slack_alone_is_told_how_to_be_linked() -> None:
    rules = ruleset()
    unlinked = {**rules.people, "mika": PersonRule(name="Mika", slack="UMIKA", roles=("triager",))}
    yard = Yard(msgspec.structs.replace(rules, people=unlinked))
    request = yard.repeat()

    yard.vote("UMIKA", request)
    yard.settle()

    assert "same visible e-mail address" in yard.said()
    assert "slack: UMIKA" in yard.said()
    assert yard.request(request.id).state is RequestState.PENDING


def test_a_guest_cannot_decide_whatever_their_role() -> None:
    yard = Yard()
    yard.directory.guests = {"mika"}
    request = yard.repeat()

    yard.vote("UMIKA", request)
    yard.settle()

    assert "Guests" in yard.said()
    assert yard.request(request.id).state is RequestState.PENDING


def test_who_is_linked_by_an_address_alone_and_has_no_role_cannot_decide() -> None:
    yard = Yard()
    yard.directory.strangers["UEVE"] = Person(id="slack:UEVE", name="Eve", jira="j-eve", slack="UEVE")
    request = yard.repeat()

    yard.vote("UEVE", request)
    yard.settle()

    assert "you do not have it" in yard.said()


def test_a_role_that_may_no_longer_approve_decides_nothing() -> None:
    yard = Yard()
    request = yard.repeat()
    roles = {name: msgspec.structs.replace(role, may=("read",)) for name, role in yard.memory.rules.roles.items()}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, roles=roles)

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING


def test_a_double_click_changes_nothing_and_is_told_that_it_was_decided() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.vote("UMIKA", request)
    yard.vote("UMIKA", request)
    yard.settle()

    assert len(yard.request(request.id).votes) == 1
    assert len(yard.tracker.performed) == 3
    assert "It was approved already. (Mika)" in yard.said()


def test_the_first_of_two_contrary_votes_decides_and_the_second_human_is_told() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.vote("UMIKA", request, "reject")
    yard.vote("UPRIYA", request, "approve")
    yard.settle()

    assert yard.request(request.id).state is RequestState.REJECTED
    assert yard.tracker.performed == []
    assert "It was rejected already. (Mika)" in yard.said()


def test_a_vote_on_an_unknown_question_does_nothing_and_its_giver_is_told() -> None:
    yard = Yard()
    yard.report(1)
    yard.settle()

    yard.command("vote.cast", "UMIKA", Subject(kind="item", id="1"), request="made-up", choice="approve")
    yard.settle()

    assert "I do not know this question" in yard.said()
    assert "command.refused" in yard.kinds()


def test_a_vote_about_an_issue_that_nobody_knows_does_nothing() -> None:
    yard = Yard()

    yard.command("vote.cast", "UMIKA", Subject(kind="item", id="404"), request="made-up", choice="approve")
    yard.settle()

    assert "I do not know this question" in yard.said()


def test_a_question_that_is_put_with_another_issues_button_is_not_found() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.command("vote.cast", "UMIKA", Subject(kind="item", id="1"), request=request.id, choice="approve")
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING


def test_an_answer_that_came_after_the_time_does_not_count_and_its_giver_is_told() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.clock.at = request.expires_at

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
    assert "before your answer came" in yard.said()
    assert yard.tracker.performed == []


def test_an_answer_that_came_in_time_counts_even_if_it_is_heard_later() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.clock.at = request.expires_at + timedelta(hours=1)

    yard.vote("UMIKA", request, received_at=request.expires_at - timedelta(seconds=1))
    yard.settle()

    assert yard.request(request.id).state is RequestState.APPROVED


def test_an_answer_that_is_still_on_its_way_at_the_end_is_waited_for() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.pass_by(hours=24)
    yard.vote("UMIKA", request, received_at=request.expires_at - timedelta(seconds=1))
    yard.settle()

    assert yard.request(request.id).state is RequestState.APPROVED


def test_expired_is_not_rejected() -> None:
    yard = Yard()
    request = yard.repeat()

    yard.pass_by(hours=24, seconds=GRACE.total_seconds())

    assert yard.request(request.id).state is RequestState.EXPIRED
    assert yard.outcomes() == ["expired"]
    assert "Expired: nobody answered in time, nothing was done." in yard.card()


def test_an_answer_to_an_expired_question_is_told_so() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.pass_by(hours=25)

    yard.vote("UMIKA", request)
    yard.settle()

    assert "It expired without an answer" in yard.said()
    assert yard.request(request.id).state is RequestState.EXPIRED


def test_a_vote_that_does_not_count_is_recorded_with_its_reason() -> None:
    yard = Yard()
    request = yard.repeat()

    event = yard.vote("UTOM", request)
    yard.settle()

    vote = yard.memory.tables.votes[event.id]
    assert (vote.counts, vote.human) == (False, "tom")
    assert vote.why_not is not None


def test_who_may_not_browse_the_issues_cannot_decide_about_them() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.hidden[1] = {"j-mika"}

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
    assert yard.said() == "You may not browse these issues in Jira, or Jira could not tell; nothing was done."


def test_who_votes_on_a_question_about_what_was_linked_meanwhile_is_told_that_it_was_withdrawn() -> None:
    yard = Yard()
    request = yard.repeat()
    yard.tracker.link(2, 1, "Relates", "j-tom")

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.said() == "It was withdrawn."


def quorum(**said: Any) -> Ruleset:
    rules = ruleset()
    approval = msgspec.convert(said, ApprovalRule)
    workflow = msgspec.structs.replace(rules.workflows["repeats"], approval=approval)
    return msgspec.structs.replace(rules, workflows={"repeats": workflow})


def test_two_have_to_agree_where_the_rules_say_so_and_the_card_tells_how_far_it_is() -> None:
    yard = Yard(quorum(steps=[{"name": "triage", "people": 2}]))
    request = yard.repeat()

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
    assert "• triage, 1 of 2 people: Mika" in yard.card()
    assert yard.approve("UPRIYA").state is RequestState.APPROVED
    assert "Approved by Mika and Priya. All done." in yard.card()


def test_an_answer_can_be_taken_back_and_given_again_while_the_question_is_open() -> None:
    yard = Yard(quorum(steps=[{"name": "triage", "people": 2}]))
    request = yard.repeat()
    yard.vote("UMIKA", request)
    yard.settle()

    yard.command("vote.retracted", "UMIKA", request.subject, request=request.id)
    yard.vote("UPRIYA", request)
    yard.settle()
    alone = yard.request(request.id)
    yard.vote("UMIKA", request)
    yard.settle()

    assert (alone.state, [vote.human for vote in alone.votes]) == (RequestState.PENDING, ["priya"])
    assert yard.request(request.id).state is RequestState.APPROVED


def test_what_is_decided_cannot_be_taken_back() -> None:
    yard = Yard()
    yard.repeat()
    request = yard.approve()

    yard.command("vote.retracted", "UMIKA", request.subject, request=request.id)
    yard.settle()

    assert yard.request(request.id).state is RequestState.APPROVED
    assert "It was approved already." in yard.said()


def test_a_question_that_too_few_may_answer_is_not_asked() -> None:
    yard = Yard(quorum(steps=[{"name": "triage", "people": 3}]))

    yard.report(1, by="j-tom")
    yard.settle()
    yard.report(2)
    yard.settle()

    assert yard.memory.tables.requests == {}


def test_a_step_is_asked_where_its_condition_holds_or_breaks_and_else_not() -> None:
    holds = {"name": "night", "people": 2, "when": "item.project == 'WEB'"}
    fails = {"name": "pay", "people": 2, "when": "item.project == 'PAY'"}
    breaks = {"name": "odd", "people": 2, "when": "1 / (item.age_hours - item.age_hours) > 0"}

    names = [[step.name for step in Yard(quorum(steps=[one])).repeat().agreement] for one in (holds, fails, breaks)]

    assert names == [["night"], ["triager"], ["odd"]]


def test_who_is_to_do_the_work_does_not_decide_about_it() -> None:
    yard = Yard()
    request = yard.repeat(assignee="j-mika")

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
    assert "somebody else has to decide" in yard.said()


def test_who_wrote_the_rule_does_not_decide_what_it_asks() -> None:
    rules = ruleset()
    workflow = msgspec.structs.replace(rules.workflows["repeats"], author="mika")
    yard = Yard(msgspec.structs.replace(rules, workflows={"repeats": workflow}))
    request = yard.repeat()

    yard.vote("UMIKA", request)
    yard.settle()

    assert yard.request(request.id).state is RequestState.PENDING
