"""The sandbox in the place of Jira and Slack, which counts each request that reaches it and times each effect."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sandbox.clock import Clock
from sandbox.effects import Effects
from sandbox.faults import Fault, Faults
from sandbox.running import Sandbox, default_seed, new_world


class CountedRequests(Faults):
    """No faults; every request to a service passes here, and is counted by service and method."""

    def __init__(self) -> None:
        super().__init__()
        self._counting = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """Count the request."""
        with self._counting:
            self._counts[service, method] += 1
        return super().take(service, method, path)

    def counts(self) -> Counter[tuple[str, str]]:
        """Give how many requests there were so far, by service and method."""
        with self._counting:
            return self._counts.copy()


class TimedEffects(Effects):
    """Effects, each with the moment (`time.perf_counter`) at which it was there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._timing = threading.Lock()
        self._times: list[tuple[float, str, str]] = []

    def record(self, *, service: str, actor: str, kind: str, request: str, body: Any, **where: Any) -> None:
        """Note when it came, of what kind it is, and which issue it is about."""
        super().record(service=service, actor=actor, kind=kind, request=request, body=body, **where)
        with self._timing:
            self._times.append((time.perf_counter(), kind, str(where.get("issue", ""))))

    def times(self) -> list[tuple[float, str, str]]:
        """Give moment, kind and issue of each effect so far."""
        with self._timing:
            return list(self._times)


@contextmanager
def vendors() -> Iterator[tuple[Sandbox, CountedRequests, TimedEffects]]:
    """Run a sandbox that lets any number of Slack messages a second through."""
    seed = default_seed()
    world = new_world(replace(seed, slack=replace(seed.slack, rate_limit=False)))
    requests, effects = CountedRequests(), TimedEffects(world.clock)
    sandbox = Sandbox(replace(world, faults=requests, effects=effects))
    sandbox.start()
    try:
        yield sandbox, requests, effects
    finally:
        sandbox.stop()
