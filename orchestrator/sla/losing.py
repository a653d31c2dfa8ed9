"""Tells who had an issue for how much of a cycle's time, so that it is visible who lost it. Pure.

It counts the hours of the goal's calendar alone; by whom a pause was caused is said by the state that paused.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from orchestrator.sla.clocks import Cycle
from orchestrator.sla.lengths import span_of_time
from rules.model import Line, Part, Tainted

__all__ = ["losses"]

_MINUTE = timedelta(minutes=1)
_NOBODY, _OTHERS = "nobody", "people of no team"


def losses(cycle: Cycle) -> Iterator[Line]:
    """Tell how long each team had it while the clock counted, and what it waited for; nothing where no team had it."""
    if not any(one.teams for one in cycle.pieces):
        return
    counting = _sums((_whose(one.teams), one.worked) for one in cycle.pieces if one.paused_by is None)
    waiting = _sums((one.paused_by, one.worked) for one in cycle.pieces if one.paused_by is not None)
    for text, sums in (("Who had it: {}.", counting), ("What it waited for: {}.", waiting)):
        parts: tuple[Part, ...] = tuple(Tainted(text=who) for who, _ in sums)
        told = ", ".join(f"{{{place}}} {span_of_time(time)}" for place, (_, time) in enumerate(sums))
        if told:
            yield Line(text=text.format(told), parts=parts)


def _whose(teams: frozenset[str] | None) -> str:
    return _NOBODY if teams is None else " and ".join(sorted(teams)) or _OTHERS


def _sums(times: Iterable[tuple[str, timedelta]]) -> list[tuple[str, timedelta]]:
    """Sum the times up by their names, the longest first; what took less than a minute is left out."""
    found: dict[str, timedelta] = {}
    for who, time in times:
        found[who] = found.get(who, timedelta()) + time
    return sorted(((who, time) for who, time in found.items() if time >= _MINUTE), key=lambda one: (-one[1], one[0]))
