"""Working hours against a plain count of minutes, and where the clock is changed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.calendars import Calendar, calendar
from rules.ruleset import CalendarRule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
OFFICE = {day: [(540, 720), (780, 1020)] for day in range(5)}


def never(_: date) -> bool:
    return False


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def office(**said: object) -> Calendar:
    hours = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    return calendar(msgspec.convert({"time_zone": "Europe/Berlin", "hours": hours, **said}, CalendarRule))


def test_a_moment_in_a_shift_is_working_time_and_its_end_is_not() -> None:
    berlin = Calendar(BERLIN, OFFICE, never)

    assert [berlin.is_open(local(f"2026-11-23 {at}")) for at in ("08:59", "09:00", "11:59", "12:00", "16:59")] == [
        False,
        True,
        True,
        False,
        True,
    ]


def test_a_break_and_a_weekend_do_not_count() -> None:
    berlin = Calendar(BERLIN, OFFICE, never)

    assert berlin.worked(local("2026-11-20 11:00"), local("2026-11-23 10:00")) == timedelta(hours=6)


def test_public_holidays_and_closed_days_do_not_count() -> None:
    berlin = office(country="DE", subdivision="BE", closed=["2026-12-24"])

    assert berlin.worked(local("2026-12-23 16:00"), local("2026-12-28 10:00")) == timedelta(hours=2)


def test_a_holiday_of_one_part_of_a_country_is_working_time_in_another() -> None:
    monday, tuesday = local("2026-01-06 00:00"), local("2026-01-07 00:00")

    assert office(country="DE", subdivision="BE").worked(monday, tuesday) == timedelta(hours=7)
    assert office(country="DE", subdivision="BY").worked(monday, tuesday) == timedelta()


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-06", 8)], ids=["forward", "back", "plain"]
)
def test_a_night_shift_is_as_long_as_the_night_really_is(night: str, hours: int) -> None:
    nights = Calendar(BERLIN, {day: [(1320, 360)] for day in range(7)}, never)

    assert nights.worked(local(f"{night} 12:00"), local(f"{night} 12:00") + timedelta(days=1)) == timedelta(hours=hours)


def test_a_shift_that_starts_in_the_hour_left_out_starts_when_the_clock_is_put_forward() -> None:
    early = Calendar(BERLIN, {6: [(150, 300)]}, never)

    [(start, end)] = early.spans(local("2026-03-29 00:00"), local("2026-03-29 12:00"))

    assert (start.astimezone(BERLIN).time().isoformat(), end.astimezone(BERLIN).time().isoformat()) == (
        "03:00:00",
        "05:00:00",
    )


def test_a_shift_into_an_hour_that_comes_twice_covers_both() -> None:
    early = Calendar(BERLIN, {6: [(60, 150)]}, never)

    assert early.worked(local("2026-10-25 00:00"), local("2026-10-25 12:00")) == timedelta(hours=2, minutes=30)


def test_a_night_over_new_year_is_not_counted_twice() -> None:
    always = Calendar(BERLIN, {day: [(0, 1440), (1320, 360)] for day in range(7)}, never)

    assert always.worked(local("2026-12-31 00:00"), local("2027-01-02 00:00")) == timedelta(days=2)


def test_a_calendar_that_never_opens_promises_nothing() -> None:
    empty = Calendar(BERLIN, {}, never)

    assert empty.after(local("2026-11-23 09:00"), timedelta(hours=1)) is None
    assert empty.next_open(local("2026-11-23 09:00")) is None


def test_the_next_working_moment_of_a_friday_evening_is_on_monday() -> None:
    berlin = Calendar(BERLIN, OFFICE, never)

    assert berlin.next_open(local("2026-11-20 18:00")) == local("2026-11-23 09:00")
    assert berlin.next_open(local("2026-11-23 09:30")) == local("2026-11-23 09:30")


def test_working_time_ends_with_a_shift_and_not_at_the_start_of_the_next() -> None:
    berlin = Calendar(BERLIN, OFFICE, never)

    assert berlin.after(local("2026-11-20 16:00"), timedelta(hours=1)) == local("2026-11-20 17:00")
    assert berlin.after(local("2026-11-20 16:00"), timedelta(hours=2)) == local("2026-11-23 10:00")


quarters = st.integers(1, 96).map(lambda quarter: 15 * quarter)
shifts = st.dictionaries(
    st.integers(0, 6), st.lists(st.tuples(quarters.map(lambda end: end - 15), quarters), max_size=3), max_size=7
)
moments = st.timedeltas(timedelta(), timedelta(days=730)).map(lambda gone: datetime(2026, 1, 1, tzinfo=UTC) + gone)


@given(shifts, st.sampled_from(ZONES), moments, st.integers(0, 4 * 24 * 60))
def test_working_time_is_what_a_plain_count_of_minutes_says(
    week: dict[int, list[tuple[int, int]]], zone: str, since: datetime, minutes: int
) -> None:
    since = since.replace(second=0, microsecond=0)
    until = since + timedelta(minutes=minutes)
    here = Calendar(ZoneInfo(zone), week, never)

    counted = sum(_in_shift(since + timedelta(minutes=one), ZoneInfo(zone), week) for one in range(minutes))

    assert here.worked(since, until) == timedelta(minutes=counted)


def _in_shift(at: datetime, zone: ZoneInfo, week: dict[int, list[tuple[int, int]]]) -> bool:
    here = at.astimezone(zone)
    now = here.hour * 60 + here.minute
    yesterday = (here.weekday() - 1) % 7
    today = any((start <= now < end) if end > start else now >= start for start, end in week.get(here.weekday(), ()))
    return today or any(end <= start and now < end for start, end in week.get(yesterday, ()))


@given(shifts, st.sampled_from(ZONES), st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_working_time_adds_up(week: dict[int, Sequence[tuple[int, int]]], zone: str, three: list[datetime]) -> None:
    here = Calendar(ZoneInfo(zone), week, never)
    first, middle, last = three

    assert here.worked(first, middle) + here.worked(middle, last) == here.worked(first, last)


@given(shifts, st.sampled_from(ZONES), moments, st.timedeltas(timedelta(seconds=1), timedelta(hours=200)))
def test_after_so_much_working_time_so_much_has_passed_and_not_a_moment_earlier(
    week: dict[int, Sequence[tuple[int, int]]], zone: str, since: datetime, working: timedelta
) -> None:
    here = Calendar(ZoneInfo(zone), week, never)

    until = here.after(since, working)

    if until is None:
        assert here.next_open(since) is None
    else:
        assert here.worked(since, until) == working
        assert here.worked(since, until - timedelta(microseconds=1)) < working
