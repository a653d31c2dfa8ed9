"""What was promised and how it ended, kept of each cycle that was seen completed: later rules do not rewrite it.

Pure. What is kept by the rules that still hold is no more than a copy of what the changelog tells; it is put right when
the changelog is. What is kept by earlier ones stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from holidays.version import __version__ as holidays_version

from orchestrator.sla.clocks import Clock, Cycle
from orchestrator.sla.teams import Teams
from rules.canonical import Value, digest
from rules.ruleset import Ruleset
from rules.slas import SlaRule, team_in

__all__ = ["Ended", "Run", "Running", "basis", "completed", "corrected", "told_with"]

#: The name of an SLA, its clock, and the cycles of an issue.
Run = tuple[str, Clock, Sequence[Cycle]]


class Ended(Value, frozen=True, kw_only=True):
    """A completed cycle as it was told when it was first seen, `at`.

    `within`, `elapsed`: seconds that were promised and used. `calendar`: in whose hours; blank for around the clock.
    `basis`: by what it was promised, as the function gives it.
    """

    item: int
    sla: str
    started: datetime
    stopped: datetime
    within: int
    elapsed: int
    breached: bool
    basis: str
    at: datetime
    calendar: str = ""

    @property
    def over(self) -> timedelta:
        """By how much it was broken; less than nothing where it was met."""
        return timedelta(seconds=self.elapsed - self.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What is told of an SLA about an issue: its clock and the cycles, None and none where it is promised no more.

    `otherwise`: what ended by earlier rules and would be told otherwise now, the oldest first; no completed one among
    the cycles is of that time.
    """

    sla: str
    clock: Clock | None
    cycles: tuple[Cycle, ...]
    otherwise: tuple[Ended, ...] = ()

    @property
    def last(self) -> Cycle | Ended | None:
        """The cycle that runs, else the one that began last; None where there never was one."""
        ended = self.otherwise[-1] if self.otherwise else None
        cycle = self.cycles[-1] if self.cycles else None
        if cycle is None or (ended is not None and cycle.stopped is not None and cycle.started < ended.started):
            return ended
        return cycle


def basis(rule: SlaRule, rules: Ruleset) -> str:
    """Give the digest of all by which an SLA's completed cycles are told: its rule, calendars, holidays and teams."""
    calendars = sorted({goal.calendar for goal in rule.goals if goal.calendar is not None})
    named = {team_in(word) for word in (*rule.starts, *rule.stops, *rule.pauses)} - {None}
    teams = Teams.of(rules)
    accounts = [(account, sorted(of & named)) for account, of in sorted(teams.by_account.items()) if of & named]
    fields = [(name, team) for name, team in sorted(teams.by_field.items()) if team in named]
    hours = [(name, rules.calendars[name]) for name in calendars]
    return digest([rule, hours, accounts, fields, holidays_version if hours else ""])


def corrected(
    item: int, runs: Iterable[Run], kept: Iterable[Ended], bases: Mapping[str, str], now: datetime
) -> tuple[tuple[Ended, ...], tuple[Ended, ...]]:
    """Give what is to be kept of an issue's completed cycles that is not, and what is kept by mistake.

    Args:
        item: its id.
        runs: of every SLA that is promised about it.
        kept: what is kept of it.
        bases: of each SLA, by what it is promised now.
        now: domain time.
    """
    known = list(kept)
    new, gone = list[Ended](), list[Ended]()
    for sla, clock, cycles in runs:
        ours = {one.started: one for one in known if one.sla == sla and one.basis == bases[sla]}
        standing = [one for one in known if one.sla == sla and one.basis != bases[sla]]
        told = {one.started: _ended(item, sla, clock, one, bases[sla], now) for one in completed(cycles, standing)}
        new += [one for one in told.values() if one.started not in ours or _told(one) != _told(ours[one.started])]
        gone += [one for one in ours.values() if one.started not in told]
    return tuple(new), tuple(gone)


def told_with(runs: Iterable[Run], kept: Sequence[Ended], bases: Mapping[str, str]) -> tuple[Running, ...]:
    """Give what is told of each SLA that is promised, and of those that were and ended, as of their time."""
    told = [_told_with(run, kept, bases[run[0]]) for run in runs]
    before = dict.fromkeys(one.sla for one in kept if one.sla not in {run.sla for run in told})
    old = {name: tuple(one for one in kept if one.sla == name) for name in before}
    return (*told, *(Running(sla=name, clock=None, cycles=(), otherwise=ended) for name, ended in old.items()))


def _told_with(run: Run, kept: Iterable[Ended], by: str) -> Running:
    sla, clock, cycles = run
    standing = [one for one in kept if one.sla == sla and one.basis != by]
    same = {
        _told(_ended(one.item, sla, clock, cycle, "", one.at)) for one in standing[:1] for cycle in completed(cycles)
    }
    otherwise = tuple(one for one in standing if _told(one) not in same)
    kept_on = (*completed(cycles, otherwise), *(one for one in cycles if one.stopped is None))
    return Running(sla=sla, clock=clock, cycles=kept_on, otherwise=otherwise)


def completed(cycles: Iterable[Cycle], instead: Sequence[Ended] = ()) -> list[Cycle]:
    """Give the completed ones among cycles, but for those in whose time another stands instead."""
    ended = [(one, one.stopped) for one in cycles if one.stopped is not None]
    return [
        one
        for one, stopped in ended
        if not any(one.started < other.stopped and other.started < stopped for other in instead)
    ]


def _ended(item: int, sla: str, clock: Clock, cycle: Cycle, by: str, at: datetime) -> Ended:
    return Ended(
        item=item,
        sla=sla,
        started=cycle.started,
        stopped=cycle.stopped or at,
        within=round(cycle.within.total_seconds()),
        elapsed=round(cycle.elapsed.total_seconds()),
        breached=cycle.breached,
        calendar=clock.rule.goals[cycle.goal].calendar or "",
        basis=by,
        at=at,
    )


def _told(one: Ended) -> Ended:
    """Leave out of a cycle when it was first seen, and by which rules."""
    return msgspec.structs.replace(one, basis="", at=one.stopped)
