"""How well choices do that were logged with how likely they were: each counts by the inverse of its chance."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.offpolicy import ENOUGH, estimate, told
from orchestrator.people.tries import Try
from rules.requests import Draw

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def tries(count: int, well: int, others: int = 100, *, explored: bool = False) -> list[Try]:
    """So many questions, of which so many came to a good end and the rest were refused."""
    draw = Draw(others=others, explored=explored)
    return [
        Try(person="ann", at=NOW, traits=(), end="well" if number < well else "refused", draw=draw)
        for number in range(count)
    ]


def words(found: list[Try]) -> str:
    line = told(found)
    return "" if line is None else line.text


def test_where_all_choices_were_as_likely_it_is_their_mean() -> None:
    found = estimate([(0.5, 1.0)] * 30 + [(0.5, 0.0)] * 10)

    assert found is not None
    assert (found.value, found.count) == (750, 40)
    assert found.low < 750 < found.high


def test_what_was_seldom_chosen_counts_as_if_it_had_been_chosen_as_often() -> None:
    found = estimate([(0.9, 1.0)] * 90 + [(0.1, 0.0)] * 10)

    assert found is not None
    assert found.value == 500


@pytest.mark.parametrize("rows", [[], [(1.0, 1.0)] * (ENOUGH - 1), [(0.001, 1.0), *[(1.0, 0.0)] * 200]])
def test_too_few_give_no_number_however_many_there_seem_to_be(rows: list[tuple[float, float]]) -> None:
    assert estimate(rows) is None


def test_no_spread_is_no_certainty() -> None:
    found = estimate([(0.5, 1.0)] * 40)

    assert found is not None
    assert (found.value, found.high) == (1000, 1000)
    assert found.low < 990


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    drawn, held = random.Random(7), 0
    for _ in range(300):
        rows = [(chance, float(drawn.random() < 0.7)) for chance in (0.9, 0.5) for _ in range(60)]
        found = estimate(rows)
        assert found is not None
        held += found.low <= 700 <= found.high

    assert 0.9 <= held / 300 <= 0.99


@given(st.lists(st.tuples(st.floats(0.001, 1), st.floats(0, 1)), max_size=60))
def test_what_is_told_lies_within_what_can_be(rows: list[tuple[float, float]]) -> None:
    found = estimate(rows)

    assert found is None or 0 <= found.low <= found.value <= found.high <= 1000


def test_the_first_and_another_are_told_side_by_side() -> None:
    said = words(tries(100, 80) + tries(30, 15, explored=True))

    assert said.startswith("Who comes first takes it and brings it to a good end in 80 % [")
    assert "another of the best five, tried now and then, in 50 % [" in said
    assert said.endswith("of 30.")


@pytest.mark.parametrize(("count", "what"), [(1, "1 time:"), (19, "19 times:"), (0, "0 times:")])
def test_where_too_few_were_tried_it_says_so(count: int, what: str) -> None:
    said = words(tries(100, 80) + tries(count, count, explored=True))

    assert said == f"Tried somebody else than the first {what} too few to tell whether that goes as well."


@pytest.mark.parametrize("others", [0, 1000])
def test_where_there_was_no_choice_nothing_is_told(others: int) -> None:
    assert words(tries(100, 80, others)) == ""
    assert told([Try(person="ann", at=NOW, traits=(), end="well")]) is None
