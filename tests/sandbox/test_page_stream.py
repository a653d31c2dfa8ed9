"""What the page hears live: that something may have changed, and what the bot tells."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox.direct import direct_session
from sandbox.pulse import MOST_STREAMS, Pulse
from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control, eventually, new_issue

TOLD = {"seq": 7, "kind": "decision.made", "key": "PAY-1", "text": "PAY-1 repeats PAY-2"}


class SmallBot(BaseHTTPRequestHandler):
    """As much of the bot's API as the page listens to."""

    def do_GET(self) -> None:
        if self.headers["Authorization"] != "Bearer hush" and self.path != "/health/ready":
            self._answer(401, b"{}")
        elif self.path == "/api/stream":
            self._answer(200, b"id: 7\ndata: %s\n\n" % json.dumps(TOLD).encode())
        elif self.path == "/api/trail/PAY-1":
            self._answer(200, json.dumps({"entries": [TOLD]}).encode())
        else:
            self._answer(200 if self.path == "/health/ready" else 404, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def small_bot() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SmallBot)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def beats(sandbox: Sandbox) -> Iterator[Callable[[], int]]:
    with direct_session() as session:
        place = f"{sandbox.world.places.page}/_sandbox/stream"
        with session.get(place, stream=True, timeout=10) as answer:
            lines = (line for line in answer.iter_lines(chunk_size=1) if line)
            yield lambda: int(next(lines).removeprefix(b"data: "))


def test_a_change_in_jira_is_heard(beats: Callable[[], int], dana: Rest) -> None:
    before = beats()
    new_issue(dana)
    assert eventually(lambda: beats() > before)


def test_a_message_in_slack_is_heard(beats: Callable[[], int], sandbox: Sandbox) -> None:
    before = beats()
    control(sandbox, "POST", "slack/message", {"user": "dana", "channel": "yard", "text": "hello"})
    assert eventually(lambda: beats() > before)


def test_reading_is_no_change(sandbox: Sandbox, dana: Rest) -> None:
    before = next(sandbox.world.pulse.stream() or iter(()))
    dana("GET", "issue/PAY-1")
    assert next(sandbox.world.pulse.stream() or iter(())) == before


def test_a_stream_beats_even_when_nothing_changes() -> None:
    events = Pulse().stream()
    assert events is not None
    assert [next(events), next(events)] == [b"data: 0\n\n", b"data: 0\n\n"]


def test_a_stopped_pulse_ends_its_streams() -> None:
    pulse = Pulse()
    events = pulse.stream()
    pulse.stop()
    assert list(events or [b"refused"]) == []


def test_one_listener_too_many_is_told_so_and_a_place_given_back_can_be_taken() -> None:
    pulse = Pulse()
    streams = [pulse.stream() for _ in range(MOST_STREAMS)]
    assert pulse.stream() is None
    streams[0].close()  # type: ignore[union-attr]
    assert pulse.stream() is not None


def test_without_a_bot_the_page_is_told_that_there_is_none(sandbox: Sandbox) -> None:
    assert control(sandbox, "GET", "bot") == {"connected": False, "ready": False, "entries": []}
    assert control(sandbox, "GET", "bot/trail/PAY-1") == {"entries": []}


def test_what_the_bot_tells_is_kept_for_the_page(sandbox: Sandbox, small_bot: str) -> None:
    control(sandbox, "POST", "connect", {"bot": {"url": small_bot, "token": "hush"}})
    told = eventually(lambda: (heard := control(sandbox, "GET", "bot"))["entries"] and heard["ready"] and heard)
    assert told["entries"][0] == TOLD
    assert control(sandbox, "GET", "bot?after=7")["entries"] == []


def test_the_trail_of_an_issue_is_asked_of_the_bot(sandbox: Sandbox, small_bot: str) -> None:
    control(sandbox, "POST", "connect", {"bot": {"url": small_bot, "token": "hush"}})
    assert control(sandbox, "GET", "bot/trail/PAY-1") == {"entries": [TOLD]}


def test_a_wrong_token_is_told_and_not_hidden(sandbox: Sandbox, small_bot: str) -> None:
    control(sandbox, "POST", "connect", {"bot": {"url": small_bot, "token": "wrong"}})
    assert "401" in control(sandbox, "GET", "bot/trail/PAY-1")["error"]
