from dataclasses import astuple, replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.related import SHIPPED, Traits, rank
from orchestrator.related.weights import WEIGHTS, Pieces, bounds, likeness, merit
from tests.related.yard import DAY, NOW, asked, corpus_of, crowd, known, matches

SHARE = st.floats(0, 1)
FLAG = st.sampled_from([0.0, -1.0])
PIECES = st.tuples(SHARE.map(likeness), SHARE, SHARE, SHARE, FLAG, FLAG, SHARE.map(likeness))


def test_no_evidence_for_an_issue_moves_it_down() -> None:
    assert min(astuple(WEIGHTS)) >= 0


def test_a_copy_is_as_like_as_can_be() -> None:
    assert likeness(1.0) == 0 > likeness(0.999)


@given(PIECES)
def test_the_merit_lies_within_its_bounds(pieces: Pieces) -> None:
    least, most = bounds()

    assert least <= merit(pieces) <= most


@pytest.mark.parametrize("place", range(6))
def test_more_of_any_evidence_counts_more(place: int) -> None:
    little = (likeness(0.3), 0.3, 0.3, 0.3, -1.0, -1.0, likeness(0.3))
    better = (likeness(0.6), 0.6, 0.6, 0.6, 0.0, 0.0, likeness(0.6))
    more = cast(Pieces, (*little[:place], better[place], *little[place + 1 :]))

    assert merit(more) > merit(little)


def test_an_issue_whose_summary_the_new_one_says_comes_before_one_of_which_it_says_a_part() -> None:
    query = asked("checkout fails", "the payment gateway refuses every card since the upgrade of tls")

    found = matches(
        query,
        known(1, "payment gateway refuses cards from the old shop of mr miller"),
        known(2, "payment gateway refuses cards"),
    )

    assert [each.id for each in found[:2]] == [2, 1]


def test_other_weights_give_another_order() -> None:
    twin, recent = known(1, "kafka lease lost", traits=Traits(created=NOW - 900 * DAY)), known(2, "kafka quota")
    candidates = crowd(twin, recent)
    query, corpus = asked("kafka lease lost"), corpus_of(candidates)
    timely = replace(SHIPPED, weights=replace(WEIGHTS, text=0, cover=0, back=0))

    by_time = rank(query, candidates, corpus, model=timely)

    assert rank(query, candidates, corpus)[0].id == 1
    assert by_time[0].id == 2
