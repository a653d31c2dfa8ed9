"""How people write moments, and that what cannot be read is no moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.people.spoken import LONGEST, until

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("said", "at", "rest"),
    [
        ("until friday", datetime(2026, 11, 26, 22, tzinfo=UTC), ""),
        ("until fri at a wedding", datetime(2026, 11, 26, 22, tzinfo=UTC), "at a wedding"),
        ("until monday", datetime(2026, 11, 29, 22, tzinfo=UTC), ""),
        ("tomorrow 14:00 dentist", datetime(2026, 11, 24, 12, tzinfo=UTC), "dentist"),
        ("till 2026-12-01", datetime(2026, 11, 30, 22, tzinfo=UTC), ""),
        ("until 9:30", datetime(2026, 11, 24, 7, 30, tzinfo=UTC), ""),
        ("until 15:00", datetime(2026, 11, 23, 13, tzinfo=UTC), ""),
        ("for 2h Kids", MONDAY + timedelta(hours=2), "Kids"),
        ("3 days", MONDAY + timedelta(days=3), ""),
        ("2w", MONDAY + timedelta(weeks=2), ""),
    ],
)
def test_a_moment_is_read_in_the_zone_of_who_says_it(said: str, at: datetime, rest: str) -> None:
    assert until(said.split(), MONDAY, HELSINKI) == (at, tuple(rest.split()))


@pytest.mark.parametrize(
    "said", ["", "until", "soon", "until noon", "until 2026-11-20", "2026-02-30", "2028-01-01", "99999w", "25:00", "0h"]
)
def test_what_tells_no_moment_ahead_is_none(said: str) -> None:
    assert until(said.split(), MONDAY, HELSINKI) is None


_WORDS = st.sampled_from(["until", "for", "friday", "mon", "tomorrow", "2026-12-01", "14:00", "2h", "3", "days", "{0}"])


_SAID = st.lists(_WORDS | st.text(max_size=12), max_size=6)


@given(_SAID, st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_a_moment_lies_ahead_within_a_year_and_no_word_after_it_is_lost(words: list[str], zone: str) -> None:
    found = until(words, MONDAY, ZoneInfo(zone))

    if found is not None:
        assert MONDAY < found[0] <= MONDAY + LONGEST
        assert list(found[1]) == words[len(words) - len(found[1]) :]
