"""Counts how a project's promises went, once for all that asks about the same. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

from orchestrator.forecast.dayone import Asked, Counted, Crowd, Words, count, crowd, usual
from orchestrator.forecast.history import Kept, Promise
from orchestrator.forecast.moments import Around
from orchestrator.forecast.survival import Runs, broke, in_order
from orchestrator.sla.due import AHEAD
from orchestrator.sla.lengths import span_of_time
from rules.model import Item
from rules.slas import DUE

__all__ = ["Counts", "asked"]


class Counts:
    """How the promises of a project went, counted once for all that asks about the same."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        known = (one for promises in kept.own.values() for one in promises)
        self._ended = {one.id for one in known if not one.run.is_open or one.run.share > 1}
        self._others: dict[tuple[str, int], _Others] = {}
        self._crowds: dict[tuple[str, int, float], Crowd] = {}
        self._around: dict[str, Around] = {}

    def around(self, sla: str) -> Around:
        """Give what was open of an SLA's promises when."""
        if sla not in self._around:
            self._around[sla] = Around(self.kept.own.get(sla, ()))
        return self._around[sla]

    def of(self, sla: str, asked: Asked, item: int) -> Counted:
        """Foretell one of our own clocks, its used time in full hundredths; its own issue's past is left out.

        A cycle of it that is open yet was seen to no further than what is used, and so tells nothing anyway.
        """
        item = item if item in self._ended else 0
        asked = replace(asked, used=floor(100 * asked.used) / 100)
        if (sla, item) not in self._others:
            self._others[sla, item] = _others(self.kept.own.get(sla, ()), item)
        others, place = self._others[sla, item], (sla, item, asked.used)
        if place not in self._crowds:
            self._crowds[place] = crowd(others.promises, others.runs, asked.used)
        return count(asked, self._crowds[place], others.usual, others.known)


def asked(promise: Promise, used: float, item: Item) -> Asked:
    """Ask about a promise of which this share is used, the issue being as `item` is."""
    cycle = promise.cycle
    words = Words(goal=f" of {span_of_time(cycle.within)}")
    if promise.sla == DUE:
        goal = f" set {AHEAD[cycle.goal]} ahead"
        words = Words(one="such due date", came="came late", goal=goal, any_goal=False)
    return Asked(goal=cycle.goal, used=used, type=item.type, assignee=item.assignee, words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Others:
    """The promises of other issues, in the order of their runs; how many break, and of how many the end is known."""

    promises: Sequence[Promise]
    runs: Runs
    usual: float
    known: int


def _others(promises: Sequence[Promise], item: int) -> _Others:
    others = sorted((one for one in promises if one.id != item), key=lambda one: in_order(one.run))
    runs = Runs.of(one.run for one in others)
    return _Others(promises=others, runs=runs, usual=usual(runs), known=broke(runs, 0.0).of)
