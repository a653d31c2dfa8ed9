"""Lives a history again: each report asks, among all that were created before it, which one it repeats.

Only the bot's own code decides; the index here is a plain dictionary that answers as the real one does.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest
from math import log
from time import perf_counter

from benchmarks.history import History
from integrations.store.search import MOST
from orchestrator.related import SHIPPED, Candidate, Corpus, Match, Model, Query, query_terms, rank, terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the report at `place` asks, with all that the index gives for it; ids of candidates are places.

    Tokens and search took `seconds`.
    """

    place: int
    query: Query
    candidates: tuple[Candidate, ...]
    corpus: Corpus
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the bot found for the report at `place`, best first; ids of matches are places.

    Tokens, search and ranking took `seconds`.
    """

    place: int
    matches: tuple[Match, ...]
    seconds: float


def questions(past: History, only: Collection[int] | None = None) -> Iterator[Question]:
    """One question per report, or per report whose place is in `only`, in the order of creation."""
    index = _Index()
    for place, report in enumerate(past.reports):
        started = perf_counter()
        query = Query(terms=terms(report.summary, report.description), traits=report.traits)
        if only is None or place in only:
            candidates, corpus = index.search(query)
            near = past.vectors.near(place, [each.id for each in candidates]) if past.vectors else {}
            more = index.documents(near.keys() - {each.id for each in candidates})
            seconds = perf_counter() - started
            yield Question(
                place=place,
                query=replace(query, meanings=near),
                candidates=(*candidates, *more),
                corpus=corpus,
                seconds=seconds,
            )
        index.add(place, query)


def looks(
    past: History, limit: int = 10, only: Collection[int] | None = None, model: Model | None = None
) -> Iterator[Look]:
    """One look per report, or per report whose place is in `only`, in the order of creation."""
    for asked in questions(past, only):
        yield look(asked, limit, model or past.defaults)


def look(asked: Question, limit: int, model: Model = SHIPPED) -> Look:
    """Rank what was found for a question."""
    started = perf_counter()
    matches = rank(asked.query, asked.candidates, asked.corpus, limit, model)
    return Look(place=asked.place, matches=matches, seconds=asked.seconds + perf_counter() - started)


class _Index:
    """Which documents hold which term."""

    def __init__(self) -> None:
        self._known: list[Candidate] = []
        self._places: defaultdict[int, list[int]] = defaultdict(list)
        self._df: Counter[int] = Counter()
        self._length = 0

    def add(self, place: int, issue: Query) -> None:
        said = issue.terms
        self._known.append(Candidate.of(place, said, issue.traits))
        self._df.update(said.ids)
        self._length += said.length
        for term in said.ids:
            self._places[term].append(place)

    def documents(self, places: Collection[int]) -> list[Candidate]:
        return [self._known[place] for place in sorted(places)]

    def search(self, query: Query) -> tuple[tuple[Candidate, ...], Corpus]:
        documents = len(self._known)
        tells: Counter[int] = Counter()
        for term in query_terms(query.terms, self._df, documents):
            told = round(1000 * log(1 + documents / self._df[term]))
            for place in self._places[term]:
                tells[place] += told
        found = nsmallest(MOST, ((-told, -place) for place, told in tells.items()))
        corpus = Corpus(documents=documents, average_length=self._length / max(documents, 1), df=self._df)
        return tuple(self._known[-place] for _, place in found), corpus
