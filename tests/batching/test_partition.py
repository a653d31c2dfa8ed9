"""Which issues belong together, whatever order they came in."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.batching import Partings, likeness, partition
from tests.batching.crowd import DEFECT, OTHER, among, crowd

IDS = range(1, 9)
_pairs = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] < pair[1])
_likenesses = st.dictionaries(_pairs, st.integers(0, 1000), max_size=28)
_groups = st.lists(st.tuples(st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(IDS))), max_size=3)


@given(st.permutations(list(IDS)), _likenesses, st.lists(_pairs, max_size=3), _groups, st.randoms())
def test_any_order_of_arrival_ends_in_the_same_groups(order, alike, coupled, told, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(alike.items())
    chance.shuffle(shuffled)
    there = partition(IDS, alike, 500, coupled, Partings(told))
    assert partition(order, dict(shuffled), 500, coupled[::-1], Partings(told[::-1])) == there


@given(st.permutations([*DEFECT, *OTHER]))
def test_the_order_in_which_texts_are_looked_at_changes_no_evidence(order: list[tuple[str, str]]) -> None:
    issues = dict(zip([*DEFECT, *OTHER], crowd(*DEFECT, *OTHER).issues, strict=True))
    assert likeness(among([issues[text] for text in order])) == likeness(crowd(*DEFECT, *OTHER))


@given(_likenesses, st.lists(_pairs, max_size=3), _groups)
def test_what_people_told_apart_is_never_together(alike, coupled, told) -> None:  # type: ignore[no-untyped-def]
    for group in partition(IDS, alike, 300, coupled, Partings(told)):
        for ones, others in told:
            assert not [(a, b) for a in ones & set(group) for b in others & set(group) if a != b]


@given(_likenesses, _pairs)
def test_what_people_coupled_is_together(alike: dict[tuple[int, int], int], pair: tuple[int, int]) -> None:
    groups = partition(IDS, alike, 900, [pair])
    assert [group for group in groups if set(pair) <= set(group)]


def test_a_chain_of_neighbours_makes_no_group() -> None:
    chain = {(number, number + 1): 900 for number in range(1, 8)}
    groups = partition(IDS, chain, 500)
    assert max(len(group) for group in groups) == 2


def test_one_unlike_pair_does_not_break_a_group() -> None:
    alike = {(one, other): 900 for one in range(1, 6) for other in range(one + 1, 6)} | {(1, 5): 100}
    assert partition(range(1, 6), alike, 500) == ((1, 2, 3, 4, 5),)


def test_nothing_is_no_group() -> None:
    assert partition([], {}, 500) == ()
    assert partition([1, 2], {}, 500) == ()
