"""Who a batch is while its issues come and go."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from orchestrator.batching import Batch, regroup

THEN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOW = THEN + timedelta(minutes=20)


def batch(id_: str, *members: int, since: datetime = THEN) -> Batch:
    return Batch(id=id_, members=members, since=since, grown_at=since, version=3)


def test_a_batch_begins_with_enough_issues() -> None:
    (begun,) = regroup([(1, 2, 3), (7, 8)], [], 3, NOW)
    assert (begun.members, begun.since, begun.version) == ((1, 2, 3), NOW, 0)


def test_it_begins_with_three_where_people_were_asked_about_two_of_them() -> None:
    assert regroup([(1, 2, 3), (7, 8)], [], 5, NOW, begun=[(7, 8)]) == ()
    (one,) = regroup([(1, 2, 3), (7, 8)], [], 5, NOW, begun=[(2, 3), (3, 7)])
    assert one.members == (1, 2, 3)


def test_one_that_grows_stays_itself() -> None:
    (grown,) = regroup([(1, 2, 3, 4)], [batch("a", 1, 2, 3)], 3, NOW)
    assert (grown.id, grown.members, grown.grown_at, grown.version) == ("a", (1, 2, 3, 4), NOW, 3)


def test_one_that_does_not_change_is_not_written() -> None:
    assert regroup([(1, 2, 3)], [batch("a", 1, 2, 3)], 3, NOW) == ()


def test_of_two_that_merge_the_larger_lives_on_and_the_other_ends() -> None:
    merged = regroup([(1, 2, 3, 4, 5)], [batch("a", 1, 2), batch("b", 3, 4, 5)], 3, NOW)
    assert {one.id: one.members for one in merged} == {"a": (), "b": (1, 2, 3, 4, 5)}
    assert {one.id: one.into for one in merged} == {"a": "b", "b": None}


def test_one_whose_issues_belong_nowhere_any_more_went_into_none() -> None:
    (gone,) = regroup([], [batch("a", 1, 2, 3)], 3, NOW)
    assert (gone.members, gone.into) == ((), None)


def test_of_two_as_large_the_older_lives_on() -> None:
    younger = batch("a", 1, 2, since=NOW)
    merged = regroup([(1, 2, 3, 4)], [younger, batch("b", 3, 4)], 3, NOW)
    assert {one.id: one.members for one in merged} == {"a": (), "b": (1, 2, 3, 4)}


def test_one_that_splits_goes_on_in_its_larger_part_and_the_rest_is_new() -> None:
    split = regroup([(1, 2, 3, 4), (5, 6, 7)], [batch("a", 1, 2, 3, 4, 5, 6, 7)], 3, NOW)
    assert [(one.id == "a", one.members) for one in split] == [(True, (1, 2, 3, 4)), (False, (5, 6, 7))]
    assert split[0].grown_at == THEN


def test_two_that_somebody_joined_are_a_batch_however_few() -> None:
    (begun,) = regroup([(1, 2), (7, 8)], [], 3, NOW, [(1, 2)])
    assert (begun.members, begun.changed_at) == ((1, 2), NOW)


def test_one_that_grew_because_somebody_said_so_is_to_be_asked_about_at_once() -> None:
    (grown,) = regroup([(1, 2, 3)], [batch("a", 1, 2)], 3, NOW, [(2, 3)])
    assert grown.changed_at == NOW
    (grown,) = regroup([(1, 2, 3)], [batch("a", 1, 2)], 3, NOW, [(1, 2)])
    assert grown.changed_at is None


@pytest.mark.parametrize(("group", "head"), [((1, 2, 3), 2), ((1, 3, 4), None)])
def test_a_chosen_head_stays_while_it_is_a_member(group: tuple[int, ...], head: int | None) -> None:
    (changed,) = regroup([group], [msgspec.structs.replace(batch("a", 1, 2), head=2)], 3, NOW)
    assert changed.head == head


def test_of_two_that_merge_the_head_that_somebody_chose_stays() -> None:
    small = msgspec.structs.replace(batch("a", 1, 2), head=2)
    merged = regroup([(1, 2, 3, 4, 5)], [small, batch("b", 3, 4, 5)], 3, NOW)
    assert {one.id: one.head for one in merged} == {"a": None, "b": 2}


def test_a_new_one_has_a_name_that_a_repeated_look_gives_again() -> None:
    assert regroup([(1, 2, 3)], [], 3, NOW) == regroup([(1, 2, 3)], [], 3, NOW)
