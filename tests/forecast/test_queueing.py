"""What becomes of a queue: the laws of its forecast, and what it tells of plain days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.forecast.queueing import SLOT, SLOTS, Open, Outlook, Scene, foresee

NOW = datetime(2026, 11, 19, 9, tzinfo=UTC)
#: Eight hours of work, then none.
DAY = [1.0] * 32 + [0.0] * 64
NOTHING = [0.0] * SLOTS


def scene(
    dues: tuple[int, ...] = (),
    *,
    people: float = 1.0,
    took: int = 60,
    rate: float = 0.0,
    seen: int = 0,
    usual: float = 0.0,
    promised: tuple[int, ...] = (120,),
    late: int = 0,
) -> Scene:
    day = [people * one for one in DAY] * 5
    return Scene(
        at=NOW,
        there=day,
        open=tuple(Open(item=place, due=due) for place, due in enumerate(dues, 1)),
        late=late,
        efforts=(took,),
        rates=[rate * one for one in DAY] * 5,
        seen=seen,
        usual=usual,
        promises=promised,
        counted=DAY * 5,
        shift=32,
    )


def told(one: Scene) -> Outlook:
    return foresee(one, seed=1, runs=40)


scenes = st.builds(
    scene,
    st.lists(st.integers(0, SLOTS), max_size=8).map(tuple),
    people=st.sampled_from([0.5, 1.0, 2.0]),
    took=st.sampled_from([5, 45, 300]),
    rate=st.sampled_from([0.0, 0.1, 0.5]),
    seen=st.integers(0, 5),
    usual=st.floats(0, 5),
    promised=st.sampled_from([(), (60,), (30, 2_000)]),
    late=st.integers(0, 3),
)


@settings(max_examples=15, deadline=None)
@given(scenes, st.integers(0, SLOTS - 1), st.integers(1, 60), st.sampled_from([0.25, 1.0, 3.0]))
def test_somebody_more_never_makes_more_late(one: Scene, first: int, slots: int, more: float) -> None:
    there = [now + more * (first <= place < first + slots) for place, now in enumerate(one.there)]

    before, after = told(one), told(replace(one, there=there))

    assert after.late.middle <= before.late.middle
    assert after.late.high <= before.late.high
    assert all(now <= then for (_, now), (_, then) in zip(after.chances, before.chances, strict=True))
    assert after.fits >= before.fits


@settings(max_examples=15, deadline=None)
@given(scenes)
def test_numbers_lie_within_their_ranges_and_no_more_are_late_than_there_are(one: Scene) -> None:
    found = told(one)

    for band in (found.coming, found.late, *(hour.waiting for hour in found.hours)):
        assert 0 <= band.low <= band.middle <= band.high
    assert found.late.high <= found.waiting + found.coming.high
    assert [id_ for id_, _ in found.chances] == [open_.item for open_ in one.open]


@given(st.sampled_from([0.0, 1.0]), st.integers(5, 300))
@settings(max_examples=5, deadline=None)
def test_an_empty_queue_to_which_nothing_comes_has_nothing_late(people: float, took: int) -> None:
    found = told(scene(people=people, took=took))

    assert (found.late.high, found.coming.high, found.more_from, found.fits) == (0, 0, None, 1000)


def test_the_same_scene_gives_the_same_outlook() -> None:
    busy = scene((4, 8), rate=0.3, seen=3, usual=1.0)

    assert told(busy) == told(busy)


@pytest.mark.parametrize(("dues", "late"), [((4, 8, 12), 0), ((4, 4), 1), ((3, 7, 11), 3), ((100, 4), 0)])
def test_what_is_promised_first_is_done_first(dues: tuple[int, ...], late: int) -> None:
    assert told(scene(dues)).late.middle == late


def test_two_people_do_two_pieces_in_the_time_of_one_but_none_in_half_of_it() -> None:
    assert told(scene((4, 4), people=2.0)).late.middle == 0
    assert told(scene((2,), people=2.0)).late.middle == 1


def test_what_is_late_already_is_done_first_and_not_counted_again() -> None:
    found = told(scene((6,), late=1))

    assert (found.waiting, found.late.middle) == (1, 1)
    assert told(scene((6,))).late.middle == 0


def test_nobody_there_makes_all_late_that_is_due() -> None:
    assert told(replace(scene((4, SLOTS)), there=NOTHING)).late.middle == 1


def test_it_is_told_from_when_on_more_has_come_than_the_shift_can_do() -> None:
    """One piece of an hour comes every half hour to one person who has eight hours, and waits for two pieces."""
    found = told(scene((400, 400), rate=0.5))

    assert found.more_from is not None
    assert NOW + timedelta(hours=2) < found.more_from < NOW + timedelta(hours=4)
    assert found.until == NOW + timedelta(hours=8)
    assert found.fits < 100


def test_more_that_waits_than_the_shift_can_do_is_told_from_now_on() -> None:
    assert told(scene((400,) * 9)).more_from == NOW


def test_more_than_usual_lately_lets_more_be_expected() -> None:
    usual, busy = told(scene(rate=0.1, seen=1, usual=1.2)), told(scene(rate=0.1, seen=12, usual=1.2))

    assert busy.coming.middle > usual.coming.middle


def test_each_hour_tells_what_waits_and_who_is_there() -> None:
    found = told(scene((40, 40, 40)))

    assert len(found.hours) == SLOTS * SLOT // timedelta(hours=1)
    assert [hour.waiting.middle for hour in found.hours[:4]] == [2, 1, 0, 0]
    assert [hour.there for hour in found.hours[7:9]] == [1, 0]
