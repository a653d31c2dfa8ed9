"""Foretells the running clocks of issues, as they are or as they would be if something about them changed. Reads only.

What is foretold at a moment was known then. The same moment gives the same in every process: how promises went is read
as of the last full ten minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from orchestrator.forecast.dayone import Asked, Counted, count, count_native
from orchestrator.forecast.foretold import CERTAIN, DAY_ONE, Forecast
from orchestrator.forecast.history import Kept, history
from orchestrator.people.past import Past
from orchestrator.sla.clocks import Clock, Cycle
from orchestrator.sla.reading import promised
from orchestrator.sla.timeline import FIELDS, Instant, imagined, timeline
from rules.model import FieldChange, Item, Line, SlaClock
from rules.ruleset import Ruleset

__all__ = ["EVERY", "Foretelling", "Histories", "ReadHistories"]

#: How promises went is read again as often.
EVERY = timedelta(minutes=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
#: More than all of the time, of a clock of which Jira says that it broke.
_OVER = 1.001


class Histories(Protocol):
    """How promises went."""

    def of(self, project: str, rules: Ruleset, at: datetime) -> Kept:
        """Give how those of a project had gone by a moment."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHistories:
    """Reads how promises went each time anew."""

    past: Past

    def of(self, project: str, rules: Ruleset, at: datetime) -> Kept:
        """Give how those of a project had gone by a moment."""
        return history(self.past, project, rules, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretelling:
    """The ports that foretelling needs."""

    past: Past
    histories: Histories

    def forecasts(self, items: Sequence[Item], rules: Ruleset, now: datetime) -> dict[int, tuple[Forecast, ...]]:
        """Give what is foretold of the running clocks of these issues, by their ids; none where no clock runs."""
        asking, changes = self._asking(rules, now), self._changes(items, rules)
        return {one.id: asking.foretold(one, timeline(one, changes.get(one.id, ()))) for one in items}

    def what_if(self, item: Item, changed: Item, rules: Ruleset, now: datetime) -> tuple[Forecast, ...]:
        """Give what would be foretold of `item` if it became as `changed` is now, a `replace` of it.

        A clock that this stops in time has a chance of 0; one that no goal fits any more is left out.
        """
        told = timeline(item, self._changes([item], rules).get(item.id, ()))
        return self._asking(rules, now).foretold(changed, imagined(told, changed, now))

    def _asking(self, rules: Ruleset, now: datetime) -> "_Asking":
        clocks = {name: Clock(rule, rules.calendars) for name, rule in rules.slas.items()}
        at = now - (now - _EPOCH) % EVERY
        known = cache(lambda project: self.histories.of(project, rules, at))
        return _Asking(rules=rules, now=now, clocks=clocks, known=known)

    def _changes(self, items: Sequence[Item], rules: Ruleset) -> Mapping[int, Sequence[FieldChange]]:
        return self.past.changed([one.id for one in items], FIELDS) if rules.slas else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """What is the same for all issues that are asked about at a moment. `known`: how a project's promises went."""

    rules: Ruleset
    now: datetime
    clocks: Mapping[str, Clock]
    known: Callable[[str], Kept]

    def foretold(self, item: Item, told: Sequence[Instant]) -> tuple[Forecast, ...]:
        """Give what is foretold of an issue's running clocks; one that stops at this very moment counts as running."""
        runs = {name: self.clocks[name].cycles(told, self.now) for name in promised(item, self.rules, self.now)}
        last = {name: cycles[-1] for name, cycles in runs.items() if cycles}
        running = {name: cycle for name, cycle in last.items() if cycle.stopped in (None, self.now)}
        native = [one for one in item.slas if item.is_open and (one.breaches_at is not None or one.paused)]
        return (
            *(_native(item, one, self.known(item.project), self.now) for one in native),
            *(_own(item, name, cycle, self.known(item.project)) for name, cycle in running.items()),
        )


def _own(item: Item, sla: str, cycle: Cycle, known: Kept) -> Forecast:
    used = cycle.elapsed / cycle.within
    told = count(Asked(sla=sla, goal=cycle.goal, within=cycle.within, used=used, item=item), known)
    if cycle.stopped is not None and not cycle.breached:
        return _forecast(item, sla, told, chance=0, reasons=(Line(text="That stops its clock in time."),))
    return _forecast(
        item,
        sla,
        told,
        chance=_chance(told, used),
        used=_per_mille(used),
        half=_left(told.half, cycle),
        most=_left(told.most, cycle),
        breaches_at=cycle.breaches_at,
        reasons=told.reasons,
    )


def _native(item: Item, clock: SlaClock, known: Kept, now: datetime) -> Forecast:
    whole = clock.breaches_at - item.created if clock.breaches_at else timedelta()
    used = _OVER if clock.breached else (now - item.created) / whole if whole > timedelta() else 0.0
    told = count_native(item, clock.name, used, known)
    return _forecast(
        item,
        clock.name,
        told,
        chance=_chance(told, used),
        used=_per_mille(used) if whole > timedelta() else None,
        breaches_at=clock.breaches_at,
        reasons=told.reasons,
    )


def _forecast(item: Item, sla: str, told: Counted, **more: Any) -> Forecast:
    usual = _per_mille(told.usual)
    return Forecast(item=item.id, sla=sla, usual=usual, version=DAY_ONE, outcomes=told.outcomes, **more)


def _chance(told: Counted, used: float) -> int:
    """Give the chance in per mille; nothing is certain before its time is used up."""
    return CERTAIN if used > 1 else min(max(_per_mille(told.chance), 1), CERTAIN - 1)


def _per_mille(share: float) -> int:
    return round(CERTAIN * share)


def _left(share: float | None, cycle: Cycle) -> int | None:
    return None if share is None else -(-(share * cycle.within - cycle.elapsed) // _MINUTE)
