"""The index in plain dictionaries, which answers as the real one does: for going through many streams quickly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from heapq import nsmallest
from math import log

from integrations.store.search import MOST
from orchestrator.related import Candidate, Corpus
from rules.model import Item


class MemoryItems:
    """Open items, numbered from 1 in the order of their creation, none of which ever ends."""

    def __init__(self) -> None:
        self._items: dict[int, Item] = {}
        self._known: dict[int, Candidate] = {}
        self._holders: defaultdict[int, list[int]] = defaultdict(list)
        self._created: list[datetime] = []
        self._seconds: list[int] = []
        self._length = 0

    def add(self, item: Item, document: Candidate) -> None:
        """Take an item in."""
        self._items[item.id], self._known[item.id] = item, document
        self._created.append(item.created)
        self._seconds.append(int(item.created.timestamp()))
        self._length += document.length
        for term in document.ids:
            self._holders[term].append(item.id)

    def items(self, ids: Collection[int]) -> tuple[Item, ...]:
        """Give several items."""
        return tuple(self._items[id_] for id_ in sorted(ids))

    def candidates(self, ids: Collection[int]) -> tuple[Candidate, ...]:
        """Give items as candidates."""
        return tuple(self._known[id_] for id_ in sorted(ids))

    def corpus(self, terms: Collection[int]) -> Corpus:
        """Give the statistics of the index for these terms."""
        number = len(self._known)
        df = {term: len(held) for term in terms if (held := self._holders.get(term))}
        return Corpus(documents=number, average_length=self._length / max(number, 1), df=df)

    def came(self, since: datetime, until: datetime) -> int:
        """Count the items that were created in between."""
        low, high = (bisect_left(self._created, since), bisect_right(self._created, until))
        return high - low

    def times(self, terms: Collection[int], since: datetime, until: datetime) -> dict[int, tuple[int, ...]]:
        """Give for each of the terms when the items were created, of those in between, that hold it, in seconds."""
        first, last = bisect_left(self._created, since) + 1, bisect_right(self._created, until)
        found = {}
        for term in terms:
            held = self._holders.get(term, [])
            some = held[bisect_left(held, first) : bisect_right(held, last)]
            found[term] = tuple([self._seconds[id_ - 1] for id_ in some])
        return found

    def beside(self, terms: Collection[int], item: int, since: datetime, until: datetime) -> tuple[Candidate, ...]:
        """Give the items, but for `item`, that were created in between: those whose shared terms tell most."""
        first = bisect_left(self._created, since) + 1
        last = bisect_right(self._created, until)
        scores: Counter[int] = Counter()
        for term in terms:
            held = self._holders.get(term, [])
            tells = round(1000 * log(1 + len(self._known) / max(len(held), 1)))
            for id_ in held[bisect_left(held, first) : bisect_right(held, last)]:
                scores[id_] += tells
        scores.pop(item, None)
        best = nsmallest(MOST, scores, key=lambda id_: (-scores[id_], -id_))
        return self.candidates(best)
