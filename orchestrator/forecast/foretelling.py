"""Foretells the running clocks of issues, as they are or as they would be if something about them changed. Reads only.

What is foretold at a moment was known then. The same moment gives the same in every process: how promises went is read
as of the last full ten minutes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol

import msgspec

from orchestrator.forecast.dayone import Asked, Counted, Crowd, count, count_native, crowd, usual
from orchestrator.forecast.foretold import CERTAIN, DAY_ONE, Forecast
from orchestrator.forecast.history import Kept, Promise, history
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

    def what_if(
        self, changed: Mapping[int, Sequence[Item]], items: Sequence[Item], rules: Ruleset, now: datetime
    ) -> dict[int, list[tuple[Forecast, ...]]]:
        """Give what would be foretold of each of `items` if it became as each of those that are `changed` is, now.

        A clock that this stops in time has a chance of 0; one that no goal fits any more is left out.

        Args:
            changed: by their ids, what each item might become: a `replace` of it.
            items: as they are.
            rules: in force.
            now: domain time.
        """
        asking, changes = self._asking(rules, now), self._changes(items, rules)
        pasts = {one.id: timeline(one, changes.get(one.id, ())) for one in items}
        return {
            id_: [asking.foretold(one, imagined(past, one, now)) for one in changed.get(id_, ())]
            for id_, past in pasts.items()
        }

    def if_taken(
        self, items: Sequence[Item], accounts: Collection[str], rules: Ruleset, now: datetime
    ) -> dict[int, dict[str, tuple[Forecast, ...]]]:
        """Give what would be foretold of each item if each of these accounts had it now; hundreds by hundreds."""
        asking, changes = self._asking(rules, now), self._changes(items, rules)
        return {one.id: dict(asking.taken(one, timeline(one, changes.get(one.id, ())), accounts)) for one in items}

    def _asking(self, rules: Ruleset, now: datetime) -> "_Asking":
        clocks = {name: Clock(rule, rules.calendars) for name, rule in rules.slas.items()}
        at = now - (now - _EPOCH) % EVERY
        known = cache(lambda project: _Counts(self.histories.of(project, rules, at)))
        return _Asking(rules=rules, now=now, clocks=clocks, known=known)

    def _changes(self, items: Sequence[Item], rules: Ruleset) -> Mapping[int, Sequence[FieldChange]]:
        return self.past.changed([one.id for one in items], FIELDS) if rules.slas else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """What is the same for all issues that are asked about at a moment. `known`: how a project's promises went."""

    rules: Ruleset
    now: datetime
    clocks: Mapping[str, Clock]
    known: Callable[[str], "_Counts"]

    def foretold(self, item: Item, told: Sequence[Instant]) -> tuple[Forecast, ...]:
        """Give what is foretold of an issue's running clocks."""
        return (*self._jiras(item), *self._ours(item, self._running(item, told)))

    def taken(
        self, item: Item, told: Sequence[Instant], accounts: Collection[str]
    ) -> Iterator[tuple[str, tuple[Forecast, ...]]]:
        """Give what is foretold if each of these accounts has the issue; no clock asks who it is that has it."""
        jiras, still = self._jiras(item), self._running(item, told)
        others = [one for one in accounts if one != item.assignee]
        anew: Mapping[str, Cycle] = {}
        if others:
            given = msgspec.structs.replace(item, assignee=others[0])
            anew = self._running(given, imagined(told, given, self.now))
        for account in accounts:
            held = msgspec.structs.replace(item, assignee=account)
            yield account, (*jiras, *self._ours(held, still if account == item.assignee else anew))

    def _running(self, item: Item, told: Sequence[Instant]) -> dict[str, Cycle]:
        """Give the cycles that run, and those that stop at this very moment."""
        runs = {name: self.clocks[name].cycles(told, self.now) for name in promised(item, self.rules, self.now)}
        last = {name: cycles[-1] for name, cycles in runs.items() if cycles}
        return {name: cycle for name, cycle in last.items() if cycle.stopped in (None, self.now)}

    def _ours(self, item: Item, running: Mapping[str, Cycle]) -> Iterator[Forecast]:
        return (_own(item, name, cycle, self.known(item.project)) for name, cycle in running.items())

    def _jiras(self, item: Item) -> tuple[Forecast, ...]:
        clocks = [one for one in item.slas if item.is_open and not one.ours]
        running = [one for one in clocks if one.breaches_at is not None or one.paused]
        return tuple(_native(item, one, self.known(item.project), self.now) for one in running)


class _Counts:
    """How the promises of a project went, counted once for all that asks about the same."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._others: dict[tuple[str, int], tuple[Sequence[Promise], float]] = {}
        self._crowds: dict[tuple[str, int, float], Crowd] = {}

    def of(self, sla: str, asked: Asked, item: int) -> Counted:
        """Foretell one of our own clocks; its own issue does not count."""
        if (sla, item) not in self._others:
            promises = [one for one in self.kept.own.get(sla, ()) if one.id != item]
            self._others[sla, item] = promises, usual(promises)
        others, usually = self._others[sla, item]
        if (sla, item, asked.used) not in self._crowds:
            self._crowds[sla, item, asked.used] = crowd(others, asked.used)
        return count(asked, self._crowds[sla, item, asked.used], usually, len(others))


def _own(item: Item, sla: str, cycle: Cycle, known: _Counts) -> Forecast:
    used = cycle.elapsed / cycle.within
    asked = Asked(goal=cycle.goal, within=cycle.within, used=used, type=item.type, assignee=item.assignee)
    told = known.of(sla, asked, item.id)
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


def _native(item: Item, clock: SlaClock, known: _Counts, now: datetime) -> Forecast:
    whole = clock.breaches_at - item.created if clock.breaches_at else timedelta()
    used = _OVER if clock.breached else (now - item.created) / whole if whole > timedelta() else 0.0
    told = count_native(item, used, known.kept.native.get(clock.name.casefold(), ()))
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
