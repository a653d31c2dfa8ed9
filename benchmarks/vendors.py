"""The sandbox in the place of Jira and Slack, which counts each request that reaches it and times each effect."""

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sandbox.clock import Clock
from sandbox.effects import Effects
from sandbox.faults import Fault, Faults
from sandbox.running import Sandbox, default_seed, new_world

_LAST_ID = 100_000_000
"""New issues get ids beyond all made-up ones."""


class CountedRequests(Faults):
    """No faults; every request to Jira and Slack passes here and is counted."""

    def __init__(self) -> None:
        super().__init__()
        self._counting = threading.Lock()
        self._by_looks: Counter[str] = Counter()

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """Count the request; only what workers do beside their looks, and people here, searches or makes issues."""
        with self._counting:
            if not path.endswith(("/search/jql", "/serverInfo", "/issue")):
                self._by_looks[f"{method} {path}"] += 1
        return super().take(service, method, path)

    def by_looks(self) -> Counter[str]:
        """Give how often looks have made each request so far."""
        with self._counting:
            return self._by_looks.copy()


class TimedEffects(Effects):
    """Effects, each with the moment (`time.perf_counter`) at which it was there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._timing = threading.Lock()
        self._times: list[tuple[float, str, str]] = []
        self._posts: list[tuple[float, str]] = []

    def record(self, *, service: str, actor: str, kind: str, request: str, body: Any, **where: Any) -> None:
        """Note when it came, of what kind it is, and which issue it is about."""
        super().record(service=service, actor=actor, kind=kind, request=request, body=body, **where)
        with self._timing:
            self._times.append((time.perf_counter(), kind, str(where.get("issue", ""))))
            if kind == "message.posted":
                self._posts.append((time.perf_counter(), str(where.get("channel", ""))))

    def posts(self) -> list[tuple[float, str]]:
        """Give when each message was posted, and in which channel."""
        with self._timing:
            return list(self._posts)

    def on(self, issues: Collection[str], kinds: Collection[str]) -> dict[str, list[float]]:
        """Give the moments of the effects of these kinds, by issue."""
        with self._timing:
            said = list(self._times)
        return {issue: [at for at, kind, on in said if on == issue and kind in kinds] for issue in issues}


@contextmanager
def vendors() -> Iterator[tuple[Sandbox, CountedRequests, TimedEffects]]:
    """Run a sandbox without issues that lets any number of Slack messages a second through."""
    seed = default_seed()
    quiet = replace(seed, jira=replace(seed.jira, issues=()), slack=replace(seed.slack, rate_limit=False))
    world = new_world(quiet)
    world.jira.last_id = _LAST_ID
    requests, effects = CountedRequests(), TimedEffects(world.clock)
    sandbox = Sandbox(replace(world, faults=requests, effects=effects))
    sandbox.start()
    try:
        yield sandbox, requests, effects
    finally:
        sandbox.stop()
