"""What a person would have said of a proposed pair, as far as the data tell.

The lists of duplicates are far from whole: word-for-word reposts and issues closed as "Duplicate" stand in them without
a partner. So there are two readings, and both are reported: *listed* (a pair that is not listed is wrong) and *judged*
(where the data cannot tell, there is no verdict).
"""

import re

from benchmarks.history import History, pair
from orchestrator.related import Match

_COPY = 900
"""A text this close to a copy's, in per mille, under the very same summary is the same report posted again."""


class Truth:
    """The verdicts on the pairs of one history."""

    def __init__(self, past: History) -> None:
        """Read the verdicts once."""
        self._reports = past.reports
        self._verdicts = past.verdicts
        self._partnered = frozenset(key for both in past.verdicts.same for key in both)

    def listed(self, place: int, match: Match) -> bool:
        """Tell whether people listed the two as the same problem."""
        return self._pair(place, match) in self._verdicts.same

    def linked(self, place: int, match: Match) -> bool:
        """Tell whether people linked the two in any way."""
        return self._pair(place, match) in self._verdicts.linked

    def judged(self, place: int, match: Match) -> bool | None:
        """Tell whether a person would say "the same problem"; None where the data do not tell.

        Same: listed so, or a copy under the same summary. Unknown: the same summary over another text, a link of
        another kind, or one of the two closed as a duplicate of something that is not listed.
        """
        if self.listed(place, match):
            return True
        if _said(self._reports[place].summary) == _said(self._reports[match.id].summary):
            return True if match.signals.text >= _COPY else None
        if self.linked(place, match) or any(
            key in self._verdicts.closed_as_duplicate and key not in self._partnered for key in self._pair(place, match)
        ):
            return None
        return False

    def _pair(self, place: int, match: Match) -> tuple[str, str]:
        return pair(self._reports[place].key, self._reports[match.id].key)


def _said(summary: str) -> str:
    return " ".join(re.findall(r"\w+", summary.casefold()))
