"""Gathers issues that are looked at together, with what the index tells of them. Reads only; judges nothing."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from orchestrator import related
from orchestrator.batching.crowds import Crowd
from orchestrator.related import Candidate, Corpus, Model
from rules.model import Item

#: How many issues in all may hold the words that are searched for: more than where all times are searched, as what a
#: burst has in common need not be rare.
_SEARCHED = 5_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Index(Protocol):
    """What is asked of `Items`."""

    def corpus(self, terms: Collection[int]) -> Corpus:
        """Give the statistics of the index for these terms."""
        ...

    def candidates(self, ids: Collection[int]) -> tuple[Candidate, ...]:
        """Give items as candidates."""
        ...

    def beside(self, terms: Collection[int], item: int, since: datetime, until: datetime) -> tuple[Candidate, ...]:
        """Give the items, but for `item`, that hold any of the terms and were created in between."""
        ...

    def came(self, since: datetime, until: datetime) -> int:
        """Count the items that were created in between."""
        ...

    def times(self, terms: Collection[int], since: datetime, until: datetime) -> Mapping[int, tuple[int, ...]]:
        """Give for each of the terms when the items were created, of those in between, that hold it, in seconds."""
        ...


def beside(items: Index, item: Item, window: timedelta) -> set[int]:
    """Give the issues created within the window of this one, on either side, that share telling words with it."""
    terms = related.terms(item.summary.text, item.description.text)
    corpus = items.corpus(terms.ids)
    asked = related.query_terms(terms, corpus.df, corpus.documents, _SEARCHED)
    return {one.id for one in items.beside(asked, item.id, item.created - window, item.created + window)}


def crowd_of(items: Index, ids: Collection[int], model: Model, window: timedelta) -> Crowd:
    """Give the issues, the statistics of their words, and when these came in the same hours, in whatever issues.

    The hours begin with the oldest issue, but no longer before the youngest than issues of one problem may lie apart on
    either side of one: to one of long ago others may be linked.
    """
    issues = items.candidates(ids)
    times = [one.traits.created for one in issues]
    until = max(times, default=0)
    since = max(min(times, default=0), until - int(2 * window.total_seconds()))
    held = Counter(term for one in issues for term in one.ids)
    corpus = items.corpus(held)
    hours = _EPOCH + timedelta(seconds=since), _EPOCH + timedelta(seconds=until + 1)
    came = items.came(*hours)
    return Crowd(
        issues=issues,
        corpus=corpus,
        times=items.times([term for term, holders in held.items() if holders > 1], *hours),
        pace=came / max(1, until - since),
        past=max(0, corpus.documents - came),
        model=model,
    )
