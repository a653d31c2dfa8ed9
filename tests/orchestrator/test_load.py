"""Load is counted in hours of forecast work, and what nobody has room for is told."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.load import Forecasts, Load, Work, loads, overflow

HOUR = timedelta(hours=1)


def test_ten_small_ones_are_less_than_one_large_one() -> None:
    work = [Work(item=number, person="ann", minutes=10) for number in range(10)]

    found = loads([*work, Work(item=99, person="bob", minutes=600)], {"ann": 8, "bob": 8})

    assert (found["ann"].items, found["ann"].minutes, found["ann"].room) == (10, 100, 380)
    assert found["bob"].room == 0


def test_who_declared_no_limit_has_one_without_end() -> None:
    assert loads([], {"ann": None})["ann"].room is None
    assert loads([Work(item=1, person="zoe", minutes=5)], {})["zoe"] == Load(person="zoe", items=1, minutes=5)


def test_a_kind_of_work_is_forecast_by_its_own_median_once_there_is_enough_of_it() -> None:
    took = [("Bug", HOUR)] * 5 + [("Task", 8 * HOUR)] * 4 + [("Story", 2 * HOUR)] * 5
    known = Forecasts.learnt(took)

    assert known.minutes("Bug") == 60
    assert known.minutes("Task") == known.minutes("never seen") == 120


def test_what_lay_about_for_a_year_does_not_count_as_a_year() -> None:
    assert Forecasts.learnt([("Bug", timedelta(days=365))] * 9).minutes("Bug") == 40 * 60


def test_nothing_known_counts_as_the_usual() -> None:
    assert Forecasts.learnt([]).minutes("Bug") == 240


@given(waiting=st.lists(st.integers(0, 500)), rooms=st.lists(st.none() | st.integers(0, 500)))
def test_an_overflow_is_what_is_more_than_all_take_together(waiting: list[int], rooms: list[int | None]) -> None:
    over = overflow(waiting, rooms)

    assert over >= 0
    assert over == 0 or (None not in rooms and over == sum(waiting) - sum(one for one in rooms if one is not None))
