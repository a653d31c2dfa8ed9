"""Which issues of a crowd nearly copy each other, as the ranking of duplicates sees it. Pure.

Copies need no burst to be one problem. But what is copied by many at all times (a chore under its usual title) is none:
those that resemble an issue as much count against each other, as they do where one issue is searched for among all.
"""

from collections.abc import Iterator, Sequence

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
    place: dict[int, int] = {}
    said = [sum(1 << place.setdefault(term, len(place)) for term in one.ids) for one in ordered]
    for number, one in enumerate(ordered):
        own, length = said[number], len(one.times)
        pairs = zip(said[:number], ordered, strict=False)
        before = [other for words, other in pairs if 2 * (own & words).bit_count() >= min(length, len(other.times))]
        if before:
            yield one, before


def _asked(one: Candidate) -> Query:
    counts = tuple(zip(one.ids, one.times, strict=True))
    return Query(terms=Terms(counts=counts, words=("",) * len(counts), summary=one.summary), traits=one.traits)


def _age(one: Candidate) -> tuple[int, int]:
    return one.traits.created, one.id
