"""The sandbox's clock, its faults on purpose, its seed, and its command line."""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock, epoch_ms, iso_z, read_moment
from sandbox.courier import Courier
from sandbox.running import YARD, Sandbox
from sandbox.seed import SeedError, read_seed, read_time
from tests.sandbox.ear import Rest, control, eventually, new_issue


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


def test_a_fault_strikes_so_many_times_and_only_what_it_names(sandbox: Sandbox, dana: Rest) -> None:
    fault = {"service": "jira", "path": "/issue/PAY-1$", "method": "GET", "times": 2, "status": 503}
    control(sandbox, "POST", "faults", {**fault, "headers": {"Retry-After": "7"}, "body": {"errorMessages": ["no"]}})

    struck = [dana("GET", "issue/PAY-1") for _ in range(3)]
    assert [answer.status_code for answer in struck] == [503, 503, 200]
    assert (struck[0].headers["Retry-After"], struck[0].json()) == ("7", {"errorMessages": ["no"]})
    assert control(sandbox, "GET", "faults")[0]["times"] == 0


@pytest.mark.parametrize(("when", "effects"), [("before", 0), ("after", 1)])
def test_a_connection_breaks_before_or_after_the_work(sandbox: Sandbox, dana: Rest, when: str, effects: int) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "path": "/comment", "times": 1, "drop": when})
    with pytest.raises(requests.ConnectionError):
        dana("POST", "issue/PAY-1/comment", json={"body": "hi"})
    assert len(control(sandbox, "GET", "effects")) == effects


def test_faults_can_be_shares_and_delays_and_are_cleared(sandbox: Sandbox, dana: Rest) -> None:
    control(sandbox, "POST", "faults", {"service": "jira", "path": "myself", "share": 0.5, "status": 500})
    seen = {dana("GET", "myself").status_code for _ in range(30)}
    control(sandbox, "DELETE", "faults")
    control(sandbox, "POST", "faults", {"service": "jira", "path": "myself", "delay_ms": 150})
    began = time.monotonic()
    dana("GET", "myself")
    assert seen == {200, 500}
    assert time.monotonic() - began > 0.15


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"service": "mail", "path": "x"},
        {"service": "jira", "path": "("},
        {"service": "jira", "path": "x", "status": 9},
        {"service": "jira", "path": "x", "drop": "never"},
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    assert control(sandbox, "POST", "faults", fault)["ok"] is False
    assert control(sandbox, "GET", "faults") == []


def test_a_courier_tries_again_and_gives_up() -> None:
    courier = Courier("test", (0, 0), threads=1)
    numbers: list[int] = []

    def attempt(number: int) -> bool:
        numbers.append(number)
        return False

    courier.put(attempt)
    assert not courier.idle()
    courier.start()
    eventually(courier.idle)
    courier.stop()
    assert numbers == [0, 1, 2]


def test_a_seed_with_mistakes_names_all_of_them() -> None:
    seed = yaml.safe_load(YARD.read_text())
    seed["jira"]["issues"][0] |= {"reporter": "ghost", "priority": "Sky-high", "created": "long ago"}
    seed["jira"]["issues"][1]["key"] = "PAY-1"
    seed["slack"]["channels"][0]["members"].append("phantom")
    with pytest.raises(SeedError) as caught:
        read_seed(yaml.safe_dump(seed))
    for said in ("'ghost'", "'Sky-high'", "'long ago'", "'PAY-1' is there twice", "'phantom'"):
        assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "[", "site: 7", "people: {}", "- a"])
def test_a_text_that_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(SeedError, match="the seed cannot be read"):
        read_seed(text)


@pytest.mark.parametrize(
    ("text", "ago"), [("3d ago", {"days": 3}), ("2h ago", {"hours": 2}), ("15m ago", {"minutes": 15})]
)
def test_times_can_be_relative(text: str, ago: dict[str, int]) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert read_time(text, now) == now - timedelta(**ago)


def test_the_command_line_says_where_it_is_and_stops_at_once() -> None:
    ports = ["--page-port", "0", "--jira-port", "0", "--slack-port", "0"]
    command = [sys.executable, "-m", "sandbox", *ports, "--webhook-url", "http://127.0.0.1:9/", "--speed", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=YARD.parents[2]) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        told = requests.get(f"{ready['slack']}/_sandbox/clock", timeout=5).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=2) == 0
    assert (ready["sandbox"], set(ready), told["speed"]) == ("ready", {"sandbox", "page", "jira", "slack"}, 60.0)
