"""Laws and tables of working hours: shifts, holidays, time zones, and both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.desk.calendars import MINUTE, Calendar, Holiday, after_open_time, is_open, open_spans, open_time

NINE_TO_FIVE = ((540, 1020),)
DAY_WITH_BREAK = ((540, 750), (810, 1080))
ROUND_THE_CLOCK = ((0, 1440),)


def calendar(
    *shifts: tuple[int, int], zone: str = "Europe/Berlin", days: int = 7, **more: tuple[Holiday, ...]
) -> Calendar:
    week = tuple(shifts if day < days else () for day in range(7))
    return Calendar(name="test", zone=zone, shifts=week, **more)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("shifts", "begin", "end", "expected"),
    [
        (NINE_TO_FIVE, "2026-11-18 08:00", "2026-11-18 12:00", 3),
        (NINE_TO_FIVE, "2026-11-18 16:00", "2026-11-19 10:00", 2),
        (NINE_TO_FIVE, "2026-11-18 17:00", "2026-11-19 09:00", 0),
        (DAY_WITH_BREAK, "2026-11-18 12:00", "2026-11-18 14:00", 1),
        (DAY_WITH_BREAK, "2026-11-18 00:00", "2026-11-19 00:00", 8),
        (ROUND_THE_CLOCK, "2026-11-18 00:00", "2026-11-20 00:00", 48),
    ],
)
def test_only_the_time_within_shifts_counts(
    shifts: tuple[tuple[int, int], ...], begin: str, end: str, expected: float
) -> None:
    assert open_time(calendar(*shifts), berlin(begin), berlin(end)) == hours(expected)


def test_weekends_and_holidays_are_closed_and_yearly_ones_come_back() -> None:
    off = (Holiday(day=date(2020, 12, 25), yearly=True), Holiday(day=date(2026, 12, 23), yearly=False))
    worked = calendar(*NINE_TO_FIVE, days=5, holidays=off)

    assert open_time(worked, berlin("2026-12-21 00:00"), berlin("2026-12-28 00:00")) == hours(24)
    assert open_time(worked, berlin("2027-12-20 00:00"), berlin("2027-12-27 00:00")) == hours(40)


@pytest.mark.parametrize(
    ("shift", "night", "expected"),
    [
        ((0, 1440), "2026-03-29", 23),
        ((0, 1440), "2026-10-25", 25),
        ((0, 360), "2026-03-29", 5),
        ((0, 360), "2026-10-25", 7),
        ((540, 1020), "2026-03-29", 8),
        ((540, 1020), "2026-10-25", 8),
        ((150, 300), "2026-03-29", 2),
        ((60, 150), "2026-03-29", 1),
        ((120, 180), "2026-03-29", 0),
    ],
)
def test_the_clock_changes_in_the_night(shift: tuple[int, int], night: str, expected: float) -> None:
    begin, end = berlin(night), berlin(night) + timedelta(days=1) + (hours(1) if "10-25" in night else -hours(1))

    assert open_time(calendar(shift), begin, end) == hours(expected)


def test_a_calendar_follows_its_own_time_zone() -> None:
    tokyo = calendar(*NINE_TO_FIVE, zone="Asia/Tokyo")

    assert is_open(tokyo, datetime(2026, 11, 18, 0, 0, tzinfo=UTC))
    assert not is_open(tokyo, datetime(2026, 11, 18, 8, 0, tzinfo=UTC))


def test_the_moment_of_opening_is_open_and_that_of_closing_is_not() -> None:
    shop = calendar(*NINE_TO_FIVE)

    assert is_open(shop, berlin("2026-11-18 09:00"))
    assert not is_open(shop, berlin("2026-11-18 17:00"))


def test_a_span_that_ends_with_the_shift_ends_at_its_closing_and_not_at_the_next_opening() -> None:
    shop = calendar(*NINE_TO_FIVE)

    assert after_open_time(shop, berlin("2026-11-18 13:00"), hours(4)) == berlin("2026-11-18 17:00")
    assert after_open_time(shop, berlin("2026-11-18 13:00"), hours(4.5)) == berlin("2026-11-19 09:30")


def test_a_calendar_without_hours_never_gets_there() -> None:
    assert after_open_time(calendar(), berlin("2026-11-18 13:00"), hours(1)) is None


ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago"]
)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def day() -> tuple[tuple[int, int], ...]:
        cuts = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        return tuple(zip(cuts[::2], cuts[1::2], strict=False))

    return Calendar(name="any", zone=draw(ZONES), shifts=tuple(day() for _ in range(7)))


@given(calendars(), MOMENTS, st.integers(0, 40 * 24), st.integers(0, 40 * 24))
def test_time_adds_up_over_any_cut(worked: Calendar, begin: datetime, first: int, second: int) -> None:
    middle, end = begin + hours(first), begin + hours(first + second)

    assert open_time(worked, begin, end) == open_time(worked, begin, middle) + open_time(worked, middle, end)


@given(calendars(), MOMENTS, st.integers(1, 40 * 24))
def test_spans_are_in_order_and_apart_and_open(worked: Calendar, begin: datetime, length: int) -> None:
    spans = [*open_spans(worked, begin, begin + hours(length))]

    edges = [moment for span in spans for moment in span]
    assert edges == sorted(edges)
    assert all(is_open(worked, opens) for opens, _ in spans)
    assert all(begin <= moment <= begin + hours(length) for moment in edges)


@given(calendars(), MOMENTS, st.integers(1, 6 * 60))
def test_after_working_time_has_gone_by_exactly_that_much_has(worked: Calendar, begin: datetime, minutes: int) -> None:
    wanted = timedelta(minutes=minutes)
    end = after_open_time(worked, begin, wanted)

    assert end is None or open_time(worked, begin, end) == wanted
