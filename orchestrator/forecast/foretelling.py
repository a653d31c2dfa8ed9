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

from orchestrator.forecast.counting import Counts, asked
from orchestrator.forecast.dayone import Counted, count_native
from orchestrator.forecast.foretold import CERTAIN, DAY_ONE, Forecast, day_one
from orchestrator.forecast.history import Kept, Promise, history, promises
from orchestrator.forecast.learnt import InUse, with_pattern
from orchestrator.people.past import Past
from orchestrator.sla.clocks import Cycle, Timer
from orchestrator.sla.reading import named, timers
from orchestrator.sla.teams import Teams
from orchestrator.sla.timeline import FIELDS, Instant, imagined, timeline
from rules.model import FieldChange, Item, Line, SlaClock
from rules.ruleset import Ruleset
from rules.slas import DUE

__all__ = ["EVERY", "Foretelling", "Histories", "Patterns", "ReadHistories"]

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


class Patterns(Protocol):
    """What was learnt of how promises go."""

    def in_use(self, base: str) -> InUse | None:
        """Give the version in use that started from these counts; None where they alone are."""
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
    models: Patterns

    def forecasts(self, items: Sequence[Item], rules: Ruleset, now: datetime) -> dict[int, tuple[Forecast, ...]]:
        """Give what is foretold of the running clocks of these issues, by their ids; none where no clock runs."""
        asking, changes = self._asking(rules, now), self._changes(items, rules)
        return {one.id: asking.foretold(one, asking.past(one, changes)) for one in items}

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
        pasts = {one.id: asking.past(one, changes) for one in items}
        return {
            id_: [asking.foretold(one, imagined(past, one, now, asking.teams)) for one in changed.get(id_, ())]
            for id_, past in pasts.items()
        }

    def if_taken(
        self, items: Sequence[Item], accounts: Collection[str], rules: Ruleset, now: datetime
    ) -> dict[int, dict[str, tuple[Forecast, ...]]]:
        """Give what would be foretold of each item if each of these accounts had it now; hundreds by hundreds."""
        asking, changes = self._asking(rules, now), self._changes(items, rules)
        return {one.id: dict(asking.taken(one, asking.past(one, changes), accounts)) for one in items}

    def went(self, project: str, rules: Ruleset, now: datetime) -> Kept:
        """Give how a project's promises had gone by the last full ten minutes."""
        return self.histories.of(project, rules, now - (now - _EPOCH) % EVERY)

    def _asking(self, rules: Ruleset, now: datetime) -> "_Asking":
        known = cache(lambda project: Counts(self.went(project, rules, now)))
        taught = cache(self.models.in_use)
        return _Asking(rules=rules, now=now, clocks=timers(rules), teams=Teams.of(rules), known=known, taught=taught)

    def _changes(self, items: Sequence[Item], rules: Ruleset) -> Mapping[int, Sequence[FieldChange]]:
        wanted = [one.id for one in items if rules.slas or one.due is not None]
        return self.past.changed(wanted, FIELDS) if wanted else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """What is the same for all issues that are asked about at a moment.

    `known`: how a project's promises went. `taught`: the versions in use, by the counts
    that they started from.
    """

    rules: Ruleset
    now: datetime
    clocks: Mapping[str, Timer]
    teams: Teams
    known: Callable[[str], Counts]
    taught: Callable[[str], InUse | None]

    def past(self, item: Item, changes: Mapping[int, Sequence[FieldChange]]) -> Sequence[Instant]:
        """Give what an issue went through."""
        return timeline(item, changes.get(item.id, ()), self.teams)

    def foretold(self, item: Item, told: Sequence[Instant]) -> tuple[Forecast, ...]:
        """Give what is foretold of an issue's running clocks."""
        return (*self._jiras(item), *self._ours(item, self._running(item, told)))

    def taken(
        self, item: Item, told: Sequence[Instant], accounts: Collection[str]
    ) -> Iterator[tuple[str, tuple[Forecast, ...]]]:
        """Give what is foretold if each of these accounts has the issue; of who has it clocks ask the teams alone."""
        jiras, still = self._jiras(item), self._running(item, told)
        anew: dict[frozenset[str], Mapping[str, Promise]] = {}
        for account in accounts:
            held, teams = msgspec.structs.replace(item, assignee=account), self.teams.of_account(account)
            if account != item.assignee and teams not in anew:
                anew[teams] = self._running(held, imagined(told, held, self.now, self.teams))
            yield account, (*jiras, *self._ours(held, still if account == item.assignee else anew[teams]))

    def _running(self, item: Item, told: Sequence[Instant]) -> dict[str, Promise]:
        """Give the promises that run, and those that stop at this very moment."""
        names = (name for name in named(item, self.rules, self.now) if name != DUE or item.due is not None)
        runs = {name: tuple(promises(name, self.clocks[name], told, self.now)) for name in names}
        last = {name: each[-1] for name, each in runs.items() if each}
        return {
            name: one for name, one in last.items() if one.cycle.stopped in (None, self.now) and one.given_up is None
        }

    def _ours(self, item: Item, running: Mapping[str, Promise]) -> Iterator[Forecast]:
        return (self._own(item, promise) for promise in running.values())

    def _own(self, item: Item, promise: Promise) -> Forecast:
        cycle, used, known = promise.cycle, promise.run.share, self.known(item.project)
        told, base = known.of(promise.sla, asked(promise, used, item), item.id), day_one(promise.sla)
        due = item.due if promise.sla == DUE else None
        if cycle.stopped is not None and not cycle.breached:
            return _forecast(
                item,
                promise.sla,
                told,
                chance=0,
                version=base,
                due=due,
                reasons=(Line(text="That stops its clock in time."),),
            )
        chance, why, version = told.chance, told.reasons, base
        if used <= 1 and (taught := self.taught(base)) is not None:
            chance, more = with_pattern(chance, taught, promise, known, self.now)
            why, version = (*why, *more), taught.version
        return _forecast(
            item,
            promise.sla,
            told,
            chance=_chance(chance, used),
            version=version,
            used=_per_mille(used),
            half=_left(told.half, cycle),
            most=_left(told.most, cycle),
            breaches_at=cycle.breaches_at,
            due=due,
            reasons=why,
        )

    def _jiras(self, item: Item) -> tuple[Forecast, ...]:
        clocks = [one for one in item.slas if item.is_open and not one.ours]
        running = [one for one in clocks if one.breaches_at is not None or one.paused]
        return tuple(_native(item, one, self.known(item.project), self.now) for one in running)


def _native(item: Item, clock: SlaClock, known: Counts, now: datetime) -> Forecast:
    whole = clock.breaches_at - item.created if clock.breaches_at else timedelta()
    used = _OVER if clock.breached else (now - item.created) / whole if whole > timedelta() else 0.0
    told = count_native(item, used, known.kept.native.get(clock.name.casefold(), ()))
    return _forecast(
        item,
        clock.name,
        told,
        chance=_chance(told.chance, used),
        version=DAY_ONE,
        used=_per_mille(used) if whole > timedelta() else None,
        breaches_at=clock.breaches_at,
        reasons=told.reasons,
    )


def _forecast(item: Item, sla: str, told: Counted, **more: Any) -> Forecast:
    usual = _per_mille(told.usual)
    return Forecast(item=item.id, sla=sla, usual=usual, outcomes=told.outcomes, **more)


def _chance(chance: float, used: float) -> int:
    """Give the chance in per mille; nothing is certain before its time is used up."""
    return CERTAIN if used > 1 else min(max(_per_mille(chance), 1), CERTAIN - 1)


def _per_mille(share: float) -> int:
    return round(CERTAIN * share)


def _left(share: float | None, cycle: Cycle) -> int | None:
    return None if share is None else -(-(share * cycle.within - cycle.elapsed) // _MINUTE)
