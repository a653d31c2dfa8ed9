"""Reads an issue's past and runs the clocks of the rules over it. Reads only."""

from collections.abc import Mapping
from datetime import datetime

from orchestrator.people.past import Past
from orchestrator.sla.clocks import Clock
from orchestrator.sla.telling import Running
from orchestrator.sla.timeline import FIELDS, timeline
from rules.conditions import ITEMS, check, view_of
from rules.model import Item
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


def promised(item: Item, rules: Ruleset, now: datetime) -> Mapping[str, SlaRule]:
    """Give the rules that promise something about an issue and have no clock of their name in Jira itself."""
    seen = ITEMS.seen(view_of(item, now))
    native = {clock.name.casefold() for clock in item.slas}
    return {
        name: rule
        for name, rule in rules.slas.items()
        if name.casefold() not in native and check(ITEMS, rule.when, seen).holds
    }
