"""What nearness in meaning does to the order and to the confidence, and what it does where it was not measured."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.related import SHIPPED, Match, Model, Query, rank
from tests.related.yard import asked, corpus_of, crowd, known

SAID = "gift card shows no money"
ATTENTIVE = Model(
    version="attentive",
    weights=replace(SHIPPED.weights, meaning=3.0),
    table=replace(SHIPPED.table, meaning=4.0),
)


def found(meanings: dict[int, int], model: Model = ATTENTIVE) -> dict[int, Match]:
    candidates = crowd(known(1, "gift card is blue"), known(2, "gift card is green"), known(3, "gift card is grey"))
    query: Query = replace(asked(SAID), meanings=meanings)
    return {match.id: match for match in rank(query, candidates, corpus_of(candidates), model=model)}


def test_of_two_that_share_the_same_words_the_one_nearer_in_meaning_comes_first() -> None:
    assert list(found({1: 200, 2: 800, 3: 300}))[:3] == [2, 3, 1]


def test_a_nearer_meaning_makes_surer() -> None:
    seen = found({1: 200, 2: 800})

    assert seen[2].confidence > seen[1].confidence


def test_what_was_not_measured_stands_between_the_near_and_the_far() -> None:
    assert list(found({1: 100, 2: 900}))[:3] == [2, 3, 1]


def test_what_was_not_measured_makes_no_surer_than_what_is_far() -> None:
    seen = found({1: 0})

    assert seen[2].confidence == seen[1].confidence


def test_the_meaning_of_what_is_no_candidate_moves_nothing() -> None:
    assert found({1: 0}) == found({1: 0, 99: 1000})


@given(st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(0, 1000)))
def test_a_model_without_meaning_heeds_none(meanings: dict[int, int]) -> None:
    plain, heeded = found({}, SHIPPED), found(meanings, SHIPPED)

    assert [(one.id, one.score, one.confidence) for one in plain.values()] == [
        (one.id, one.score, one.confidence) for one in heeded.values()
    ]


@pytest.mark.parametrize("meaning", [0, 1, 640, 1000])
def test_what_was_measured_is_recorded_with_the_match(meaning: int) -> None:
    seen = found({1: meaning})[1]

    assert seen.signals.meaning == seen.features.shares["meaning"] == meaning
