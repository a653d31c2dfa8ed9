"""Which issues nobody moves: nobody has them and nobody is there, or they lie for longer than is usual. Pure.

It finds; `looking` reads, and `telling` says it. Time alone counts, so that it finds what no SLA presses yet.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orchestrator.impact import breaks_at, weight
from orchestrator.watching.crew import Crew
from orchestrator.watching.idleness import Idleness
from rules.canonical import Value
from rules.conditions import ITEMS, check, view_of
from rules.model import Item
from rules.ruleset import Ruleset
from rules.watching import StrandingRule

__all__ = ["Stranded", "stranded"]

_LAST = timedelta.max


class Stranded(Value, frozen=True, kw_only=True):
    """An issue that nobody moves.

    `idle`: for how many minutes of work nothing has happened to it, `usual`: within how many something happens to
    others like it; None where it does not lie for too long. `alone_until`: when somebody of its team is there next;
    None where that is soon enough, or somebody has it. `nobody`: none of them is known to be there ever again.
    """

    item: Item
    idle: int
    usual: int | None = None
    alone_until: datetime | None = None
    nobody: bool = False


def stranded(
    items: Iterable[Item], crew: Crew, idleness: Idleness, rules: Ruleset, now: datetime
) -> tuple[Stranded, ...]:
    """Find what strands of a team's open issues: what breaks an SLA first, then the weightiest and oldest."""
    rule = rules.watch.stranding
    watched = (one for one in items if _is_watched(one, rule, now))
    found = [one for item in watched if (one := _stranded(item, crew, idleness, rule, now)) is not None]
    return tuple(sorted(found, key=lambda one: _place(one, now)))


def _is_watched(item: Item, rule: StrandingRule, now: datetime) -> bool:
    if item.project not in rule.projects or not item.is_open or item.deleted:
        return False
    return check(ITEMS, rule.when, ITEMS.seen(view_of(item, now))).holds


def _stranded(item: Item, crew: Crew, idleness: Idleness, rule: StrandingRule, now: datetime) -> Stranded | None:
    idle = crew.shifts.worked(max(item.created, item.updated), now)
    kind, least = (item.type, item.status.category), timedelta(hours=rule.idle_hours)
    usual = idleness.usual(kind, rule.idle_percent, item.id) if idle > least else None
    lies = usual is not None and idle > usual
    back = crew.first_back
    alone = item.assignee is None and crew.is_known and _is_alone(item, back, rule, now)
    if not lies and not alone:
        return None
    return Stranded(
        item=item,
        idle=idle // timedelta(minutes=1),
        usual=usual // timedelta(minutes=1) if lies and usual is not None else None,
        alone_until=back if alone else None,
        nobody=alone and back is None,
    )


def _is_alone(item: Item, back: datetime | None, rule: StrandingRule, now: datetime) -> bool:
    """Tell whether nobody of the team is there for too long, or for longer than the SLA leaves."""
    if back is None:
        return True
    breaks = breaks_at(item)
    return back - now > timedelta(hours=rule.for_hours) or (breaks is not None and now < breaks < back)


def _place(one: Stranded, now: datetime) -> tuple[timedelta, int, int, int]:
    breaks = breaks_at(one.item)
    return (breaks - now if breaks is not None else _LAST), -weight(one.item), -one.idle, one.item.id
