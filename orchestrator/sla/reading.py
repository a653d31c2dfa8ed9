"""Reads an issue's past and runs the clocks of the rules over it. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from orchestrator.people.past import Past
from orchestrator.sla.clocks import Clock
from orchestrator.sla.telling import Running
from orchestrator.sla.timeline import FIELDS, timeline
from rules.conditions import ITEMS, check, view_of
from rules.model import FieldChange, Item, SlaClock
from rules.ruleset import Ruleset
from rules.slas import SlaRule


def running(item: Item, past: Past, rules: Ruleset, now: datetime) -> tuple[Running, ...]:
    """Give the name, the clock and the cycles of every SLA that the rules promise about an issue.

    Of a clock that Jira Service Management runs itself, only what Jira says counts: it is left out here.
    """
    ours = promised(item, rules, now)
    if not ours:
        return ()
    told = timeline(item, past.changed([item.id], FIELDS).get(item.id, ()))
    clocks = [(name, Clock(rule, rules.calendars)) for name, rule in ours.items()]
    return tuple((name, clock, clock.cycles(told, now)) for name, clock in clocks)


def clocked(items: Sequence[Item], past: Past, rules: Ruleset, now: datetime) -> tuple[Item, ...]:
    """Give issues with those of our own clocks that run about them, beside those of Jira; only to be weighed, not kept.

    What is passed on like this is read as if Jira told of it, so that both kinds count alike.
    """
    if not rules.slas:
        return tuple(items)
    clocks = {name: Clock(rule, rules.calendars) for name, rule in rules.slas.items()}
    changes = past.changed([one.id for one in items if one.is_open], FIELDS)
    return tuple(_clocked(one, clocks, changes.get(one.id, ()), rules, now) if one.is_open else one for one in items)


def _clocked(
    item: Item, clocks: Mapping[str, Clock], changes: Iterable[FieldChange], rules: Ruleset, now: datetime
) -> Item:
    names = promised(item, rules, now)
    told = timeline(item, changes) if names else ()
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


def promised(item: Item, rules: Ruleset, now: datetime) -> Mapping[str, SlaRule]:
    """Give the rules that promise something about an issue and have no clock of their name in Jira itself."""
    seen = ITEMS.seen(view_of(item, now))
    native = {clock.name.casefold() for clock in item.slas if not clock.ours}
    return {
        name: rule
        for name, rule in rules.slas.items()
        if name.casefold() not in native and check(ITEMS, rule.when, seen).holds
    }
