"""Reads the rules' files and publishes what they say. It only publishes; what is in force stands in the database."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from integrations.owners import Told
from integrations.store.rulebook import PostgresRulebook
from orchestrator.ports import Clock
from rules import loader
from rules.loader import RulesError
from rules.ruleset import Ruleset
from rules.sources import Mistake, Place
from rules.sources import Path as At

_log = logging.getLogger(__name__)


def texts(*places: Path) -> tuple[tuple[str, str], ...]:
    """Read files, and the `*.yml` of directories, in order; gives (name, text) pairs.

    Raises OSError, or UnicodeDecodeError where a file is not UTF-8.
    """
    files = [path for place in places for path in (sorted(place.glob("*.yml")) if place.is_dir() else [place])]
    return tuple((str(path), path.read_text(encoding="utf-8")) for path in files)


def read(packs: Path, *overlays: Path | None) -> Ruleset:
    """Give the rules: the shipped packs and what is laid over them. Raises RulesError with every mistake."""
    files = _laid(packs, *overlays)
    try:
        return loader.load(texts(*files))
    except (OSError, UnicodeDecodeError) as error:
        place = Place(file=str(files[-1]))
        raise RulesError([Mistake(place=place, words=f"cannot be read: {error}")]) from error


def places(packs: Path, *overlays: Path | None) -> Callable[[At], Place]:
    """Give what tells where a path of these rules stands; raises as `texts`."""
    return loader.places(texts(*_laid(packs, *overlays)))


def _laid(packs: Path, *overlays: Path | None) -> list[Path]:
    return [packs, *(overlay for overlay in overlays if overlay is not None)]


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Publishes the files' rules when they change; mistakes are told once and change nothing.

    It publishes only what this process has not seen yet: two doors whose files differ do not contend.
    """

    packs: Path
    overlay: Path | None
    rulebook: PostgresRulebook
    clock: Clock
    owners: Told
    _told: str = field(default="", init=False)
    _seen: str = field(default="", init=False)

    def look(self) -> None:
        """Read the files again."""
        try:
            rules = read(self.packs, self.overlay)
        except RulesError as error:
            if str(error) != self._told:
                _log.error("the rules' files hold mistakes, the rules in force stay:\n%s", error)
                self._told = str(error)
                self.owners.broken(error.mistakes)
            return
        if rules.version == self._seen and not self._told:
            return
        published, self._seen = self.rulebook.publish(rules, self.clock), rules.version
        self._told = ""
        self.owners.good()
        if published:
            _log.info("rules %s are in force", rules.version[:8])
