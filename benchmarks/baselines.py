"""The plain methods to beat, on the same questions: TF-IDF cosine and BM25.

TF-IDF has sublinear counts and smoothed idf, BM25 k1 1.2 and b .75. Both read words of two letters and more in lower
case without English stop words, the summary twice, which is what does best for both. Their document frequencies are of
the whole file, more than was known at the time: an advantage to them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from math import log, sqrt

from benchmarks.history import History, Report
from orchestrator.related.stopwords import STOP_WORDS

_WORD = re.compile(r"\b\w\w+\b")
_K1 = 1.2
_B = 0.75
_DEPTH = 1_000

Rankings = dict[int, list[int]]
"""For the place of each question, the places of earlier reports, best first: the first thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The words of all reports as numbers, in arrays, because a hundred thousand reports must fit; and who holds each.

    `said[place]` are numbers and counts of words; `df[number]`: how many reports hold the word.
    """

    said: list[tuple[array[int], array[int]]]
    df: Counter[int]

    def counts(self, place: int) -> Iterable[tuple[int, int]]:
        return zip(*self.said[place], strict=True)

    def length(self, place: int) -> int:
        return sum(self.said[place][1])


_Vector = Callable[[int], Mapping[int, float]]


def tfidf(past: History, questions: Collection[int]) -> Rankings:
    """Rank by the cosine of sublinear TF-IDF vectors."""
    texts = _read(past.reports)
    number = len(texts.said)
    tells = {word: log((1 + number) / (1 + df)) + 1 for word, df in texts.df.items()}

    def vector(place: int) -> Mapping[int, float]:
        return _unit({word: (1 + log(count)) * tells[word] for word, count in texts.counts(place)})

    return _rankings(number, questions, vector, vector)


def bm25(past: History, questions: Collection[int]) -> Rankings:
    """Rank by Okapi BM25 with an idf that is never below zero."""
    texts = _read(past.reports)
    number = len(texts.said)
    average = sum(texts.length(place) for place in range(number)) / max(number, 1)
    tells = {word: log(1 + (number - df + 0.5) / (df + 0.5)) for word, df in texts.df.items()}

    def answering(place: int) -> Mapping[int, float]:
        half = _K1 * (1 - _B + _B * texts.length(place) / max(average, 1.0))
        return {word: count * (_K1 + 1) / (count + half) for word, count in texts.counts(place)}

    def asking(place: int) -> Mapping[int, float]:
        return {word: count * tells[word] for word, count in texts.counts(place)}

    return _rankings(number, questions, asking, answering)


def _read(reports: Iterable[Report]) -> _Texts:
    numbers: dict[str, int] = {}
    said, df = [], Counter[int]()
    for report in reports:
        counts = _words(report)
        words = array("I", [numbers.setdefault(word, len(numbers)) for word in counts])
        said.append((words, array("I", counts.values())))
        df.update(words)
    return _Texts(said=said, df=df)


def _words(report: Report) -> Counter[str]:
    text = f"{report.summary} {report.summary} {report.description}".lower()
    return Counter(word for word in _WORD.findall(text) if word not in STOP_WORDS)


def _unit(vector: Mapping[int, float]) -> dict[int, float]:
    length = sqrt(sum(value * value for value in vector.values())) or 1.0
    return {word: value / length for word, value in vector.items()}


def _rankings(number: int, questions: Collection[int], asking: _Vector, answering: _Vector) -> Rankings:
    wanted = {question: asking(question) for question in questions}
    asked = frozenset(word for vector in wanted.values() for word in vector)
    places: dict[int, array[int]] = {word: array("I") for word in asked}
    values: dict[int, array[float]] = {word: array("d") for word in asked}
    for place in range(number):
        for word, value in answering(place).items():
            if word in asked:
                places[word].append(place)
                values[word].append(value)
    return {question: _ranking(vector, places, values, question) for question, vector in wanted.items()}


def _ranking(
    asked: Mapping[int, float],
    places: Mapping[int, array[int]],
    values: Mapping[int, array[float]],
    question: int,
) -> list[int]:
    scores = [0.0] * question
    for word, weight in asked.items():
        earlier = bisect_left(places[word], question)
        for place, value in zip(places[word][:earlier], values[word][:earlier], strict=True):
            scores[place] += weight * value
    found = ((-score, place) for place, score in enumerate(scores) if score > 0)
    return [place for _, place in nsmallest(_DEPTH, found)]
