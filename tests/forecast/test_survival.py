"""Counting how often what is still open breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.forecast.survival import Run, Runs, Seen, drawn_to, needed, shifted
from orchestrator.forecast.survival import broke as broke_of


def broke(runs: list[Run], used: float) -> Seen:
    return broke_of(Runs.of(runs), used)


def ended(*shares: float) -> list[Run]:
    return [Run(share=one) for one in shares]


def test_without_open_ones_it_is_the_share_that_broke_of_those_open_then() -> None:
    seen = broke(ended(0.2, 0.4, 0.9, 1.0, 1.5, 2.0), used=0.3)

    assert (seen.broken, seen.of) == (2, 5)
    assert seen.rate == pytest.approx(2 / 5)


def test_what_is_open_yet_counts_for_as_long_as_it_was_seen() -> None:
    alone = broke(ended(0.5, 1.5), used=0.0)
    beside = broke([*ended(0.5, 1.5), Run(share=0.7, is_open=True)], used=0.0)

    assert beside.of == alone.of == 2
    assert beside.rate == pytest.approx(2 / 3)


def test_what_is_open_beyond_its_time_broke() -> None:
    assert broke([Run(share=1.2, is_open=True)], used=0.5).broken == 1


def test_half_of_those_open_had_ended_by_the_middle_one() -> None:
    assert needed(Runs.of(ended(0.1, 0.4, 0.6, 0.8, 3.0)), used=0.2, by=0.5) == 0.6
    assert needed(Runs.of([*ended(0.4), *[Run(share=0.5, is_open=True)] * 3]), used=0.2, by=0.5) is None


def test_few_are_drawn_to_the_whole_and_many_are_not() -> None:
    few, many = broke(ended(2.0), 0.0), broke(ended(*[2.0] * 1000), 0.0)

    assert drawn_to(0.2, few, weight=9) == pytest.approx(0.28)
    assert drawn_to(0.2, many, weight=9) > 0.99
    assert drawn_to(0.2, broke([], 0.0), weight=9) == 0.2


def test_a_part_that_is_as_the_whole_moves_nothing() -> None:
    assert shifted(0.3, 0.6, 0.6) == pytest.approx(0.3)
    assert shifted(0.3, 0.7, 0.6) > 0.3 > shifted(0.3, 0.5, 0.6)


RUNS = st.lists(st.builds(Run, share=st.floats(0.01, 3), is_open=st.booleans()), max_size=30)


@given(runs=RUNS, used=st.floats(0, 0.99), data=st.data())
def test_it_is_a_share_whatever_the_order_and_one_more_that_broke_makes_it_no_less(
    runs: list[Run], used: float, data: st.DataObject
) -> None:
    rate = broke(runs, used).rate

    assert 0 <= rate <= 1
    assert broke(data.draw(st.permutations(runs)), used).rate == rate
    assert broke([*runs, Run(share=5.0)], used).rate >= rate - 1e-9
