from dataclasses import astuple, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.learning import Act, Label, Lesson, Made, Standing, lesson
from orchestrator.learning.lesson import NEWEST
from orchestrator.learning.tables import fitted_table, fitted_weights
from orchestrator.learning.trial import tried_table
from orchestrator.related import SHIPPED
from orchestrator.related.features import confident
from tests.learning.told import ELSEWHERE, MONDAY, crowd, label, seen, told_by

LATER = MONDAY + timedelta(days=60)


def after(labels: list[Label], standing: Standing | None = None) -> Lesson:
    return lesson(labels, standing or Standing(), 50, LATER)


def version(labels: list[Label]) -> Made:
    found = after(labels).made
    assert found is not None
    return found


def test_too_few_answers_teach_nothing() -> None:
    found = after(crowd(49, ELSEWHERE))

    assert found.act is Act.WAIT
    assert found.why == "49 answers so far, 50 are needed"


def test_what_people_said_changes_the_next_confidence() -> None:
    pair = seen(text=500, titles=300, cover=700, apart=300)

    learned = version(crowd(120, ELSEWHERE))

    assert confident(pair, SHIPPED.table) < 150
    assert confident(pair, learned.model.table) > confident(pair, SHIPPED.table) + 200


def test_what_is_learned_comes_near_the_truth() -> None:
    found = fitted_table(crowd(1_500, ELSEWHERE))

    new = [one.pair.features for one in crowd(200, ELSEWHERE, seed=9)]
    assert max(abs(confident(one, found) - confident(one, ELSEWHERE)) for one in new) < 120
    assert max(abs(confident(one, SHIPPED.table) - confident(one, ELSEWHERE)) for one in new) > 400


def test_few_answers_stay_near_the_defaults() -> None:
    found = fitted_table(crowd(5, ELSEWHERE))

    assert astuple(found) == pytest.approx(astuple(SHIPPED.table), abs=0.9)


@given(st.integers(0, 20), st.integers(1, 5), st.booleans())
def test_the_more_people_agree_the_further_the_confidence_goes_their_way(count: int, more: int, right: bool) -> None:
    pair = seen()
    few = [label(number, right) for number in range(count)]
    many = [label(number, right) for number in range(count + more)]

    before, then = (confident(pair, fitted_table(each)) for each in (few, many))

    assert then >= before if right else then <= before


def test_a_pair_that_somebody_proposed_by_hand_does_not_make_the_model_surer() -> None:
    proposed = [replace(label(number, right=True), by_hand=True) for number in range(40)]

    assert fitted_table(proposed) == SHIPPED.table


def test_weights_follow_what_tells_right_pairs_from_wrong_ones() -> None:
    near, far = (told_by(text=-500, near=value) for value in (1000, 0))
    told = [label(2 * number, right=True, features=near) for number in range(60)]
    told += [label(2 * number + 1, right=False, features=far) for number in range(60)]

    assert fitted_weights(told).near > SHIPPED.weights.near


def test_a_candidate_that_tells_later_answers_worse_is_not_used() -> None:
    turning = crowd(100, replace(SHIPPED.table, constant=3.0)) + [
        replace(one, at=one.at + timedelta(days=30), decision=f"later {one.decision}")
        for one in crowd(100, replace(SHIPPED.table, constant=-8.0), seed=2)
    ]
    trial = tried_table(turning, SHIPPED)

    found = after(turning)

    assert trial is not None
    assert trial.is_worse
    assert found.act is Act.KEEP or (found.made is not None and "confidence" not in found.made.card.learned)
    assert found.made is None or found.made.model.table == SHIPPED.table


def test_the_card_says_what_it_was_learned_from_and_how_it_did_later() -> None:
    told = crowd(120, ELSEWHERE)

    card = version(told).card

    assert (card.answers, card.confirmed + card.rejected) == (120, 120)
    assert (card.since, card.until) == (told[0].at, told[-1].at)
    assert card.confidence is not None
    assert card.confidence.answers == 60
    assert card.confidence.after.log_loss < card.confidence.before.log_loss


def test_a_version_is_kept_and_read_back_as_the_same_model() -> None:
    made = version(crowd(120, ELSEWHERE))

    assert made.version == f"{SHIPPED.version}.1"
    assert made.model.table == fitted_table(crowd(120, ELSEWHERE))


def test_the_same_answers_again_make_no_other_version() -> None:
    told = crowd(120, ELSEWHERE)
    made = version(told)

    assert after(told, Standing(made=(made,), active=made)).act is Act.KEEP


def test_a_version_that_is_worse_on_the_answers_since_is_not_used_any_more() -> None:
    told = crowd(120, ELSEWHERE)
    made = version(told)
    since = [replace(label(1_000 + number, False, seen(text=700)), model=made.version) for number in range(NEWEST)]

    found = after([*told, *since], Standing(made=(made,), active=made))

    assert found.act is Act.GO_BACK
    assert "20 answers since" in found.why


def test_fewer_answers_since_do_not_condemn_a_version() -> None:
    told = crowd(120, ELSEWHERE)
    made = version(told)
    since = [replace(label(1_000 + number, False, seen(text=700)), model=made.version) for number in range(NEWEST - 1)]

    assert after([*told, *since], Standing(made=(made,), active=made)).act is not Act.GO_BACK
