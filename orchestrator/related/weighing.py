"""Measures what speaks for each known issue: its text, how much each of two says of the other's summary, nearness.

The text is BM25 with saturated query counts, as a share of what the issue scores against itself. The meaning is told
beforehand; where it is not, it counts as the others' mean. Pure; how much each piece counts is decided elsewhere.
"""

from collections.abc import Collection, Iterable, Mapping
from math import exp
from typing import NamedTuple

from orchestrator.related.documents import Candidate, Corpus, Query, Traits
from orchestrator.related.weights import Pieces, likeness

_DOCUMENT_SATURATION = 6.0
_QUERY_SATURATION = 3.0
_LENGTH_NORM = 0.9
_NEAR_DAYS = 180.0
_DAY = 86_400


class Weighed(NamedTuple):
    """The evidence on a candidate, and its text's share of a copy, 0 to 1. A bare tuple, as hundreds are made."""

    id: int
    text: float
    pieces: Pieces


def weigh(query: Query, candidates: Collection[Candidate], corpus: Corpus) -> list[Weighed]:
    """Give the evidence on each candidate that shares a term with the query."""
    tells = {term: corpus.weight(term) for term in query.terms.ids}
    asked = {term: tells[term] * _saturated(count, _QUERY_SATURATION) for term, count in query.terms.counts}
    copy = _similarity(asked, query.terms.counts, query.terms.length, corpus.average_length)
    ids, summary = frozenset(asked), frozenset(query.terms.summary)
    said = sum([tells[term] for term in query.terms.summary])
    usual = said / len(summary) if summary else 1.0
    meanings = _meanings(query, candidates)
    unknown = sum(meanings.values()) / max(len(meanings), 1)
    found = []
    for each in candidates:
        if held := each.held(ids):
            text = min(_similarity(asked, held, each.length, corpus.average_length) / copy, 1.0)
            cover = sum([tells[term] for term, _ in held if term in summary]) / said if summary else 0.0
            back = _back(each.summary, tells, usual)
            nearness = _nearness(query.traits, each.traits)
            pieces = (likeness(text), cover, back, *nearness, meanings.get(each.id, unknown))
            found.append(Weighed(each.id, text, pieces))
    return found


def _meanings(query: Query, candidates: Iterable[Candidate]) -> dict[int, float]:
    told = ((each.id, query.meanings.get(each.id)) for each in candidates)
    return {id_: likeness(meaning / 1000) for id_, meaning in told if meaning is not None}


def _back(summary: Iterable[int], tells: Mapping[int, float], usual: float) -> float:
    """How much of what the known summary tells the new issue says; a word that it does not say tells the `usual`."""
    ours = theirs = 0.0
    for term in summary:
        if term in tells:
            ours += tells[term]
        else:
            theirs += usual
    return ours / (ours + theirs) if ours else 0.0


def _similarity(asked: Mapping[int, float], counts: Iterable[tuple[int, int]], length: int, average: float) -> float:
    """The BM25 score of a document for weighted terms, by the counts of those that it holds."""
    half = _DOCUMENT_SATURATION * (1 - _LENGTH_NORM + _LENGTH_NORM * length / max(average, 1.0))
    return sum([asked[term] * (count / (count + half)) for term, count in counts])


def _saturated(count: int, half: float) -> float:
    return count / (count + half)


def _nearness(new: Traits, known: Traits) -> tuple[float, float, float]:
    """Nearness in time, from 0 to 1, and -1 for another project and component; what is unknown counts as the same."""
    near = exp(-abs(new.created - known.created) / _DAY / _NEAR_DAYS)
    project = -1.0 if same(new.project, known.project) is False else 0.0
    component = -1.0 if common(new.components, known.components) is False else 0.0
    return near, project, component


def same(ours: str, theirs: str) -> bool | None:
    """Tell whether the two are the same; None where one of them is unknown."""
    return ours == theirs if ours and theirs else None


def common(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool | None:
    """Tell whether the two have one in common; None where one of them is unknown."""
    return not set(ours).isdisjoint(theirs) if ours and theirs else None
