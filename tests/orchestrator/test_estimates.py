"""Quantiles and shares, and how sure they are."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.estimates import Estimate, Share, Spread, quantile, share, spread

NUMBERS = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=300)


def covered(estimate: Estimate | None, truth: float) -> bool:
    assert estimate is not None
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


@pytest.mark.parametrize(("per_mille", "value"), [(1, 1), (100, 1), (101, 2), (500, 5), (850, 9), (950, 10), (999, 10)])
def test_a_quantile_is_the_smallest_value_that_so_many_do_not_exceed(per_mille: int, value: int) -> None:
    assert quantile(range(1, 11), per_mille).value == value


def test_of_nothing_nothing_is_told() -> None:
    assert spread([]) == Spread(count=0)
    assert share(0, 0) == Share(count=0, of=0)


def test_few_values_have_no_interval() -> None:
    told = spread([3, 1, 2])

    assert told.p50 == Estimate(value=2)
    assert told.p95 == Estimate(value=3)


@given(NUMBERS, st.integers(1, 999))
def test_the_interval_holds_the_value_and_its_ends_are_values(values: list[int], per_mille: int) -> None:
    told = quantile(sorted(values), per_mille)

    assert told.value in values
    if told.low is not None and told.high is not None:
        assert {told.low, told.high} <= set(values)
        assert told.low <= told.value <= told.high


@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter_and_quantiles_rise(values: list[int], chance: Random) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)

    told = spread(shuffled)

    assert told == spread(values)
    assert told.p50 is not None
    assert told.p85 is not None
    assert told.p95 is not None
    assert told.p50.value <= told.p85.value <= told.p95.value


@given(st.integers(1, 5000), st.data())
def test_a_share_lies_within_its_interval_and_between_none_and_all(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))

    told = share(count, of).per_mille

    assert told is not None
    assert told.low is not None
    assert told.high is not None
    assert 0 <= told.low <= told.value <= told.high <= 1000


def test_a_share_is_what_wilson_makes_of_it() -> None:
    assert share(10, 100).per_mille == Estimate(value=100, low=55, high=175)
    assert share(0, 10).per_mille == Estimate(value=0, low=0, high=278)


@pytest.mark.parametrize("per_mille", [500, 850])
def test_the_interval_of_a_quantile_covers_the_truth_as_often_as_it_says(per_mille: int) -> None:
    chance = Random(7)
    draws = [sorted(int(chance.expovariate(1) * 1000) for _ in range(120)) for _ in range(600)]
    truth = sorted(int(chance.expovariate(1) * 1000) for _ in range(200_000))[200 * per_mille]

    hits = sum(covered(quantile(draw, per_mille), truth) for draw in draws)

    assert 0.94 <= hits / 600 <= 0.99


@pytest.mark.parametrize("truth", [0.05, 0.5])
def test_the_interval_of_a_share_covers_the_truth_as_often_as_it_says(truth: float) -> None:
    chance = Random(7)

    shares = [share(sum(chance.random() < truth for _ in range(200)), 200) for _ in range(600)]

    assert 0.92 <= sum(covered(one.per_mille, truth * 1000) for one in shares) / 600 <= 0.99
