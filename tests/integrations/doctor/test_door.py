"""What answers where the door should be, and who else could reach it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from integrations.doctor.door import check_door
from integrations.doctor.finding import Verdict


@contextmanager
def answering(body: bytes, host: str = "127.0.0.1") -> Iterator[int]:
    """A program on a free port that says the same to everything."""
    server = make_server(host, 0, Response(body))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (b'{"ready": true}', Verdict.WELL, "is open, and ready"),
        (b'{"ready": false, "missing": ["no worker is running"]}', Verdict.WARNING, "open, but: no worker is running"),
        (b'{"ready": false}', Verdict.WARNING, "open, but: not ready"),
        (b"<html>hello</html>", Verdict.WARNING, "is no door of Yardmaster"),
        (b"[1]", Verdict.WARNING, "is no door of Yardmaster"),
        (b'{"ready": false, "missing": [1]}', Verdict.WARNING, "is no door of Yardmaster"),
        (b"\xff\xfe", Verdict.WARNING, "is no door of Yardmaster"),
    ],
)
def test_what_answers_is_judged(answer: bytes, verdict: Verdict, words: str) -> None:
    with answering(answer) as port:
        (one,) = check_door("127.0.0.1", port)

    assert one.verdict is verdict
    assert words in one.words


def test_nobody_there_is_a_warning_since_the_door_may_be_elsewhere() -> None:
    with answering(b"") as port:
        pass

    (one,) = check_door("127.0.0.1", port)

    assert one.verdict is Verdict.WARNING
    assert one.words == f"no door answers at http://127.0.0.1:{port}"


def test_no_proxy_is_asked_for_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    with answering(b'{"ready": true}') as port:
        (one,) = check_door("127.0.0.1", port)

    assert one.verdict is Verdict.WELL


def test_a_door_that_others_could_reach_is_a_warning() -> None:
    with answering(b'{"ready": true}') as port:
        (_, reach) = check_door("0.0.0.0", port)

    assert reach.verdict is Verdict.WARNING
    assert reach.words == "the door listens on 0.0.0.0, beyond this machine, without TLS"
