"""Finds what is to be kept of the clocks of issues, for many at once: how they ended, and when the first one breaks.

Reads only; it writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from orchestrator.memory import Items
from orchestrator.sla.clocks import Clock
from orchestrator.sla.ended import Ended, basis, corrected
from orchestrator.sla.placed import Place, all_bases, breaks_first
from orchestrator.sla.reading import promised
from orchestrator.sla.teams import Teams
from orchestrator.sla.timeline import FIELDS, timeline
from rules.model import Item
from rules.ruleset import Ruleset

__all__ = ["Noted", "noted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is to be kept of completed cycles that is not, what is kept by mistake, and the places of what is open."""

    ended: tuple[Ended, ...] = ()
    unended: tuple[Ended, ...] = ()
    places: tuple[Place, ...] = ()


def noted(items: Sequence[Item], memory: Items, rules: Ruleset, now: datetime, *, anew: bool = False) -> Noted:
    """Run the clocks of these issues; each that is open has a place, also where nothing is promised about it.

    `anew`: what was kept by earlier rules is a mistake too, and gives way to what the rules tell now.
    """
    there, by = [one for one in items if not one.deleted], all_bases(rules)
    names = {one.id: promised(one, rules, now) for one in there} if rules.slas else {}
    ids = [id_ for id_, of in names.items() if of]
    changes, kept, teams = (memory.changed(ids, FIELDS), memory.ended(ids), Teams.of(rules)) if ids else ({}, {}, None)
    clocks = {name: Clock(rule, rules.calendars) for name, rule in rules.slas.items()}
    bases = {name: basis(rule, rules) for name, rule in rules.slas.items()}
    ended, unended, places = list[Ended](), list[Ended](), list[Place]()
    for item in there:
        told = timeline(item, changes.get(item.id, ()), teams) if teams is not None and names[item.id] else ()
        runs = [(name, clocks[name], clocks[name].cycles(told, now)) for name in names.get(item.id, ())]
        known = _as_of_now(kept.get(item.id, ()), bases) if anew else kept.get(item.id, ())
        more, less = corrected(item.id, runs, known, bases, now)
        ended.extend(more)
        unended.extend(less)
        if item.is_open:
            last = (cycles[-1] for _, _, cycles in runs if cycles)
            places.append(Place(item=item.id, at=breaks_first(last), by=by))
    return Noted(ended=tuple(ended), unended=tuple(unended), places=tuple(places))


def _as_of_now(kept: Sequence[Ended], bases: Mapping[str, str]) -> list[Ended]:
    return [msgspec.structs.replace(one, basis=bases[one.sla]) for one in kept if one.sla in bases]
