"""Which issue somebody who is full could give away to take another that matters more, and what both chances become.

Reads only. The one who has the issue now takes the lesser one of theirs; both are asked about, each by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from orchestrator.assigning.waiting import waits
from orchestrator.forecast.foretold import likeliest
from orchestrator.impact import weight
from orchestrator.people.learnt import Lore
from orchestrator.people.suiting import Suited, Suiting, Team
from rules.canonical import Value
from rules.model import Item, Person
from rules.ruleset import Ruleset

__all__ = ["Swap", "Swapping"]


class Swap(Value, frozen=True, kw_only=True):
    """`taker` takes the issue, and `holder`, who has it, takes `lesser` of theirs.

    `now`, `then`: the chance in per mille that a promise about the lesser one breaks, as it is and once it is swapped.
    """

    taker: Person
    holder: Person
    lesser: Item
    now: int
    then: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapping:
    """The ports that this needs."""

    suiting: Suiting

    def swaps(self, item: Item, found: Suited, team: Team, lore: Lore, rules: Ruleset) -> Iterator[Swap]:
        """Give the swaps with those who would be among the best for an issue, are there, and have too much to do."""
        holder = next((one for one in team.people.values() if one.jira == item.assignee), None)
        if holder is None or item.assignee is None or not team.there[holder.id].is_here:
            return
        for id_, _ in found.plan.matches[0].barred:
            room = team.loads[id_].room
            missing = lore.minutes(item) - room if room is not None else 0
            if team.there[id_].is_here and missing > 0 and id_ in rules.people:
                yield from self._swap(item, team.people[id_], holder, missing, team, lore, rules)

    def _swap(
        self, item: Item, taker: Person, holder: Person, missing: int, team: Team, lore: Lore, rules: Ruleset
    ) -> Iterator[Swap]:
        now = self.suiting.clock.now()
        theirs = [one for one in team.held if one.assignee == taker.jira and one.security_level is None]
        fit = [one for one in theirs if weight(one) <= weight(item) and lore.minutes(one) >= missing]
        given_out = [one for one in fit if any(waits(one, name, rules, now) for name in rules.workflows)]
        lesser = min(given_out, key=lambda one: (weight(one), lore.minutes(one), one.id), default=None)
        if lesser is None:
            return
        changed = msgspec.structs.replace(lesser, assignee=holder.jira)
        before = self.suiting.foretelling.forecasts([lesser], rules, now)[lesser.id]
        (after,) = self.suiting.foretelling.what_if({lesser.id: [changed]}, [lesser], rules, now)[lesser.id]
        yield Swap(taker=taker, holder=holder, lesser=lesser, now=likeliest(before), then=likeliest(after))
