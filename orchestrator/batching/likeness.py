"""How likely two issues that came at about the same time are one problem: the evidence that batches are made of.

A pair's own texts tell little where forty customers complain each in their own words. What tells is that the same few
words come up again and again now, and hardly ever before: a word counts by how much more often it stands in the crowd
of issues at hand than in all others. A pair is as likely as the ranking of duplicates says, or as that burst says,
whichever is more. Pure; it must not decide who belongs together.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log

from orchestrator import related
from orchestrator.related import SHIPPED, Candidate, Corpus, Match, Model, Query, Terms

#: A word has to stand in so many of the crowd to be a sign of anything, and so many of them in both issues.
LEAST_HOLDERS = 3
#: ... and in one of so many of the crowd: in a few issues any word may come up by chance.
_ONE_IN = 5
#: A word that comes less than so many times as often as before may do so by chance.
_LEAST_LIFT = 3.0
_LEAST_SHARED = 2
#: What says less than this says nothing: a template, a test, an empty description under a vague title.
LEAST_TERMS = 4
#: What says more than this could be like anything: a pasted log. `related.terms` ends at 400.
MOST_TERMS = 399
#: A logistic model over the weight of the words in common (nats) and their share. Set by hand, not fitted: what people
#: confirm and reject of batches has yet to be learnt from.
_CONSTANT, _WEIGHT, _SHARE = -3.4, 0.45, 3.0


def is_telling(candidate: Candidate) -> bool:
    """Tell whether an issue says enough, and not so much that it resembles everything."""
    return LEAST_TERMS <= len(candidate.times) <= MOST_TERMS


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Issues looked at together, and the index that they stand in; `corpus.df` holds all of their terms.

    `model`: what near copies are ranked with.
    """

    issues: Sequence[Candidate]
    corpus: Corpus
    model: Model = SHIPPED

    @cached_property
    def holders(self) -> Counter[int]:
        """In how many of the crowd each term stands."""
        return Counter(term for one in self.issues for term in one.ids)

    @cached_property
    def weights(self) -> dict[int, float]:
        """How much more often each term comes now than otherwise, as the logarithm; only those much more often."""
        crowd, others = len(self.issues), max(0, self.corpus.documents - len(self.issues))
        found = {}
        for term, held in self.holders.items():
            elsewhere = max(0, self.corpus.df.get(term, 0) - held)
            lift = (held / crowd) / ((elsewhere + 0.5) / (others + 1))
            if held >= max(LEAST_HOLDERS, crowd / _ONE_IN) and lift >= _LEAST_LIFT:
                found[term] = log(lift)
        return found

    @cached_property
    def signs(self) -> dict[int, frozenset[int]]:
        """The terms of each issue that weigh anything."""
        known = self.weights.keys()
        return {one.id: frozenset(known & set(one.ids)) for one in self.issues}

    def telling(self, ids: Iterable[int], most: int) -> tuple[int, ...]:
        """The terms that hold some of the crowd together: in at least half of them, the heaviest first."""
        chosen = [self.signs[id_] for id_ in ids if id_ in self.signs]
        held = Counter(term for one in chosen for term in one)
        common = [term for term, times in held.items() if 2 * times >= len(chosen)]
        return tuple(sorted(common, key=lambda term: (-self.weights[term] * held[term], term))[:most])


def likeness(crowd: Crowd) -> dict[tuple[int, int], int]:
    """Give for each pair (the lower id first) how likely it is one problem, in per mille; none at nothing.

    An issue that says too little or too much is like nothing.
    """
    telling = sorted((one for one in crowd.issues if is_telling(one)), key=lambda one: one.id)
    said = {one.id: frozenset(one.ids) for one in telling}
    found: dict[tuple[int, int], int] = {}
    for place, one in enumerate(telling):
        for other in telling[place + 1 :]:
            likely = _burst(crowd, one.id, other.id)
            if 2 * len(said[one.id] & said[other.id]) >= min(len(said[one.id]), len(said[other.id])):
                likely = max(likely, _as_duplicates(one, other, crowd))
            if likely:
                found[one.id, other.id] = likely
    return found


def _burst(crowd: Crowd, one: int, other: int) -> int:
    ours, theirs = crowd.signs[one], crowd.signs[other]
    if len(ours & theirs) < _LEAST_SHARED:
        return 0
    common, either = (sum([crowd.weights[term] for term in sorted(some)]) for some in (ours & theirs, ours | theirs))
    return round(1000 / (1 + exp(-(_CONSTANT + _WEIGHT * common + _SHARE * common / either))))


def _as_duplicates(one: Candidate, other: Candidate, crowd: Crowd) -> int:
    """Say what the ranking makes of two that nearly copy each other."""
    match = ranked(one, other, (), crowd)
    return 0 if match is None else match.confidence


def ranked(one: Candidate, other: Candidate, rivals: Sequence[Candidate], crowd: Crowd) -> Match | None:
    """Give what the ranking makes of two, the newer asked about the older among rivals; None with no term in common."""
    older, newer = sorted((one, other), key=lambda issue: (issue.traits.created, issue.id))
    counts = tuple(zip(newer.ids, newer.times, strict=True))
    asked = Query(terms=Terms(counts=counts, words=("",) * len(counts), summary=newer.summary), traits=newer.traits)
    found = related.rank(asked, [older, *rivals], crowd.corpus, len(rivals) + 1, crowd.model)
    return next((match for match in found if match.id == older.id), None)
