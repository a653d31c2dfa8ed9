"""A team's day is one on which any of it works, in its time zone; it begins with the first of them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.hours import hours_of
from orchestrator.watching.daily import due_at
from orchestrator.watching.workdays import begins, day_before, midnight
from rules.ruleset import WEEKDAYS, CalendarRule, Ruleset, Weekday
from rules.watching import DigestRule, WatchRule
from tests.fakes.staff import person, staffed

FRIDAY, SATURDAY, MONDAY = date(2026, 10, 23), date(2026, 10, 24), date(2026, 10, 26)
BERLIN = ZoneInfo("Europe/Berlin")


def at_work(*shifts: str, at: str | None = None, days: tuple[Weekday, ...] = WEEKDAYS[:5]) -> Ruleset:
    """People a, b and so on, each with one shift on some days, in Berlin."""
    people = {name: person(name, calendar=name) for name, _ in zip("abc", shifts, strict=False)}
    calendars = {
        name: CalendarRule(time_zone="Europe/Berlin", hours=dict.fromkeys(days, (shift,)))
        for name, shift in zip("abc", shifts, strict=False)
    }
    return msgspec.structs.replace(
        staffed(people=people), calendars=calendars, watch=WatchRule(digest=DigestRule(at=at))
    )


@pytest.mark.parametrize(
    ("shifts", "hour"),
    [
        (("09:00-17:00",), 9),
        (("12:00-20:00", "07:00-15:00"), 7),
        (("22:00-06:00", "09:00-17:00"), 9),
        (("00:00-24:00",), 0),
    ],
)
def test_a_day_begins_with_the_first_who_begins_work_on_it(shifts: tuple[str, ...], hour: int) -> None:
    rules = at_work(*shifts)
    assert begins(rules.people, FRIDAY, BERLIN, rules) == datetime(2026, 10, 23, hour, tzinfo=BERLIN)


def test_there_is_no_day_on_which_nobody_works_nor_where_nobody_declared_hours() -> None:
    rules = at_work("09:00-17:00")
    assert begins(rules.people, SATURDAY, BERLIN, rules) is None
    assert begins(["nobody"], FRIDAY, BERLIN, rules) is None


def test_the_day_before_a_monday_is_the_friday() -> None:
    rules = at_work("09:00-17:00")
    assert day_before(rules.people, MONDAY, BERLIN, rules) == FRIDAY


def test_the_time_that_rules_name_is_that_of_the_teams_clock_before_and_after_it_is_changed() -> None:
    rules = at_work("09:00-17:00", at="08:30")
    assert due_at(rules.people, FRIDAY, BERLIN, rules) == datetime(2026, 10, 23, 6, 30, tzinfo=UTC)
    assert due_at(rules.people, MONDAY, BERLIN, rules) == datetime(2026, 10, 26, 7, 30, tzinfo=UTC)


def test_no_time_is_due_on_a_day_on_which_nobody_works() -> None:
    rules = at_work("09:00-17:00", at="08:30")
    assert due_at(rules.people, SATURDAY, BERLIN, rules) is None


@given(
    first=st.integers(0, 22),
    lasts=st.integers(1, 12),
    worked=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    after=st.integers(0, 400),
    zone=st.sampled_from(("Europe/Berlin", "Pacific/Auckland", "America/Sao_Paulo")),
)
def test_a_day_begins_within_itself_while_somebody_works_and_only_where_somebody_does(
    first: int, lasts: int, worked: set[Weekday], after: int, zone: str
) -> None:
    rules = at_work(f"{first:02}:00-{(first + lasts) % 24:02}:00", days=tuple(worked))
    hours = hours_of("a", rules)
    assert hours is not None
    day, there = FRIDAY + timedelta(days=after), ZoneInfo(zone)
    since, until = midnight(day, there), midnight(day + timedelta(days=1), there)

    begun = begins(rules.people, day, there, rules)

    assert (begun is None) == (hours.worked(since, until) == timedelta())
    assert begun is None or (since <= begun < until and hours.is_open(begun))
