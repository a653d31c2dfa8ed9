"""Levelling: what it makes of chances that came otherwise than told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.forecast.levelling import Levelling


def told(chances: list[float], came: list[float]) -> Levelling:
    return Levelling.found(np.array(chances), np.array(came))


def of(found: Levelling, chance: float) -> float:
    return float(found.levelled(np.array([chance]))[0])


def test_without_outcomes_nothing_is_changed() -> None:
    assert of(told([], []), 0.3) == pytest.approx(0.3)


def test_chances_that_came_as_told_are_left_alone() -> None:
    chance = np.random.default_rng(1)
    chances = chance.uniform(0.05, 0.95, 2_000)

    found = Levelling.found(chances, (chance.uniform(size=2_000) < chances).astype(float))

    assert of(found, 0.3) == pytest.approx(0.3, abs=0.05)


def test_a_model_that_always_tells_too_much_is_brought_down() -> None:
    assert of(told([0.6] * 400, [1.0, 0.0, 0.0, 0.0] * 100), 0.6) < 0.53


def test_one_odd_stretch_counts_less_than_what_all_have_in_common() -> None:
    as_told, rarer = [0.0, 1.0] * 200, [0.0, 0.0, 0.0, 1.0] * 100

    once = of(told([0.5] * 1_600, [*as_told, *rarer, *as_told, *as_told]), 0.5)
    always = of(told([0.5] * 1_600, rarer * 4), 0.5)

    assert always < once < 0.5


def test_three_outcomes_hardly_change_anything() -> None:
    assert of(told([0.5, 0.5, 0.5], [1.0, 1.0, 1.0]), 0.5) < 0.6


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.floats(0, 1))
def test_what_comes_out_is_a_chance(past: list[tuple[float, bool]], asked: float) -> None:
    found = told([chance for chance, _ in past], [float(came) for _, came in past])

    assert 0 < of(found, asked) < 1
