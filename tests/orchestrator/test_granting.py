"""Approvals that start in Jira: who is asked about an item at a gate, and what becomes of it by their answer."""

from typing import Any

import msgspec
import pytest

from rules.actions import CommentAction, OpenTransition, TransitionAction
from rules.agreement import ApprovalRule, StepRule
from rules.gates import GateEnd, GateRule
from rules.model import Event, Status, Subject, Tainted
from rules.requests import RequestState
from rules.ruleset import AgentRule, PersonRule, Ruleset, WorkflowRule
from tests.fakes.rulings import ruleset
from tests.fakes.tracker import BUSY, CLOSED, OPEN
from tests.fakes.written import written
from tests.fakes.yard import Yard

WAITING = Status(id="11", name="Waiting for approval", category="indeterminate")
GATE = GateRule(
    on_status="Waiting for approval",
    fields=("Amount",),
    approved=GateEnd(statuses=("In Progress",), comment="Approved by {people}, {at}.\nWhy: {reasons}"),
    rejected=GateEnd(statuses=("Closed",), comment="Rejected by {people}, {at}.\nWhy: {reasons}", resolution="Done"),
    expired="Nobody answered in time. Move it out and back to ask again.",
)


def gated(gate: GateRule = GATE, **more: Any) -> Ruleset:
    rules = ruleset()
    workflow = WorkflowRule(
        outcome="Nothing is bought that nobody agreed to.",
        owner="operator",
        agent="approvals",
        when='item.project == "OPS"',
        approvers="triager",
        channel="#yard",
        expires_after_hours=24,
        gate=gate,
        **more,
    )
    agent = AgentRule(
        role="Has people decide.",
        owner="operator",
        tools=("answer", "comment", "transition", "uncomment"),
        asks_from=1000,
        actions_per_day=50,
    )
    return msgspec.structs.replace(
        rules, workflows={"purchases": workflow, **rules.workflows}, agents={"approvals": agent, **rules.agents}
    )


def at_gate(rules: Ruleset | None = None, by: str = "j-dana", amount: str = "800") -> Yard:
    """Issue 7, reported by Dana, has been moved before the gate; it is about so much."""
    yard = Yard(rules or gated())
    offered = yard.tracker.transitions_of
    offered[WAITING.id] = (
        OpenTransition(id="84", name="Approve", to=BUSY),
        OpenTransition(id="85", name="Decline", to=CLOSED),
    )
    offered[BUSY.id] = (OpenTransition(id="86", name="Back", to=WAITING),)
    yard.tracker.fields[7] = {"Amount": amount}
    yard.report(7, "A new printer for the second floor", project="OPS")
    yard.settle()
    come(yard, by)
    return yard


def come(yard: Yard, by: str = "j-dana") -> None:
    yard.clock.pass_by(minutes=1)
    yard.tracker.change(7, by, status=WAITING)
    yard.settle()


def move(yard: Yard, by: str, to: Status) -> None:
    yard.clock.pass_by(minutes=1)
    yard.tracker.change(7, by, status=to)
    yard.settle()


def write(yard: Yard, account: str, choice: str, **more: Any) -> None:
    """Answer by a comment, as the door stores it."""
    yard.memory.put(
        Event(
            id=f"comment-{account}-{choice}",
            kind="command",
            name="vote.written",
            source="jira",
            subject=Subject(kind="item", id="7"),
            received_at=yard.clock.now(),
            payload={"user": account, "actor": account, "choice": choice, **more},
        )
    )
    yard.settle()


def moves(yard: Yard) -> list[tuple[str, str]]:
    return [(one.after.name, mark) for one, mark in yard.tracker.performed if isinstance(one, TransitionAction)]


def test_an_item_that_comes_before_a_gate_is_asked_about_once() -> None:
    yard = at_gate()

    yard.tracker.tell(7, "j-tom")
    yard.settle()

    assert yard.only_request().state is RequestState.PENDING
    card = yard.card()
    assert "OPS-7 waits for a decision" in card
    assert "OPS-7 status: Waiting for approval → In Progress" in card
    assert "Amount: 800" in card
    assert "A no moves it to Closed." in card
    assert yard.tracker.performed == []


def test_what_people_decide_stands_at_the_head_of_the_card_in_the_words_of_the_rules() -> None:
    yard = at_gate(gated(msgspec.structs.replace(GATE, asks="May this be bought {0}?")))

    assert yard.card().startswith("OPS-7: May this be bought {0}?")
    assert "OPS-7: May this be bought {0}?" in written(yard.ask("UMIKA", "pending"))


def test_an_item_elsewhere_is_not_asked_about() -> None:
    yard = Yard(gated())
    yard.report(7, "A new printer", project="OPS")
    yard.report(8, "Something else entirely", project="WEB", status=WAITING)

    yard.settle()

    assert yard.all_requests() == []


def test_a_yes_lets_it_through_and_says_on_the_issue_who_agreed_when_and_why() -> None:
    yard = at_gate()

    request = yard.approve("UMIKA")

    assert yard.tracker.issues[7].status == BUSY
    assert [type(one) for one, _ in yard.tracker.performed] == [CommentAction, TransitionAction]
    assert yard.tracker.comments[0].text.startswith("Approved by Mika, ")
    moved = yard.tracker.performed[1][0]
    assert isinstance(moved, TransitionAction)
    assert moved.kept["question"] == request.id
    assert [by["account"] for by in moved.kept["by"]] == ["j-mika"]
    assert "All done" in yard.card()
    assert yard.outcomes() == ["confirmed"]


def test_a_no_takes_the_other_way_and_gives_its_reason() -> None:
    yard = at_gate()
    reason = {"as": "tainted", "text": "Too dear", "source": "slack"}

    yard.vote("UPRIYA", yard.only_request(), "reject", reason=reason)
    yard.settle()

    assert yard.tracker.issues[7].status == CLOSED
    assert "Why: Too dear" in yard.tracker.comments[0].text
    assert "Rejected by Priya" in yard.card()
    assert "status: Waiting for approval → Closed" in yard.card()


def test_a_no_where_jira_offers_no_way_is_commented_all_the_same() -> None:
    yard = at_gate()
    yard.tracker.transitions_of[WAITING.id] = yard.tracker.transitions_of[WAITING.id][:1]

    yard.vote("UPRIYA", yard.only_request(), "reject")
    yard.settle()

    assert yard.tracker.issues[7].status == WAITING
    assert len(yard.tracker.comments) == 1
    assert len(yard.all_requests()) == 1


@pytest.mark.parametrize("user", ["UDANA", "UMIKA", "UTOM"])
def test_who_reported_it_who_moved_it_there_and_who_has_no_role_cannot_let_it_through(user: str) -> None:
    yard = at_gate(by="j-mika")

    yard.vote(user, yard.only_request())
    yard.settle()

    assert yard.only_request().state is RequestState.PENDING
    assert yard.tracker.performed == []


def test_a_gate_asks_whatever_the_agent_may_do_by_itself() -> None:
    rules = gated()
    free = msgspec.structs.replace(
        rules.agents["approvals"], autonomy={"transition": "act_with_undo", "comment": "act_with_undo"}
    )
    yard = at_gate(msgspec.structs.replace(rules, agents={**rules.agents, "approvals": free}))

    assert yard.only_request().state is RequestState.PENDING
    assert yard.tracker.performed == []


@pytest.mark.parametrize("what", ["amount", "summary"])
def test_what_changes_while_people_are_asked_is_asked_again_and_the_change_is_named(what: str) -> None:
    yard = at_gate()
    first = yard.only_request()
    if what == "amount":
        yard.tracker.fields[7] = {"Amount": "900"}
        yard.tracker.tell(7, "j-dana")
    else:
        yard.tracker.change(7, "j-dana", summary=Tainted(text="Two printers"))
    yard.settle()

    yard.vote("UMIKA", first)
    yard.settle()

    assert yard.request(first.id).state is RequestState.SUPERSEDED
    again = yard.only_request(RequestState.PENDING)
    said = {"amount": "Amount was 800 and is 900", "summary": "and is Two printers"}[what]
    assert again.replaces == first.id
    assert said in (again.note or "")
    assert yard.tracker.performed == []


def test_a_yes_to_what_has_changed_meanwhile_lets_nothing_through() -> None:
    yard = at_gate()
    yard.tracker.fields[7] = {"Amount": "90000"}

    yard.vote("UMIKA", yard.only_request())
    yard.settle()

    assert yard.tracker.performed == []
    assert "90000" in (yard.only_request(RequestState.PENDING).note or "")


def test_an_answer_holds_until_the_item_comes_anew() -> None:
    yard = at_gate()
    yard.approve("UMIKA")
    yard.tracker.tell(7, "j-tom")
    yard.settle()
    assert len(yard.all_requests()) == 1

    come(yard)

    assert [one.state for one in yard.all_requests()] == [RequestState.APPROVED, RequestState.PENDING]


def test_who_moves_it_in_jira_has_decided_if_they_may() -> None:
    yard = at_gate()

    move(yard, "j-mika", BUSY)

    request = yard.only_request()
    assert request.state is RequestState.APPROVED
    assert [(vote.human, vote.choice) for vote in request.votes] == [("mika", "approve")]
    assert "decided in Jira by Mika" in yard.card()
    assert moves(yard) == []
    assert len(yard.tracker.comments) == 1


def test_who_moves_it_back_down_in_jira_has_rejected_it() -> None:
    yard = at_gate()

    move(yard, "j-priya", CLOSED)

    assert yard.only_request().state is RequestState.REJECTED
    assert moves(yard) == []
    assert yard.tracker.comments[0].text.startswith("Rejected by Priya")


@pytest.mark.parametrize(
    ("by", "to", "told"),
    [
        ("j-dana", BUSY, "no answer to it"),
        ("j-tom", BUSY, "you do not have it"),
        ("j-mika", OPEN, "Mika moved the issue to Open in Jira"),
    ],
)
def test_a_move_of_somebody_else_or_elsewhere_decides_nothing_and_ends_the_question(
    by: str, to: Status, told: str
) -> None:
    yard = at_gate()

    move(yard, by, to)

    request = yard.only_request()
    assert request.state is RequestState.WITHDRAWN
    assert told in (request.note or "")
    assert yard.outcomes() == []


def test_one_of_two_who_moves_it_in_jira_has_not_decided_alone() -> None:
    two = ApprovalRule(steps=(StepRule(name="both", people=2),))
    yard = at_gate(gated(approval=two))

    move(yard, "j-mika", BUSY)

    request = yard.only_request()
    assert request.state is RequestState.WITHDRAWN
    assert "before everybody had agreed" in (request.note or "")
    assert [vote.human for vote in request.votes] == ["mika"]


def test_a_comment_of_who_may_decide_is_their_answer() -> None:
    yard = at_gate()

    write(yard, "j-mika", "approve")

    assert yard.only_request().state is RequestState.APPROVED
    assert yard.tracker.issues[7].status == BUSY


def test_who_has_no_slack_answers_in_jira() -> None:
    rules = gated()
    people = {**rules.people, "mika": PersonRule(name="Mika", jira="j-mika", roles=("triager",))}
    yard = at_gate(msgspec.structs.replace(rules, people=people))

    write(yard, "j-mika", "reject", reason={"as": "tainted", "text": "No"})

    assert yard.only_request().state is RequestState.REJECTED
    assert [to.user for to, _ in yard.chat.replies] == []


@pytest.mark.parametrize("account", ["j-dana", "j-tom", "j-unknown"])
def test_a_comment_of_anybody_else_answers_nothing(account: str) -> None:
    yard = at_gate()

    write(yard, account, "approve")

    assert yard.only_request().state is RequestState.PENDING
    assert yard.tracker.performed == []
    assert "command.refused" in yard.kinds()


def test_a_comment_where_nothing_is_asked_changes_nothing() -> None:
    yard = Yard(gated())
    yard.report(7, "A new printer", project="OPS")
    yard.settle()

    write(yard, "j-mika", "approve")

    assert yard.all_requests() == []
    assert "No question about it is open" in yard.said()


def test_a_question_that_nobody_answers_expires_with_the_words_of_the_rules() -> None:
    yard = at_gate()

    yard.pass_by(hours=25)

    assert yard.only_request().state is RequestState.EXPIRED
    assert [one.text for one in yard.tracker.comments] == [GATE.expired]
    assert yard.tracker.issues[7].status == WAITING


def test_a_question_that_expires_says_nothing_where_the_rules_say_nothing() -> None:
    yard = at_gate(gated(msgspec.structs.replace(GATE, expired="")))

    yard.pass_by(hours=25)

    assert yard.only_request().state is RequestState.EXPIRED
    assert yard.tracker.comments == []


def test_while_work_is_stopped_an_answer_waits() -> None:
    yard = at_gate()
    yard.stop("workflow", "purchases")
    yard.vote("UMIKA", yard.only_request(), "reject")
    yard.settle()
    assert yard.tracker.performed == []

    yard.resume()

    assert yard.tracker.issues[7].status == CLOSED


def test_what_was_let_through_can_be_taken_back_and_is_asked_again() -> None:
    yard = at_gate()
    request = yard.approve("UMIKA")

    yard.undo("UPRIYA", request)
    yard.settle()

    assert yard.tracker.issues[7].status == WAITING
    assert len(yard.all_requests(RequestState.PENDING)) == 1


def test_where_jira_offers_no_way_through_nobody_is_asked_and_the_ledger_says_why() -> None:
    yard = Yard(gated())
    yard.report(7, "A new printer", project="OPS", status=WAITING)

    yard.settle()
    yard.tracker.tell(7, "j-tom")
    yard.settle()

    assert yard.all_requests() == []
    assert yard.kinds().count("gate.stuck") == 1
