"""What ended is told by the rules of its time, and put right by what the changelog tells."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from orchestrator.sla.ended import Ended, basis
from orchestrator.sla.keeping import noted
from rules.model import FieldChange, Snapshot
from rules.ruleset import CalendarRule, PersonRule, Ruleset, TeamRule
from rules.slas import GoalRule, SlaRule
from tests.fakes.rulings import ruleset
from tests.fakes.written import written
from tests.fakes.yard import Yard

FIX = SlaRule(
    when="item.project == 'WEB'",
    starts=("issue created", "resolution cleared"),
    stops=("resolution set",),
    goals=(GoalRule(within="4h", calendar="office"),),
)
ALWAYS = CalendarRule(
    time_zone="UTC", hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("00:00-24:00",))
)


def promising(within: str = "4h", office: CalendarRule = ALWAYS, **more: Any) -> Ruleset:
    fix = msgspec.structs.replace(FIX, goals=(GoalRule(within=within, calendar="office"),), **more)
    return ruleset(slas={"Time to fix": fix}, calendars={"office": office})


def resolved(yard: Yard, hours: float, number: int, *, again: bool = False) -> None:
    """Have issue 1 resolved, or opened again, after so many hours more."""
    yard.clock.pass_by(minutes=round(hours * 60))
    now = yard.clock.now()
    before, after = ("Done", None) if again else (None, "Done")
    names = {"before": before, "before_text": before, "after": after, "after_text": after}
    entry = FieldChange(id=f"{number}:0", at=now, author="j-tom", field="resolution", **names)
    fields = {"resolution": after, "updated": msgspec.to_builtins(now)}
    snapshot = Snapshot(id=1, key="WEB-1", updated=now, fields=fields, changes=(entry,))
    yard.tracker.send("jira.issue_updated", 1, {"actor": "j-tom", "snapshot": msgspec.to_builtins(snapshot)})
    yard.settle()


@pytest.fixture
def yard() -> Yard:
    made = Yard(promising())
    made.report(1)
    made.settle()
    return made


def kept(yard: Yard) -> list[Ended]:
    return list(yard.memory.items.ended([1])[1])


def asked(yard: Yard) -> str:
    return written(yard.ask("UTOM", "sla", "WEB-1")).replace("*", "")


def test_what_ended_is_kept_by_the_look_that_saw_it(yard: Yard) -> None:
    assert kept(yard) == []
    resolved(yard, 3, 1)
    (one,) = kept(yard)

    assert (one.sla, one.within, one.elapsed, one.breached) == ("Time to fix", 4 * 3600, 3 * 3600, False)
    assert (one.calendar, one.at) == ("office", yard.clock.now())


def test_later_rules_do_not_rewrite_what_was_promised(yard: Yard) -> None:
    resolved(yard, 3, 1)
    then = yard.clock.now()
    yard.memory.rules = promising("2h")
    yard.clock.pass_by(days=3)

    told = asked(yard)

    assert "Met with 1 h to spare" in told
    assert f"Promised were 4 h in the hours of office, by the rules of {then:%H:%M}." in told
    assert "The rules of now would tell it otherwise." in told


def test_where_the_rules_of_now_tell_the_same_nothing_is_said_of_rules(yard: Yard) -> None:
    resolved(yard, 3, 1)
    yard.memory.rules = promising(pauses=("status Waiting",))

    told = asked(yard)

    assert "Met with 1 h to spare" in told
    assert "rules of" not in told


def test_what_runs_goes_by_the_rules_of_now_and_what_ran_before_by_those_of_its_time(yard: Yard) -> None:
    resolved(yard, 3, 1)
    yard.memory.rules = promising("2h")
    resolved(yard, 1, 2, again=True)
    yard.clock.pass_by(hours=1)

    told = asked(yard)

    assert "Running: 1 h used, 1 h left" in told
    assert "It ran 1 time before, and broke in 0 of these, by the rules of their time." in told


def test_looks_under_other_rules_leave_what_was_kept_and_add_what_ends_by_them(yard: Yard) -> None:
    resolved(yard, 3, 1)
    first = kept(yard)
    yard.memory.rules = promising("2h")
    resolved(yard, 1, 2, again=True)
    resolved(yard, 3, 3)

    assert kept(yard)[:1] == first
    assert [(one.within, one.breached) for one in kept(yard)] == [(4 * 3600, False), (2 * 3600, True)]


def test_what_nothing_promises_any_more_is_told_as_it_ended(yard: Yard) -> None:
    resolved(yard, 3, 1)
    yard.memory.rules = ruleset()

    assert "Met with 1 h to spare" in asked(yard)


def test_a_changelog_that_is_put_right_puts_right_what_the_same_rules_told(yard: Yard) -> None:
    resolved(yard, 3, 1)
    items, now = yard.memory.items, yard.clock.now()
    earlier = msgspec.structs.replace(items.changed([1], ("resolution",))[1][0], at=now - timedelta(hours=1))
    items.merge([Snapshot(id=1, key="WEB-1", changes=(earlier,))])
    known = items.items([1])

    right = noted(known, items, promising(), now)
    under_others = noted(known, items, promising("2h"), now)

    assert ([one.elapsed for one in right.ended], right.unended) == ([2 * 3600], ())
    assert (under_others.ended, under_others.unended) == ((), ())


def test_told_anew_what_ended_goes_by_the_rules_of_now(yard: Yard) -> None:
    resolved(yard, 3, 1)
    rules, items = promising("2h", starts=("resolution cleared",)), yard.memory.items

    again = noted(items.items([1]), items, promising("2h"), yard.clock.now(), anew=True)
    never = noted(items.items([1]), items, rules, yard.clock.now(), anew=True)

    assert [(one.within, one.breached) for one in again.ended] == [(2 * 3600, True)]
    assert ([(one.item, one.within) for one in never.unended], never.ended) == ([(1, 4 * 3600)], ())


def test_what_has_no_promise_costs_no_reading(yard: Yard) -> None:
    yard.report(2, project="SHOP")
    yard.settle()
    resolved(yard, 1, 9)

    assert {one.item for one in yard.memory.tables.ended.values()} == {1}


OFFICE = CalendarRule(time_zone="UTC", hours={"mon": ("09:00-17:00",)})
TEAMS = {"second-line": TeamRule(purpose="Mends.")}


def test_only_what_a_clock_goes_by_makes_other_rules_of_it() -> None:
    handed = msgspec.structs.replace(FIX, starts=("handed to team second-line",))
    nobody = ruleset(slas={"x": handed}, calendars={"office": OFFICE}, teams=TEAMS)
    people = {"kim": PersonRule(name="Kim", jira="j-kim", teams=("second-line",))}
    somebody = msgspec.structs.replace(nobody, people=people)
    other_hours = msgspec.structs.replace(nobody, calendars={"office": ALWAYS})

    assert basis(handed, nobody) != basis(handed, somebody)
    assert basis(FIX, nobody) == basis(FIX, somebody)
    assert basis(FIX, nobody) != basis(FIX, other_hours)
    assert basis(FIX, nobody) == basis(FIX, msgspec.structs.replace(nobody, guardrails={}, teams={}))
