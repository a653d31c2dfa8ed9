"""Answers to what a service desk asks by itself, given from Slack in people's own names."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.ports import DeskAnswer, GatewayError
from rules.actions import AnswerAction
from rules.model import Subject, Tainted
from rules.requests import Request, RequestState
from tests.fakes.tracker import BUSY, CLOSED
from tests.fakes.yard import Yard
from tests.orchestrator.test_granting import gated, move, write
from tests.orchestrator.test_portal import ASKED, at_desk, decided, shown

TWO = msgspec.structs.replace(ASKED, answers=ASKED.answers[:2])
PEOPLE = ("UTOM", "UMIKA", "UPRIYA", "UDANA")


def connected(*accounts: str) -> Yard:
    """Issue 7 waits for Tom and Mika, of whom these let us answer for them."""
    yard = at_desk(TWO)
    yard.grants.give(*accounts)
    rendered(yard)
    return yard


def rendered(yard: Yard) -> None:
    """Have the cards brought up to date."""
    yard.memory.tables.wanted |= {Subject(kind="card", id=id_): None for id_ in yard.memory.tables.cards}
    yard.settle()


def press(yard: Yard, user: str, choice: str = "approve", why: str = "") -> Request:
    reason = {"reason": msgspec.to_builtins(Tainted(text=why, source="slack"))} if why else {}
    yard.vote(user, yard.all_requests()[0], choice, **reason)
    yard.settle()
    return yard.all_requests()[0]


def told(yard: Yard) -> list[tuple[str, str]]:
    """What Jira was told, and in whose name."""
    return [(one.account, one.choice) for one, _ in yard.tracker.performed if isinstance(one, AnswerAction)]


def card_of(yard: Yard, user: str) -> str:
    return next(card for place, card in shown(yard).items() if user in place)


def test_who_is_connected_may_answer_on_their_card_and_who_could_be_is_told_how() -> None:
    yard = connected("j-tom")

    assert "[Approve]" in card_of(yard, "UTOM")
    assert "in your own name" in card_of(yard, "UTOM")
    assert "[Approve]" not in card_of(yard, "UMIKA")
    assert "[Connect, to answer here]" in card_of(yard, "UMIKA")


def test_where_nobody_can_connect_the_card_leads_to_the_portal_alone() -> None:
    assert all("Connect" not in card for card in shown(at_desk()).values())


def test_an_answer_is_given_to_jira_in_the_own_name_and_told_on_everybodys_card() -> None:
    yard = connected("j-tom")

    request = press(yard, "UTOM")

    assert told(yard) == [("j-tom", "approve")]
    assert request.state is RequestState.PENDING
    assert [vote.human for vote in request.votes] == ["tom"]
    assert "You have answered" in card_of(yard, "UTOM")
    assert "[Approve]" not in card_of(yard, "UTOM")
    assert "✓ Tom approved" in card_of(yard, "UMIKA")
    assert yard.kinds().count("vote.cast") == 1
    assert {"action.intended", "action.done"} <= set(yard.kinds())


def test_the_deciding_answer_decides_as_one_in_the_portal_would() -> None:
    yard = connected("j-tom", "j-mika")

    press(yard, "UTOM")
    press(yard, "UMIKA")
    move(yard, "j-mika", BUSY)

    request = yard.only_request()
    assert request.state is RequestState.APPROVED
    assert sorted(vote.human for vote in request.votes) == ["mika", "tom"]
    assert yard.outcomes() == ["confirmed"]
    assert "[Undo]" not in card_of(yard, "UTOM")


def test_why_somebody_said_no_is_kept_with_their_answer() -> None:
    yard = connected("j-tom")

    press(yard, "UTOM", "reject", "we have twenty")
    move(yard, "j-tom", CLOSED)

    request = yard.only_request()
    assert request.state is RequestState.REJECTED
    assert request.votes[0].reason == Tainted(text="we have twenty", source="slack")
    assert "we have twenty" in card_of(yard, "UMIKA")


@pytest.mark.parametrize(
    ("user", "words"),
    [("UMIKA", "/yard connect"), ("UPRIYA", "does not ask you"), ("UNOBODY", "I do not know your")],
)
def test_nobody_else_answers_and_is_told_why(user: str, words: str) -> None:
    yard = connected("j-tom", "j-priya")

    press(yard, user)

    assert told(yard) == []
    assert words in yard.said()


def test_a_comment_answers_for_nobody_whom_jira_asks() -> None:
    yard = connected("j-tom")
    write(yard, "j-tom", "approve")
    assert told(yard) == []


def test_a_guest_answers_nothing_even_with_a_grant() -> None:
    yard = connected("j-tom")
    yard.directory.guests.add("tom")

    press(yard, "UTOM")

    assert told(yard) == []


def test_what_was_pressed_twice_is_told_once() -> None:
    yard = connected("j-tom")
    yard.vote("UTOM", yard.only_request())

    press(yard, "UTOM", "reject")

    assert told(yard) == [("j-tom", "approve")]
    assert "You have answered it already" in yard.said()


def test_an_answer_whose_answer_got_lost_is_looked_up_and_not_given_again() -> None:
    yard = connected("j-tom")
    yard.tracker.lost = 1

    press(yard, "UTOM")
    assert "I am telling Jira" in card_of(yard, "UTOM")
    yard.clock.pass_by(seconds=15)
    yard.pass_by(seconds=1)

    assert told(yard) == [("j-tom", "approve")]
    assert [vote.human for vote in yard.only_request().votes] == ["tom"]


def test_what_jira_did_not_take_is_told_and_may_be_answered_again() -> None:
    yard = connected("j-tom")
    yard.tracker.failures.append(GatewayError("there is no grant of theirs any more", retryable=False))

    press(yard, "UTOM")
    assert "Jira does not have your answer: there is no grant of theirs any more" in card_of(yard, "UTOM").replace(
        "*", ""
    )
    press(yard, "UTOM")

    assert told(yard) == [("j-tom", "approve")]


def test_while_work_is_stopped_jira_is_told_nothing() -> None:
    yard = connected("j-tom")
    yard.stop()

    press(yard, "UTOM")

    assert told(yard) == []
    assert "stopped" in yard.said()


def test_an_agent_without_the_tool_tells_jira_nothing() -> None:
    yard = connected("j-tom")
    rules = yard.memory.rules
    agent = msgspec.structs.replace(rules.agents["approvals"], tools=("comment",))
    yard.memory.rules = msgspec.structs.replace(rules, agents=rules.agents | {"approvals": agent})

    press(yard, "UTOM")

    assert told(yard) == []
    assert "no tool for answer" in yard.said()
    rendered(yard)
    assert "[Approve]" not in card_of(yard, "UTOM")
    assert "[Connect, to answer here]" not in yard.open_home("UMIKA")


def test_an_answer_after_the_time_is_told_to_nobody() -> None:
    yard = connected("j-tom")
    request = yard.only_request()
    yard.clock.pass_by(hours=24)

    yard.vote("UTOM", request)
    yard.settle()

    assert told(yard) == []
    assert "expired" in yard.said()


def test_what_one_answers_in_the_portal_is_told_on_the_others_cards_within_minutes() -> None:
    yard = connected("j-mika")
    decided(yard, "approved", "pending", "pending")

    yard.pass_by(minutes=11)

    assert yard.only_request().state is RequestState.PENDING
    assert "✓ Tom approved" in card_of(yard, "UMIKA")
    assert yard.kinds().count("vote.cast") == 1


def test_what_jira_has_is_not_taken_back_here() -> None:
    yard = connected("j-tom")
    request = press(yard, "UTOM")

    yard.command("vote.retracted", "UTOM", request.subject, request=request.id)
    yard.settle()

    assert [vote.human for vote in yard.only_request().votes] == ["tom"]
    assert "Jira keeps" in yard.said()


def test_nobody_has_tried_again_what_another_answered() -> None:
    yard = connected("j-tom")
    yard.tracker.failures.append(GatewayError("not now", retryable=False))
    request = press(yard, "UTOM")

    yard.retry("UMIKA", request)
    yard.undo("UMIKA", request)
    yard.settle()

    assert told(yard) == []


@settings(max_examples=25, deadline=None)
@given(
    granted=st.sets(st.sampled_from(("j-tom", "j-mika", "j-priya"))),
    deeds=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(("approve", "reject", "retry", "undo", "ended")))
    ),
)
def test_whatever_is_pressed_jira_hears_once_of_each_who_lets_us_and_of_nobody_else(
    granted: set[str], deeds: list[tuple[str, str]]
) -> None:
    yard = connected(*granted)
    for user, deed in deeds:
        request = yard.all_requests()[0]
        if deed in ("approve", "reject"):
            press(yard, user, deed)
        elif deed == "ended":
            yard.ask(user, "disconnect")
        else:
            (yard.retry if deed == "retry" else yard.undo)(user, request)
            yard.settle()

    names = [account for account, _ in told(yard)]
    assert len(names) == len(set(names))
    assert set(names) <= granted & {"j-tom", "j-mika"}


def test_one_who_is_not_asked_any_more_answers_nothing() -> None:
    yard = connected("j-tom")
    yard.tracker.desk[7] = (msgspec.structs.replace(ASKED, answers=(DeskAnswer(account="j-mika"),)),)

    press(yard, "UTOM")

    assert told(yard) == []


def test_rules_without_the_gate_answer_nothing() -> None:
    yard = connected("j-tom")
    yard.memory.rules = msgspec.structs.replace(
        gated(), workflows={name: one for name, one in gated().workflows.items() if name != "purchases"}
    )

    press(yard, "UTOM")

    assert told(yard) == []


def test_what_jira_asks_somebody_stands_on_their_page_until_they_have_answered() -> None:
    yard = connected("j-tom")
    assert "[Approve]" in yard.open_home("UTOM")
    assert "[Connect, to answer here]" in yard.open_home("UMIKA")
    assert "Nothing waits for you" in yard.open_home("UPRIYA")

    press(yard, "UTOM")

    assert "[Approve]" not in yard.home("UTOM")
    assert "✓ Tom approved" in yard.home("UMIKA")


def test_ones_page_follows_what_one_says_of_ones_grant() -> None:
    yard = connected("j-tom")
    yard.open_home("UTOM")

    yard.ask("UTOM", "disconnect")

    assert "[Approve]" not in yard.home("UTOM")
    assert "[Connect, to answer here]" in yard.home("UTOM")
