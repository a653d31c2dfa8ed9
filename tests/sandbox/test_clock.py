"""The sandbox's domain time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock, epoch_ms, iso_z, read_moment
from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control, new_issue


def test_time_can_be_set_and_jumps(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "clock", {"speed": 0, "now": "2026-11-20T09:00:00Z"})
    told = control(sandbox, "POST", "clock", {"advance_seconds": 3600.5})
    assert told == {"now": "2026-11-20T10:00:00.500Z", "epoch_ms": 1795168800500, "speed": 0.0}

    created = dana("GET", f"issue/{new_issue(dana)}").json()["fields"]["created"]
    posted = {"user": "U0TOM00001", "channel": "C0YARD0001", "text": "x"}
    assert created == "2026-11-20T10:00:00.500+0000"
    assert control(sandbox, "POST", "slack/message", posted)["ts"].startswith("1795168800.5")


def test_messages_keep_their_order_when_the_clock_goes_back(sandbox: Sandbox) -> None:
    posted = {"user": "U0TOM00001", "channel": "C0YARD0001", "text": "x"}
    first = control(sandbox, "POST", "slack/message", posted)["ts"]
    control(sandbox, "POST", "clock", {"now": "2014-01-01T00:00:00Z"})
    assert control(sandbox, "POST", "slack/message", posted)["ts"] > first


def test_a_fast_clock_lives_days_in_seconds() -> None:
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC), speed=1_000_000)
    time.sleep(0.02)
    assert clock.now() - datetime(2026, 1, 1, tzinfo=UTC) > timedelta(hours=5)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_survives_being_written(moment: datetime) -> None:
    cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert read_moment(iso_z(cut)) == cut
    assert epoch_ms(cut) == round(cut.timestamp() * 1000)


@pytest.mark.parametrize("body", [{"now": "soon"}, {"now": "2026-11-20T09:00:00"}, {"speed": -1}, {"now": 7}, []])
def test_a_wrong_time_is_refused(sandbox: Sandbox, body: Any) -> None:
    assert control(sandbox, "POST", "clock", body)["ok"] is False
