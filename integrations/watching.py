"""Has all that the rules have watched looked at, once a day at least. It looks at nothing itself.

The looks go on by their own timers; this begins them, and begins them anew where other rules came or one got lost.
"""

from dataclasses import dataclass

from orchestrator.memory import Rulebook
from orchestrator.ports import Clock, Intake
from orchestrator.watching.looking import subjects
from rules.model import Event

__all__ = ["Watching"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """The parts that this needs."""

    rulebook: Rulebook
    intake: Intake
    clock: Clock

    def round(self) -> None:
        """Put one event for each; its id says the day and the rules, so that many processes make one of it."""
        rules, now = self.rulebook.active(), self.clock.now()
        for subject in subjects(rules):
            event = Event(
                id=f"watch:{subject.id}:{now.date().isoformat()}:{rules.version[:16]}",
                kind="signal",
                name="watch.due",
                source="clock",
                subject=subject,
                received_at=now,
            )
            self.intake.put(event)
