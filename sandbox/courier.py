"""Carries outbound deliveries on threads of its own, with pauses between attempts; what they do is not its business."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Attempt = Callable[[int], bool]


@dataclass(order=True, slots=True)
class _Job:
    due: float
    order: int
    number: int = field(compare=False)
    attempt: Attempt = field(compare=False)
    followers: list[Attempt] = field(compare=False, default_factory=list)


class Courier:
    """Runs attempts in the order they are put; one that answers False comes again after the next pause."""

    def __init__(self, name: str, pauses_s: Sequence[float], threads: int) -> None:
        self._name = name
        self.pauses_s = tuple(pauses_s)
        self._threads = threads
        self._wake = threading.Condition()
        self._due: list[_Job] = []
        self._waiting: list[Attempt] = []
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

    def put(self, attempt: Attempt, after_s: float = 0.0) -> None:
        """Carry something: `attempt(n)` is called with 0, 1, ... until it answers True or the pauses are used up."""
        with self._wake:
            followers, self._waiting = self._waiting, []
            self._queue(attempt, 0, after_s, followers)

    def put_behind(self, attempt: Attempt) -> None:
        """Carry something when the first attempt at whatever is put next is over."""
        with self._wake:
            self._waiting.append(attempt)

    def release(self) -> None:
        """Carry at once what waits to be overtaken."""
        with self._wake:
            self._let_go(self._waiting)
            self._waiting = []

    def idle(self) -> bool:
        """Whether nothing waits or is on its way."""
        with self._wake:
            return not self._due and not self._busy and not self._waiting

    def _let_go(self, attempts: Sequence[Attempt]) -> None:
        for attempt in attempts:
            self._queue(attempt, 0, 0.0, [])

    def _queue(self, attempt: Attempt, number: int, pause_s: float, followers: list[Attempt]) -> None:
        job = _Job(time.monotonic() + pause_s, next(self._order), number, attempt, followers)
        heapq.heappush(self._due, job)
        self._wake.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            finished = job.attempt(job.number)
            with self._wake:
                self._let_go(job.followers)
                if not finished and job.number < len(self.pauses_s):
                    self._queue(job.attempt, job.number + 1, self.pauses_s[job.number], [])
                self._busy -= 1

    def _next(self) -> _Job | None:
        with self._wake:
            while not self._stopped:
                pause_s = self._due[0].due - time.monotonic() if self._due else None
                if pause_s is not None and pause_s <= 0:
                    self._busy += 1
                    return heapq.heappop(self._due)
                self._wake.wait(pause_s)
        return None
