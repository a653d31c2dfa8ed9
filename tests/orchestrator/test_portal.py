"""Approvals that a service desk asks for by itself: who is told of them, and what becomes of the question."""

from typing import Literal

import msgspec
import pytest

from orchestrator.ports import DeskAnswer, DeskApproval
from rules.actions import OpenTransition
from rules.requests import RequestState
from tests.fakes.tracker import BUSY, CLOSED, OPEN
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.orchestrator.test_granting import WAITING, come, gated, move, write

PORTAL = "https://jira.test/servicedesk/customer/portal/1/OPS-7"
ASKED = DeskApproval(
    id="7001",
    name="Please approve",
    decision="pending",
    answers=(DeskAnswer(account="j-tom"), DeskAnswer(account="j-mika"), DeskAnswer(account="j-unknown")),
    address=PORTAL,
)
Decision = Literal["pending", "approved", "declined"]


def at_desk(asked: DeskApproval = ASKED) -> Yard:
    """Issue 7 waits for Tom and Mika, whom Jira asks; it offers nobody else a transition."""
    yard = Yard(gated())
    yard.tracker.desk[7] = (asked,)
    yard.report(7, "A new printer for the second floor", project="OPS")
    yard.settle()
    come(yard)
    return yard


def decided(yard: Yard, tom: Decision, mika: Decision, decision: Decision) -> None:
    answers = (DeskAnswer(account="j-tom", decision=tom), DeskAnswer(account="j-mika", decision=mika))
    yard.tracker.desk[7] = (msgspec.structs.replace(ASKED, decision=decision, answers=answers),)


def shown(yard: Yard) -> dict[str, str]:
    return {place: written(message) for (place, _), (message, _) in yard.chat.messages.items()}


def test_those_whom_jira_asks_are_told_where_to_answer_and_nobody_else() -> None:
    yard = at_desk()

    cards = shown(yard)

    assert len(cards) == 2
    assert all("UTOM" in place or "UMIKA" in place for place in cards)
    assert all("takes your answer only in its portal" in card for card in cards.values())
    assert all("[Approve]" not in card for card in cards.values())
    assert yard.only_request().portal == PORTAL


@pytest.mark.parametrize("user", ["UMIKA", "UTOM", "UPRIYA"])
def test_no_press_and_no_comment_answers_for_those_whom_jira_asks(user: str) -> None:
    yard = at_desk()

    yard.vote(user, yard.only_request())
    yard.settle()
    write(yard, f"j-{user[1:].lower()}", "approve")

    assert yard.only_request().state is RequestState.PENDING
    assert yard.tracker.performed == []


def test_what_they_answer_in_the_portal_is_told_with_their_names() -> None:
    yard = at_desk()
    decided(yard, "approved", "approved", "approved")

    move(yard, "j-mika", BUSY)

    request = yard.only_request()
    assert request.state is RequestState.APPROVED
    assert sorted(vote.human for vote in request.votes) == ["mika", "tom"]
    assert yard.outcomes() == ["confirmed"]
    assert "decided in Jira's portal" in next(iter(shown(yard).values()))
    assert yard.tracker.performed == []


def test_one_who_declines_in_the_portal_has_rejected_it() -> None:
    yard = at_desk()
    decided(yard, "pending", "declined", "declined")

    move(yard, "j-mika", CLOSED)

    request = yard.only_request()
    assert request.state is RequestState.REJECTED
    assert [vote.human for vote in request.votes] == ["mika"]
    assert yard.tracker.performed == []


def test_a_move_past_those_whom_jira_asks_ends_the_question_without_an_answer() -> None:
    yard = at_desk()

    move(yard, "j-priya", OPEN)

    assert yard.only_request().state is RequestState.WITHDRAWN


def test_once_jira_asks_nobody_any_more_people_are_asked_as_the_rules_say() -> None:
    yard = at_desk()
    first = yard.only_request()
    yard.tracker.desk.clear()
    yard.tracker.transitions_of[WAITING.id] = (OpenTransition(id="84", name="Approve", to=BUSY),)

    yard.tracker.tell(7, "j-dana")
    yard.settle()

    assert yard.request(first.id).state is RequestState.SUPERSEDED
    assert yard.only_request(RequestState.PENDING).portal is None


def test_an_approval_that_was_left_unanswered_earlier_asks_nobody() -> None:
    answered = msgspec.structs.replace(ASKED, answers=())

    yard = at_desk(answered)

    assert yard.all_requests() == []
    assert "gate.stuck" in yard.kinds()


def test_what_jira_itself_still_asks_is_not_called_unanswered_on_the_issue() -> None:
    yard = at_desk()

    yard.pass_by(hours=25)

    assert yard.only_request().state is RequestState.EXPIRED
    assert yard.tracker.comments == []
