"""Counts how a project's promises went, once for all that asks about the same. Pure."""

from collections.abc import Sequence

from orchestrator.forecast.dayone import Asked, Counted, Crowd, count, crowd, usual
from orchestrator.forecast.history import Kept, Promise
from orchestrator.forecast.moments import Around

__all__ = ["Counts"]


class Counts:
    """How the promises of a project went, counted once for all that asks about the same."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._issues = {one.id for promises in kept.own.values() for one in promises}
        self._others: dict[tuple[str, int], tuple[Sequence[Promise], float]] = {}
        self._crowds: dict[tuple[str, int, float], Crowd] = {}
        self._around: dict[str, Around] = {}

    def around(self, sla: str) -> Around:
        """Give what was open of an SLA's promises when."""
        if sla not in self._around:
            self._around[sla] = Around(self.kept.own.get(sla, ()))
        return self._around[sla]

    def of(self, sla: str, asked: Asked, item: int) -> Counted:
        """Foretell one of our own clocks; its own issue does not count."""
        item = item if item in self._issues else 0
        if (sla, item) not in self._others:
            promises = [one for one in self.kept.own.get(sla, ()) if one.id != item]
            self._others[sla, item] = promises, usual(promises)
        others, usually = self._others[sla, item]
        if (sla, item, asked.used) not in self._crowds:
            self._crowds[sla, item, asked.used] = crowd(others, asked.used)
        return count(asked, self._crowds[sla, item, asked.used], usually, len(others))
