"""Orders known issues by how likely each is the same problem as a new one.

Pure: who the candidates are, and whether anybody is asked, is decided elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from typing import NamedTuple

from orchestrator.related.confidence import Coefficients, Signals, confidence
from orchestrator.related.documents import Candidate, Corpus, Query
from orchestrator.related.features import Features, features_of
from orchestrator.related.model import SHIPPED, Model
from orchestrator.related.weighing import common, same, weigh
from orchestrator.related.weights import Pieces, bounds, merit

_FINE = 1_000_000
_DAY = 86_400
_FIELD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate's place among all.

    `score` orders, 0 to 1,000. `confidence` is the probability, in per mille, that a person would confirm "the same
    problem". `shared` holds the ids of the terms in common, the most telling first. `features`: what the model saw.
    """

    id: int
    score: int
    confidence: int
    signals: Signals
    features: Features
    shared: tuple[int, ...]


class _Scored(NamedTuple):
    """A candidate with its evidence, its text's share in per mille and its full score in millionths."""

    candidate: Candidate
    pieces: Pieces
    text: int
    score: int


def rank(
    query: Query, candidates: Iterable[Candidate], corpus: Corpus, limit: int = 10, model: Model = SHIPPED
) -> tuple[Match, ...]:
    """Give the best `limit` candidates that share a term with the query, best first, ties by id.

    An id given twice counts once. The issue itself must not be among the candidates.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    known = {each.id: each for each in candidates}
    weighed = weigh(query, known.values(), corpus)
    texts = {each.id: round(1000 * each.text) for each in weighed}
    pieces = {each.id: each.pieces for each in weighed}
    front = nlargest(_FIELD + 1, texts.values())
    least, most = bounds(model.weights)
    merits = ((merit(each.pieces, model.weights), each.id) for each in weighed)
    scores = ((round(_FINE * (value - least) / (most - least)), id_) for value, id_ in merits)
    best = sorted((-score, id_) for score, id_ in scores)[:limit]
    tells = {term: corpus.weight(term) for term in query.terms.ids}
    scored = [_Scored(known[id_], pieces[id_], texts[id_], -score) for score, id_ in best]
    return tuple(_match(query, each, _rivals(front, each.text), tells, model.table) for each in scored)


def _rivals(front: list[int], text: int) -> list[int]:
    """The best five texts of the others, best first; where there are fewer, zeros."""
    rest = list(front)
    if text in rest:
        rest.remove(text)
    return (rest + [0] * _FIELD)[:_FIELD]


def _match(
    query: Query, scored: _Scored, rivals: list[int], weights: Mapping[int, float], table: Coefficients
) -> Match:
    held = (term for term, _ in scored.candidate.held(frozenset(weights)))
    shared = sorted(held, key=lambda term: (-weights[term], term))
    signals = _signals(query, scored, rivals, shared, weights)
    return Match(
        id=scored.candidate.id,
        score=scored.score * 1000 // _FINE,
        confidence=confidence(signals, table),
        signals=signals,
        features=features_of(scored.pieces, signals),
        shared=tuple(shared),
    )


def _signals(
    query: Query, scored: _Scored, rivals: list[int], shared: list[int], weights: Mapping[int, float]
) -> Signals:
    new, known = query.traits, scored.candidate.traits
    ours, theirs = set(query.terms.summary), set(scored.candidate.summary)
    return Signals(
        text=scored.text,
        lead=scored.text - rivals[0],
        apart=scored.text - rivals[-1],
        cover=round(1000 * _share(ours.intersection(shared), ours, weights)),
        titles=round(1000 * _share(ours & theirs, ours, weights) * len(ours) / max(len(ours | theirs), 1)),
        shared=len(shared),
        days=(new.created - known.created) // _DAY,
        project=same(new.project, known.project),
        components=common(new.components, known.components),
        kind=same(new.kind, known.kind),
        reporter=same(new.reporter, known.reporter),
        meaning=query.meanings.get(scored.candidate.id),
    )


def _share(part: set[int], whole: set[int], weights: Mapping[int, float]) -> float:
    """How much of what `whole` tells is in `part`; summed in order, so that the result is the same everywhere."""
    total = sum([weights[term] for term in sorted(whole)])
    return sum([weights[term] for term in sorted(part)]) / total if total else 0.0
