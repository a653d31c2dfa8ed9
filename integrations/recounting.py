"""Keeps how promises ended, apart from any look: of what a backfill learnt, or of all that is known, told anew.

It asks nobody and changes nothing in Jira. Told anew, it begins again from the first issue where it was interrupted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from integrations.store.cycles import PostgresCycles
from orchestrator.changes import Entry
from orchestrator.memory import Items
from orchestrator.ports import Clock
from orchestrator.sla.keeping import noted
from rules.model import SYSTEM, Item, Line, Tainted
from rules.ruleset import Ruleset

__all__ = ["Counted", "Recounting"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many issues were gone through, how many of their cycles were written, and how many forgotten."""

    issues: int = 0
    written: int = 0
    forgotten: int = 0

    def __add__(self, other: Self) -> Self:
        return replace(
            self,
            issues=self.issues + other.issues,
            written=self.written + other.written,
            forgotten=self.forgotten + other.forgotten,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounting:
    """The memory that this needs."""

    items: Items
    cycles: PostgresCycles
    clock: Clock

    def keep(self, ids: Sequence[int], rules: Ruleset) -> Counted:
        """Keep what nobody saw end yet of these issues; what was kept by earlier rules stands."""
        return self._kept(self.items.items(ids), rules, anew=False) if rules.slas else Counted()

    def anew(self, projects: Sequence[str], rules: Ruleset, by: str) -> Counted:
        """Have all that ended told by the rules in force, which is recorded first.

        Args:
            projects: keys; all where none is given.
            rules: in force.
            by: who wants it.
        """
        where = ", ".join(projects) or "all projects"
        told = Line(
            text="by {0} what ended of {1} is told by the rules in force", parts=(Tainted(text=by), Tainted(text=where))
        )
        data = {"projects": list(projects), "rules": rules.version, "by": by}
        entry = Entry(kind="sla.recounted", subject=SYSTEM, at=self.clock.now(), text=told, data=data)
        self.cycles.keep((), (), entry)
        batches = (batch for scope in projects or (None,) for batch in self._batches(scope))
        return sum((self._kept(some, rules, anew=True) for some in batches), Counted())

    def _kept(self, some: Sequence[Item], rules: Ruleset, *, anew: bool) -> Counted:
        found = noted(some, self.items, rules, self.clock.now(), anew=anew)
        if found.ended or found.unended:
            self.cycles.keep(found.ended, found.unended)
        return Counted(issues=len(some), written=len(found.ended), forgotten=len(found.unended))

    def _batches(self, project: str | None) -> Iterator[Sequence[Item]]:
        last = 0
        while found := self.cycles.issues(project, last, _AT_ONCE):
            yield [one for one in found if project in (None, one.project)]
            last = found[-1].id
