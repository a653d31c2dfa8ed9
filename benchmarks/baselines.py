"""The plain methods to beat, on the same questions: TF-IDF cosine and BM25.

TF-IDF has sublinear counts and smoothed idf, BM25 k1 1.2 and b .75. Both read words of two letters and more in lower
case without English stop words, the summary twice, which is what does best for both. Their document frequencies are of
the whole file, more than was known at the time: an advantage to them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log, sqrt

from benchmarks.history import History, Report
from orchestrator.related.stopwords import STOP_WORDS

_WORD = re.compile(r"\b\w\w+\b")
_K1 = 1.2
_B = 0.75

Rankings = dict[int, list[int]]
"""For the place of each question, the places of earlier reports, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """How much each word counts on the asking side and on the answering side, per document."""

    asking: list[dict[str, float]]
    answering: list[dict[str, float]]


def tfidf(past: History, questions: Collection[int]) -> Rankings:
    """Rank by the cosine of sublinear TF-IDF vectors."""
    documents = [_words(report) for report in past.reports]
    df = _document_frequencies(documents)
    vectors = [
        _unit(
            {word: (1 + log(count)) * (log((1 + len(documents)) / (1 + df[word])) + 1) for word, count in each.items()}
        )
        for each in documents
    ]
    return _rankings(_Weights(asking=vectors, answering=vectors), questions)


def bm25(past: History, questions: Collection[int]) -> Rankings:
    """Rank by Okapi BM25 with an idf that is never below zero."""
    documents = [_words(report) for report in past.reports]
    df = _document_frequencies(documents)
    average = sum(each.total() for each in documents) / max(len(documents), 1)
    answering = []
    for each in documents:
        half = _K1 * (1 - _B + _B * each.total() / max(average, 1.0))
        answering.append({word: count * (_K1 + 1) / (count + half) for word, count in each.items()})
    asking = [
        {word: count * log(1 + (len(documents) - df[word] + 0.5) / (df[word] + 0.5)) for word, count in each.items()}
        for each in documents
    ]
    return _rankings(_Weights(asking=asking, answering=answering), questions)


def _words(report: Report) -> Counter[str]:
    text = f"{report.summary} {report.summary} {report.description}".lower()
    return Counter(word for word in _WORD.findall(text) if word not in STOP_WORDS)


def _document_frequencies(documents: list[Counter[str]]) -> Counter[str]:
    return Counter(word for each in documents for word in each)


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(value * value for value in vector.values())) or 1.0
    return {word: value / length for word, value in vector.items()}


def _rankings(weights: _Weights, questions: Collection[int]) -> Rankings:
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, vector in enumerate(weights.answering):
        for word, value in vector.items():
            postings[word].append((place, value))
    return {question: _ranking(weights.asking[question], postings, question) for question in questions}


def _ranking(asked: Mapping[str, float], postings: Mapping[str, list[tuple[int, float]]], question: int) -> list[int]:
    scores = [0.0] * question
    for word, weight in asked.items():
        for place, value in postings[word]:
            if place < question:
                scores[place] += weight * value
    return sorted((place for place in range(question) if scores[place] > 0), key=lambda place: (-scores[place], place))
