"""Issues that are looked at together, and which words come up again and again now, and hardly ever before.

A pair's own texts tell little where forty customers complain each in their own words. What tells is that suddenly
many say the same few words: a word counts by how much more often it comes in these hours than it came before. Pure;
it must not judge pairs, nor decide who belongs together.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from orchestrator.batching.bursts import LEAST_HELD, Burst, bursts
from orchestrator.related import SHIPPED, Candidate, Corpus, Model

#: Words that make up one in so many of a text's are much of what it says.
_MUCH = 3
#: What says less than this says nothing: a template, a test, an empty description under a vague title.
LEAST_TERMS = 4
#: What says more than this could be like anything: a pasted log. `related.terms` ends at 400.
MOST_TERMS = 399


def is_telling(candidate: Candidate) -> bool:
    """Tell whether an issue says enough, and not so much that it resembles everything."""
    return LEAST_TERMS <= len(candidate.times) <= MOST_TERMS


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Issues looked at together, and the index that they stand in; `corpus.df` holds all of their terms.

    `times`: when each issue of these hours came, of the crowd or not, that says a term: ascending, in seconds; terms of
    a single one may be missing. `pace`: how many issues came a second, all in all; `past`: how many had come before.
    `model`: what near copies are ranked with.
    """

    issues: Sequence[Candidate]
    corpus: Corpus
    times: Mapping[int, Sequence[int]]
    pace: float
    past: int
    model: Model = SHIPPED

    @cached_property
    def bursts(self) -> dict[int, Burst]:
        """When each term comes more often than otherwise; only those that surprise, and are not a form's headings."""
        return {term: one for term, one in self._sudden.items() if self._is_said(term)}

    @cached_property
    def _sudden(self) -> dict[int, Burst]:
        return bursts(self.times, self.corpus.df, self.past, self.pace)

    @cached_property
    def signs(self) -> dict[int, frozenset[int]]:
        """The terms of each issue that come more often while it came."""
        return self._by_issue(self._bearers.items())

    @cached_property
    def phrases(self) -> dict[int, float]:
        """What words that always come together weigh, by the lowest of them: four of them as much as two alone."""
        return {
            name: max(self.bursts[term].weight for term in terms) * sqrt(len(terms))
            for name, terms in self._together.items()
        }

    @cached_property
    def said(self) -> dict[int, frozenset[int]]:
        """The phrases of each issue, without those that stand alone.

        Half of those that say one have to share another as well, or it has to be much of what they say: whatever comes
        after a release names the release, and is unlike in all else. What is mostly said with it is part of it here.
        """
        said = self._by_issue((name, self._bearers[name]) for name in self._together)
        alone = {name for name in self._together if self._stands_alone(name, said)}
        return {id_: names - alone for id_, names in said.items()}

    def _stands_alone(self, name: int, said: Mapping[int, frozenset[int]]) -> bool:
        bearers = self._bearers[name]
        beside = Counter(other for id_ in bearers for other in said[id_])
        with_it = {other for other in beside if self._goes_with(bearers, other)}
        common = {other for other, held in beside.items() if held >= LEAST_HELD} - with_it
        words = _MUCH * sum(len(self._together[other]) for other in with_it)
        fit = sum(words >= self._lengths[id_] or not common.isdisjoint(said[id_]) for id_ in bearers)
        return 2 * fit < len(bearers)

    def _goes_with(self, bearers: frozenset[int], other: int) -> bool:
        """Tell whether two in three of those that say either phrase say both; so does a phrase with itself."""
        others = self._bearers[other]
        return 3 * len(bearers & others) >= 2 * len(bearers | others)

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
        sudden = frozenset(self._sudden)
        found: defaultdict[int, list[Candidate]] = defaultdict(list)
        for one in self.issues:
            for term in sudden.intersection(one.ids):
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

    def share_in(self, ids: Collection[int], term: int) -> float:
        """Give which share of all that say a term while it comes so often is among these, of the crowd or not."""
        burst, came = self.bursts[term], self.times[term]
        number = bisect_right(came, burst.until) - bisect_left(came, burst.since)
        return min(1.0, len(self._bearers[term].intersection(ids)) / max(1, number))
