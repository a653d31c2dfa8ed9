"""Carries outbound deliveries on threads of its own, with pauses between attempts; what they do is not its business."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Sequence

Attempt = Callable[[int], bool]


class Courier:
    """Runs attempts in the order they are put; one that answers False comes again after the next pause."""

    def __init__(self, name: str, pauses_s: Sequence[float], threads: int) -> None:
        self._name = name
        self._pauses_s = tuple(pauses_s)
        self._threads = threads
        self._wake = threading.Condition()
        self._due: list[tuple[float, int, int, Attempt]] = []
        self._order = itertools.count()
        self._busy = 0
        self._stopped = False

    def start(self) -> None:
        """Begin to carry."""
        for number in range(self._threads):
            threading.Thread(target=self._run, name=f"{self._name}-{number}", daemon=True).start()

    def stop(self) -> None:
        """Carry nothing more."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()

    def put(self, attempt: Attempt) -> None:
        """Carry something: `attempt(n)` is called with 0, 1, ... until it answers True or the pauses are used up."""
        self._queue(attempt, 0, 0.0)

    def idle(self) -> bool:
        """Whether nothing waits or is on its way."""
        with self._wake:
            return not self._due and not self._busy

    def _queue(self, attempt: Attempt, number: int, pause_s: float) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + pause_s, next(self._order), number, attempt))
            self._wake.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            number, attempt = job
            finished = attempt(number)
            with self._wake:
                if not finished and number < len(self._pauses_s):
                    self._queue(attempt, number + 1, self._pauses_s[number])
                self._busy -= 1

    def _next(self) -> tuple[int, Attempt] | None:
        with self._wake:
            while not self._stopped:
                pause_s = self._due[0][0] - time.monotonic() if self._due else None
                if pause_s is not None and pause_s <= 0:
                    _, _, number, attempt = heapq.heappop(self._due)
                    self._busy += 1
                    return number, attempt
                self._wake.wait(pause_s)
        return None
