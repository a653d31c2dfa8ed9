"""The clock of due dates: each date that was set is a promise, from then until its day ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.sla.clocks import Cycle
from orchestrator.sla.due import AHEAD, DueDates
from orchestrator.sla.timeline import timeline
from rules.model import FieldChange, Item
from tests.sla.past import NINE, after, change, issue

UTC_DAYS = DueDates(ZoneInfo("UTC"))
#: A Thursday, three days after NINE.
THURSDAY = date(2026, 3, 5)
END = datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)


def cycles(item: Item, *changes: FieldChange, until: float) -> tuple[Cycle, ...]:
    return UTC_DAYS.cycles(timeline(item, changes), after(until))


def put_off(hours: float, before: date | None, to: date | None) -> FieldChange:
    return change(hours, "duedate", str(before) if before else None, str(to) if to else None)


def done(hours: float) -> FieldChange:
    return change(hours, "resolution", None, "Done")


def test_it_runs_from_when_the_date_was_set_to_the_end_of_its_day() -> None:
    (one,) = cycles(issue(due=THURSDAY), put_off(10, None, THURSDAY), until=34)

    assert (one.started, one.breaches_at, one.stopped) == (after(10), END, None)
    assert one.elapsed == timedelta(hours=24)
    assert AHEAD[one.goal] == "2 to 4 days"


def test_the_day_ends_in_the_time_zone_of_the_rules() -> None:
    (one,) = DueDates(ZoneInfo("America/New_York")).cycles(timeline(issue(due=THURSDAY), ()), after(1))

    assert one.breaches_at == END + timedelta(hours=5)


@pytest.mark.parametrize(("hours", "late"), [(80, False), (86.9, False), (87.5, True)])
def test_it_stops_when_the_issue_is_done(hours: float, late: bool) -> None:
    (one,) = cycles(issue(due=THURSDAY, resolution="Done"), done(hours), until=900)

    assert (one.stopped, one.breached) == (after(hours), late)


def test_a_date_that_is_put_off_is_a_promise_that_goes_on_beside_the_new_one() -> None:
    week = date(2026, 3, 12)
    first, second = cycles(issue(due=week, resolution="Done"), put_off(48, THURSDAY, week), done(120), until=900)

    assert (first.started, first.breached) == (NINE, True)
    assert (second.started, second.breached) == (after(48), False)


@pytest.mark.parametrize("changes", [(put_off(100, None, THURSDAY),), (put_off(1, THURSDAY, None),)])
def test_a_date_that_was_over_when_it_was_set_promises_nothing_and_one_that_is_taken_off_stays_what_it_was(
    changes: tuple[FieldChange, ...],
) -> None:
    taken_off = changes[0].after is None
    found = cycles(issue(due=None if taken_off else THURSDAY), *changes, until=200)

    assert [one.breached for one in found] == ([True] if taken_off else [])


def test_what_is_opened_again_is_promised_anew() -> None:
    reopened = change(30, "resolution", "Done", None)

    first, second = cycles(issue(due=THURSDAY), done(20), reopened, until=40)

    assert (first.stopped, first.breached) == (after(20), False)
    assert (second.started, second.stopped) == (after(30), None)


def test_what_is_done_by_its_status_alone_is_done() -> None:
    closed = msgspec.structs.replace(issue("Closed").status, category="done")
    item = issue(due=THURSDAY, status=closed.name)
    item = msgspec.structs.replace(item, status=closed)

    (one,) = cycles(item, change(5, "status", "Open", "Closed"), until=200)

    assert one.stopped == after(5)


@pytest.mark.parametrize("due", [date.min, date.max])
def test_a_day_at_the_end_of_all_calendars_breaks_nothing(due: date) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        found = DueDates(ZoneInfo(zone)).cycles(timeline(issue(due=due), ()), after(1))
        assert len(found) == (due == date.max)


_STEPS = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from(["due", "done", "again"]), st.dates(THURSDAY, date(2026, 3, 30))),
    max_size=6,
    unique_by=lambda step: step[0],
)


def _lived(steps: list[tuple[int, str, date]]) -> tuple[Item, list[FieldChange]]:
    """An issue that went through these steps, and how it stands after them."""
    due: date | None = THURSDAY
    resolution: str | None = None
    changes = []
    for hours, what, day in sorted(steps):
        if what == "due":
            changes.append(put_off(hours, due, day))
            due = day
        else:
            then = "Done" if what == "done" else None
            changes.append(change(hours, "resolution", resolution, then))
            resolution = then
    return issue(due=due, resolution=resolution), changes


@given(steps=_STEPS, until=st.integers(0, 400))
def test_nothing_that_comes_later_changes_what_was_promised_at_a_moment(
    steps: list[tuple[int, str, date]], until: int
) -> None:
    so_far = [one for one in steps if one[0] <= until]

    then, afterwards = (cycles(item, *changes, until=until) for item, changes in map(_lived, (so_far, steps)))

    assert then == afterwards


@given(steps=_STEPS, share=st.floats(0, 1))
def test_a_share_of_the_time_is_counted_when_it_is_reached(steps: list[tuple[int, str, date]], share: float) -> None:
    item, changes = _lived(steps)

    for one in cycles(item, *changes, until=500):
        at = UTC_DAYS.reached(one, share * one.elapsed)
        assert at is not None
        assert abs(UTC_DAYS.counted(one, at) - share * one.elapsed) < timedelta(milliseconds=1)
        assert UTC_DAYS.reached(one, one.elapsed + timedelta(seconds=1)) is None
