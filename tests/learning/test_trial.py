from dataclasses import replace

import pytest

from orchestrator.learning import Pair
from orchestrator.learning.labels import started_from
from orchestrator.learning.scoring import Guess, Scores, calibration_error, log_loss, scores
from orchestrator.learning.trial import Trial, rank, tried_table, tried_weights
from orchestrator.related import MEANT, SHIPPED
from tests.learning.told import ELSEWHERE, crowd, label, told_by

GOOD = Scores(log_loss=3000, brier=900, calibration_error=200, reciprocal_rank=9000)


@pytest.mark.parametrize(
    ("then", "no_worse"),
    [
        (GOOD, True),
        (Scores(log_loss=2900, brier=950, calibration_error=100, reciprocal_rank=9000), True),
        (Scores(log_loss=3001, brier=900, calibration_error=100, reciprocal_rank=9000), False),
        (Scores(log_loss=2900, brier=900, calibration_error=201, reciprocal_rank=9000), False),
        (Scores(log_loss=2900, brier=900, calibration_error=100, reciprocal_rank=8999), False),
    ],
)
def test_nothing_that_counts_may_get_worse(then: Scores, no_worse: bool) -> None:
    assert Trial(answers=50, before=GOOD, after=then).is_no_worse is no_worse


def test_only_later_answers_are_told() -> None:
    told = crowd(80, ELSEWHERE)
    otherwise = [replace(one, right=not one.right) for one in told[:40]]

    found, turned = tried_table(told, SHIPPED), tried_table([*otherwise, *told[40:]], SHIPPED)

    assert found is not None
    assert turned is not None
    assert found.answers == turned.answers == 40
    assert found.before == turned.before
    assert found.after.log_loss < turned.after.log_loss


@pytest.mark.parametrize("count", [0, 1])
def test_where_nothing_came_before_there_is_no_trial(count: int) -> None:
    assert tried_table(crowd(count, ELSEWHERE), SHIPPED) is None
    assert tried_weights(crowd(count, ELSEWHERE), SHIPPED) is None


def test_a_confirmed_pair_has_its_place_among_its_rivals() -> None:
    rivals = (told_by(cover=900), told_by(cover=100), told_by(near=1000))
    pair = Pair(item=2, other=1, features=told_by(cover=500), rivals=rivals)

    assert rank(pair, SHIPPED.weights) == 3
    assert rank(pair, replace(SHIPPED.weights, near=0.0)) == 2


def test_the_order_is_tried_on_what_was_confirmed_alone() -> None:
    behind = Pair(item=2, other=1, features=told_by(cover=100), rivals=(told_by(cover=900),))
    told = [replace(label(number, right=number % 2 == 0), pair=behind) for number in range(20)]

    found = tried_weights(told, SHIPPED)

    assert found is not None
    assert found.before.reciprocal_rank == 5000


def test_what_was_asked_with_other_defaults_saw_other_things_and_is_left_out() -> None:
    told = [label(0, True), label(1, True, model=f"{SHIPPED.version}.4"), label(2, True, model=MEANT.version)]

    assert started_from(told, SHIPPED) == tuple(told[:2])
    assert started_from(told, MEANT) == (told[2],)


def test_a_sure_guess_that_is_wrong_surprises_much_but_not_without_end() -> None:
    assert log_loss([Guess(confidence=1000, right=False)]) == pytest.approx(7.6, abs=0.01)


def test_guesses_weigh_as_much_as_their_answers() -> None:
    one = Guess(confidence=800, right=True)

    assert scores([one, Guess(confidence=800, right=False, weight=0.25)]) == scores(
        [one, *[Guess(confidence=800, right=False, weight=0.125)] * 2]
    )
    assert calibration_error([one, Guess(confidence=800, right=False, weight=0.25)]) == pytest.approx(0)
