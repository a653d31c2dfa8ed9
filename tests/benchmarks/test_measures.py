import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fitting import Example, fit
from benchmarks.measures import coverage, estimate, retrieval
from orchestrator.learning.fitting import solve
from orchestrator.learning.scoring import Guess, calibration_error
from orchestrator.related import Signals, confidence

GUESSES = st.lists(st.builds(Guess, confidence=st.integers(0, 1000), right=st.booleans()), max_size=40)


def guesses(*pairs: tuple[int, bool]) -> list[Guess]:
    return [Guess(confidence=confidence, right=right) for confidence, right in pairs]


def signals(text: int = 500, titles: int = 0) -> Signals:
    return Signals(text=text, lead=0, apart=0, cover=0, titles=titles, shared=9, days=0)


def test_the_first_right_answer_counts_and_a_question_without_one_is_lost() -> None:
    found = retrieval({1: {7}, 2: {7, 8}, 3: {9}}, {1: [7], 2: [1, 8, 7], 3: [1]})

    assert found.queries == 3
    assert [found.recall[cut].mean for cut in (1, 5, 10)] == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert found.mrr.mean == pytest.approx((1 + 1 / 2) / 3)


def test_no_questions_give_zeros() -> None:
    assert retrieval({}, {}).mrr.mean == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 99))
def test_an_interval_holds_within_the_values_and_is_the_same_again(values: list[float], seed: int) -> None:
    found = estimate(values, seed)

    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found == estimate(values, seed)


def test_more_values_make_a_narrower_interval() -> None:
    few, many = estimate([0.0, 1.0] * 5, 0), estimate([0.0, 1.0] * 500, 0)

    assert many.high - many.low < few.high - few.low


def test_sixty_per_cent_that_is_right_six_times_in_ten_has_no_error() -> None:
    assert calibration_error(guesses(*[(600, True)] * 6, *[(600, False)] * 4)) == pytest.approx(0)


def test_the_error_is_the_distance_from_the_truth_weighed_by_how_many_say_so() -> None:
    assert calibration_error(guesses((900, False), (100, False), (100, False), (100, False))) == pytest.approx(0.3)


@given(GUESSES)
def test_errors_and_coverage_are_shares(found: list[Guess]) -> None:
    assert 0 <= calibration_error(found) <= 1
    assert 0 <= coverage(found) <= 1


def test_coverage_ends_where_the_precision_can_no_longer_be_held() -> None:
    found = guesses((900, True), (800, True), (700, False), (600, False))

    assert coverage(found) == 0.5
    assert coverage(found, precision=0.6) == 0.75


def test_guesses_of_one_confidence_are_not_told_apart() -> None:
    assert coverage(guesses((900, True), (900, False))) == 0


def test_fitting_finds_the_rate_behind_the_examples() -> None:
    examples = [Example(signals=signals(text=900), same=number % 10 < 7) for number in range(1_000)]
    examples += [Example(signals=signals(text=100), same=number % 10 < 1) for number in range(1_000)]

    table = fit(examples)

    assert confidence(signals(text=900), table) == pytest.approx(700, abs=15)
    assert confidence(signals(text=100), table) == pytest.approx(100, abs=15)


def test_likeness_that_seems_to_count_against_is_left_out() -> None:
    examples = [
        Example(signals=signals(text=number, titles=1000 - number), same=number < 300) for number in range(1_000)
    ]

    table = fit(examples)

    assert table.text == 0
    assert table.titles > 0


def test_one_kind_of_example_alone_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="pairs that are the same problem and pairs that are not"):
        fit([Example(signals=signals(), same=True)])


@given(st.lists(st.integers(-9, 9), min_size=9, max_size=9), st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_equations_are_solved(entries: list[int], wanted: list[int]) -> None:
    half = [entries[:3], entries[3:6], entries[6:]]
    matrix = [[sum(a * b for a, b in zip(one, other, strict=True)) + (one is other) for other in half] for one in half]
    right = [sum(value * x for value, x in zip(row, wanted, strict=True)) for row in matrix]

    assert solve(matrix, right) == pytest.approx(wanted, abs=1e-6)
