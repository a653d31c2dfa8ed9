from dataclasses import replace

import pytest

from orchestrator.changes import Outcome
from orchestrator.learning import labels
from tests.learning.told import MONDAY, judged


@pytest.mark.parametrize(
    ("said", "right"),
    [
        (("confirmed",), True),
        (("rejected",), False),
        (("confirmed", "undone"), False),
        (("confirmed", "reopened"), False),
        (("confirmed", "undone", "expired"), False),
    ],
)
def test_what_people_said_last_against_a_pair_counts(said: tuple[str, ...], right: bool) -> None:
    (found,) = labels([judged(*said)])

    assert found.right is right


@pytest.mark.parametrize("said", [(), ("expired",)])
def test_silence_says_nothing(said: tuple[str, ...]) -> None:
    assert labels([judged(*said)]) == ()


def test_one_click_on_many_weighs_as_much_as_one_on_a_pair() -> None:
    found = labels([judged("confirmed", pairs=47, titles=900, text=900)])

    assert len(found) == 47
    assert sum(one.weight for one in found) == pytest.approx(1)


def test_of_a_batch_only_what_the_ranking_itself_saw_something_in_teaches_it() -> None:
    assert labels([judged("confirmed", pairs=5, text=100, titles=0, cover=0, apart=0)]) == ()


def test_labels_stand_in_the_order_in_which_people_answered() -> None:
    late, early = judged("expired", "confirmed", decision="a"), judged("rejected", decision="b")

    assert [one.decision for one in labels([late, early])] == ["b", "a"]


def test_an_issue_that_left_a_confirmed_batch_counts_as_a_mistake_and_the_others_do_not() -> None:
    batch = judged("confirmed", pairs=3, titles=900, text=900)
    left = Outcome(decision="d1", kind="reopened", by="mika", at=MONDAY, item=11)

    found = labels([replace(batch, outcomes=(*batch.outcomes, left))])

    assert [(one.pair.item, one.right) for one in found] == [(10, True), (11, False), (12, True)]
