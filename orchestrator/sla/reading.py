"""Reads an issue's past and runs the clocks of the rules over it. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from orchestrator.memory import Items
from orchestrator.people.past import Past
from orchestrator.sla.clocks import Clock, Cycle, Timer
from orchestrator.sla.due import DueDates
from orchestrator.sla.ended import Running, basis, told_with
from orchestrator.sla.teams import Teams
from orchestrator.sla.timeline import FIELDS, Instant, timeline
from rules.conditions import ITEMS, check, view_of
from rules.model import Item, SlaClock
from rules.ruleset import Ruleset
from rules.slas import DUE, SlaRule


def running(item: Item, memory: Items, rules: Ruleset, now: datetime) -> tuple[Running, ...]:
    """Give the clock and the cycles of every SLA that the rules promise about an issue, and what ended by earlier ones.

    Of a clock that Jira Service Management runs itself, only what Jira says counts: it is left out here.
    """
    ours, kept = promised(item, rules, now), memory.ended([item.id]).get(item.id, ())
    native = {clock.name.casefold() for clock in item.slas if not clock.ours}
    kept = [one for one in kept if one.sla.casefold() not in native]
    if not ours and not kept:
        return ()
    told = timeline(item, memory.changed([item.id], FIELDS).get(item.id, ()), Teams.of(rules))
    clocks = [(name, Clock(rule, rules.calendars)) for name, rule in ours.items()]
    runs = [(name, clock, clock.cycles(told, now)) for name, clock in clocks]
    return told_with(runs, kept, {name: basis(rule, rules) for name, rule in ours.items()})


def clocked(items: Sequence[Item], past: Past, rules: Ruleset, now: datetime) -> tuple[Item, ...]:
    """Give issues with those of our own clocks that run about them, beside those of Jira; only to be weighed, not kept.

    What is passed on like this is read as if Jira told of it, so that both kinds count alike.
    """
    if not rules.slas:
        return tuple(items)
    clocks = {name: Clock(rule, rules.calendars) for name, rule in rules.slas.items()}
    open_ = [one for one in items if one.is_open]
    changes, teams = past.changed([one.id for one in open_], FIELDS), Teams.of(rules)
    names = {one.id: promised(one, rules, now) for one in open_}
    told = {one.id: timeline(one, changes.get(one.id, ()), teams) for one in open_ if names[one.id]}
    return tuple(_clocked(one, clocks, names[one.id], told[one.id], now) if one.id in told else one for one in items)


def _clocked(
    item: Item, clocks: Mapping[str, Clock], names: Iterable[str], told: Sequence[Instant], now: datetime
) -> Item:
    last = {name: cycles[-1] for name in names if (cycles := clocks[name].cycles(told, now))}
    ours = tuple(
        SlaClock(
            name=name,
            breaches_at=one.breaches_at if one.paused_by is None or one.breached else None,
            paused=one.paused_by is not None,
            breached=one.breached,
            ours=True,
        )
        for name, one in last.items()
        if one.stopped is None
    )
    return msgspec.structs.replace(item, slas=(*item.slas, *ours)) if ours else item


def due_cycles(item: Item, past: Past, rules: Ruleset, now: datetime) -> tuple[Cycle, ...]:
    """Give the cycles of the clock of an issue's due dates."""
    told = timeline(item, past.changed([item.id], FIELDS).get(item.id, ()), Teams.of(rules))
    return timers(rules)[DUE].cycles(told, now)


def timers(rules: Ruleset) -> Mapping[str, Timer]:
    """Give the clocks of the rules and that of due dates, by their names."""
    clocks: dict[str, Timer] = {name: Clock(rule, rules.calendars) for name, rule in rules.slas.items()}
    return clocks | {DUE: DueDates(ZoneInfo(rules.limits.time_zone))}


def named(item: Item, rules: Ruleset, at: datetime) -> tuple[str, ...]:
    """Give which of our clocks count for an issue."""
    return (*promised(item, rules, at), DUE)


def promised(item: Item, rules: Ruleset, now: datetime) -> Mapping[str, SlaRule]:
    """Give the rules that promise something about an issue and have no clock of their name in Jira itself."""
    seen = ITEMS.seen(view_of(item, now))
    native = {clock.name.casefold() for clock in item.slas if not clock.ours}
    return {
        name: rule
        for name, rule in rules.slas.items()
        if name.casefold() not in native and check(ITEMS, rule.when, seen).holds
    }
