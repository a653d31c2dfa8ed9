"""People are asked to save a promise within all limits; what they agree to is proposed, and the chain decides."""

from datetime import date, timedelta
from itertools import islice
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.watching.pleas import in_words
from rules.actions import OpenTransition
from rules.model import Status
from rules.noise import NoiseRule
from rules.requests import RequestState
from rules.ruleset import Ruleset
from rules.watching import LaterRule
from tests.fakes.staff import person
from tests.fakes.tracker import OPEN
from tests.fakes.watch import WEB
from tests.fakes.yard import Yard
from tests.watching.test_guarding import ISSUE, alerts, answer, at_risk, closed, guarded, plead, told_to, warnings
from tests.watching.test_rescue import leveled

WAITING = Status(id="77", name="Waiting for customer", category="indeterminate")


def was_sent_to(yard: Yard, channel: str) -> bool:
    return any(place == channel for place, _ in yard.chat.messages)


# Within all limits.


@pytest.mark.parametrize("how", ["shadow", "ask", "project", "agent", "action", "spent"])
def test_nobody_is_asked_past_a_guardrail_and_it_is_recorded(how: str) -> None:
    rules = guarded()
    yard = at_risk(leveled(rules, "ask", how) if how in ("shadow", "ask") else rules)
    if how in ("project", "agent", "action"):
        yard.stop(how, {"project": "WEB", "agent": "rescuer", "action": "ask"}[how])
    yard.memory.tables.budgets["rescuer", yard.clock.now().date().isoformat()] = 50 if how == "spent" else 0

    plead(yard, "UMIKA")

    assert yard.said().startswith("Not asked: ")
    assert not was_sent_to(yard, "D-UDANA")
    assert alerts(yard)[0].pleas == ()
    made = [one.data for one in yard.memory.tables.ledger if one.kind == "decision.made"]
    assert (made[-1]["decision"]["proposal"]["kind"], made[-1]["verdict"] != "ALLOW") == ("plead", True)


@settings(max_examples=20, deadline=None)
@given(limit=st.integers(1, 4), done=st.integers(0, 4), at_once=st.lists(st.integers(1, 3), max_size=3))
def test_no_more_people_are_asked_in_a_day_than_the_agent_may_do(limit: int, done: int, at_once: list[int]) -> None:
    """Whether one look asks them or several, and whatever else the agent did on that day."""
    rules = guarded(chain=("lena", "tom", "dana"))
    agent = msgspec.structs.replace(rules.agents["rescuer"], actions_per_day=limit)
    yard = at_risk(msgspec.structs.replace(rules, agents={**rules.agents, "rescuer": agent}))
    today = ("rescuer", yard.clock.now().date().isoformat())
    yard.memory.tables.budgets[today] = begun = min(done, limit)
    whom = iter(rules.watch.risk.chain)
    (alert,) = alerts(yard)

    for number in at_once:
        for one in islice(whom, number):
            yard.command("rescue.asked", "UMIKA", WEB, alert=alert.id, what="escalate", whom=one)
        yard.settle()

    asked = len(alerts(yard)[0].pleas)
    assert asked == min(sum(at_once), 3, limit - begun)
    assert yard.memory.tables.budgets[today] == begun + asked


def quiet(rules: Ruleset, **rule: Any) -> Ruleset:
    dana = person("dana", calendar="late", teams=())
    noise = NoiseRule(**{"urgent_hours": 1} | rule)
    return msgspec.structs.replace(rules, noise=noise, people={**rules.people, "dana": dana})


def test_in_quiet_hours_who_is_asked_hears_of_it_once_they_are_there() -> None:
    yard = at_risk(quiet(guarded(), quiet_hours=True))
    plead(yard, "UMIKA")
    assert not was_sent_to(yard, "D-UDANA")

    rules = yard.memory.rules
    there = msgspec.structs.replace(rules.people["dana"], calendar="always")
    yard.memory.rules = msgspec.structs.replace(rules, people={**rules.people, "dana": there})
    yard.pass_by(minutes=2)
    assert was_sent_to(yard, "D-UDANA")


def test_what_breaks_soon_is_asked_in_quiet_hours_too() -> None:
    yard = at_risk(quiet(guarded(), quiet_hours=True, urgent_hours=8))
    plead(yard, "UMIKA")
    assert was_sent_to(yard, "D-UDANA")


def test_who_muted_the_bot_or_had_the_days_messages_is_not_asked_now() -> None:
    muted = at_risk(quiet(guarded(), urgent_hours=8))
    muted.memory.tables.mutes["UDANA"] = muted.clock.now() + timedelta(hours=1)
    had = at_risk(quiet(guarded(), messages_a_day=1))
    had.memory.count("UDANA", had.clock.now().date().isoformat())
    for yard in (muted, had):
        plead(yard, "UMIKA")
        assert not was_sent_to(yard, "D-UDANA")


def test_a_question_that_nobody_answered_ends_with_the_warning() -> None:
    yard = at_risk()
    plead(yard, "UMIKA")
    closed(yard)
    shown = told_to(yard, "D-UDANA")
    assert "*It was kept*; nothing has to be decided any more." in shown
    assert "[Yes]" not in shown


# What comes of more time.


def dated(**more: Any) -> Yard:
    yard = at_risk(guarded(later=LaterRule(field="Due date", days=2), **more))
    yard.tracker.fields[50] = {"Due date": "2026-03-04"}
    return yard


def test_a_yes_to_more_time_is_proposed_as_the_day_that_was_agreed_to() -> None:
    yard = dated()
    plead(yard, "UMIKA")
    day = alerts(yard)[0].pleas[0].until
    named = in_words(date.fromisoformat(day))
    assert told_to(yard, "D-UDANA").startswith(f"Can WEB-50 be done by {named} instead of as promised?")

    answer(yard, "UDANA", yes=True)
    asked = yard.only_request(RequestState.PENDING)
    assert f"Dana agrees to {named}." in warnings(yard)[0]
    assert yard.tracker.fields[50]["Due date"] == "2026-03-04"

    yard.vote("UTOM", asked)
    yard.settle()
    assert yard.tracker.fields[50]["Due date"] == day
    yard.undo("UTOM", asked)
    yard.settle()
    assert yard.tracker.fields[50]["Due date"] == "2026-03-04"


def test_a_no_to_more_time_proposes_nothing() -> None:
    yard = dated()
    plead(yard, "UMIKA")
    answer(yard, "UDANA", yes=False)
    assert yard.all_requests() == []


def test_where_the_rules_let_it_what_was_agreed_to_is_written_at_once() -> None:
    yard = dated()
    yard.memory.rules = leveled(yard.memory.rules, "field", "act_with_undo")
    plead(yard, "UMIKA")
    answer(yard, "UDANA", yes=True)
    assert yard.tracker.fields[50]["Due date"] == alerts(yard)[0].pleas[0].until


def test_a_yes_to_more_time_may_have_the_clock_stand_still() -> None:
    yard = at_risk(guarded(later=LaterRule(statuses=(WAITING.name,))))
    yard.tracker.transitions_of[OPEN.id] = (OpenTransition(id="7", name="Ask back", to=WAITING),)
    plead(yard, "UMIKA")
    answer(yard, "UDANA", yes=True)
    yard.vote("UTOM", yard.only_request(RequestState.PENDING))
    yard.settle()
    assert yard.tracker.issues[50].status.name == WAITING.name


def test_where_jira_offers_no_way_who_agreed_is_not_bothered_with_that() -> None:
    yard = at_risk(guarded(later=LaterRule(statuses=(WAITING.name,))))
    plead(yard, "UMIKA")
    replies = len(yard.chat.replies)
    answer(yard, "UDANA", yes=True)
    assert (yard.all_requests(), len(yard.chat.replies)) == ([], replies)
    assert "command.refused" in yard.kinds()
    assert "Dana agrees to a later time." in warnings(yard)[0]


def test_nobody_agrees_to_more_time_for_another_by_a_press() -> None:
    yard = dated()
    yard.command("rescue.wanted", "UTOM", ISSUE, until="2027-01-01")
    yard.settle()
    assert yard.all_requests() == []


# Who must decide.


def chained() -> Yard:
    return at_risk(guarded(chain=("lena", "tom"), priorities=("High",)), priority="Low")


def test_it_is_escalated_to_the_next_of_the_chain_once_for_each() -> None:
    yard = chained()
    assert "[Escalate to Lena]" in warnings(yard)[0]
    plead(yard, "UMIKA", "escalate", whom="lena")
    assert "It is escalated to Lena." in warnings(yard)[0]
    assert "[Escalate to Tom]" in warnings(yard)[0]
    assert "[Escalate to Lena]" not in warnings(yard)[0]

    plead(yard, "UPRIYA", "escalate", whom="lena")
    assert yard.said() == "Lena is asked already."
    plead(yard, "UPRIYA", "escalate", whom="tom")
    assert "[Escalate" not in warnings(yard)[0]
    assert [one.person for one in alerts(yard)[0].pleas] == ["lena", "tom"]
    assert yard.kinds().count("rescue.escalated") == 2


def test_to_whom_it_is_escalated_sees_what_could_be_done_and_does_it() -> None:
    yard = chained()
    plead(yard, "UMIKA", "escalate", whom="lena")
    shown = told_to(yard, "D-ULENA")
    assert shown.startswith("Please decide how the promise about WEB-50 is kept\n*WEB-50* the old one (Low, Open)")
    assert "Mika escalates it to you: " in shown
    assert "that its SLA Time to fix breaks, 22:" in shown
    assert "-> unknown" not in shown
    assert "[Give it to Mika]" in shown
    assert "[Ask" not in shown

    yard.command("item.wanted", "ULENA", ISSUE, whom="mika")
    yard.settle()
    assert yard.tracker.issues[50].assignee == "j-mika"
    answer(yard, "ULENA", yes=True, what="escalate")
    assert "Lena sees to it." in warnings(yard)[0]


def test_without_a_role_the_chain_asks_who_decides() -> None:
    rules = guarded(chain=("dana",), priorities=("High",))
    yard = at_risk(rules, priority="Low")
    yard.command("rescue.wanted", "UDANA", ISSUE, priority="High")
    yard.settle()
    assert yard.said() == "I ask who decides about it."
    assert yard.only_request().state is RequestState.PENDING
