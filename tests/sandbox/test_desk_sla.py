"""The SLA engine by itself: cycles, pauses, goals, breaches, and the laws that hold for any history."""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.desk.calendars import Calendar
from sandbox.desk.records import Goal, Metric
from sandbox.desk.sla import Cycle, Instant, cycles_of

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
OFFICE = Calendar(name="office", zone="Etc/UTC", shifts=(((540, 1020),),) * 5 + ((), ()))
Told = tuple[float, str, str]


def metric(**words: Iterable[str]) -> Metric:
    usual: dict[str, Iterable[str]] = {"start": ["issue created", "resolution cleared"], "pause": ["status Waiting"]}
    chosen = {name: frozenset(said) for name, said in ({**usual, "stop": ["resolution set"]} | words).items()}
    return Metric(id="1", name="Time to resolution", field="customfield_1", goals=(), **chosen)


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def story(*told: Told) -> list[Instant[str]]:
    """From (hour, events, states): several events are separated by commas; the subject is the first state."""
    return [
        Instant(at=at(hour), events=frozenset(events.split(",")), states=frozenset([states]), subject=states)
        for hour, events, states in told
    ]


def goal(within: float, calendar: Calendar | None = None) -> Callable[[str], Goal]:
    chosen = Goal(jql="", within=timedelta(hours=within), calendar=calendar)
    return lambda subject: chosen


def only(cycles: list[Cycle]) -> Cycle:
    [cycle] = cycles
    return cycle


def hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def test_a_clock_runs_from_its_start_until_now() -> None:
    cycle = only(cycles_of(metric(), story((9, "issue created", "status Open")), at(11), goal(4)))

    assert (cycle.started, cycle.stopped, hours(cycle.elapsed), hours(cycle.remaining)) == (at(9), None, 2, 2)
    assert (cycle.breached, cycle.paused, cycle.within_hours, cycle.breaches_at) == (False, False, True, at(13))


def test_a_clock_that_never_started_has_no_cycle() -> None:
    assert cycles_of(metric(), story((9, "assignee changed", "status Open")), at(11), goal(4)) == []


def test_what_lies_in_the_future_has_not_happened() -> None:
    told = story((9, "issue created", "status Open"), (12, "resolution set", "status Done"))

    assert only(cycles_of(metric(), told, at(11), goal(4))).stopped is None


def test_a_reopened_subject_gets_a_new_cycle() -> None:
    told = story(
        (9, "issue created", "status Open"),
        (12, "resolution set", "status Done"),
        (30, "resolution cleared", "status Open"),
    )
    first, second = cycles_of(metric(), told, at(31), goal(2))

    assert (hours(first.elapsed), first.stopped, first.breached) == (3, at(12), True)
    assert (hours(second.elapsed), second.stopped, second.breached) == (1, None, False)


def test_a_pause_holds_the_clock_and_there_is_no_breach_to_foresee() -> None:
    told = story((9, "issue created", "status Open"), (10, "entered status Waiting", "status Waiting"))
    cycle = only(cycles_of(metric(), told, at(20), goal(4)))

    assert (hours(cycle.elapsed), hours(cycle.paused_for), cycle.paused, cycle.breaches_at) == (1, 10, True, None)


def test_a_breach_is_pushed_back_by_the_pause() -> None:
    told = story(
        (9, "issue created", "status Open"),
        (10, "entered status Waiting", "status Waiting"),
        (15, "left status Waiting", "status Open"),
    )
    assert only(cycles_of(metric(), told, at(16), goal(4))).breaches_at == at(18)


def test_a_breach_before_the_pause_keeps_its_moment() -> None:
    told = story((9, "issue created", "status Open"), (12, "entered status Waiting", "status Waiting"))
    cycle = only(cycles_of(metric(), told, at(20), goal(1)))

    assert (cycle.breached, cycle.breaches_at, cycle.paused) == (True, at(10), True)


def test_outside_of_hours_a_clock_rests_without_being_paused() -> None:
    cycle = only(cycles_of(metric(), story((15, "issue created", "status Open")), at(20), goal(4, OFFICE)))

    assert (hours(cycle.elapsed), hours(cycle.closed_for), cycle.paused, cycle.within_hours) == (2, 3, False, False)
    assert cycle.breaches_at == at(24 + 11)


def test_a_goal_that_is_used_up_at_closing_time_is_kept_until_the_next_opening() -> None:
    told = story((13, "issue created", "status Open"))
    kept = only(cycles_of(metric(), told, at(24 + 9), goal(4, OFFICE)))
    broken = only(cycles_of(metric(), told, at(24 + 9.1), goal(4, OFFICE)))

    assert (kept.breaches_at, kept.breached, hours(kept.remaining)) == (at(17), False, 0)
    assert broken.breached


def test_a_stop_outranks_a_start_at_the_same_instant() -> None:
    told = story((9, "issue created,resolution set", "status Done"))
    both = story((9, "issue created", "status Open"), (10, "resolution set,resolution cleared", "status Open"))

    assert cycles_of(metric(), told, at(11), goal(4)) == []
    assert only(cycles_of(metric(), both, at(12), goal(4))).stopped == at(10)


def test_a_pause_outranks_a_start_at_the_same_instant() -> None:
    cycle = only(cycles_of(metric(), story((9, "issue created", "status Waiting")), at(11), goal(4)))

    assert (hours(cycle.elapsed), cycle.paused) == (0, True)


def test_the_same_condition_on_both_sides_makes_many_cycles() -> None:
    told = story(*((hour, "assignee changed", "status Open") for hour in (9, 10, 11, 13)))
    both = metric(start=["assignee changed"], stop=["assignee changed"])

    assert [hours(cycle.elapsed) for cycle in cycles_of(both, told, at(20), goal(4))] == [1, 2]


def test_another_goal_in_midflight_keeps_the_time_that_was_spent() -> None:
    goals = {"priority Low": goal(8)(""), "priority High": goal(2)("")}
    told = story((9, "issue created", "priority Low"), (12, "priority changed", "priority High"))

    before = only(cycles_of(metric(), told, at(11), goals.__getitem__))
    after = only(cycles_of(metric(), told, at(12), goals.__getitem__))

    assert (hours(before.goal), hours(before.elapsed)) == (8, 2)
    assert (hours(after.goal), hours(after.elapsed), after.breaches_at) == (2, 3, at(11))


def test_a_completed_cycle_keeps_the_goal_that_it_stopped_with() -> None:
    goals = {"low": goal(8)(""), "high": goal(2)("")}
    told = story((9, "issue created", "low"), (10, "resolution set", "low"), (11, "priority changed", "high"))

    assert hours(only(cycles_of(metric(), told, at(12), goals.__getitem__)).goal) == 8


def test_without_a_goal_there_is_no_clock() -> None:
    assert cycles_of(metric(), story((9, "issue created", "status Open")), at(11), lambda subject: None) == []


EVENTS = ["issue created", "resolution set", "resolution cleared", "assignee changed", "nothing"]
INSTANTS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(EVENTS), st.sampled_from(["status Open", "status Waiting"])),
    unique_by=lambda told: told[0],
    max_size=12,
)


@pytest.mark.parametrize("calendar", [None, OFFICE], ids=["always open", "office hours"])
@given(told=INSTANTS, within=st.integers(1, 60))
def test_elapsed_and_paused_and_closed_time_add_up_to_the_wall_clock(
    calendar: Calendar | None, told: list[Told], within: int
) -> None:
    now = at(401)
    for cycle in cycles_of(metric(), story(*told), now, goal(within, calendar)):
        assert cycle.elapsed + cycle.paused_for + cycle.closed_for == (cycle.stopped or now) - cycle.started
        assert min(cycle.elapsed, cycle.paused_for, cycle.closed_for) >= timedelta()
        assert cycle.breached == (cycle.remaining < timedelta())


@given(told=INSTANTS, seed=st.integers())
def test_the_order_in_which_events_come_to_us_does_not_matter(told: list[Told], seed: int) -> None:
    ordered, shuffled = story(*told), story(*told)
    random.Random(seed).shuffle(shuffled)

    assert cycles_of(metric(), shuffled, at(401), goal(4)) == cycles_of(metric(), ordered, at(401), goal(4))


@given(told=INSTANTS, within=st.integers(1, 60))
def test_a_breach_that_is_foreseen_comes_when_nothing_happens_meanwhile(told: list[Told], within: int) -> None:
    found = cycles_of(metric(), story(*told), at(401), goal(within, OFFICE))
    for cycle in [cycle for cycle in found if cycle.stopped is None and not cycle.paused and not cycle.breached]:
        assert cycle.breaches_at is not None
        later = cycles_of(metric(), story(*told), cycle.breaches_at, goal(within, OFFICE))[-1]
        assert (later.remaining, later.breached) == (timedelta(), False)


@given(told=INSTANTS)
def test_cycles_follow_one_another(told: list[Told]) -> None:
    cycles = cycles_of(metric(), story(*told), at(401), goal(4))

    ends = [cycle.stopped for cycle in cycles[:-1]]
    assert all(end is not None and end < after.started for end, after in zip(ends, cycles[1:], strict=True))
