"""The clocks of Jira Service Management, case by case."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.sla.clocks import Clock
from orchestrator.sla.timeline import imagined, timeline
from rules.model import FieldChange
from rules.ruleset import CalendarRule
from rules.slas import GoalRule, SlaRule, duration
from tests.sla.past import NINE, OFFICE, RESOLUTION, after, change, issue, moved, run, said

HOUR = timedelta(hours=1)
WAITING = "Waiting for customer"


def rule(**given: Any) -> SlaRule:
    return msgspec.structs.replace(RESOLUTION, **given)


def always(within: str = "4h") -> tuple[GoalRule, ...]:
    return (GoalRule(within=within),)


def test_a_running_clock_counts_the_hours_of_its_calendar() -> None:
    (cycle,) = run(RESOLUTION, issue(), until=26)

    assert (cycle.elapsed, cycle.closed_for, cycle.paused_for) == (10 * HOUR, 16 * HOUR, timedelta())
    assert (cycle.remaining, cycle.breaches_at, cycle.breached) == (6 * HOUR, after(32), False)


def test_it_stops_when_its_event_comes() -> None:
    (cycle,) = run(RESOLUTION, issue(resolution="Done"), change(3, "resolution", None, "Done"), until=40)

    assert (cycle.stopped, cycle.elapsed, cycle.in_hours) == (after(3), 3 * HOUR, True)


def test_a_new_start_opens_a_new_cycle() -> None:
    changes = (
        change(1, "resolution", None, "Done"),
        change(5, "resolution", "Done", None),
    )
    first, second = run(RESOLUTION, issue(), *changes, until=7)

    assert (first.elapsed, second.started, second.elapsed, second.stopped) == (HOUR, after(5), 2 * HOUR, None)


def test_a_pause_holds_the_clock_and_nobody_knows_when_it_breaks() -> None:
    (cycle,) = run(RESOLUTION, issue(WAITING), moved(1, "Open", WAITING), until=5)

    assert (cycle.elapsed, cycle.paused_for, cycle.paused_by) == (HOUR, 4 * HOUR, f"status {WAITING}")
    assert cycle.breaches_at is None


def test_a_pause_over_the_night_counts_only_the_hours_of_work() -> None:
    changes = moved(7, "Open", WAITING), moved(25, WAITING, "Open")
    (cycle,) = run(RESOLUTION, issue(), *changes, until=26)

    assert (cycle.elapsed, cycle.paused_for, cycle.closed_for) == (8 * HOUR, 2 * HOUR, 16 * HOUR)


def test_a_holiday_within_a_pause_is_no_time_at_all() -> None:
    closed = msgspec.structs.replace(OFFICE, closed=(after(24).date(),))
    changes = moved(1, "Open", WAITING), moved(49, WAITING, "Open")
    (cycle,) = run(RESOLUTION, issue(), *changes, until=50, office=closed)

    assert (cycle.elapsed, cycle.paused_for) == (2 * HOUR, 8 * HOUR)


def test_the_goal_of_a_running_cycle_is_that_of_the_issue_as_it_is_now_and_what_is_used_is_kept() -> None:
    (before,) = run(RESOLUTION, issue(priority="Medium"), until=3)
    (cycle,) = run(RESOLUTION, issue(priority="Highest"), change(2, "priority", "Medium", "Highest"), until=3)

    assert (before.within, cycle.within) == (16 * HOUR, 4 * HOUR)
    assert (cycle.elapsed, cycle.breaches_at) == (3 * HOUR, after(4))


def test_the_goal_of_a_completed_cycle_is_that_of_the_issue_as_it_was_when_it_stopped() -> None:
    changes = change(2, "resolution", None, "Done"), change(9, "priority", "Highest", "Medium")
    (cycle,) = run(RESOLUTION, issue(resolution="Done", priority="Medium"), *changes, until=10)

    assert cycle.within == 4 * HOUR


@pytest.mark.parametrize(("closing", "broken"), [(4.0, False), (4.0 + 1 / 3600, True)])
def test_all_the_time_may_be_used_and_not_a_moment_more(closing: float, broken: bool) -> None:
    item = issue(resolution="Done", priority="Highest")
    (cycle,) = run(RESOLUTION, item, change(closing, "resolution", None, "Done"), until=9)

    assert (cycle.breached, cycle.breaches_at) == (broken, after(4))


def test_a_goal_that_ends_with_the_day_is_broken_only_the_next_morning() -> None:
    (closing,) = run(rule(goals=(GoalRule(within="8h", calendar="office"),)), issue(), until=8)
    (night,) = run(rule(goals=(GoalRule(within="8h", calendar="office"),)), issue(), until=20)
    (morning,) = run(rule(goals=(GoalRule(within="8h", calendar="office"),)), issue(), until=24.01)

    assert (closing.breaches_at, night.breached, morning.breached) == (after(8), False, True)


def test_at_one_instant_a_stop_outranks_a_start() -> None:
    both = rule(starts=("assignee changed",), stops=("resolution set",), goals=always())
    changes = change(1, "assignee", None, "ann"), change(1, "resolution", None, "Done")

    assert run(both, issue(resolution="Done", assignee="ann"), *changes, until=2) == ()


def test_a_condition_on_both_sides_opens_and_closes_in_turn() -> None:
    both = rule(starts=("assignee changed",), stops=("assignee changed",), goals=always())
    changes = [change(hour, "assignee", f"p{hour}", f"p{hour + 1}") for hour in (1, 2, 4)]
    first, second = run(both, issue(assignee="p5"), *changes, until=5)

    assert (first.started, first.stopped, second.started, second.stopped) == (after(1), after(2), after(4), None)


def test_what_never_started_and_what_no_goal_fits_has_no_clock() -> None:
    assert run(rule(starts=("due date set",)), issue(), until=3) == ()
    assert run(rule(goals=RESOLUTION.goals[:1]), issue(priority="Low"), until=3) == ()


def test_a_condition_that_breaks_fits_nothing() -> None:
    goals = (GoalRule(when="item.labels[7] == 'x'", within="1h"), GoalRule(within="2h"))
    (cycle,) = run(rule(goals=goals), issue(), until=1)

    assert cycle.within == 2 * HOUR


@pytest.mark.parametrize(
    ("by", "how", "stopped"), [("agent", "public", 2), ("agent", "internal", None), ("customer", "public", None)]
)
def test_only_what_customers_may_read_is_a_response_to_them(by: str, how: str, stopped: float | None) -> None:
    response = rule(stops=("comment for customers",), pauses=(), goals=always())
    (cycle,) = run(response, issue(reporter="customer"), said(2, by, how), until=3)

    assert cycle.stopped == (stopped and after(stopped))


def test_a_customer_who_speaks_starts_what_waits_for_them() -> None:
    answer = rule(starts=("comment by customer",), stops=("comment for customers",), goals=always())
    (cycle,) = run(answer, issue(reporter="customer"), said(2, "customer", "internal"), said(3, "agent"), until=4)

    assert (cycle.started, cycle.stopped) == (after(2), after(3))


def test_the_clocks_that_go_forward_and_back_make_a_night_shorter_and_longer() -> None:
    night = CalendarRule(time_zone="Europe/Berlin", hours={"sat": ("22:00-06:00",)})
    goals = (GoalRule(within="40h", calendar="night"),)
    worked = []
    for month, day in ((3, 28), (10, 24)):
        item = issue(created=datetime(2026, month, day, 12, tzinfo=UTC))
        until = (datetime(2026, month, day + 1, 20, tzinfo=UTC) - NINE) / HOUR
        worked += [one.elapsed / HOUR for one in run(rule(goals=goals), item, until=until, night=night)]

    assert worked == [7, 9]


def test_names_of_statuses_are_the_same_in_small_letters() -> None:
    entered = rule(starts=("entered status in PROGRESS",), goals=always())
    (cycle,) = run(entered, issue("In Progress"), moved(1, "Open", "In Progress"), until=2)

    assert cycle.elapsed == HOUR


def test_the_spans_say_why_the_clock_stood() -> None:
    clock = Clock(RESOLUTION, {"office": OFFICE})
    changes = moved(7, "Open", WAITING), moved(25, WAITING, "Open")
    (cycle,) = clock.cycles(timeline(issue(), changes), after(26))

    found = [(one.kind, (one.until - one.since) / HOUR, one.why) for one in clock.spans(cycle)]

    reason = f"status {WAITING}"
    assert found == [
        ("counting", 7, ""),
        ("paused", 1, reason),
        ("closed", 16, ""),
        ("paused", 1, reason),
        ("counting", 1, ""),
    ]


@pytest.mark.parametrize(("text", "minutes"), [("4h", 240), ("45m", 45), ("1h 30m", 90), ("100h 5m", 6005)])
def test_a_time_is_read_as_people_write_it(text: str, minutes: int) -> None:
    assert duration(text) == timedelta(minutes=minutes)


PEOPLE = st.sampled_from([None, "ann", "ben"])
STATUSES = st.sampled_from(["Open", "In Progress", WAITING, "Waiting for approval"])


@st.composite
def pasts(draw: st.DrawFn) -> list[FieldChange]:
    """Changelogs that fit together, with moments that may coincide."""
    status, assignee, resolution = "Open", draw(PEOPLE), None
    told, hours = list[FieldChange](), 0.0
    for number in range(draw(st.integers(0, 12))):
        hours += draw(st.sampled_from([0.0, 0.5, 3.0, 17.0, 60.0])) or 0.01 * (number + 1)
        kind, entry = draw(st.sampled_from(["status", "assignee", "resolution", "said"])), f"{number + 1}:0"
        if kind == "status":
            status, before = draw(STATUSES), status
            told.append(moved(hours, before, status, id=entry))
        elif kind == "assignee":
            assignee, before_ = draw(PEOPLE), assignee
            told.append(change(hours, "assignee", before_, assignee, id=entry))
        elif kind == "resolution":
            resolution, was = (None if resolution else "Done"), resolution
            told.append(change(hours, "resolution", was, resolution, id=entry))
        else:
            told.append(said(hours, draw(st.sampled_from(["customer", "agent"])), entry=entry))
    return told


def ended(told: list[FieldChange]) -> Any:
    last = {one.field: one for one in told}
    status = str(last["status"].after) if "status" in last else "Open"
    first = next((one.before for one in told if one.field == "assignee"), None)
    assignee = last["assignee"].after if "assignee" in last else first
    resolution = last["resolution"].after if "resolution" in last else None
    return issue(status, assignee=assignee, resolution=resolution, reporter="customer")


@given(told=pasts(), until=st.integers(0, 400))
def test_counting_pausing_and_closed_hours_add_up_to_the_time_on_the_wall(told: list[FieldChange], until: int) -> None:
    clock = Clock(RESOLUTION, {"office": OFFICE})
    for cycle in clock.cycles(timeline(ended(told), told), after(until)):
        spans = clock.spans(cycle)
        lengths = {
            kind: sum((one.until - one.since for one in spans if one.kind == kind), timedelta())
            for kind in ("counting", "paused", "closed")
        }
        assert lengths == {"counting": cycle.elapsed, "paused": cycle.paused_for, "closed": cycle.closed_for}
        assert cycle.elapsed + cycle.paused_for + cycle.closed_for == (cycle.stopped or after(until)) - cycle.started
        assert all(one.until == other.since for one, other in pairwise(spans))
        assert cycle.breached == (cycle.breaches_at is not None and cycle.elapsed > cycle.within)


@given(told=pasts(), data=st.data())
def test_in_which_order_events_come_and_how_often_changes_nothing(told: list[FieldChange], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(told), max_size=3)) if told else []
    later = [msgspec.structs.replace(one, at=one.at + timedelta(seconds=2)) for one in again]
    item = ended(told)

    assert timeline(item, data.draw(st.permutations([*told, *later]))) == timeline(item, told)


@given(told=pasts(), early=st.integers(0, 200), later=st.integers(0, 200))
def test_a_cycle_that_has_stopped_stays_as_it_is(told: list[FieldChange], early: int, later: int) -> None:
    clock, past = Clock(RESOLUTION, {"office": OFFICE}), timeline(ended(told), told)
    then = [one for one in clock.cycles(past, after(early)) if one.stopped]
    now = [one for one in clock.cycles(past, after(early + later)) if one.stopped]

    assert then == now[: len(then)]


@pytest.mark.parametrize("resolved_at", [NINE, NINE - timedelta(days=1), None])
def test_what_was_resolved_from_the_start_never_had_a_clock(resolved_at: datetime | None) -> None:
    assert run(RESOLUTION, issue("Done", resolution="Fixed", resolved_at=resolved_at), until=50) == ()


def test_waiting_for_an_approval_has_a_clock_of_its_own_for_each_time() -> None:
    decided = SlaRule(
        when="true",
        starts=("entered status Waiting for approval",),
        stops=("left status Waiting for approval",),
        goals=(GoalRule(within="2h"),),
    )
    moves = (
        moved(1, "Open", "Waiting for approval"),
        moved(2, "Waiting for approval", "Open"),
        moved(5, "Open", "Waiting for approval"),
        moved(9, "Waiting for approval", "Approved"),
    )

    cycles = run(decided, issue("Approved"), *moves, until=50)

    assert [(one.elapsed, one.breached) for one in cycles] == [(HOUR, False), (4 * HOUR, True)]


def test_of_an_issue_that_is_not_there_yet_nothing_is_imagined() -> None:
    item = issue()

    assert imagined(timeline(item, ()), item, after(-1)) == ()
