"""How likely a group is one problem, and how that is told of its issues."""

from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.batching import likeness
from orchestrator.batching.sureness import Seen, Sureness, seen, shares, spread, sure
from rules.guardrails import percent
from tests.batching.bad_morning import cards, live, questions, tell, yard_with
from tests.batching.crowd import DEFECT, OTHER, crowd

#: Words of a morning that four complain of: in their titles, or somewhere in what else they say.
TOLD = ("gift card balance zero", "voucher card balance zero", "gift card shows zero balance", "zero balance gift card")
OWN = ("tea kettle hisses", "lamp flickers green", "door squeaks loudly", "chair wobbles badly")

#: A defect of which the titles of all but one tell nothing.
BURIED = (
    DEFECT[0],
    *((f"{own} in the hall", f"{summary}. {said}") for own, (summary, said) in zip(OWN, DEFECT[1:], strict=False)),
)


def test_what_a_group_is_about_in_its_titles_is_likelier_one_problem() -> None:
    titled = crowd(*[(title, f"{own} today") for title, own in zip(TOLD, OWN, strict=True)], *OTHER)
    buried = crowd(*[(f"{own} today", said) for said, own in zip(TOLD, OWN, strict=True)], *OTHER)
    group = (1, 2, 3, 4)
    above, below = (seen(group, one, likeness(one)) for one in (titled, buried))
    assert above.titles > below.titles
    assert sure(above) > sure(below)


def test_a_part_of_those_who_say_the_same_is_less_likely_one_problem_than_all_of_them() -> None:
    here = crowd(*DEFECT, *OTHER)
    whole, part = (seen(group, here, likeness(here)) for group in ((1, 2, 3, 4, 5, 6), (1, 2, 3)))
    assert whole.inside > part.inside
    assert sure(whole) > sure(part)


def test_the_percentages_of_its_issues_have_that_of_the_group_as_their_mean() -> None:
    here = crowd(*DEFECT, *OTHER)
    group = (1, 2, 3, 4, 5, 6)
    assert abs(fmean(shares(group, here).values()) - sure(seen(group, here, likeness(here)))) <= 1


def test_one_alone_is_like_nothing() -> None:
    assert shares((1,), crowd(*DEFECT)) == {}


def test_what_nobody_says_suddenly_is_hardly_one_problem() -> None:
    nothing = Seen(pairs=0.0, titles=0.0, inside=0.0)
    assert sure(nothing) < 450


@pytest.mark.parametrize(("asks_from", "asked"), [(950, 0), (450, 1)])
def test_nobody_is_asked_about_a_group_that_is_not_likely_enough(asks_from: int, asked: int) -> None:
    yard = yard_with(*BURIED, asks_from=asks_from)
    assert len(questions(yard)) == len(live(yard)) == asked


def test_a_group_waits_until_it_is_likely_enough() -> None:
    yard = yard_with(*BURIED, asks_from=930)
    for number, title in enumerate((*TOLD, *TOLD), 6):
        tell(yard, number, (title, f"{BURIED[number % 5][1]} {number}"))
    assert len(questions(yard)) >= 1


def test_the_card_says_how_likely_the_group_is_one_problem() -> None:
    yard = yard_with(*DEFECT[:5])
    (question,) = questions(yard)
    said = sum(ask.confidence for ask in question.couplings) // len(question.couplings)
    assert f"the same problem with {percent(said)} on average" in cards(yard)[0]


per_mille = st.integers(0, 1000)


@given(st.dictionaries(st.integers(1, 99), per_mille, min_size=1, max_size=20), st.integers(20, 980))
def test_shared_out_the_mean_is_kept_and_nobody_overtakes_another(likely: dict[int, float], mean: int) -> None:
    found = spread(likely, mean)
    assert abs(fmean(found.values()) - mean) <= 1
    ordered = sorted(likely, key=lambda one: likely[one])
    assert all(found[low] <= found[high] for low, high in pairwise(ordered))


@given(st.floats(-4, 4), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_evidence_never_counts_against_a_group(pairs: float, titles: float, inside: float, more: float) -> None:
    table = Sureness(constant=-2.5, pairs=0.3, titles=4.0, inside=2.0)
    less = sure(Seen(pairs=pairs, titles=titles, inside=inside), table)
    assert sure(Seen(pairs=pairs, titles=titles + more, inside=inside + more), table) >= less
