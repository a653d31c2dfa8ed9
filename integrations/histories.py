"""Keeps for some minutes how a project's promises went, as it was read: reading it takes tenths of a second."""

from datetime import datetime
from threading import Lock

from cachetools import LRUCache

from orchestrator.forecast.foretelling import Foretelling, Histories, Patterns, ReadHistories
from orchestrator.forecast.history import Kept
from orchestrator.people.past import Past
from rules.ruleset import Ruleset

__all__ = ["KeptHistories", "foretelling_of"]

#: So many projects' are kept, those that were asked about last: one may weigh some 20 MB.
_MOST = 8


class KeptHistories:
    """How promises went, each project's once for a ruleset, of the moment that was asked about last."""

    def __init__(self, histories: Histories) -> None:
        self._histories = histories
        self._kept: LRUCache[tuple[str, str], Kept] = LRUCache(_MOST)
        self._lock = Lock()

    def of(self, project: str, rules: Ruleset, at: datetime) -> Kept:
        """Give how those of a project had gone by a moment."""
        wanted = project, rules.version
        with self._lock:
            known = self._kept.get(wanted)
        if known is None or known.at != at:
            known = self._histories.of(project, rules, at)
            with self._lock:
                self._kept[wanted] = known
        return known


def foretelling_of(past: Past, models: Patterns) -> Foretelling:
    """Wire what foretells from what is remembered."""
    return Foretelling(past=past, histories=KeptHistories(ReadHistories(past=past)), models=models)
