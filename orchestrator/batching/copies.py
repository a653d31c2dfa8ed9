"""Which issues of a crowd nearly copy each other, as the ranking of duplicates sees it. Pure.

Copies need no burst to be one problem. But what is copied by many at all times (a chore under its usual title) is none:
those that resemble an issue as much count against each other, as they do where one issue is searched for among all.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from orchestrator import related
from orchestrator.batching.crowds import Crowd
from orchestrator.related import Candidate, Match, Query, Terms


def copies(issues: Sequence[Candidate], crowd: Crowd) -> Iterator[tuple[int, int, int]]:
    """Give the pairs, the lower id first, of which one says half of what the other says, and how likely, per mille."""
    for one, others in _near(issues):
        for match in related.rank(_asked(one), others, crowd.corpus, len(others), crowd.model):
            low, high = sorted((one.id, match.id))
            yield low, high, match.confidence


def ranked(one: Candidate, other: Candidate, rivals: Sequence[Candidate], crowd: Crowd) -> Match | None:
    """Give what the ranking makes of two, the newer asked about the older among rivals; None with no term in common."""
    older, newer = sorted((one, other), key=_age)
    found = related.rank(_asked(newer), [older, *rivals], crowd.corpus, len(rivals) + 1, crowd.model)
    return next((match for match in found if match.id == older.id), None)


def _near(issues: Sequence[Candidate]) -> Iterator[tuple[Candidate, list[Candidate]]]:
    """Give each issue with those before it that have half of the words of either in common with it."""
    ordered = sorted(issues, key=_age)
    lengths, said = np.array([len(one.times) for one in ordered]), _said(ordered)
    for number, one in enumerate(ordered):
        shared = np.bitwise_count(said[:number] & said[number]).sum(axis=1, dtype=np.int64)
        alike = np.nonzero(2 * shared >= np.minimum(lengths[:number], lengths[number]))[0]
        if len(alike):
            yield one, [ordered[place] for place in alike]


def _said(issues: Sequence[Candidate]) -> npt.NDArray[np.uint8]:
    """Give one row an issue, with a bit for each word that two of them say."""
    held = Counter(term for one in issues for term in one.ids)
    place = {term: number for number, term in enumerate(term for term, times in held.items() if times > 1)}
    found = np.zeros((len(issues), len(place)), dtype=np.bool_)
    for row, one in enumerate(issues):
        found[row, [place[term] for term in one.ids if term in place]] = True
    return np.packbits(found, axis=1)


def _asked(one: Candidate) -> Query:
    counts = tuple(zip(one.ids, one.times, strict=True))
    return Query(terms=Terms(counts=counts, words=("",) * len(counts), summary=one.summary), traits=one.traits)


def _age(one: Candidate) -> tuple[int, int]:
    return one.traits.created, one.id
