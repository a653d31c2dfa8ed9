"""Freezes a baseline out of what the backfill learnt and what Jira says of statuses and SLA clocks.

What a baseline holds is the orchestrator's; what is kept, the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.jira.measuring import JiraMeasuring
from integrations.store.baselines import Frozen, PostgresBaselines
from orchestrator.baseline import Cycle, Window, baseline
from orchestrator.ports import Clock

__all__ = ["Freezing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """Makes a baseline and keeps it; `say` gets plain sentences for an operator."""

    measuring: JiraMeasuring
    baselines: PostgresBaselines
    clock: Clock
    say: Callable[[str], None]

    def freeze(self, projects: Sequence[str] = (), *, weeks: int = 52, another: bool = False) -> Frozen | None:
        """Freeze how work went in the last weeks, up to now; None where there is a baseline and no other is wanted.

        Args:
            projects: keys; all that is known where none is given.
            weeks: how many, at least one.
            another: freeze one beside those that are there.

        Raises:
            GatewayError: Jira does not tell what its statuses count as, or how its SLA clocks ended.
        """
        if self.baselines.all() and not another:
            return None
        until = self.clock.now()
        window = Window(since=until - timedelta(weeks=weeks), until=until)
        categories = self.measuring.categories()
        found = baseline(
            self.baselines.courses(categories),
            self._cycles(projects, window.since),
            window=window,
            projects=tuple(sorted(set(projects))),
            categories=categories,
        )
        return self.baselines.freeze(found, self.clock.now(), another=another)

    def _cycles(self, projects: Sequence[str], since: datetime) -> Iterator[Cycle]:
        for scope in projects or (None,):
            for page in self.measuring.cycles(since, scope):
                if page.skipped:
                    words = f"{len(page.skipped)}, first {page.skipped[0]}"
                    self.say(f"Left out, because Jira's answer makes no sense: {words}")
                yield from page.cycles
