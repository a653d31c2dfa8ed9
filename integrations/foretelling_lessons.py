"""Has forecasts learn from how promises went, and watches the version in use. What is learnt is decided elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from integrations.learning import LOOKED_BACK, held_fast
from integrations.store.models import Chosen
from orchestrator.forecast.foretold import DAYS_ONE
from orchestrator.forecast.history import MOST, Kept, kept
from orchestrator.forecast.taught import Taught
from orchestrator.forecast.teaching import Lesson, lesson
from orchestrator.learning import Act
from orchestrator.memory import Rulebook
from orchestrator.people.past import Past
from orchestrator.ports import Clock
from orchestrator.sla.timeline import FIELDS
from rules.canonical import Value, canonical
from rules.model import FieldChange, Item
from rules.ruleset import Ruleset

__all__ = ["ForetellingLessons", "Report", "mark_of"]

#: Of so many projects at most it is learnt, those with most open issues, until so many issues are read.
MOST_PROJECTS, MOST_ISSUES = 20, 20_000


class Report(Value, frozen=True, kw_only=True):
    """What the last lesson came to: when (domain time), which version was in use after it, and why."""

    at: datetime
    act: str
    version: str
    why: str


def mark_of(base: str) -> str:
    """Give the mark under which it is kept what the last lesson came to that started from these counts."""
    return f"forecasts: lesson {base}"


class Remembered(Past, Protocol):
    """What is remembered of issues."""

    def projects(self, most: int) -> tuple[str, ...]:
        """Give the projects with most open issues."""
        ...


class Models(Protocol):
    """The versions, kept for good."""

    def active(self, base: str) -> Taught | None:
        """Give the version in use that started from these counts; None where they alone are."""
        ...

    def made(self) -> tuple[Taught, ...]:
        """Give all versions, the oldest first."""
        ...

    def keep(self, taught: Taught) -> None:
        """Keep a version without using it."""
        ...


class Choices(Protocol):
    """Which versions of all models were taken into use."""

    def chosen(self, limit: int) -> tuple[Chosen, ...]:
        """Give what was taken into use, the newest first."""
        ...

    def use(self, chosen: Chosen) -> None:
        """Take a version into use."""
        ...


class Marks(Protocol):
    """Where the last report is kept."""

    def write(self, name: str, value: str) -> None:
        """Write a mark in the place of the former one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ForetellingLessons:
    """The ports that learning needs."""

    items: Remembered
    models: Models
    choices: Choices
    rulebook: Rulebook
    clock: Clock
    marks: Marks

    def learn(self, by: str) -> Mapping[str, Lesson]:
        """Learn what is better than counting, use it where the rules let us, go back where it got worse; say so.

        Of SLAs and of due dates apart: what came of each, by the counts that it started from.
        """
        rules = self.rulebook.active()
        pasts = cache(self._pasts)

        def histories(at: datetime) -> Sequence[Kept]:
            return [kept(items, changes, rules, at) for items, changes in pasts()]

        return {base: self._learnt(base, histories, rules, by) for base in DAYS_ONE}

    def _learnt(self, base: str, histories: Callable[[datetime], Sequence[Kept]], rules: Ruleset, by: str) -> Lesson:
        now, active = self.clock.now(), self.models.active(base)
        held = held_fast(self.choices.chosen(LOOKED_BACK), lambda version: version.partition(".")[0] == base)
        if held is not None:
            return Lesson(act=Act.KEEP, why=held)
        made = sum(one.version.partition(".")[0] == base for one in self.models.made())
        found = lesson(base, histories, active, made, rules.learning.from_promises, now)
        if found.made is not None:
            self.models.keep(found.made)
        version = base if found.act is Act.GO_BACK else found.made.version if found.made else None
        if version is not None and (found.act is Act.GO_BACK or rules.learning.uses == "by_itself"):
            self.choices.use(Chosen(version=version, at=now, by=by, why=found.why))
        elif active is not None:
            version = active.version
        report = Report(at=now, act=found.act, version=version or base, why=found.why)
        self.marks.write(mark_of(base), canonical(report).decode())
        return found

    def _pasts(self) -> Sequence[tuple[list[Item], Mapping[int, Sequence[FieldChange]]]]:
        """Read the past, to be told as of any moment."""
        pasts = []
        left = MOST_ISSUES
        for project in self.items.projects(MOST_PROJECTS):
            pasts.append(self._past(project, min(left, MOST)))
            left -= len(pasts[-1][0])
            if left <= 0:
                break
        return pasts

    def _past(self, project: str, most: int) -> tuple[list[Item], Mapping[int, Sequence[FieldChange]]]:
        items = [one.item for one in self.items.past(project, most) if one.item.security_level is None]
        return items, self.items.changed([one.id for one in items], FIELDS)
