"""What somebody chooses from a warning is asked of who decides, done whole or not at all, and told to its end."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.ports import GatewayError
from rules.actions import Action, AssignAction
from rules.requests import RequestState
from rules.ruleset import Ruleset
from rules.slas import GoalRule
from tests.fakes.chat import YARD
from tests.fakes.watch import look
from tests.fakes.written import written
from tests.fakes.yard import Yard
from tests.watching.test_guarding import ISSUE, alerts, at_risk, closed, guarded, swapping, warnings
from tests.watching.test_risks import FIX

BOTH = {"whom": "mika", "swap": 60, "back": "priya", "after": 100}


def card_of(yard: Yard, words: str) -> str:
    shown = (written(message) for (channel, _), (message, _) in yard.chat.messages.items() if channel == YARD)
    return next(one for one in shown if words in one)


def raising(rules: Ruleset | None = None) -> Yard:
    return at_risk(rules or guarded(priorities=("High",)), priority="Low")


def leveled(rules: Ruleset, kind: str, level: str) -> Ruleset:
    agent = msgspec.structs.replace(rules.agents["rescuer"], autonomy={**rules.agents["rescuer"].autonomy, kind: level})
    return msgspec.structs.replace(rules, agents={**rules.agents, "rescuer": agent})


# Another priority.


def test_who_decides_has_another_priority_written_at_once_and_it_counts_as_tried() -> None:
    yard = raising()

    yard.command("rescue.wanted", "UTOM", ISSUE, priority="High", after=100)
    yard.settle()
    assert yard.tracker.issues[50].priority == "High"
    look(yard)

    assert len(alerts(yard)[0].tried) == 1
    shown = card_of(yard, "Should the priority of WEB-50 become High?")
    assert "✓ WEB-50 priority: Low → High" in shown
    assert "that its SLA Time to fix breaks, as it is foretold; *10 %* by this." in shown
    closed(yard)
    assert "1 of 1 rescue met." in written(yard.ask("UMIKA", "risk", "WEB"))


def test_what_a_colleague_chooses_is_asked_of_who_decides_and_can_be_taken_back() -> None:
    yard = raising()

    yard.command("rescue.wanted", "UMIKA", ISSUE, priority="High")
    yard.settle()
    asked = yard.only_request(RequestState.PENDING)
    assert (yard.said(), yard.tracker.issues[50].priority) == ("I ask who decides about it.", "Low")
    assert "Mika chose it from the warning." in card_of(yard, "Should the priority of WEB-50 become High?")

    yard.vote("UTOM", asked)
    yard.settle()
    assert yard.tracker.issues[50].priority == "High"
    yard.undo("UTOM", asked)
    yard.settle()
    assert yard.tracker.issues[50].priority == "Low"


def test_where_the_rules_let_it_what_a_colleague_chooses_is_done_without_a_question() -> None:
    yard = raising(leveled(guarded(priorities=("High",)), "priority", "act_with_undo"))
    limits = msgspec.structs.replace(yard.memory.rules.limits, confidence={"priority": 900})
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, limits=limits)

    yard.command("rescue.wanted", "UMIKA", ISSUE, priority="High", after=100)
    yard.settle()

    assert yard.tracker.issues[50].priority == "High"
    assert yard.only_request().note == "allowed by the rules"


@pytest.mark.parametrize(
    ("user", "chosen", "words"),
    [
        ("UDANA", "High", "Only those choose that here who share the work on its project"),
        ("UMIKA", "Highest", "The rules name no such priority"),
        ("UMIKA", "Low", "It has that priority already."),
    ],
)
def test_what_makes_no_sense_is_refused_with_why(user: str, chosen: str, words: str) -> None:
    yard = raising()
    yard.command("rescue.wanted", user, ISSUE, priority=chosen)
    yard.settle()
    assert words in yard.said()
    assert yard.all_requests() == []


def test_without_a_warning_that_runs_nothing_is_chosen() -> None:
    yard = raising()
    closed(yard)
    yard.command("rescue.wanted", "UTOM", ISSUE, priority="High")
    yard.settle()
    assert yard.all_requests() == []


def test_the_same_is_asked_once() -> None:
    yard = raising()
    for user in ("UMIKA", "UPRIYA"):
        yard.command("rescue.wanted", user, ISSUE, priority="High")
        yard.settle()
    assert yard.said() == "That is asked already."
    assert len(yard.all_requests()) == 1


@pytest.mark.parametrize("how", ["shadow", "stopped", "spent"])
def test_no_guardrail_is_passed_by(how: str) -> None:
    rules = guarded(priorities=("High",))
    agent = msgspec.structs.replace(rules.agents["rescuer"], actions_per_day=1)
    spent = msgspec.structs.replace(rules, agents={**rules.agents, "rescuer": agent})
    yard = raising({"shadow": leveled(rules, "priority", "shadow"), "spent": spent}.get(how, rules))
    if how == "stopped":
        yard.stop("agent", "rescuer")
    yard.memory.tables.budgets["rescuer", yard.clock.now().date().isoformat()] = 1

    yard.command("rescue.wanted", "UTOM", ISSUE, priority="High")
    yard.settle()

    assert yard.tracker.issues[50].priority == "Low"
    assert "Not done: " in yard.said()


def test_a_question_that_has_its_answer_in_jira_already_is_withdrawn() -> None:
    yard = raising()
    yard.command("rescue.wanted", "UMIKA", ISSUE, priority="High")
    yard.settle()
    yard.tracker.change(50, "j-priya", priority="High")
    yard.settle()
    assert yard.only_request().state is RequestState.WITHDRAWN
    assert yard.only_request().note == "it has that priority by now"


# A swap.


def owners(yard: Yard) -> tuple[str | None, str | None]:
    return yard.tracker.issues[50].assignee, yard.tracker.issues[60].assignee


APART, SWAPPED = ("j-priya", "j-mika"), ("j-mika", "j-priya")


def test_a_swap_is_one_question_about_both_issues() -> None:
    yard = swapping()
    yard.command("rescue.wanted", "UPRIYA", ISSUE, **BOTH)
    yard.settle()

    asked = yard.only_request(RequestState.PENDING)
    shown = card_of(yard, "Should Mika take WEB-50, and Priya WEB-60 for it?")
    assert asked.items == (50, 60)
    assert "WEB-50 assignee: Priya → Mika" in shown
    assert "WEB-60 assignee: Mika → Priya" in shown
    assert owners(yard) == APART

    yard.vote("UTOM", asked)
    yard.settle()
    assert owners(yard) == SWAPPED
    look(yard)
    assert next(one.tried for one in alerts(yard) if one.item == 50) == (asked.id,)


def test_who_decides_has_both_halves_at_once_and_takes_back_both() -> None:
    yard = swapping()
    yard.command("rescue.wanted", "UTOM", ISSUE, **BOTH)
    yard.settle()
    assert owners(yard) == SWAPPED
    yard.undo("UTOM", yard.only_request())
    yard.settle()
    assert owners(yard) == APART


@pytest.mark.parametrize("change", [{"assignee": "j-tom"}, {"security_level": "secret"}])
def test_a_swap_of_what_is_not_as_it_was_or_may_not_be_seen_is_not_asked(change: dict[str, str]) -> None:
    yard = swapping()
    yard.tracker.change(60, "j-tom", **change)
    yard.tracker.hidden |= {60: {"j-priya", "j-mika"}} if "security_level" in change else {}
    yard.command("rescue.wanted", "UPRIYA", ISSUE, **BOTH)
    yard.settle()
    assert yard.all_requests() == []


def test_of_a_swap_that_somebody_made_half_of_meanwhile_nothing_is_done() -> None:
    yard = swapping()
    yard.command("rescue.wanted", "UPRIYA", ISSUE, **BOTH)
    yard.settle()
    asked = yard.only_request()
    yard.tracker.change(60, "j-tom", assignee="j-tom")

    yard.vote("UTOM", asked)
    yard.settle()

    assert yard.request(asked.id).state is RequestState.WITHDRAWN
    assert owners(yard) == ("j-priya", "j-tom")


def test_where_the_other_half_fails_the_first_is_taken_back_and_the_card_says_so() -> None:
    yard = swapping()
    refuse(yard, {60: 1})
    yard.command("rescue.wanted", "UTOM", ISSUE, **BOTH)
    yard.settle()

    assert owners(yard) == APART
    shown = card_of(yard, "Should Mika take WEB-50")
    assert "*Not done:* one half of it could not be done, so the other was taken back." in shown
    assert "may not be assigned" in shown
    look(yard)
    assert alerts(yard)[0].tried == ()


def test_what_work_is_stopped_for_in_between_is_taken_back_when_it_is_resumed() -> None:
    yard = swapping()
    refuse(yard, {60: 1}, stops=True)
    yard.command("rescue.wanted", "UTOM", ISSUE, **BOTH)
    yard.settle()
    assert owners(yard) == ("j-mika", "j-mika")
    yard.resume()
    assert owners(yard) == APART


def refuse(yard: Yard, times: dict[int, int], *, stops: bool = False) -> None:
    """Have Jira refuse so many changes of who has these issues, and work be stopped then."""
    left, perform = dict(times), yard.tracker.perform

    def refusing(action: Action, mark: str) -> object:
        if isinstance(action, AssignAction) and left.get(action.item, 0):
            left[action.item] -= 1
            if stops:
                yard.stop()
            raise GatewayError("they may not be assigned to it", retryable=False)
        return perform(action, mark)

    yard.tracker.perform = refusing  # type: ignore[method-assign,assignment]


@given(
    refused=st.fixed_dictionaries({50: st.integers(0, 1), 60: st.integers(0, 1)}),
    lost=st.integers(0, 2),
    undo=st.booleans(),
)
def test_never_is_one_half_of_a_swap_left_alone(refused: dict[int, int], lost: int, *, undo: bool) -> None:
    yard = swapping()
    yard.command("rescue.wanted", "UTOM", ISSUE, **BOTH)
    if undo:
        yard.settle()
    refuse(yard, refused)
    yard.tracker.lost = lost
    if undo:
        yard.undo("UTOM", yard.only_request())
    yard.settle()
    for _ in range(4):
        yard.pass_by(minutes=1)

    assert owners(yard) in (APART, SWAPPED)
    assert not yard.waits


# What was tried is told.


def test_what_was_tried_is_told_in_words_while_it_runs_and_at_the_end() -> None:
    yard = raising()
    yard.command("rescue.wanted", "UTOM", ISSUE, priority="High")
    yard.settle()
    yard.command("item.wanted", "UTOM", ISSUE, whom="mika")
    yard.settle()
    look(yard)
    assert "*Tried:* its priority is High; Mika takes it." in warnings(yard)[0]
    closed(yard)
    assert "*Tried:* its priority is High; Mika takes it." in warnings(yard)[0]


def test_what_was_taken_back_was_not_tried() -> None:
    yard = raising()
    yard.command("rescue.wanted", "UTOM", ISSUE, priority="High")
    yard.settle()
    yard.undo("UTOM", yard.only_request())
    yard.settle()
    look(yard)
    assert "Tried" not in warnings(yard)[0]
    assert alerts(yard)[0].tried == ()


def test_at_the_end_what_nothing_had_foretold_is_repeated_only_where_nothing_else_was_proposed() -> None:
    yard = raising()
    assert "-> unknown" in warnings(yard)[0]
    closed(yard)
    assert "-> unknown" not in warnings(yard)[0]
    assert "What could have saved it, as it was foretold\n• *" in warnings(yard)[0]

    rules = guarded()
    alone = raising(msgspec.structs.replace(rules, workflows={"rescue": rules.workflows["rescue"]}))
    closed(alone)
    assert "-> unknown* if" in warnings(alone)[0]


def test_of_priorities_that_change_as_much_the_first_of_the_rules_is_proposed() -> None:
    rules = guarded(priorities=("High", "Highest"))
    quick = GoalRule(when="item.priority == 'Low'", within="10h")
    fix = msgspec.structs.replace(FIX, goals=(quick, GoalRule(within="100h")))
    yard = at_risk(rules, priority="Low")
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, slas={"Time to fix": fix})
    look(yard)
    assert "if its priority becomes High." in warnings(yard)[0]
    assert "[Make it High]" in warnings(yard)[0]
    assert "Highest" not in warnings(yard)[0]


def test_who_has_what_they_reported_is_not_asked_for_more_time() -> None:
    assert "more time" not in warnings(at_risk(reporter="j-priya"))[0]
