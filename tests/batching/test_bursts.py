"""When a word comes far more often than it should."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.batching import bursts as scan
from orchestrator.batching.bursts import LEAST_HELD, Burst, bursts

MINUTE, HOUR = 60, 3_600
PACE = 20 / HOUR


@dataclass(frozen=True, kw_only=True)
class Usual:
    """How often one word came before: `held` of so many `issues` held it."""

    held: int
    issues: int

    def surprise(self, times: int, expected: float) -> float:
        past = scan.Usual(held=np.array([self.held]), issues=self.issues)
        return float(past.surprise(np.array([times]), np.array([expected]))[0])


RARE = Usual(held=1, issues=2_000)
_usual = st.builds(Usual, held=st.integers(0, 500), issues=st.integers(500, 10**6))
_times = st.lists(st.integers(0, 10**6), min_size=1, max_size=60).map(sorted)


def burst(times: Sequence[int], usual: Usual, pace: float) -> Burst | None:
    """The burst of a word by itself."""
    return bursts({7: times}, {7: usual.held + len(times)}, usual.issues, pace).get(7)


def test_a_word_that_suddenly_comes_is_a_burst() -> None:
    found = burst([number * MINUTE for number in range(6)], RARE, PACE)
    assert found is not None
    assert (found.since, found.until) == (0, 5 * MINUTE)


def test_a_word_that_comes_as_often_as_ever_is_none() -> None:
    assert burst([number * HOUR for number in range(20)], Usual(held=100, issues=2_000), PACE) is None


def test_of_a_word_that_is_always_said_the_stretch_is_found_in_which_it_comes_much_more_often() -> None:
    usual = [number * 3 * HOUR for number in range(8)]
    sudden = [10 * HOUR + number * MINUTE for number in range(12)]
    found = burst(sorted(usual + sudden), Usual(held=40, issues=2_000), PACE)
    assert found is not None
    assert 9 * HOUR <= found.since <= found.until <= 11 * HOUR


def test_the_faster_other_issues_come_the_less_a_word_surprises() -> None:
    times = [number * 10 * MINUTE for number in range(6)]
    assert burst(times, Usual(held=20, issues=2_000), PACE) is not None
    assert burst(times, Usual(held=20, issues=2_000), 100 * PACE) is None


def test_an_hour_in_which_everything_comes_at_once_is_looked_at_without_a_division_by_nothing() -> None:
    found = burst([7] * 9, RARE, 9.0)
    assert found is not None
    assert found.since == found.until == 7


@given(st.lists(st.integers(0, 10**6), max_size=LEAST_HELD - 1), _usual, st.floats(0, 10))
def test_a_few_times_are_chance(times: list[int], usual: Usual, pace: float) -> None:
    assert burst(sorted(times), usual, pace) is None


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), _usual, st.floats(0, 10))
def test_a_burst_lies_within_what_came_and_its_lift_is_above_nothing(
    times: list[int], usual: Usual, pace: float
) -> None:
    found = burst(sorted(times), usual, pace)
    if found is not None:
        assert min(times) <= found.since <= found.until <= max(times)
        assert found.lift > 0


@given(st.lists(st.tuples(_times, st.integers(0, 500)), max_size=6), st.integers(30, 10**6), st.floats(0, 10))
def test_of_many_words_each_has_the_burst_that_it_has_by_itself(
    words: list[tuple[list[int], int]], issues: int, pace: float
) -> None:
    times = {word: came for word, (came, _) in enumerate(words)}
    held = {word: len(came) + before for word, (came, before) in enumerate(words)}
    alone = {
        word: found
        for word, (came, before) in enumerate(words)
        if (found := burst(came, Usual(held=before, issues=issues), pace)) is not None
    }
    assert bursts(times, held, issues, pace) == alone


def test_of_stretches_in_which_a_word_came_as_often_the_earliest_counts() -> None:
    early = [number * MINUTE for number in range(6)]
    found = burst([*early, *(10 * HOUR + each for each in early)], RARE, PACE)
    assert found is not None
    assert (found.since, found.until) == (early[0], early[-1])


def test_no_words_have_no_bursts() -> None:
    assert bursts({}, {}, 2_000, PACE) == {}


def test_in_a_young_index_a_word_has_to_surprise_more() -> None:
    times = [number * MINUTE for number in range(3)]
    assert burst(times, Usual(held=1, issues=35), PACE) is None
    assert burst(times, Usual(held=1, issues=2_000), PACE) is not None


def test_what_came_since_is_no_burst_only_because_the_past_is_too_short_to_have_held_it() -> None:
    usual_words = [number * HOUR for number in range(24)]
    assert burst(usual_words, Usual(held=0, issues=35), PACE) is None


@given(_usual, st.integers(3, 60), st.floats(0.01, 50))
def test_the_better_the_past_is_known_the_more_the_same_surprises(usual: Usual, times: int, expected: float) -> None:
    longer = Usual(held=usual.held * 2 + 1, issues=usual.issues * 2)
    assert longer.surprise(times, expected) >= usual.surprise(times, expected) - 1e-9 or times <= expected


def test_without_a_past_nothing_stands_out_from_it() -> None:
    assert burst([number * MINUTE for number in range(50)], Usual(held=0, issues=10), PACE) is None
