"""What comes when, and what it takes: what is learnt of the past."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.forecast.arriving import Arriving, efforts
from orchestrator.people.past import Gone
from rules.model import FieldChange, Item, Status, Tainted

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def learnt(*came: datetime, weeks: int = 4) -> Arriving:
    return Arriving.learnt(came, BERLIN, MONDAY, MONDAY + timedelta(weeks=weeks))


def test_an_hour_in_which_much_came_is_expected_to_bring_more() -> None:
    found = learnt(*(MONDAY + timedelta(weeks=week, hours=9) for week in range(4) for _ in range(5)))

    monday, tuesday, night = (
        found.expected(MONDAY + timedelta(days=d, hours=h), HOUR) for d, h in ((0, 9), (1, 9), (0, 3))
    )

    assert 2.5 < monday < 5
    assert night < tuesday < monday


def test_the_hour_is_that_of_the_team() -> None:
    found = learnt(*(MONDAY + timedelta(hours=9) for _ in range(9)))

    assert found.rates[0, 10] > found.rates[0, 9]


def test_one_busy_hour_of_a_short_past_is_not_taken_for_usual() -> None:
    assert learnt(*([MONDAY + timedelta(hours=9)] * 9), weeks=1).expected(MONDAY + timedelta(hours=9), HOUR) < 6


@given(st.lists(st.integers(0, 4 * 168 - 1), max_size=60))
def test_as_many_are_expected_as_came(hours: list[int]) -> None:
    found = learnt(*(MONDAY + timedelta(hours=one) for one in hours))

    assert sum(found.rates.values()) == pytest.approx(len(hours) / 4, rel=0.02, abs=1e-9)


def test_what_came_before_or_after_is_not_counted() -> None:
    assert sum(learnt(MONDAY - HOUR, MONDAY + timedelta(weeks=4)).rates.values()) == 0


def gone(id_: int, started: float, finished: float | None, who: str | None = "tom") -> Gone:
    """An issue that was begun and finished so many hours after the beginning of the week."""
    going = Status(id="2", name="Any", category="indeterminate")
    status = Status(id="3", name="Any", category="done") if finished is not None else going
    moves = [("1", "2", started), *([("2", "3", finished)] if finished is not None else [])]
    changes = tuple(
        FieldChange(
            id=f"{id_}{place}:0", author=None, field="status", before=before, after=after, at=MONDAY + at * HOUR
        )
        for place, (before, after, at) in enumerate(moves)
    )
    item = Item(
        id=id_,
        key=f"OPS-{id_}",
        project="OPS",
        summary=Tainted(text="it"),
        type="Task",
        status=status,
        created=MONDAY,
        updated=MONDAY,
        assignee=who,
    )
    return Gone(item=item, changes=changes)


def test_what_is_begun_beside_other_work_takes_the_time_since_that_was_finished() -> None:
    past = [gone(1, 0, 2), gone(2, 1, 3), gone(3, 1, 4, "priya")]
    others = [gone(4, 0, None), gone(5, 0, 9, None)]

    found = efforts([*past, *others, gone(9, 30, 31)], lambda since, until: until - since)

    assert found == [120, 60, 180, 60]


def test_only_time_at_work_counts_and_no_piece_takes_more_than_a_day() -> None:
    assert efforts([gone(1, 0, 2)], lambda since, until: (until - since) / 4) == [30]
    assert efforts([gone(1, 0, 200), gone(2, 200, 200)], lambda since, until: until - since) == [480, 5]
