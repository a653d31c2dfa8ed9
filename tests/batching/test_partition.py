"""Which issues belong together, whatever order they came in."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.batching import Joining, Parting, Words, likeness, partition
from orchestrator.batching.partition import component, unrefused
from tests.batching.crowd import DEFECT, OTHER, among, crowd

IDS = range(1, 9)
THEN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_pairs = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] < pair[1])
_likenesses = st.dictionaries(_pairs, st.integers(0, 1000), max_size=28)
_some = st.sets(st.sampled_from(IDS), max_size=4).map(lambda ids: tuple(sorted(ids)))
_moments = st.integers(0, 5).map(lambda minute: THEN + timedelta(minutes=minute))
_partings = st.lists(
    st.builds(Parting, id=st.uuids().map(str), ones=_some, others=_some, by=st.just("mika"), at=_moments), max_size=3
)
_joinings = st.lists(
    st.builds(Joining, id=st.uuids().map(str), items=_some, by=st.just("mika"), at=_moments), max_size=3
)


@given(st.permutations(list(IDS)), _likenesses, st.lists(_pairs, max_size=3), _partings, _joinings, st.randoms())
def test_any_order_of_arrival_ends_in_the_same_groups(order, alike, coupled, apart, joined, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(alike.items())
    chance.shuffle(shuffled)
    there = partition(IDS, alike, 500, coupled, Words(apart, joined))
    assert partition(order, dict(shuffled), 500, coupled[::-1], Words(apart[::-1], joined[::-1])) == there


@given(st.permutations([*DEFECT, *OTHER]))
def test_the_order_in_which_texts_are_looked_at_changes_no_evidence(order: list[tuple[str, str]]) -> None:
    issues = dict(zip([*DEFECT, *OTHER], crowd(*DEFECT, *OTHER).issues, strict=True))
    assert likeness(among([issues[text] for text in order])) == likeness(crowd(*DEFECT, *OTHER))


@given(_likenesses, st.lists(_pairs, max_size=3), _partings, _joinings)
def test_what_people_told_apart_last_is_never_together(alike, coupled, apart, joined) -> None:  # type: ignore[no-untyped-def]
    for group in partition(IDS, alike, 300, coupled, Words(apart, joined)):
        for parting in apart:
            pairs = ((a, b) for a in parting.ones for b in parting.others if a != b and {a, b} <= set(group))
            assert not [pair for pair in pairs if not _joined_since(parting, pair, joined)]


def _joined_since(parting: Parting, pair: tuple[int, int], joined: list[Joining]) -> bool:
    later = [one for one in joined if (one.at, one.id) > (parting.at, parting.id)]
    return any(set(pair) <= set(one.items) for one in later)


@given(_likenesses, _some, _moments)
def test_what_somebody_joined_is_together_however_unlike(alike, items, at) -> None:  # type: ignore[no-untyped-def]
    groups = partition(IDS, alike, 900, (), Words((), [Joining(id="j", items=items, by="mika", at=at)]))
    assert len(items) < 2 or [group for group in groups if set(items) <= set(group)]


@pytest.mark.parametrize(("later", "together"), [("joined", True), ("apart", False)])
def test_of_two_words_about_a_pair_the_later_holds(later: str, together: bool) -> None:
    early, late = THEN, THEN + timedelta(minutes=1)
    apart = Parting(id="p", ones=(1,), others=(2,), by="mika", at=late if later == "apart" else early)
    joined = Joining(id="j", items=(1, 2), by="priya", at=late if later == "joined" else early)
    assert partition([1, 2], {(1, 2): 700}, 500, [(1, 2)], Words([apart], [joined])) == (((1, 2),) if together else ())


def test_a_joining_overrules_a_parting_only_where_it_names_both() -> None:
    apart = Parting(id="p", ones=(1, 2), others=(3, 4), by="mika", at=THEN)
    joined = Joining(id="j", items=(1, 3), by="priya", at=THEN + timedelta(minutes=1))
    words = Words([apart], [joined])
    assert not words.between([1], [3])
    assert words.between([1], [3, 4])
    assert words.joined(IDS) == [(1, 3)]


@given(_likenesses, _pairs)
def test_what_people_coupled_is_together(alike: dict[tuple[int, int], int], pair: tuple[int, int]) -> None:
    groups = partition(IDS, alike, 900, [pair])
    assert [group for group in groups if set(pair) <= set(group)]


ALL_ALIKE = {(one, other): 900 for one in IDS for other in IDS if one < other}
REFUSED = Parting(id="p", ones=(1, 2, 3), others=(1, 2, 3), by="mika", at=THEN)


def test_what_is_as_like_refused_issues_as_each_other_is_no_group() -> None:
    words = Words([REFUSED])
    assert unrefused([(4, 5, 6)], ALL_ALIKE, 500, [], words) == ()
    unlike = {pair: likely for pair, likely in ALL_ALIKE.items() if pair[0] > 3}
    assert unrefused([(4, 5, 6)], unlike | {(1, 4): 900, (1, 2): 900}, 500, [], words) == ((4, 5, 6),)


def test_what_somebody_coupled_or_joined_is_a_group_however_like_what_was_refused() -> None:
    later = Joining(id="j", items=(4, 5), by="mika", at=THEN + timedelta(minutes=1))
    assert unrefused([(4, 5, 6)], ALL_ALIKE, 500, [(4, 5)], Words([REFUSED])) == ((4, 5, 6),)
    assert unrefused([(4, 5, 6)], ALL_ALIKE, 500, [], Words([REFUSED], [later])) == ((4, 5, 6),)


def test_taking_single_issues_out_refuses_nothing_else() -> None:
    out = msgspec.structs.replace(REFUSED, ones=(1,), others=(2, 3))
    assert unrefused([(4, 5, 6)], ALL_ALIKE, 500, [], Words([out])) == ((4, 5, 6),)


def test_a_chain_of_neighbours_makes_no_group() -> None:
    chain = {(number, number + 1): 900 for number in range(1, 8)}
    groups = partition(IDS, chain, 500)
    assert max(len(group) for group in groups) == 2


def test_one_unlike_pair_does_not_break_a_group() -> None:
    alike = {(one, other): 900 for one in range(1, 6) for other in range(one + 1, 6)} | {(1, 5): 100}
    assert partition(range(1, 6), alike, 500) == ((1, 2, 3, 4, 5),)


@given(st.lists(_pairs, max_size=12), st.randoms())
def test_what_hangs_together_with_one_hangs_together_with_all_of_it(pairs, chance) -> None:  # type: ignore[no-untyped-def]
    found = component([1], pairs)
    shuffled = [pair[::-1] for pair in pairs]
    chance.shuffle(shuffled)
    assert found == component([1], shuffled)
    assert all((one in found) == (other in found) for one, other in pairs)
    assert all(component([id_], pairs) == found for id_ in found)


def test_nothing_is_no_group() -> None:
    assert partition([], {}, 500) == ()
    assert partition([1, 2], {}, 500) == ()
