"""What is learnt from how promises went."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.forecast.pattern import Outcome, Pattern
from orchestrator.people.work import Trait

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def outcomes(number: int, begins: int, *traits: Trait, broke: float, seed: int = 1) -> list[Outcome]:
    """So many, an hour apart, of which this share broke."""
    chance = Random(seed)
    return [
        Outcome(began=MARCH + timedelta(hours=begins + hour), traits=traits, broke=chance.random() < broke)
        for hour in range(number)
    ]


def test_of_nothing_nothing_is_known() -> None:
    assert Pattern.learnt([]).chance([("project", "PAY")]) == 0.5


def test_few_outcomes_say_little_and_many_say_how_it_is() -> None:
    pay, web = ("project", "PAY"), ("project", "WEB")
    few = Pattern.learnt([*outcomes(5, 0, pay, broke=1), *outcomes(5, 0, web, broke=0)])
    many = Pattern.learnt([*outcomes(400, 0, pay, broke=0.8), *outcomes(400, 0, web, broke=0.1, seed=2)])

    assert 0.5 < few.chance([pay]) < 0.8
    assert (round(many.chance([pay]), 1), round(many.chance([web]), 1)) == (0.8, 0.1)


def test_how_it_goes_at_present_counts_more_than_how_it_went() -> None:
    bug = ("type", "Bug")
    before, since = outcomes(3000, 0, bug, broke=0.6), outcomes(2000, 3000, bug, broke=0.1, seed=2)

    assert Pattern.learnt([*before, *since]).chance([bug]) == pytest.approx(0.15, abs=0.06)


def test_a_bad_month_counts_less_against_who_worked_in_it_than_by_counting() -> None:
    old, new = ("team", "old"), ("team", "new")
    bad_month = [*outcomes(1500, 0, old, broke=0.8), *outcomes(500, 0, new, broke=0.8, seed=3)]
    good_month = [*outcomes(500, 1600, old, broke=0.1, seed=4), *outcomes(1500, 1600, new, broke=0.1)]
    known = [*bad_month, *good_month]
    shares = [[one.broke for one in known if team in one.traits] for team in (old, new)]
    by_counting = sum(shares[0]) / len(shares[0]) - sum(shares[1]) / len(shares[1])

    learnt = Pattern.learnt(known)

    assert by_counting > 0.3
    assert learnt.chance([old]) - learnt.chance([new]) < by_counting * 0.75


def test_what_was_hardly_seen_counts_as_rare() -> None:
    rare = [outcome for number in range(60) for outcome in outcomes(3, number, ("caller", f"c{number}"), broke=0.9)]
    learnt = Pattern.learnt([*rare, *outcomes(300, 0, ("caller", "often"), broke=0.1, seed=5)])

    assert learnt.chance([("caller", "never seen")]) == learnt.chance([("caller", "c7")]) > 0.6
    assert learnt.chance([("colour", "green")]) == learnt.chance([])


def test_the_reasons_are_the_weightiest_first() -> None:
    usual, bad = ("type", "Bug"), ("team", "night")
    learnt = Pattern.learnt([*outcomes(300, 0, usual, broke=0.1), *outcomes(300, 0, usual, bad, broke=0.9, seed=2)])

    ((trait, adds), *_) = learnt.reasons([usual, bad])

    assert trait == bad
    assert adds > 1


@st.composite
def some(draw: st.DrawFn) -> list[Outcome]:
    traits = st.lists(st.tuples(st.sampled_from(["team", "type"]), st.sampled_from("abc")), max_size=3)
    one = st.builds(
        Outcome,
        began=st.integers(0, 99).map(lambda hour: MARCH + timedelta(hours=hour)),
        traits=traits.map(tuple),
        broke=st.booleans(),
        weight=st.floats(0.01, 5),
    )
    return draw(st.lists(one, max_size=30))


@settings(max_examples=10)
@given(known=some(), data=st.data())
def test_in_which_order_outcomes_come_changes_nothing(known: list[Outcome], data: st.DataObject) -> None:
    learnt, again = Pattern.learnt(known), Pattern.learnt(data.draw(st.permutations(known)))

    assert learnt == again
    assert 0 < learnt.chance([("team", "a")]) < 1


@settings(max_examples=10)
@given(known=some())
def test_one_more_that_broke_makes_it_no_less_likely(known: list[Outcome]) -> None:
    latest = Outcome(began=MARCH + timedelta(hours=100), traits=(("team", "a"),), broke=True)
    kept = Outcome(began=latest.began, traits=latest.traits, broke=False)

    more, less = (Pattern.learnt([*known, one]).chance(latest.traits) for one in (latest, kept))

    assert more >= less - 1e-6
