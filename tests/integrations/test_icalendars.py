"""Absences out of shared calendar files, and that no file does any harm."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.absent import CalendarFiles
from integrations.icalendars import LARGEST, Owner, absences
from integrations.store.absences import PostgresCalendars, read_absences
from orchestrator.people.availability import Absence
from tests.fakes.clock import NOON, SetClock
from tests.fakes.rulings import ruleset
from tests.fakes.store import FakeMemory
from tests.integrations.store.stored import database

MIKA = Owner(person="mika", zone=ZoneInfo("Europe/Helsinki"))
DANA = Owner(person="dana", zone=ZoneInfo("UTC"))
SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def file(*events: str) -> bytes:
    bodies = "".join(f"BEGIN:VEVENT\r\nUID:{number}\r\n{body}\r\nEND:VEVENT\r\n" for number, body in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{bodies}END:VCALENDAR\r\n".encode()


def read(*events: str, owner: Owner | None = MIKA) -> list[tuple[str, str]]:
    by_email = {"dana@example.com": DANA, "mika@example.com": MIKA}
    found = absences(file(*events), owner, by_email, SINCE, UNTIL)
    return [(f"{one.since:%m-%d %H:%M}", f"{one.until:%m-%d %H:%M}") for one in found]


WHOLE = "DTSTART;VALUE=DATE:20260310\r\nDTEND;VALUE=DATE:20260312\r\nSUMMARY:Secret operation"


def test_whole_days_lie_in_the_zone_of_whose_they_are() -> None:
    assert read(WHOLE) == [("03-09 22:00", "03-11 22:00")]


def test_what_an_event_is_about_is_not_kept() -> None:
    (found,) = absences(file(WHOLE), MIKA, {}, SINCE, UNTIL)

    assert found == Absence(person="mika", since=found.since, until=found.until, source="calendar")


@pytest.mark.parametrize(
    "more",
    [
        "DTSTART:20260310T100000Z\r\nDTEND:20260310T110000Z",
        "DTSTART;VALUE=DATE:20260310\r\nTRANSP:TRANSPARENT",
        "DTSTART;VALUE=DATE:20260310\r\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20200310",
        "DTSTART;VALUE=DATE:20300310",
    ],
)
def test_meetings_and_what_is_cancelled_free_or_far_away_are_no_absences(more: str) -> None:
    assert read(more) == []


def test_out_of_office_for_some_hours_is_an_absence() -> None:
    event = "DTSTART:20260310T100000Z\r\nDURATION:PT3H\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"

    assert read(event) == [("03-10 10:00", "03-10 13:00")]


def test_a_series_comes_again_by_the_wall_clock_through_the_change_of_the_clocks() -> None:
    event = (
        "DTSTART;TZID=Europe/Helsinki:20260326T130000\r\nDTEND;TZID=Europe/Helsinki:20260326T150000\r\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20260410T000000Z\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF"
    )

    assert read(event) == [
        ("03-26 11:00", "03-26 13:00"),
        ("04-02 10:00", "04-02 12:00"),
        ("04-09 10:00", "04-09 12:00"),
    ]


def test_what_was_left_out_of_a_series_or_moved_is_not_told_in_its_old_place() -> None:
    series = (
        "DTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;VALUE=DATE:20260309",
        "DTSTART;VALUE=DATE:20260317\r\nRECURRENCE-ID;VALUE=DATE:20260316",
    )
    text = file(*series).replace(b"UID:1", b"UID:0")

    found = absences(text, DANA, {}, SINCE, UNTIL)

    assert [one.since.day for one in found] == [2, 17]


def test_in_a_shared_file_the_people_of_an_event_tell_whose_it_is() -> None:
    text = file(
        WHOLE + "\r\nATTENDEE:mailto:Dana@Example.com\r\nATTENDEE;PARTSTAT=DECLINED:mailto:mika@example.com",
        WHOLE + "\r\nORGANIZER:mailto:mika@example.com",
        WHOLE + "\r\nORGANIZER:mailto:nobody@example.com",
    )

    found = absences(text, None, {"dana@example.com": DANA, "mika@example.com": MIKA}, SINCE, UNTIL)

    assert [one.person for one in found] == ["dana", "mika"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20260310\r\nRRULE:FREQ=SECONDLY",
        "DTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ=DAILY",
        "DTSTART;VALUE=DATE:20260310\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART;VALUE=DATE:20260399",
        "SUMMARY:nothing else",
    ],
)
def test_an_event_that_cannot_be_gone_through_hides_no_other(event: str) -> None:
    assert read(event, WHOLE) == [("03-09 22:00", "03-11 22:00")]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than 5 MB"):
        absences(b" " * (LARGEST + 1), MIKA, {}, SINCE, UNTIL)


_WORDS = (
    "BEGIN:VEVENT END:VEVENT DTSTART;VALUE=DATE:20260310 DTEND:20260310T100000Z RRULE:FREQ=DAILY;COUNT=5 "
    "EXDATE:20260311 DURATION:-P1D DTSTART;TZID=Nowhere/Land:20260310T100000 RRULE:FREQ=WEEKLY;BYDAY=XX"
)
_LINES = st.sampled_from(_WORDS.split())


@given(st.lists(_LINES | st.text(max_size=20), max_size=12))
def test_whatever_stands_in_a_file_it_gives_absences_or_is_refused(lines: list[str]) -> None:
    text = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode(errors="replace")
    try:
        found = absences(text, MIKA, {}, SINCE, UNTIL)
    except (ValueError, KeyError, TypeError):
        return

    assert all(one.since <= one.until and one.since < UNTIL and one.until > SINCE for one in found)


def test_files_are_read_by_their_names_and_a_broken_one_is_told_of_once(database_url: str, tmp_path: Path) -> None:
    clock, said = SetClock(), list[str]()
    memory = FakeMemory(clock.monotonic, ruleset())
    (tmp_path / "mika.ics").write_bytes(file("DTSTART;VALUE=DATE:20260310"))
    (tmp_path / "dana.ics").write_bytes(b"no calendar")
    with database(database_url) as engine:
        files = CalendarFiles(
            path=tmp_path, kept=PostgresCalendars(engine), rulebook=memory, clock=clock, warn=said.append
        )

        files.round()
        files.round()

        with engine.connect() as connection:
            kept = read_absences(connection, ["mika", "dana"], NOON)
    assert [(one.person, one.until - one.since) for one in kept] == [("mika", timedelta(days=1))]
    assert said == ["the calendar file dana.ics cannot be read: ValueError"]
