"""Has the model of related issues learn from what people said, every few hours, in one process at a time.

The fitting is a process of its own, so that it slows no look down. What is learned is decided elsewhere.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from integrations.polling import Polls
from integrations.store.models import Chosen
from orchestrator.learning import Act, Judged, Lesson, Made, Standing, labels, lesson
from orchestrator.memory import Rulebook
from orchestrator.ports import Clock
from orchestrator.related import Model

__all__ = ["EVERY_S", "SCHEDULE", "Learning", "held_fast", "learn_apart"]

#: Seconds of transport time between two lessons, over all processes.
EVERY_S = 6 * 3_600.0
#: A lesson that takes longer is given up; the next one comes.
LONGEST_S = 900.0
#: Who chooses a version where nobody does.
SCHEDULE = "schedule"
#: So many of the newest choices are looked through for the last one that is about the defaults at hand.
LOOKED_BACK = 1_000
#: So many of the newest answers are learned from: issues, people and words change.
MOST = 5_000
_log = logging.getLogger(__name__)


class Answers(Protocol):
    """What people said."""

    def judged(self, limit: int) -> Iterator[Judged]:
        """Give the decisions that were answered last."""
        ...


class Models(Protocol):
    """The versions, kept for good."""

    def standing(self, defaults: Model) -> Standing:
        """Give the versions, and the one in use."""
        ...

    def chosen(self, limit: int) -> tuple[Chosen, ...]:
        """Give what was taken into use, the newest first."""
        ...

    def keep(self, made: Made) -> None:
        """Keep a version without using it."""
        ...

    def use(self, chosen: Chosen) -> None:
        """Take a version into use."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """The ports that learning needs."""

    answers: Answers
    models: Models
    rulebook: Rulebook
    clock: Clock

    def learn(self, defaults: Model, by: str) -> Lesson:
        """Learn from the newest answers what is better than defaults; use it where the rules let us; say what came."""
        rule, now = self.rulebook.active().learning, self.clock.now()
        standing = self.models.standing(defaults)
        ours = {defaults.version, *(one.version for one in standing.made)}
        held = held_fast(self.models.chosen(LOOKED_BACK), ours.__contains__)
        if held is not None:
            return Lesson(act=Act.KEEP, why=held)
        found = lesson(labels(self.answers.judged(MOST)), standing, rule.from_answers, now)
        if found.made is not None:
            self.models.keep(found.made)
        version = defaults.version if found.act is Act.GO_BACK else found.made.version if found.made else None
        if version is not None and (found.act is Act.GO_BACK or rule.uses == "by_itself"):
            self.models.use(Chosen(version=version, at=now, by=by, why=found.why))
        return found


def held_fast(chosen: Iterable[Chosen], ours: Callable[[str], bool]) -> str | None:
    """Say who has the version stay that was chosen last, the newest choice first; None where learning may change it."""
    held = next((one for one in chosen if ours(one.version)), None)
    return f"{held.by} has {held.version} stay: {held.why}" if held is not None and held.stays else None


def learn_apart(command: Sequence[str], environ: Mapping[str, str], polls: Polls) -> Callable[[], None]:
    """Give a round that runs the command which learns, if it is time and nobody else does."""

    def learn() -> None:
        with polls.turn("learning", EVERY_S) as ours:
            if not ours:
                return
            done = subprocess.run(
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LONGEST_S,
                check=False,
            )
            if done.returncode:
                _log.warning("learning ended with %s; it comes again", done.returncode)

    return learn
