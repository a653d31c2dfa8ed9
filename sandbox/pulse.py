"""Tells the page that something may have changed. It says when to look, never what there is to see."""

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.wsgi import ClosingIterator

from sandbox.faulty_door import WsgiApp

MOST_STREAMS = 8
LONGEST_SILENCE_S = 2.0
BURST_S = 0.1
READING = ("GET", "HEAD", "OPTIONS")


class Pulse:
    """A number that grows with each beat, and when Jira was asked last; safe to use from any thread."""

    def __init__(self) -> None:
        self.asked_s = 0.0
        self._beaten = threading.Condition()
        self._count = 0
        self._stopped = False
        self._places = threading.BoundedSemaphore(MOST_STREAMS)

    def beat(self) -> None:
        """Something may have changed."""
        with self._beaten:
            self._count += 1
            self._beaten.notify_all()

    def stop(self) -> None:
        """End all streams."""
        with self._beaten:
            self._stopped = True
            self._beaten.notify_all()

    def stream(self) -> Iterator[bytes] | None:
        """The beats as server-sent events, at least one in two seconds; None where too many listen already.

        Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
        """
        return ClosingIterator(self._events(), self._places.release) if self._places.acquire(blocking=False) else None

    def _events(self) -> Iterator[bytes]:
        seen = self._count
        while not self._stopped:
            yield b"data: %d\n\n" % seen
            seen = self._next(seen)

    def _next(self, seen: int) -> int:
        with self._beaten:
            beaten = self._beaten.wait_for(lambda: self._stopped or self._count > seen, LONGEST_SILENCE_S)
        if beaten and not self._stopped:
            time.sleep(BURST_S)
        return self._count


class Beating:
    """A WSGI application whose every writing request is a beat once it is answered."""

    def __init__(self, app: WsgiApp, pulse: Pulse) -> None:
        self._app = app
        self._pulse = pulse

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does."""
        answer = self._app(environ, start_response)
        if environ["REQUEST_METHOD"] in READING:
            return answer
        return ClosingIterator(answer, self._pulse.beat)


class Asked:
    """A WSGI application of which it is known when it was last asked anything, in real time."""

    def __init__(self, app: WsgiApp, pulse: Pulse) -> None:
        self._app = app
        self._pulse = pulse

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does."""
        self._note()
        return ClosingIterator(self._app(environ, start_response), self._note)

    def _note(self) -> None:
        self._pulse.asked_s = time.monotonic()
