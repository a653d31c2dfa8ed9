"""Keeps what shared calendar files tell of absences: read on a beat, and replaced as a whole.

A file that cannot be read leaves out its own people's absences alone, and an operator is told which one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from integrations.icalendars import LARGEST, Owner, absences
from integrations.store.absences import PostgresCalendars
from orchestrator.memory import Rulebook
from orchestrator.people.availability import Absence
from orchestrator.people.leaves import zone_of
from orchestrator.ports import Clock
from rules.ruleset import Ruleset

BACK = timedelta(days=1)
AHEAD = timedelta(days=400)
_MOST_FILES = 1_000


@dataclass(slots=True, kw_only=True)
class CalendarFiles:
    """The files, where their absences are kept, and what tells an operator. `told`: what was complained of already."""

    path: Path
    kept: PostgresCalendars
    rulebook: Rulebook
    clock: Clock
    warn: Callable[[str], None]
    told: set[str] = field(default_factory=set)

    def round(self) -> None:
        """Read all files again."""
        rules, now = self.rulebook.active(), self.clock.now()
        self.kept.replace([one for path in self._files() for one in self._read(path, rules, now)])

    def _files(self) -> Iterable[Path]:
        found = sorted(self.path.glob("*.ics"))[:_MOST_FILES] if self.path.is_dir() else [self.path]
        return (path for path in found if path.is_file())

    def _read(self, path: Path, rules: Ruleset, now: datetime) -> tuple[Absence, ...]:
        owners = {id_: Owner(person=id_, zone=zone_of(id_, rules)) for id_ in rules.people}
        by_email = {rule.email.casefold(): owners[id_] for id_, rule in rules.people.items() if rule.email}
        owner = owners.get(path.stem) or by_email.get(path.stem.casefold())
        try:
            with path.open("rb") as file:
                found = absences(file.read(LARGEST + 1), owner, by_email, now - BACK, now + AHEAD)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._complain(path, error)
            return ()
        self.told.discard(path.name)
        return found

    def _complain(self, path: Path, error: Exception) -> None:
        if path.name not in self.told:
            self.told.add(path.name)
            self.warn(f"the calendar file {path.name} cannot be read: {type(error).__name__}")
