"""Sends ready requests to a door and times the answers, in a process of its own: `python -m benchmarks.load`.

It reads one `Load` from standard input and writes one `Answers` to standard output, both in MessagePack. It makes
nothing up and judges nothing.
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPException, HTTPResponse

import msgspec


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What to send where.

    With a `rate` (requests a second) each is sent at its own time however late the answers to the others are, and is
    timed from that time on; without one, each connection sends its next as soon as it has an answer, for `seconds`.
    """

    port: int
    requests: list[bytes]
    connections: int
    seconds: float
    rate: float | None = None


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds to each answer of 200, how many got none, and from the first sending to the last answer."""

    seconds: list[float]
    failures: int
    took: float

    @property
    def rate(self) -> float:
        """Give how many were answered a second."""
        return len(self.seconds) / self.took


def send(load: Load) -> Answers:
    """Run the load in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, input=msgspec.msgpack.encode(load), stdout=subprocess.PIPE, check=True)
    return msgspec.msgpack.decode(done.stdout, type=Answers)


def _run(load: Load) -> Answers:
    began, due, lock = time.perf_counter(), _due(load), threading.Lock()
    taken: list[tuple[float, bool]] = []

    def take() -> tuple[float, bytes] | None:
        with lock:
            return next(due, None)

    def work() -> None:
        connection = _Connection(load.port)
        while (one := take()) is not None:
            at, request = one
            time.sleep(max(0.0, began + at - time.perf_counter()))
            since = began + at if load.rate else time.perf_counter()
            if load.rate is None and since - began > load.seconds:
                break
            taken.append((time.perf_counter() - since, True) if connection.sent(request) else (0.0, False))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(load.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    times = [seconds for seconds, good in taken if good]
    return Answers(seconds=times, failures=len(taken) - len(times), took=took)


def _due(load: Load) -> Iterator[tuple[float, bytes]]:
    number = len(load.requests) if load.rate is None else int(load.rate * load.seconds)
    for place, request in enumerate(load.requests[:number]):
        yield (place / load.rate if load.rate else 0.0), request


class _Connection:
    """One kept connection, opened again where the other side has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def sent(self, request: bytes) -> bool:
        """Send a request and read the answer; whether it was 200."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(request)
            with HTTPResponse(self._socket, method="POST") as answer:
                answer.begin()
                answer.read()
                if answer.will_close:
                    self.close()
                return answer.status == 200
        except (OSError, HTTPException):
            self.close()
            return False

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def main(arguments: Sequence[str] = ()) -> None:
    """Read a load, send it, write what came of it."""
    del arguments
    load = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_run(load)))


if __name__ == "__main__":
    main()
