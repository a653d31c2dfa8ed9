"""Which items wait for somebody: what nobody has, what somebody has who cannot do it, what nobody can take. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.assigning.asked import Asked
from orchestrator.impact import breaks_at
from orchestrator.people.availability import Availability, State
from orchestrator.people.learnt import Lore
from orchestrator.people.matching import Match
from orchestrator.people.suiting import Suited, Team
from rules.assigning import AssignRule
from rules.conditions import ITEMS, check, view_of
from rules.model import Item, Line, Person
from rules.ruleset import Ruleset

__all__ = ["Waiting", "is_lacking", "waits"]

_SOON = timedelta(hours=4)
_LEFT = Line(text="they have left")
_TOO_MUCH = Line(text="has more open than they take")


def waits(item: Item, workflow: str, rules: Ruleset, now: datetime) -> bool:
    """Tell whether a workflow is about giving this item to somebody."""
    rule = rules.workflows[workflow]
    if rule.assign is None or item.project not in rule.assign.projects or item.deleted:
        return False
    return check(ITEMS, rule.when, ITEMS.seen(view_of(item, now))).holds


def is_lacking(match: Match, workflow: str, found: Suited, now: datetime, rules: Ruleset) -> bool:
    """Tell whether people have to know that nobody can take an item.

    They need not where somebody is back soon, and before its SLA breaks, unless it is urgent.
    """
    rule, item = rules.workflows[workflow].assign, found.items[match.item]
    if rule is None or match.person is not None or match.choices:
        return False
    out = [found.there[id_] for id_, why in match.barred if why == found.there[id_].reason]
    back = min((one.until for one in out if one.until is not None), default=None)
    breaks = breaks_at(item)
    if back is None or back - now > timedelta(hours=rule.back_within_hours):
        return True
    return item.priority in rules.noise.urgent_priorities or (breaks is not None and now < breaks <= back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits, by its id. `held`: who has some of it and cannot do it, and why."""

    items: Mapping[int, Item]
    held: Mapping[int, tuple[Person, Line]]

    @classmethod
    def of(
        cls,
        items: Sequence[Item],
        asked: Mapping[int, Asked],
        team: Team,
        lore: Lore,
        rule: AssignRule,
        now: datetime,
    ) -> "Waiting":
        """Sort out what waits of these open items.

        A question that is open stands for as long as the one it is about is there or will be soon, before its SLA
        breaks, and has room for it.
        """
        held = {one.id: given for one, given in _handed_over(items, team, lore, rule, now)}
        wanted = [one for one in items if one.assignee is None or one.id in held]
        left = [one for one in wanted if not _stands(one, asked.get(one.id), team, now)]
        return cls(items={one.id: one for one in left}, held=held)


def _stands(item: Item, asked: Asked | None, team: Team, now: datetime) -> bool:
    """Tell whether nobody else is sought for an item."""
    if asked is None or asked.settled:
        return asked is not None
    if not asked.is_open or asked.person not in team.people:
        return False
    there, load, breaks = team.there[asked.person], team.loads[asked.person], breaks_at(item)
    back = now if there.is_here else there.until or now
    late = back - now > _SOON or (breaks is not None and back > breaks > now)
    full = load.limit is not None and load.minutes > load.limit
    return not (late or full)


def _is_away(there: Availability, now: datetime, lasting: timedelta) -> bool:
    return there.state is State.AWAY and there.until is not None and there.until - now >= lasting


def _handed_over(
    items: Sequence[Item], team: Team, lore: Lore, rule: AssignRule, now: datetime
) -> Iterable[tuple[Item, tuple[Person, Line]]]:
    holders: dict[str | None, str] = {one.jira: id_ for id_, one in team.people.items() if one.jira is not None}
    beyond = _beyond(team, lore, holders) if rule.relieves else frozenset()
    least = timedelta(hours=rule.hands_over_after_hours) if rule.hands_over_after_hours is not None else None
    for item in items:
        holder = holders.get(item.assignee)
        if least is not None and item.assignee in team.left:
            yield item, (team.left[item.assignee], _LEFT)
        elif holder is not None and least is not None and _is_away(team.there[holder], now, least):
            yield item, (team.people[holder], team.there[holder].reason)
        elif holder is not None and item.id in beyond:
            yield item, (team.people[holder], _TOO_MUCH)


def _beyond(team: Team, lore: Lore, holders: Mapping[str | None, str]) -> frozenset[int]:
    """Give what is not begun and is beyond what its holder takes, the latest first."""
    over = {
        id_: load.minutes - load.limit
        for id_, load in team.loads.items()
        if load.limit is not None and load.minutes > load.limit
    }
    found = []
    for item in sorted(team.held, key=lambda one: -one.id):
        holder = holders.get(item.assignee)
        if holder is not None and over.get(holder, 0) > 0 and item.status.category == "new":
            over[holder] -= lore.minutes(item)
            found.append(item.id)
    return frozenset(found)
