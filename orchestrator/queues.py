"""Answers how much waits for an issue, and in which order the open issues of a project would be taken. Reads only.

What the asker may not browse is neither told of nor weighed.
"""

from dataclasses import dataclass

from orchestrator.impact import awaited, impact, neighbours
from orchestrator.memory import Audience, Items
from orchestrator.messages import Message
from orchestrator.ports import Clock
from orchestrator.reach import reached
from orchestrator.sla.reading import clocked
from orchestrator.waiting import impact_message, queue_message, unseen_queue
from rules.model import Item, Person
from rules.ruleset import Ruleset

#: Of an issue, so many others are read.
_AROUND_ONE = 200
#: Of a queue, so many by either order at first sight, so many that block the heaviest of these, and so many that wait.
_AT_FIRST, _HEAVIEST, _BLOCKING, _AROUND_ALL = 150, 30, 150, 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The ports that weighing needs."""

    items: Items
    audience: Audience
    clock: Clock

    def impact(self, item: Item, person: Person, rules: Ruleset) -> Message:
        """Tell what waits for an issue."""
        visible = self._visible((item,), person, _AROUND_ONE, rules)
        return impact_message(impact(visible.get(item.id, item), visible, self.clock.now()))

    def queue(self, project: str, person: Person, rules: Ruleset) -> Message:
        """Tell which open issues of a project would be taken first, and why."""
        first, number = self.items.queue(project, _AT_FIRST, self.clock.now())
        heaviest = sorted(first, key=lambda one: (-len(neighbours(one)), one.id))[:_HEAVIEST]
        blocking = reached(heaviest, self.items.items, _BLOCKING, along=awaited)
        candidates = {one.id: one for one in (*first, *blocking.values())}.values()
        found = tuple(one for one in candidates if one.project == project and one.is_open and not one.deleted)
        visible, now = self._visible(found, person, _AROUND_ALL, rules), self.clock.now()
        impacts = [impact(visible[item.id], visible, now) for item in found if item.id in visible]
        if not impacts:
            return unseen_queue(project)
        return queue_message(project, sorted(impacts, key=lambda one: one.place), number)

    def _visible(self, items: tuple[Item, ...], person: Person, most: int, rules: Ruleset) -> dict[int, Item]:
        near = reached(items, self.items.items, most)
        seen = self.audience.person_sees(person, near.keys())
        visible = [one for id_, one in near.items() if id_ in seen]
        return {one.id: one for one in clocked(visible, self.items, rules, self.clock.now())}
