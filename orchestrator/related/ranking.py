"""Orders known issues by how likely each is the same problem as a new one.

The text decides: BM25 with saturated query counts, as a share of what the issue scores against itself. Nearness in time
and the same project and component move it a little. Pure: who the candidates are, and whether anybody is asked, is
decided elsewhere.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from math import exp, log
from struct import pack, unpack

from orchestrator.related.confidence import Signals, confidence
from orchestrator.related.tokens import Terms

RANKING_VERSION = "1"
"""Changes whenever the same input would give another order or other signals."""

_DOCUMENT_SATURATION = 6.0
_QUERY_SATURATION = 3.0
_LENGTH_NORM = 0.9
_NEAR_WEIGHT = 0.8
_NEAR_DAYS = 180.0
_PROJECT_WEIGHT = 0.5
_COMPONENT_WEIGHT = 0.2
_FULL_WEIGHT = 1 + _NEAR_WEIGHT + _PROJECT_WEIGHT + _COMPONENT_WEIGHT
_FINE = 1_000_000
_DAY = 86_400
_FIELD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of an issue besides its text, as of its creation; an empty value means unknown and moves nothing.

    `created` is in seconds since the epoch, UTC.
    """

    created: int
    project: str = ""
    components: tuple[str, ...] = ()
    kind: str = ""
    reporter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The new issue."""

    terms: Terms
    traits: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A known issue as the index holds it: its traits, and `counts`, `length` and `summary` of its `Terms`.

    The counts stand as bytes, because a search gives hundreds of candidates, of most of which only the few terms matter
    that they share with the query: `terms` are the ids, ascending, four bytes each, the lowest first; `times` how often
    each stands there, one byte each.
    """

    id: int
    terms: bytes
    times: bytes
    length: int
    summary: tuple[int, ...]
    traits: Traits

    @classmethod
    def of(cls, id_: int, said: Terms, traits: Traits) -> "Candidate":
        """Give an issue as a candidate."""
        return cls(
            id=id_,
            terms=pack(f"<{len(said.counts)}I", *said.ids),
            times=bytes(times for _, times in said.counts),
            length=said.length,
            summary=said.summary,
            traits=traits,
        )

    @property
    def ids(self) -> tuple[int, ...]:
        """The term ids, ascending."""
        return unpack(f"<{len(self.times)}I", self.terms)

    def held(self, asked: frozenset[int]) -> list[tuple[int, int]]:
        """Give those of the terms that it holds, ascending, each with how often."""
        ids = self.ids
        return [(term, self.times[bisect_left(ids, term)]) for term in sorted(asked.intersection(ids))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The index as a whole: its documents, their average `length`, and in how many of them a query's terms stand.

    `df` must hold all terms of the query that any document has.
    """

    documents: int
    average_length: float
    df: Mapping[int, int]

    def weight(self, term: int) -> float:
        """Give how much a term tells: its BM25 inverse document frequency, always above zero."""
        frequency = min(self.df.get(term, 0), self.documents)
        return log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate's place among all.

    `score` orders, 0 to 1,000. `confidence` is the probability, in per mille, that a person would confirm "the same
    problem". `shared` holds the ids of the terms in common, the most telling first.
    """

    id: int
    score: int
    confidence: int
    signals: Signals
    shared: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """A candidate with its text's share in per mille and its full score in millionths."""

    candidate: Candidate
    text: int
    score: int


def rank(query: Query, candidates: Iterable[Candidate], corpus: Corpus, limit: int = 10) -> tuple[Match, ...]:
    """Give the best `limit` candidates that share a term with the query, best first, ties by id.

    An id given twice counts once. The issue itself must not be among the candidates.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    weights = {term: corpus.weight(term) for term in query.terms.ids}
    known = {each.id: each for each in candidates}
    scores = _scores(query, known.values(), weights, corpus.average_length)
    front = nlargest(_FIELD + 1, (text for _, _, text in scores))
    best = (_Scored(candidate=known[id_], text=text, score=-score) for score, id_, text in scores[:limit])
    return tuple(_match(query, each, _rivals(front, each.text), weights, corpus) for each in best)


def _scores(
    query: Query, candidates: Iterable[Candidate], weights: Mapping[int, float], average: float
) -> list[tuple[int, int, int]]:
    """All candidates that share a term, best first: the full score, below zero so that they sort, id, and text.

    Bare tuples: hundreds are scored for each that is kept.
    """
    asked = {term: weights[term] * _saturated(count, _QUERY_SATURATION) for term, count in query.terms.counts}
    copy = _similarity(asked, query.terms.counts, query.terms.length, average)
    ids, new = frozenset(asked), query.traits
    scores = []
    for each in candidates:
        if held := each.held(ids):
            text = min(_similarity(asked, held, each.length, average) / copy, 1.0)
            score = round(_FINE * text * _nearness(new, each.traits) / _FULL_WEIGHT)
            scores.append((-score, each.id, round(1000 * text)))
    return sorted(scores)


def _similarity(asked: Mapping[int, float], counts: Iterable[tuple[int, int]], length: int, average: float) -> float:
    """The BM25 score of a document for weighted terms, by the counts of those that it holds."""
    half = _DOCUMENT_SATURATION * (1 - _LENGTH_NORM + _LENGTH_NORM * length / max(average, 1.0))
    return sum([asked[term] * (count / (count + half)) for term, count in counts])


def _saturated(count: int, half: float) -> float:
    return count / (count + half)


def _nearness(new: Traits, known: Traits) -> float:
    """How much the text's share counts, from 1 to `_FULL_WEIGHT`; what is unknown counts as the same."""
    days = abs(new.created - known.created) / _DAY
    near = _NEAR_WEIGHT * exp(-days / _NEAR_DAYS)
    project = 0.0 if _same(new.project, known.project) is False else _PROJECT_WEIGHT
    component = 0.0 if _common(new.components, known.components) is False else _COMPONENT_WEIGHT
    return 1 + near + project + component


def _same(ours: str, theirs: str) -> bool | None:
    return ours == theirs if ours and theirs else None


def _common(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool | None:
    return not set(ours).isdisjoint(theirs) if ours and theirs else None


def _rivals(front: list[int], text: int) -> list[int]:
    """The best five texts of the others, best first; where there are fewer, zeros."""
    rest = list(front)
    if text in rest:
        rest.remove(text)
    return (rest + [0] * _FIELD)[:_FIELD]


def _match(query: Query, scored: _Scored, rivals: list[int], weights: Mapping[int, float], corpus: Corpus) -> Match:
    held = (term for term, _ in scored.candidate.held(frozenset(weights)))
    shared = sorted(held, key=lambda term: (-weights[term], term))
    signals = _signals(query, scored, rivals, shared, corpus)
    return Match(
        id=scored.candidate.id,
        score=scored.score * 1000 // _FINE,
        confidence=confidence(signals),
        signals=signals,
        shared=tuple(shared),
    )


def _signals(query: Query, scored: _Scored, rivals: list[int], shared: list[int], corpus: Corpus) -> Signals:
    new, known = query.traits, scored.candidate.traits
    ours, theirs = set(query.terms.summary), set(scored.candidate.summary)
    return Signals(
        text=scored.text,
        lead=scored.text - rivals[0],
        apart=scored.text - rivals[-1],
        cover=round(1000 * _share(ours.intersection(shared), ours, corpus)),
        titles=round(1000 * _share(ours & theirs, ours, corpus) * len(ours) / max(len(ours | theirs), 1)),
        shared=len(shared),
        days=(new.created - known.created) // _DAY,
        project=_same(new.project, known.project),
        components=_common(new.components, known.components),
        kind=_same(new.kind, known.kind),
        reporter=_same(new.reporter, known.reporter),
    )


def _share(part: set[int], whole: set[int], corpus: Corpus) -> float:
    """How much of what `whole` tells is in `part`; summed in order, so that the result is the same everywhere."""
    total = sum(corpus.weight(term) for term in sorted(whole))
    return sum(corpus.weight(term) for term in sorted(part)) / total if total else 0.0
