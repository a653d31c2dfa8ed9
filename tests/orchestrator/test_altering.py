"""A yes with a change: what is asked then, of whom, whose former yes holds, and what is done in the end."""

from typing import Any

import msgspec
import pytest

from orchestrator.messages import Form
from orchestrator.ports import GatewayError
from rules.actions import CommentAction, FieldAction, TransitionAction
from rules.agreement import ApprovalRule, StepRule
from rules.gates import ChangeRule
from rules.model import Event, Subject, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import GuardrailRule, PersonRule, Ruleset
from tests.fakes.tracker import BUSY, CLOSED
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.orchestrator.test_granting import GATE, WAITING, at_gate, gated, move, write

AMOUNT = {"Amount": ChangeRule(kind="number")}
LOWER = {"Amount": ChangeRule(kind="number", keeps_yes_if="lower")}
TWO = ApprovalRule(steps=(StepRule(name="both", people=2),))


def changing(changes: dict[str, ChangeRule] | None = None, **more: Any) -> Ruleset:
    """Mika, Priya and Lena decide; the amount may be changed with a yes."""
    counts = more.pop("changer_counts", True)
    gate = msgspec.structs.replace(GATE, changes=AMOUNT if changes is None else changes, changer_counts=counts)
    rules = gated(gate, **more)
    lena = PersonRule(name="Lena", jira="j-lena", slack="ULENA", roles=("triager",))
    agent = msgspec.structs.replace(rules.agents["approvals"], tools=("comment", "field", "transition", "uncomment"))
    return msgspec.structs.replace(
        rules, people=rules.people | {"lena": lena}, agents=rules.agents | {"approvals": agent}
    )


def but(yard: Yard, user: str, request: Request | None = None, reason: str = "", **changes: str) -> None:
    """Say yes with a change, a minute after what was before."""
    yard.clock.pass_by(minutes=1)
    request = request or yard.only_request(RequestState.PENDING)
    said = {"reason": {"as": "tainted", "text": reason, "source": "slack"}} if reason else {}
    yard.command("request.altered", user, request.subject, request=request.id, changes=changes, **said)
    yard.settle()


def latest(yard: Yard) -> Request:
    return yard.all_requests()[-1]


def amount(yard: Yard) -> str:
    return yard.tracker.fields[7]["Amount"]


def opened(yard: Yard, user: str, request: Request) -> Form | str:
    yard.chat.forms.clear()
    yard.command("alter.opened", user, Subject(kind="person", id=user), request=request.id, view="v1")
    yard.settle()
    return yard.chat.forms["v1"] if "v1" in yard.chat.forms else yard.said()


def test_where_one_is_enough_a_yes_with_a_change_is_done_so_and_told_on_the_issue() -> None:
    yard = at_gate(changing())

    but(yard, "UMIKA", reason="The cheaper one does", Amount="750")

    assert [one.state for one in yard.all_requests()] == [RequestState.SUPERSEDED, RequestState.APPROVED]
    assert [type(one) for one, _ in yard.tracker.performed] == [FieldAction, CommentAction, TransitionAction]
    assert (amount(yard), yard.tracker.issues[7].status) == ("750", BUSY)
    [comment] = yard.tracker.comments
    assert comment.text.startswith("Approved by Mika, ")
    assert comment.text.endswith("Why: The cheaper one does\nWith a change: Amount 750 in the place of 800.")


def test_where_more_are_needed_they_are_asked_about_what_is_wanted_and_the_changer_counts() -> None:
    yard = at_gate(changing(approval=TWO))

    but(yard, "UMIKA", Amount="750")

    question = latest(yard)
    assert (question.state, [vote.human for vote in question.votes]) == (RequestState.PENDING, ["mika"])
    assert amount(yard) == "800"
    yard.vote("UPRIYA", question)
    yard.settle()
    assert (amount(yard), yard.tracker.issues[7].status) == ("750", BUSY)


def test_the_cards_and_the_ledger_tell_who_wants_what_changed() -> None:
    yard = at_gate(changing(approval=TWO))

    but(yard, "UMIKA", Amount="750")

    former, now = (written(message) for message, _ in yard.chat.messages.values())
    assert "Replaced by a newer question: Mika says yes with Amount 750 in the place of 800" in former
    assert "Asked again, because Mika says yes with Amount 750 in the place of 800." in now
    assert "OPS-7 Amount: 800 → 750" in now
    assert "1 of 2 people: Mika" in now
    assert {"request.altered", "request.superseded", "vote.cast"} <= set(yard.kinds())


def test_the_issue_says_what_is_asked_now_to_those_who_answer_there() -> None:
    yard = at_gate(changing(approval=TWO))

    but(yard, "UMIKA", Amount="750")

    [comment] = yard.tracker.comments
    assert comment.text.startswith("Mika says yes with Amount 750 in the place of 800. That is asked now.")
    yard.clock.pass_by(minutes=1)
    write(yard, "j-priya", "approve")
    assert amount(yard) == "750"


def test_an_answer_in_jira_from_before_the_issue_said_so_does_not_count_for_it() -> None:
    yard = at_gate(changing(approval=TWO))
    before = yard.clock.now()
    but(yard, "UMIKA", Amount="750")

    said = {"user": "j-priya", "actor": "j-priya", "choice": "approve"}
    item = Subject(kind="item", id="7")
    yard.memory.put(
        Event(
            id="c", kind="command", name="vote.written", source="jira", subject=item, received_at=before, payload=said
        )
    )
    yard.settle()

    assert [vote.human for vote in latest(yard).votes] == ["mika"]
    assert "Something else is asked by now" in yard.said()


def test_a_former_yes_does_not_count_for_what_was_changed() -> None:
    yard = at_gate(changing(approval=TWO))
    yard.vote("UPRIYA", latest(yard))
    yard.settle()

    but(yard, "UMIKA", Amount="750")

    assert [vote.human for vote in latest(yard).votes] == ["mika"]
    assert latest(yard).state is RequestState.PENDING


@pytest.mark.parametrize(("value", "holds"), [("750", True), ("90000", False)])
def test_a_former_yes_holds_only_for_what_the_rules_say(value: str, holds: bool) -> None:
    yard = at_gate(changing(LOWER, approval=ApprovalRule(steps=(StepRule(name="all", people=3),))))
    yard.vote("UPRIYA", latest(yard))
    yard.settle()

    but(yard, "UMIKA", Amount=value)

    assert [(vote.human, vote.kept_from is not None) for vote in latest(yard).votes] == (
        [("priya", True), ("mika", False)] if holds else [("mika", False)]
    )
    card = [written(message) for message, _ in yard.chat.messages.values()][-1]
    assert ("The yes of Priya to the former question holds for it too" in card) is holds
    assert ("vote.kept" in yard.kinds()) is holds


def test_a_former_yes_of_who_may_not_answer_any_more_does_not_hold() -> None:
    yard = at_gate(changing(LOWER, approval=TWO))
    yard.vote("UPRIYA", latest(yard))
    yard.settle()
    people = yard.memory.rules.people
    gone = people | {"priya": msgspec.structs.replace(people["priya"], roles=())}
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, people=gone)

    but(yard, "UMIKA", Amount="750")

    assert [vote.human for vote in latest(yard).votes] == ["mika"]


def test_where_the_rules_say_so_a_changer_agrees_to_nothing_of_their_own() -> None:
    yard = at_gate(changing(changer_counts=False))

    but(yard, "UMIKA", Amount="750")
    yard.vote("UMIKA", latest(yard))
    yard.settle()

    assert (latest(yard).state, latest(yard).votes) == (RequestState.PENDING, ())
    yard.vote("UPRIYA", latest(yard))
    yard.settle()
    assert amount(yard) == "750"


def test_where_nobody_else_could_agree_nothing_is_changed() -> None:
    yard = at_gate(changing(changer_counts=False, approval=ApprovalRule(steps=(StepRule(name="all", people=3),))))

    but(yard, "UMIKA", Amount="750")

    assert yard.only_request().state is RequestState.PENDING
    assert "those who could agree to it are too few" in yard.said()


def test_who_has_agreed_already_may_still_want_it_otherwise() -> None:
    yard = at_gate(changing(approval=TWO))
    yard.vote("UMIKA", latest(yard))
    yard.settle()

    but(yard, "UMIKA", Amount="750")

    assert [(vote.human, vote.counts) for vote in latest(yard).votes] == [("mika", True)]


def test_what_was_changed_can_be_changed_again_and_back() -> None:
    yard = at_gate(changing(approval=TWO))

    but(yard, "UMIKA", Amount="750")
    but(yard, "UPRIYA", Amount="700")
    but(yard, "ULENA", Amount="800")

    assert latest(yard).altered == ()
    yard.vote("UMIKA", latest(yard))
    yard.settle()
    assert (amount(yard), yard.tracker.issues[7].status) == ("800", BUSY)


@pytest.mark.parametrize(
    ("user", "changes", "words"),
    [
        ("UDANA", {"Amount": "1"}, "This needs somebody with the role"),
        ("UMIKA", {"Amount": "800"}, "That is what is asked already"),
        ("UMIKA", {"Amount": "800.0"}, "That is what is asked already"),
        ("UMIKA", {"Amount": "1e9"}, "Amount cannot be so: A number"),
        ("UMIKA", {"Amount": "cheap"}, "Amount cannot be so: A number"),
        ("UMIKA", {"Owner": "Tom"}, "Owner may not be changed"),
    ],
)
def test_what_makes_no_sense_or_comes_from_nobody_who_decides_changes_nothing(
    user: str, changes: dict[str, str], words: str
) -> None:
    yard = at_gate(changing())

    but(yard, user, None, "", **changes)

    assert yard.only_request().state is RequestState.PENDING
    assert words in yard.said()


def test_guardrails_judge_what_is_wanted_and_not_what_was_asked() -> None:
    dear = GuardrailRule(
        when='"Amount" in proposal.fields && double(proposal.fields["Amount"]) > 5000.0', answer="deny", reason="Dear."
    )
    yard = at_gate(msgspec.structs.replace(changing(), guardrails={"dear": dear}))

    but(yard, "UMIKA", Amount="6000")

    assert yard.only_request().state is RequestState.PENDING
    assert "Not changed: Dear." in yard.said()


def test_what_is_wanted_decides_who_has_to_agree() -> None:
    dear = 'double(proposal.fields["Amount"]) > 5000.0'
    steps = (StepRule(name="one"), StepRule(name="another", when=dear))
    yard = at_gate(changing(approval=ApprovalRule(steps=steps)))

    but(yard, "UMIKA", Amount="6000")

    assert [step.name for step in latest(yard).steps] == ["one", "another"]
    assert latest(yard).state is RequestState.PENDING


def test_what_somebody_else_changed_in_jira_meanwhile_is_asked_about_first() -> None:
    yard = at_gate(changing())
    former = latest(yard)
    yard.tracker.fields[7] = {"Amount": "900"}

    but(yard, "UMIKA", former, Amount="750")

    assert "changed since you were asked" in yard.said()
    assert (latest(yard).state, latest(yard).altered) == (RequestState.PENDING, ())
    assert amount(yard) == "900"


def test_what_was_wanted_goes_where_the_field_is_edited_in_jira_afterwards() -> None:
    yard = at_gate(changing(approval=TWO))
    but(yard, "UMIKA", Amount="750")

    yard.clock.pass_by(minutes=1)
    yard.tracker.fields[7] = {"Amount": "900"}
    yard.tracker.change(7, "j-dana", summary=Tainted(text="Two printers"))
    yard.settle()

    assert (latest(yard).altered, latest(yard).votes) == ((), ())
    assert "Amount was 800 and is 900" in (latest(yard).note or "")


def test_to_move_it_on_by_hand_is_no_yes_to_what_was_changed() -> None:
    yard = at_gate(changing(approval=TWO))
    but(yard, "UMIKA", Amount="750")

    move(yard, "j-priya", BUSY)

    assert latest(yard).state is RequestState.WITHDRAWN
    assert "without what was to be changed with the yes" in (latest(yard).note or "")


def test_to_move_it_back_by_hand_is_a_no_all_the_same() -> None:
    yard = at_gate(changing(approval=TWO))
    but(yard, "UMIKA", Amount="750")

    move(yard, "j-priya", CLOSED)

    assert latest(yard).state is RequestState.REJECTED


def test_nothing_is_let_through_where_the_field_cannot_be_changed() -> None:
    yard = at_gate(changing())
    yard.tracker.failures.append(GatewayError("Jira does not let me", retryable=False))

    but(yard, "UMIKA", Amount="750")

    assert yard.tracker.performed == []
    assert yard.tracker.issues[7].status == WAITING
    told = [written(message) for message, _ in yard.chat.messages.values()][-1]
    assert "Amount could not be changed as it was agreed" in told


def test_what_failed_is_tried_again_as_a_whole() -> None:
    yard = at_gate(changing())
    yard.tracker.failures.append(GatewayError("Jira does not let me", retryable=False))
    but(yard, "UMIKA", Amount="750")

    yard.retry("UPRIYA", latest(yard))
    yard.settle()

    assert (amount(yard), yard.tracker.issues[7].status) == ("750", BUSY)


def test_undo_takes_the_change_back_too() -> None:
    yard = at_gate(changing())
    but(yard, "UMIKA", Amount="750")

    yard.undo("UPRIYA", latest(yard))
    yard.settle()

    assert (amount(yard), yard.tracker.comments) == ("800", [])


def test_an_answer_to_the_former_card_says_that_there_is_a_newer_one() -> None:
    yard = at_gate(changing(approval=TWO))
    former = latest(yard)
    but(yard, "UMIKA", Amount="750")

    yard.vote("UPRIYA", former)
    but(yard, "ULENA", former, Amount="1")

    assert [vote.human for vote in latest(yard).votes] == ["mika"]
    assert "It was replaced by a newer question" in yard.said()


def test_the_form_shows_what_may_be_changed_as_it_would_be() -> None:
    due = ChangeRule(kind="date")
    urgency = ChangeRule(kind="choice", choices=("High", "Low"))
    yard = at_gate(changing(AMOUNT | {"Due": due, "Urgency": urgency}, approval=TWO))
    but(yard, "UMIKA", Amount="750")

    form = opened(yard, "UPRIYA", latest(yard))

    assert isinstance(form, Form)
    assert [(one.name, one.label, one.kind, one.given) for one in form.inputs] == [
        ("number0", "Amount", "text", "750"),
        ("date1", "Due", "text", ""),
        ("choice2", "Urgency", "one", ""),
        ("reason", "Why", "lines", ""),
    ]
    assert form.carried["number0"] == "Amount"


def test_a_question_of_which_nothing_may_be_changed_has_no_button_and_no_form() -> None:
    yard = at_gate()

    assert "request.alter" not in yard.card()
    assert "let nothing of it be changed" in str(opened(yard, "UMIKA", latest(yard)))


def test_a_question_that_is_decided_or_unknown_has_no_form() -> None:
    yard = at_gate(changing())
    question = latest(yard)
    yard.approve()

    assert "decided already" in str(opened(yard, "UPRIYA", question))
    yard.command("alter.opened", "UPRIYA", Subject(kind="person", id="UPRIYA"), request="nothing", view="v1")
    yard.settle()
    assert "I do not know this question" in yard.said()
