"""What came of the promises of a team's projects between two moments, and which of it was warned of. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from orchestrator.forecast.history import Kept, Native, Promise
from orchestrator.watching.alerts import Alert
from rules.canonical import Value

__all__ = ["Result", "results", "were_warned_of"]


class Result(Value, frozen=True, kw_only=True):
    """A promise about an item that was met, or broke, at a moment."""

    item: int
    sla: str
    at: datetime
    broke: bool


def results(kept: Kept, since: datetime, until: datetime) -> tuple[Result, ...]:
    """Give what was met or broke from the one moment on and before the other.

    Of our own clocks each breach counts when it happened. A service desk does not tell when its clocks ended: these
    count when their issue was resolved.
    """
    own = (found for promises in kept.own.values() for one in promises for found in _own(one))
    native = (found for those in kept.native.values() for one in those for found in _native(one))
    return tuple(sorted((one for one in (*own, *native) if since <= one.at < until), key=_order))


def were_warned_of(broken: Iterable[Result], told: Iterable[Alert]) -> int:
    """Count the broken promises of which a team was told before that they are likely to break."""
    warned: dict[tuple[int, str], list[datetime]] = {}
    for one in told:
        if one.told_at is not None and one.came in (None, "broken"):
            warned.setdefault((one.item, one.sla.casefold()), []).append(one.told_at)
    return sum(any(at <= one.at for at in warned.get((one.item, one.sla.casefold()), ())) for one in broken)


def _own(one: Promise) -> Iterator[Result]:
    cycle = one.cycle
    ended = cycle.breaches_at if cycle.breached else cycle.stopped
    if ended is not None and one.stands(min(one.run.share, 1.0)):
        yield Result(item=one.id, sla=one.sla, at=ended, broke=cycle.breached)


def _native(one: Native) -> Iterator[Result]:
    if one.item.resolved_at is not None:
        yield Result(item=one.item.id, sla=one.sla, at=one.item.resolved_at, broke=one.broke)


def _order(one: Result) -> tuple[datetime, int, str]:
    return one.at, one.item, one.sla
