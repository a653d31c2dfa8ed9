"""Answers how much waits for an issue, and in which order the open issues of a project would be taken. Reads only.

What the asker may not browse is neither told of nor weighed.
"""

from dataclasses import dataclass

from orchestrator.impact import impact
from orchestrator.memory import Audience, Items
from orchestrator.messages import Message
from orchestrator.ports import Clock
from orchestrator.reach import reached
from orchestrator.waiting import impact_message, queue_message, unseen_queue
from rules.model import Item, Person

#: Of an issue, so many others are read; of a queue so many by either order at first sight, and so many beside these.
_AROUND_ONE = 200
_AT_FIRST, _AROUND_ALL = 150, 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The ports that weighing needs."""

    items: Items
    audience: Audience
    clock: Clock

    def impact(self, item: Item, person: Person) -> Message:
        """Tell what waits for an issue."""
        visible = self._visible((item,), person, _AROUND_ONE)
        return impact_message(impact(item, visible, self.clock.now()))

    def queue(self, project: str, person: Person) -> Message:
        """Tell which open issues of a project would be taken first, and why."""
        found, number = self.items.queue(project, _AT_FIRST)
        visible, now = self._visible(found, person, _AROUND_ALL), self.clock.now()
        impacts = [impact(item, visible, now) for item in found if item.id in visible]
        if not impacts:
            return unseen_queue(project)
        return queue_message(project, sorted(impacts, key=lambda one: one.place), number)

    def _visible(self, items: tuple[Item, ...], person: Person, most: int) -> dict[int, Item]:
        near = reached(items, self.items.items, most)
        seen = self.audience.person_sees(person, near.keys())
        return {id_: one for id_, one in near.items() if id_ in seen}
