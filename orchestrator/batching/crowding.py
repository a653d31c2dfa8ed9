"""Gathers issues that are looked at together, with what the index tells of them. Reads only; judges nothing."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Protocol

from orchestrator import related
from orchestrator.batching.likeness import Crowd
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


def beside(items: Index, item: Item, window: timedelta) -> set[int]:
    """Give the issues created within the window of this one, on either side, that share telling words with it."""
    terms = related.terms(item.summary.text, item.description.text)
    corpus = items.corpus(terms.ids)
    asked = related.query_terms(terms, corpus.df, corpus.documents, _SEARCHED)
    return {one.id for one in items.beside(asked, item.id, item.created - window, item.created + window)}


def crowd_of(items: Index, ids: Collection[int], model: Model) -> Crowd:
    """Give the issues, the statistics of all their words, and at what pace issues came while these did.

    The pace is that of the younger half, and as many are counted for the older half, so that one issue of long ago, to
    which others were linked, does not stretch the time.
    """
    issues = items.candidates(ids)
    corpus = items.corpus({term for one in issues for term in one.ids})
    times = sorted(one.traits.created for one in issues)
    since, until = (times[len(times) // 2], times[-1]) if times else (0, 0)
    came = items.came(_EPOCH + timedelta(seconds=since), _EPOCH + timedelta(seconds=until)) if times else 0
    past = max(0, corpus.documents - 2 * came)
    return Crowd(issues=issues, corpus=corpus, pace=came / max(1, until - since), past=past, model=model)
