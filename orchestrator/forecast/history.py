"""How the promises of a project went, as far as it was known at a moment. Pure.

What happened after the moment is not seen: an issue is taken as it was then, a clock that was stopped later as open.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.forecast.survival import Run
from orchestrator.people.past import Past
from orchestrator.sla.clocks import Cycle, Timer
from orchestrator.sla.reading import named, timers
from orchestrator.sla.teams import Teams
from orchestrator.sla.timeline import FIELDS, Instant, timeline
from rules.model import FieldChange, Item
from rules.ruleset import Ruleset
from rules.slas import DUE

__all__ = ["MOST", "Kept", "Native", "Promise", "Step", "history", "kept", "promises"]

#: So many of a project's latest issues are looked at: how it goes at present counts, and weeks of a busy desk fit in.
MOST = 4_000
#: A clock that broke and runs on.
_OVER = Run(share=1.001, is_open=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How an issue was from a moment on, by which a share of the promised time was used."""

    share: float
    at: datetime
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A cycle of one of our clocks; `run`: how it went, in shares of its time. `steps`: the issue on its way.

    `before`: how many cycles of that clock the issue had before. `given_up`: the share at which another due date took
    the place of the one that was promised.
    """

    sla: str
    clock: Timer
    cycle: Cycle
    run: Run
    steps: tuple[Step, ...]
    before: int = 0
    given_up: float | None = None

    @property
    def id(self) -> int:
        """The issue that it is about."""
        return self.steps[0].item.id

    def at(self, share: float) -> Item:
        """Give the issue as it was when this share of the time was used."""
        return next((one.item for one in reversed(self.steps) if one.share <= share), self.steps[0].item)

    def stands(self, share: float) -> bool:
        """Tell whether it was still what is promised when this share of the time was used."""
        return self.given_up is None or share < self.given_up

    def moment(self, share: float) -> datetime | None:
        """Give when this share of the time was used; None where it never was."""
        return self.clock.reached(self.cycle, share * self.cycle.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """A clock of a service desk of which it is known whether it broke; `run`: how it went, where Jira told that."""

    sla: str
    item: Item
    broke: bool
    run: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How promises went that are known `at` a moment: our own by their SLA, and those of a service desk, casefolded."""

    at: datetime
    own: Mapping[str, Sequence[Promise]]
    native: Mapping[str, Sequence[Native]]


def history(past: Past, project: str, rules: Ruleset, at: datetime) -> Kept:
    """Read how a project's promises went; what has a security level is left out, so that no count tells of it."""
    items = [one.item for one in past.past(project, MOST) if one.item.security_level is None and not one.item.deleted]
    return kept(items, past.changed([one.id for one in items], FIELDS), rules, at)


def kept(items: Iterable[Item], changes: Mapping[int, Iterable[FieldChange]], rules: Ruleset, at: datetime) -> Kept:
    """Give how the promises about these issues had gone by a moment, from their whole changelogs."""
    clocks = timers(rules)
    teams, own = Teams.of(rules), dict[str, list[Promise]]()
    native: dict[str, list[Native]] = {}
    for item in (one for one in items if one.created <= at):
        told = [one for one in timeline(item, changes.get(item.id, ()), teams) if one.at <= at]
        for name in named(told[-1].item, rules, at):
            own.setdefault(name, []).extend(promises(name, clocks[name], told, at))
        for one in _natives(item, at):
            native.setdefault(one.sla, []).append(one)
    return Kept(at=at, own=own, native=native)


def promises(sla: str, clock: Timer, told: Sequence[Instant], at: datetime) -> Iterator[Promise]:
    """Give the cycles of a clock up to a moment, each with how the issue was on its way; the last may be open."""
    for place, cycle in enumerate(clock.cycles(told, at)):
        steps = tuple(
            Step(share=clock.counted(cycle, one.at) / cycle.within, at=one.at, item=one.item)
            for one in told
            if cycle.started <= one.at and (cycle.stopped is None or one.at < cycle.stopped)
        )
        run = Run(share=cycle.elapsed / cycle.within, is_open=cycle.stopped is None)
        left = _given_up(steps) if sla == DUE else None
        yield Promise(sla=sla, clock=clock, cycle=cycle, run=run, steps=steps, before=place, given_up=left)


def _given_up(steps: Sequence[Step]) -> float | None:
    return next((one.share for one in steps if one.item.due != steps[0].item.due), None)


def _natives(item: Item, at: datetime) -> Iterator[Native]:
    for clock in item.slas:
        over = clock.breaches_at is None and not clock.paused and item.updated <= at
        broken = clock.breaches_at is not None and clock.breaches_at <= at
        if over or broken:
            broke = clock.breached or broken
            run = Run(share=clock.took / 1000) if clock.took is not None else _OVER if broken else None
            yield Native(sla=clock.name.casefold(), item=item, broke=broke, run=run)
