"""Domain time: carried on between readings, never going back by itself, and refused when the sandbox is silent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.clock import ClockUnreachable, SandboxClock, SystemClock

NOON_MS = 1_800_000_000_000
NOON = datetime.fromtimestamp(NOON_MS / 1000, UTC)


class Sandbox(ThreadingHTTPServer):
    """A server that tells whatever time the test sets, and counts how often it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status = 200
        self.body = b""
        self.asked = 0
        self.tell(NOON_MS)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/_sandbox/clock"

    def tell(self, epoch_ms: int, speed: float = 1.0) -> None:
        self.body = json.dumps({"now": "ignored", "epoch_ms": epoch_ms, "speed": speed}).encode()


class Answering(BaseHTTPRequestHandler):
    server: Sandbox

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        with suppress(ConnectionError):  # the clock hangs up on an endless answer
            self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library calls it by
        """Say nothing."""


class Wrist:
    """Real time, moved by the test."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.status, server.asked = 200, 0
    server.tell(NOON_MS)
    return server


@pytest.fixture
def wrist() -> Wrist:
    return Wrist()


def test_the_system_tells_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_the_sandbox_tells_its_time_in_utc(sandbox: Sandbox, wrist: Wrist) -> None:
    now = SandboxClock(sandbox.url, monotonic=wrist).now()
    assert now == NOON
    assert now.utcoffset() == timedelta(0)


def test_time_is_carried_on_by_its_speed_without_asking_again(sandbox: Sandbox, wrist: Wrist) -> None:
    sandbox.tell(NOON_MS, speed=3600)
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    clock.now()
    wrist.seconds += 0.1
    assert clock.now() == NOON + timedelta(minutes=6)
    assert sandbox.asked == 1


def test_time_is_read_again_when_the_reading_is_old(sandbox: Sandbox, wrist: Wrist) -> None:
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    clock.now()
    sandbox.tell(NOON_MS + 60_000)
    wrist.seconds += 0.2
    assert clock.now() == NOON + timedelta(minutes=1)


def test_time_stands_still_where_it_was_carried_too_far(sandbox: Sandbox, wrist: Wrist) -> None:
    sandbox.tell(NOON_MS, speed=3600)
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    clock.now()
    wrist.seconds += 0.1
    ahead = clock.now()
    sandbox.tell(NOON_MS + 1000, speed=0)
    wrist.seconds += 0.2
    assert clock.now() == ahead


def test_time_goes_back_where_the_sandbox_went_back(sandbox: Sandbox, wrist: Wrist) -> None:
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    clock.now()
    sandbox.tell(NOON_MS - 86_400_000)
    wrist.seconds += 0.2
    assert clock.now() == NOON - timedelta(days=1)


@given(steps=st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 10**7), st.floats(0, 10_000)), max_size=8))
def test_time_never_goes_back_while_the_sandbox_does_not(
    server: Sandbox, steps: list[tuple[float, int, float]]
) -> None:
    wrist, told_ms = Wrist(), NOON_MS
    server.status = 200
    server.tell(told_ms)
    clock = SandboxClock(server.url, monotonic=wrist)
    told = [clock.now()]
    for waited, further_ms, speed in steps:
        told_ms += further_ms
        server.tell(told_ms, speed)
        wrist.seconds += waited
        told.append(clock.now())
    assert told == sorted(told)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"noon",
        b"[]",
        b'{"epoch_ms": "1", "speed": 1}',
        b'{"epoch_ms": 1.5, "speed": 1}',
        b'{"epoch_ms": 1}',
        b'{"epoch_ms": -1, "speed": 1}',
        b'{"epoch_ms": 1, "speed": -1}',
        b'{"epoch_ms": 1, "speed": 1e999}',
        b'{"epoch_ms": 1, "speed": NaN}',
        b'{"epoch_ms": 99999999999999999999, "speed": 1}',
        b'{"epoch_ms": 1, "speed": 1}' + b" " * 100_000,
    ],
)
def test_an_answer_that_is_not_a_time_is_no_time(sandbox: Sandbox, body: bytes) -> None:
    sandbox.body = body
    with pytest.raises(ClockUnreachable):
        SandboxClock(sandbox.url).now()


@pytest.mark.parametrize("status", [302, 404, 500])
def test_only_a_good_answer_counts(sandbox: Sandbox, status: int) -> None:
    sandbox.status = status
    with pytest.raises(ClockUnreachable):
        SandboxClock(sandbox.url).now()


def test_a_clock_that_falls_silent_is_not_carried_on(sandbox: Sandbox, wrist: Wrist) -> None:
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    clock.now()
    sandbox.status = 503
    wrist.seconds += 0.2
    with pytest.raises(ClockUnreachable):
        clock.now()


def test_a_clock_that_comes_back_is_believed_again(sandbox: Sandbox, wrist: Wrist) -> None:
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    sandbox.status = 503
    with pytest.raises(ClockUnreachable):
        clock.now()
    sandbox.status = 200
    assert clock.now() == NOON


def test_nobody_listening_is_unreachable() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_address[1]
    with pytest.raises(ClockUnreachable):
        SandboxClock(f"http://127.0.0.1:{port}").now()


def test_a_proxy_of_the_environment_is_not_used(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    assert SandboxClock(sandbox.url).now() >= NOON


def test_many_threads_share_one_reading(sandbox: Sandbox, wrist: Wrist) -> None:
    clock = SandboxClock(sandbox.url, monotonic=wrist)
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: clock.now(), range(200)))
    assert set(told) == {NOON}
    assert sandbox.asked == 1
