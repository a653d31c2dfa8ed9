from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.learning.fitting import Belief, Example, fit, probability

BELIEFS = [Belief(value=-2.0, stiffness=1.0), Belief(value=2.0, stiffness=1.0), Belief(value=1.0, stiffness=1.0)]
TENTHS = st.integers(0, 10).map(lambda one: one / 10)
ROWS = st.tuples(st.just(1.0), TENTHS, TENTHS)
EXAMPLES = st.lists(st.builds(Example, row=ROWS, right=st.booleans()), max_size=25)


def planted(count: int, *truth: float) -> list[Example]:
    chance = Random(7)
    rows = [(1.0, *(chance.random() for _ in truth[1:])) for _ in range(count)]
    odds = [sum(value * one for value, one in zip(row, truth, strict=True)) for row in rows]
    return [Example(row=row, right=chance.random() < probability(one)) for row, one in zip(rows, odds, strict=True)]


def test_many_examples_show_the_coefficients_behind_them() -> None:
    found = fit(planted(3_000, -1.0, 3.0, 0.5), BELIEFS)

    assert found == pytest.approx((-1.0, 3.0, 0.5), abs=0.35)


def test_without_examples_everything_stays_as_believed() -> None:
    assert fit([], BELIEFS) == (-2.0, 2.0, 1.0)


def test_few_examples_move_it_little_and_many_of_them_far() -> None:
    few, many = (fit(planted(count, 2.0, 0.0, 0.0), BELIEFS) for count in (2, 2_000))

    assert few == pytest.approx((-2.0, 2.0, 1.0), abs=1.0)
    assert many == pytest.approx((2.0, 0.0, 0.0), abs=0.4)


@given(EXAMPLES, st.randoms())
def test_the_order_of_the_examples_is_no_matter(examples: list[Example], chance: Random) -> None:
    mixed = list(examples)
    chance.shuffle(mixed)

    assert fit(mixed, BELIEFS) == fit(examples, BELIEFS)


@given(EXAMPLES)
def test_no_evidence_ever_counts_against(examples: list[Example]) -> None:
    assert min(fit(examples, BELIEFS)[1:]) >= 0


@given(EXAMPLES, ROWS, st.booleans())
def test_one_more_that_agrees_moves_the_next_guess_its_way(
    examples: list[Example], row: tuple[float, ...], right: bool
) -> None:
    before = odds(row, fit(examples, BELIEFS))

    after = odds(row, fit([*examples, Example(row=row, right=right)], BELIEFS))

    assert after >= before - 1e-6 if right else after <= before + 1e-6


def test_a_thing_said_with_half_the_weight_counts_half() -> None:
    row = (1.0, 0.5, 0.5)

    halves = fit([Example(row=row, right=True, weight=0.5)] * 2, BELIEFS)

    assert halves == pytest.approx(fit([Example(row=row, right=True)], BELIEFS))


def test_what_all_examples_agree_on_does_not_run_away() -> None:
    found = fit([Example(row=(1.0, 1.0, 1.0), right=True)] * 2_000, BELIEFS)

    assert max(map(abs, found)) < 10


def odds(row: tuple[float, ...], found: tuple[float, ...]) -> float:
    return sum(value * one for value, one in zip(row, found, strict=True))
