"""The stream through a real server and real sockets: it arrives at once, and who hangs up makes room."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from integrations.console import Broadcast
from tests.integrations.console.yard import KNOWN, TOKEN, Yard, application, numbers, served

LONG_S = 60


@pytest.fixture
def url(yard: Yard, broadcast: Broadcast) -> Iterator[str]:
    with served(application(yard, broadcast)) as url:
        yield url
        broadcast.stop()


@contextmanager
def listening(url: str) -> Iterator[socket.socket]:
    """A plain socket that has asked for the stream and heard its greeting."""
    where = urlsplit(url)
    lines = ["GET /api/stream HTTP/1.1", f"Host: {where.netloc}", f"Authorization: Bearer {TOKEN}"]
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=LONG_S) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode())
        until(connection, b": listening")
        yield connection


def until(connection: socket.socket, words: bytes) -> bytes:
    heard = b""
    while words not in heard:
        piece = connection.recv(65536)
        assert piece, f"the server hung up after {heard!r}"
        heard += piece
    return heard


def soon(happened: Callable[[], bool]) -> bool:
    """Look again and again, for a while."""
    ends = time.monotonic() + LONG_S
    while not happened():
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return True


def test_what_happens_arrives_while_the_stream_stays_open(yard: Yard, url: str) -> None:
    with listening(url) as connection:
        yard.add(1)
        heard = until(connection, b"\n\n")
    assert b"id: 1\nevent: look.done\ndata: {" in heard


def test_a_stream_that_broke_goes_on_where_it_was(yard: Yard, url: str) -> None:
    yard.add(550)
    heard: list[int] = []
    breaks = 0
    while len(heard) < 550:
        heard += some_of(url, len(heard))
        breaks += 1
    assert heard == list(range(1, 551))
    assert breaks > 1


def some_of(url: str, last: int) -> list[int]:
    """Listen until whole events have come, and hang up, perhaps in the middle of the next one."""
    headers = KNOWN | {"Last-Event-ID": str(last)}
    heard = b""
    with requests.get(f"{url}/api/stream", headers=headers, stream=True, timeout=LONG_S) as answer:
        for piece in answer.iter_content(chunk_size=1500):
            heard += piece
            whole, _, _ = heard.rpartition(b"\n\n")
            if numbers(whole):
                return numbers(whole)
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("lookahead", [0, 1])
def test_who_hangs_up_makes_room(yard: Yard, broadcast: Broadcast, lookahead: int) -> None:
    with served(application(yard, broadcast), lookahead=lookahead) as url:
        for _ in range(3):
            with listening(url), listening(url):
                assert len(broadcast._listeners) == 2
            assert soon(lambda: not broadcast._listeners)


def test_who_hangs_up_is_noticed_before_anything_is_written_to_them(yard: Yard) -> None:
    silent = Broadcast(yard, every_s=0.01, heartbeat_s=3600)
    with served(application(yard, silent)) as url:
        with listening(url):
            assert len(silent._listeners) == 1
        assert soon(lambda: not silent._listeners)
        silent.stop()


def test_other_questions_are_answered_while_somebody_listens(url: str) -> None:
    with listening(url):
        assert requests.get(f"{url}/health/live", timeout=LONG_S).status_code == 200


def test_stopping_ends_open_streams(broadcast: Broadcast, url: str) -> None:
    with listening(url) as connection:
        stopping = threading.Thread(target=broadcast.stop)
        stopping.start()
        until(connection, b"0\r\n\r\n")
        stopping.join(LONG_S)
    assert soon(lambda: broadcast._reader is None or not broadcast._reader.is_alive())
