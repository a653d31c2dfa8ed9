"""How long a vendor asks us to wait: both forms of the header, and nothing that a header says can hurt."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.patience import LONGEST_S, asked_wait

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("17", 17.0),
        (" 17 ", 17.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("3601", LONGEST_S),
        ("9" * 300, LONGEST_S),
        ("9" * 5000, None),
        ("-5", None),
        ("1e9", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("soon", None),
        ("\u0661\u0667", None),
        ("Sat, 21 Nov 2026 09:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 09:01:30", 90.0),
        ("Sat, 21 Nov 2026 10:01:30 +0100", 90.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
        ("Fri, 31 Dec 9999 23:59:59 -2359", LONGEST_S),
        ("Sat, 21 Nov 2026 99:99:99 GMT", None),
        ("Sat, 21 Nov 2026 09:01:30 +999999", None),
    ],
)
def test_a_wait_is_read_and_bounded(header: str, wait: float | None) -> None:
    assert asked_wait(header, NOW) == wait


@given(
    header=st.text(max_size=60)
    | st.integers().map(str)
    | st.floats().map(str)
    | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,9} [A-Z+0-9-]{0,7}")
)
def test_no_header_can_hurt(header: str) -> None:
    wait = asked_wait(header, NOW)

    assert wait is None or 0.0 <= wait <= LONGEST_S


@given(seconds=st.integers(min_value=0, max_value=3600))
def test_seconds_and_a_date_say_the_same(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert asked_wait(date, NOW) == asked_wait(str(seconds), NOW) == seconds
