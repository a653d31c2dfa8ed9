"""Has each open issue known by when the first of the rules' clocks breaks, also where no look saw it since rules came.

It writes nothing else. Looks at issues keep their own places; this follows other rules, and what a backfill learnt.
"""

from dataclasses import dataclass

from integrations.store.queues import PostgresPlaces
from orchestrator.memory import Items, Rulebook
from orchestrator.ports import Clock
from orchestrator.sla.keeping import noted
from orchestrator.sla.placed import all_bases

__all__ = ["Placing"]

#: Of so many issues at once, and so often before another round.
_AT_ONCE, _TIMES = 500, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """The parts that this needs."""

    rulebook: Rulebook
    items: Items
    places: PostgresPlaces
    clock: Clock

    def round(self) -> None:
        """Place what is not placed by the rules in force; one process does it at a time."""
        rules, now = self.rulebook.active(), self.clock.now()
        by = all_bases(rules)
        for _ in range(_TIMES):
            if not self.places.renew(by, _AT_ONCE, lambda some: noted(some, self.items, rules, now).places):
                return
