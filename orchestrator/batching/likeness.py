"""How likely two issues that came at about the same time are one problem: the evidence that batches are made of.

A pair's own texts tell little where forty customers complain each in their own words. What tells is that the same few
words come up again and again now, and hardly ever before: a word counts by how much more often it stands in the crowd
of issues at hand than in all others. A pair is as likely as the ranking of duplicates says, or as that burst says,
whichever is more. Pure; it must not decide who belongs together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, sqrt

from orchestrator import related
from orchestrator.batching.bursts import LEAST_HELD, Burst, Usual, burst
from orchestrator.related import SHIPPED, Candidate, Corpus, Match, Model, Query, Terms

_LEAST_SHARED = 2
#: Words that make up one in so many of a text's are much of what it says.
_MUCH = 3
#: What says less than this says nothing: a template, a test, an empty description under a vague title.
LEAST_TERMS = 4
#: What says more than this could be like anything: a pasted log. `related.terms` ends at 400.
MOST_TERMS = 399


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """A logistic model over what two issues have in common of a burst, in nats.

    Fitted by `python -m benchmarks fit-batches`.
    """

    constant: float
    common: float


TABLE = Coefficients(constant=-1.22, common=0.37)


def is_telling(candidate: Candidate) -> bool:
    """Tell whether an issue says enough, and not so much that it resembles everything."""
    return LEAST_TERMS <= len(candidate.times) <= MOST_TERMS


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Issues looked at together, and the index that they stand in; `corpus.df` holds all of their terms.

    `pace`: how many issues came a second, all in all, while these did; `past`: how many had come before. `model`: what
    near copies are ranked with.
    """

    issues: Sequence[Candidate]
    corpus: Corpus
    pace: float
    past: int
    model: Model = SHIPPED

    @cached_property
    def bursts(self) -> dict[int, Burst]:
        """When each term comes more often than otherwise; only those that surprise, and are not a form's headings."""
        found = {}
        for term, holders in self._holders.items():
            if len(holders) >= LEAST_HELD and self._is_said(term):
                elsewhere = max(0, self.corpus.df.get(term, 0) - len(holders))
                times = sorted(one.traits.created for one in holders)
                one = burst(times, Usual(held=elsewhere, issues=self.past), self.pace)
                if one is not None:
                    found[term] = one
        return found

    @cached_property
    def signs(self) -> dict[int, frozenset[int]]:
        """The terms of each issue that come more often while it came."""
        return self._by_issue(self._bearers.items())

    @cached_property
    def phrases(self) -> dict[int, float]:
        """What words that always come together weigh, by the lowest of them: four of them as much as two alone."""
        return {
            name: max(self.bursts[term].lift for term in terms) * sqrt(len(terms))
            for name, terms in self._together.items()
        }

    @cached_property
    def said(self) -> dict[int, frozenset[int]]:
        """The phrases of each issue, without those that stand alone.

        Half of those that say one have to share another as well, or it has to be much of what they say: whatever comes
        after a release names the release, and is unlike in all else.
        """
        said = self._by_issue((name, self._bearers[name]) for name in self._together)
        alone = {name for name in self._together if self._stands_alone(name, said)}
        return {id_: names - alone for id_, names in said.items()}

    def _stands_alone(self, name: int, said: Mapping[int, frozenset[int]]) -> bool:
        bearers, words = self._bearers[name], _MUCH * len(self._together[name])
        beside = Counter(other for id_ in bearers for other in said[id_])
        common = {other for other, held in beside.items() if held >= LEAST_HELD and other != name}
        fit = sum(words >= self._lengths[id_] or not common.isdisjoint(said[id_]) for id_ in bearers)
        return 2 * fit < len(bearers)

    @cached_property
    def _together(self) -> dict[int, list[int]]:
        """The words that always come together, by the lowest of them."""
        found: defaultdict[frozenset[int], list[int]] = defaultdict(list)
        for term, bearers in self._bearers.items():
            found[bearers].append(term)
        return {min(terms): terms for terms in found.values()}

    @cached_property
    def _lengths(self) -> dict[int, int]:
        return {one.id: len(one.times) for one in self.issues}

    def _by_issue(self, borne: Iterable[tuple[int, frozenset[int]]]) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = {one.id: set() for one in self.issues}
        for term, bearers in borne:
            for id_ in bearers:
                found[id_].add(term)
        return {id_: frozenset(terms) for id_, terms in found.items()}

    @cached_property
    def _bearers(self) -> dict[int, frozenset[int]]:
        """Which issues hold each term while it comes so often."""
        return {
            term: frozenset(each.id for each in self._holders[term] if one.since <= each.traits.created <= one.until)
            for term, one in self.bursts.items()
        }

    @cached_property
    def _holders(self) -> dict[int, list[Candidate]]:
        found: defaultdict[int, list[Candidate]] = defaultdict(list)
        for one in self.issues:
            for term in one.ids:
                found[term].append(one)
        return found

    @cached_property
    def _summaries(self) -> frozenset[int]:
        return frozenset(term for one in self.issues for term in one.summary)

    def _is_said(self, term: int) -> bool:
        """Tell whether it may be more than the heading of a form: a summary has it, or another project does."""
        return term in self._summaries or len({one.traits.project for one in self._holders[term]}) > 1

    def telling(self, ids: Iterable[int], most: int) -> tuple[int, ...]:
        """The terms that hold some of the crowd together: in at least half of them, the heaviest first."""
        chosen = frozenset(ids)
        held = {term: len(bearers & chosen) for term, bearers in self._bearers.items()}
        common = [term for term, times in held.items() if times and 2 * times >= len(chosen)]
        return tuple(sorted(common, key=lambda term: (-self.bursts[term].lift * held[term], term))[:most])


def likeness(crowd: Crowd) -> dict[tuple[int, int], int]:
    """Give for each pair (the lower id first) how likely it is one problem, in per mille; none at nothing.

    An issue that says too little or too much is like nothing.
    """
    telling = sorted((one for one in crowd.issues if is_telling(one)), key=lambda one: one.id)
    said = {one.id: frozenset(one.ids) for one in telling}
    found: dict[tuple[int, int], int] = {}
    for place, one in enumerate(telling):
        for other in telling[place + 1 :]:
            common = in_common(crowd, one.id, other.id)
            per_mille = likely(common) if common > 0 else 0
            if 2 * len(said[one.id] & said[other.id]) >= min(len(said[one.id]), len(said[other.id])):
                per_mille = max(per_mille, _as_duplicates(one, other, crowd))
            if per_mille:
                found[one.id, other.id] = per_mille
    return found


def in_common(crowd: Crowd, one: int, other: int) -> float:
    """Give how much of the burst two issues have in common, in nats; 0 where it is too little to tell anything.

    It is the weight of what both say, times its share of what each says of the burst (the mean of the two shares, by
    their product): two that speak of one thing, each with a trouble of its own, have less in common than two of which
    one just says less.
    """
    if len(crowd.signs[one] & crowd.signs[other]) < _LEAST_SHARED:
        return 0.0
    ours, theirs = crowd.said[one], crowd.said[other]
    both = _weight(crowd, ours & theirs)
    if both <= 0:
        return 0.0
    return both * both / sqrt(_weight(crowd, ours) * _weight(crowd, theirs))


def _weight(crowd: Crowd, terms: Iterable[int]) -> float:
    return sum([crowd.phrases[term] for term in sorted(terms)])


def likely(common: float, table: Coefficients = TABLE) -> int:
    """Give the probability, in per mille, that two issues that have so much in common are one problem."""
    return round(1000 / (1 + exp(-(table.constant + table.common * common))))


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
