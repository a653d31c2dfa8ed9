"""An issue at risk tells so in Jira: a property that is kept true, and one comment where somebody must act."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.batching import Batch
from orchestrator.changes import Entry
from orchestrator.facts import RecordState
from orchestrator.forecast.foretold import DAY_ONE, Forecast
from orchestrator.people.availability import Absence
from orchestrator.ports import GatewayError
from orchestrator.watching.alerts import Mark
from orchestrator.watching.marking import brought_up_to_date
from rules.actions import RiskAction
from rules.ruleset import AgentRule, AutonomyLevel, Ruleset
from rules.slas import GoalRule
from rules.watching import RiskInJiraRule
from tests.fakes.clock import NOON
from tests.fakes.tracker import BOT
from tests.fakes.watch import look
from tests.fakes.yard import Yard
from tests.watching.test_guarding import ISSUE, alerts, at_risk, closed, guarded, plead
from tests.watching.test_risks import FIX

WORDS = "{sla} breaks with {chance}, and nobody acts.\nIt is due {breaks}."


def telling(level: AutonomyLevel = "act_with_undo", **words: Any) -> Ruleset:
    agent = AgentRule(
        role="Tells.",
        owner="operator",
        tools=("comment", "risk"),
        asks_from=1000,
        actions_per_day=50,
        autonomy={"comment": level, "risk": level},
    )
    rules = guarded(jira=RiskInJiraRule(**words))
    return msgspec.structs.replace(rules, agents={**rules.agents, "lookout": agent})


def with_property(**more: Any) -> Yard:
    return at_risk(telling(property=True), **more)


def commenting(*, assignee: str | None = None, **words: Any) -> Yard:
    """Issue 50, which nobody has, is warned of; half of what was left then is two hours."""
    return at_risk(telling(**{"comment": WORDS} | words), assignee=assignee)


def later(yard: Yard, **how_long: float) -> None:
    yard.pass_by(**how_long)
    look(yard)


def promised_for_later(yard: Yard) -> None:
    """Have the rules give such issues two hours more."""
    more = msgspec.structs.replace(FIX, goals=(GoalRule(within="12h"),))
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, slas={"Time to fix": more})
    look(yard)


def writes(yard: Yard) -> list[RiskAction]:
    return [action for action, _ in yard.tracker.performed if isinstance(action, RiskAction)]


def entries(yard: Yard, kind: str) -> list[Entry]:
    return [one for one in yard.memory.tables.ledger if one.kind == kind]


# The property.


def test_an_issue_that_is_warned_of_tells_which_sla_how_likely_by_when_and_since_when() -> None:
    yard = with_property()
    told = yard.tracker.risks[50]
    (alert,) = alerts(yard)
    assert told == {
        "sla": "Time to fix",
        "chance": (alert.latest + 5) // 10,
        "breaks": (yard.tracker.issues[50].created + timedelta(hours=10)).isoformat(),
        "since": alert.at.isoformat(),
    }


def test_nothing_is_told_unless_the_rules_say_so() -> None:
    yard = at_risk(telling())
    assert (yard.tracker.risks, writes(yard), alerts(yard)[0].mark) == ({}, [], None)


def test_it_is_written_down_first_and_then_done() -> None:
    yard = with_property()
    mine = [one.kind for one in yard.memory.tables.ledger if one.data.get("request") == "risk:50"]
    assert mine == ["action.intended", "action.done"]


def test_the_same_is_written_once_however_often_it_is_looked() -> None:
    yard = with_property()
    for _ in range(3):
        look(yard)
        yard.tracker.tell(50, "j-dana")
        yard.settle()
    assert len(writes(yard)) == 1


def test_what_changes_by_much_is_brought_up_to_date() -> None:
    yard = with_property()
    promised_for_later(yard)
    first, second = writes(yard)
    assert first.before is None
    assert first.after == second.before
    assert first.after is not None
    assert second.after is not None
    assert second.after["breaks"] > first.after["breaks"]
    assert yard.tracker.risks[50] == second.after


def test_it_is_taken_off_when_the_warning_ends() -> None:
    yard = with_property()
    closed(yard)
    assert yard.tracker.risks == {}
    assert writes(yard)[-1].after is None


def test_it_is_taken_off_when_the_rules_want_it_no_more() -> None:
    yard = with_property()
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, watch=telling().watch, slas=yard.memory.rules.slas)
    look(yard)
    assert yard.tracker.risks == {}


def test_also_what_a_days_warnings_were_used_up_for_tells_it() -> None:
    rules = telling(property=True)
    risk = msgspec.structs.replace(rules.watch.risk, a_day=1)
    yard = at_risk(msgspec.structs.replace(rules, watch=msgspec.structs.replace(rules.watch, risk=risk)))
    yard.report(51, "another matter", assignee="j-priya")
    yard.settle()
    later(yard, hours=3)
    assert set(yard.tracker.risks) == {50, 51}
    assert sum(one.told_at is None for one in alerts(yard)) == 1


@pytest.mark.parametrize("level", ["shadow", "ask"])
def test_in_shadow_and_where_somebody_would_have_to_be_asked_it_is_recorded_only(level: AutonomyLevel) -> None:
    yard = at_risk(telling(level, property=True, comment=WORDS, comment_after_minutes=1), assignee=None)
    later(yard, minutes=15)
    assert yard.tracker.performed == []
    assert {one.workflow for one in yard.all_requests()} == {"assigning"}
    mine = [one.data["verdict"] for one in entries(yard, "decision.made") if one.data["agent"] == "lookout"]
    assert set(mine) == {"DENY" if level == "shadow" else "ASK"}


def test_while_work_is_stopped_nothing_is_written_and_afterwards_what_is_so_then() -> None:
    yard = at_risk(telling())
    yard.stop()
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, watch=telling(property=True).watch)
    look(yard)
    assert writes(yard) == []

    yard.resume()
    yard.settle()
    assert 50 in yard.tracker.risks


def test_what_jira_refuses_is_not_tried_again_until_there_is_something_else_to_tell() -> None:
    yard = at_risk(telling())
    yard.memory.rules = msgspec.structs.replace(yard.memory.rules, watch=telling(property=True).watch)
    yard.tracker.failures = [GatewayError("403", retryable=False)]
    look(yard)
    look(yard)
    assert [one.state for one in yard.memory.actions(ISSUE)] == [RecordState.FAILED]

    promised_for_later(yard)
    assert 50 in yard.tracker.risks


@given(chances=st.lists(st.integers(0, 999), min_size=2, max_size=12), late=st.booleans())
def test_what_is_told_is_never_off_by_ten_percent(chances: list[int], late: bool) -> None:
    mark = None
    for chance in chances:
        forecast = foretold(chance, late)
        mark = brought_up_to_date(mark, forecast, NOON)
        assert abs(mark.percent - chance / 10) <= 10
        assert 0 < mark.percent < 100
        assert (mark.breaks is None) == late


@pytest.mark.parametrize(("minutes", "moved"), [(59, False), (60, True)])
def test_a_moment_that_moves_by_an_hour_is_told_anew(minutes: int, moved: bool) -> None:
    mark = Mark(percent=60, breaks=NOON + timedelta(hours=2) - timedelta(minutes=minutes))
    assert (brought_up_to_date(mark, foretold(620, late=False), NOON) != mark) == moved


def foretold(chance: int, late: bool) -> Forecast:
    breaks = NOON + timedelta(hours=-1 if late else 2)
    return Forecast(
        item=50, sla="Time to fix", chance=chance, usual=200, breaches_at=breaks, version=DAY_ONE, outcomes=40
    )


# The comment.


def test_where_nobody_has_it_and_nobody_answers_one_comment_says_so_that_customers_do_not_see() -> None:
    yard = commenting()
    later(yard, hours=1)
    assert yard.tracker.comments == []

    later(yard, hours=1, minutes=15)
    (comment,) = yard.tracker.comments
    assert comment.text.startswith("Time to fix breaks with ")
    assert " %, and nobody acts.\nIt is due " in comment.text
    assert (comment.author, comment.internal) == (BOT, True)
    for _ in range(3):
        later(yard, minutes=15)
    assert len(yard.tracker.comments) == 1


def test_the_rules_say_how_long_is_waited_and_who_sees_it() -> None:
    yard = commenting(comment_after_minutes=30, internal=False)
    later(yard, minutes=15)
    assert yard.tracker.comments == []
    later(yard, minutes=15)
    assert [one.internal for one in yard.tracker.comments] == [False]


def test_of_what_somebody_has_who_is_there_nothing_is_said() -> None:
    yard = commenting(assignee="j-priya", comment_after_minutes=15)
    later(yard, minutes=30)
    assert yard.tracker.comments == []


def test_of_what_somebody_has_who_is_away_it_is_said() -> None:
    yard = commenting(assignee="j-priya", comment_after_minutes=15)
    now = yard.clock.now()
    gone = Absence(person="priya", since=now, until=now + timedelta(days=5), source="calendar")
    yard.memory.tables.absences["priya", "calendar"] = gone
    later(yard, minutes=30)
    assert len(yard.tracker.comments) == 1


def test_where_the_warning_was_answered_nothing_is_said() -> None:
    yard = commenting(comment_after_minutes=15)
    plead(yard, "UMIKA")
    later(yard, minutes=30)
    assert yard.tracker.comments == []


def test_where_somebody_is_asked_to_take_it_nothing_is_said() -> None:
    yard = commenting(assignee="j-priya", comment_after_minutes=15)
    yard.command("item.wanted", "UPRIYA", ISSUE, whom="mika")
    yard.settle()
    yard.tracker.change(50, "j-tom", assignee="j-ghost")
    later(yard, minutes=30)
    assert yard.tracker.comments == []


@pytest.mark.parametrize(("head", "comments"), [(51, 0), (50, 1), (None, 1)])
def test_of_issues_that_are_one_problem_only_the_one_in_front_says_it(head: int | None, comments: int) -> None:
    yard = commenting(comment_after_minutes=15)
    yard.memory.tables.batches["one"] = Batch(id="one", members=(50, 51), since=NOON, grown_at=NOON, head=head)
    later(yard, minutes=30)
    assert len(yard.tracker.comments) == comments


def test_what_the_day_had_no_warning_for_says_nothing() -> None:
    yard = commenting(comment_after_minutes=15)
    (alert,) = alerts(yard)
    yard.memory.tables.alerts[alert.id] = msgspec.structs.replace(alert, told_at=None)
    rule = msgspec.structs.replace(yard.memory.rules.watch.risk, a_day=1)
    yard.memory.tables.alerts["other"] = msgspec.structs.replace(alert, id="other", item=1, ended_at=alert.at)
    yard.memory.rules = msgspec.structs.replace(
        yard.memory.rules, watch=msgspec.structs.replace(yard.memory.rules.watch, risk=rule)
    )
    later(yard, minutes=30)
    assert yard.tracker.comments == []


def test_the_comment_leaves_no_other_trace_and_the_webhook_of_it_is_no_trigger() -> None:
    yard = commenting(comment_after_minutes=15)
    later(yard, minutes=30)
    planned = len(yard.memory.actions(ISSUE))
    yard.settle()
    assert len(yard.memory.actions(ISSUE)) == planned == 1
    assert yard.tracker.risks == {}
