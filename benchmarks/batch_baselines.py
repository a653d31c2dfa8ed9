"""The plain ways to group what comes in, on the same stream: the same title, and TF-IDF cosine over a threshold.

Both take a report into the group of what came within 24 hours before it. Groups count from the number of members from
which the bot speaks of a batch. The document frequencies are of the whole stream: an advantage to them.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import log, sqrt

from benchmarks.batch_measures import Problems, grouping
from benchmarks.batch_stream import Report
from orchestrator.related.stopwords import STOP_WORDS

_WINDOW = timedelta(hours=24)
_WORD = re.compile(r"\b\w\w+\b")
_VARIES = re.compile(r"\d+")
THRESHOLDS = tuple(place / 100 for place in range(20, 85, 5))

Groups = list[list[int]]


def by_title(told: Sequence[Report], least: int) -> Groups:
    """Group what has the same title but for letter case and numbers, as alerting tools do by their keys."""
    groups: list[list[int]] = []
    latest: dict[str, tuple[Report, list[int]]] = {}
    for one in told:
        title = " ".join(_VARIES.sub("", one.summary.casefold()).split())
        before = latest.get(title)
        if before is not None and one.at - before[0].at <= _WINDOW:
            group = before[1]
        else:
            group = []
            groups.append(group)
        group.append(one.id)
        latest[title] = (one, group)
    return [group for group in groups if len(group) >= least]


def by_cosine(told: Sequence[Report], least: int, thresholds: Sequence[float]) -> Mapping[float, Groups]:
    """Group each with the most similar one of the hours before it, where they are at least so similar."""
    vectors = _vectors(told)
    groups: dict[float, dict[int, list[int]]] = {threshold: {} for threshold in thresholds}
    holders: defaultdict[str, deque[int]] = defaultdict(deque)
    at = {one.id: one.at for one in told}
    for one in told:
        scores: defaultdict[int, float] = defaultdict(float)
        for word, weight in vectors[one.id].items():
            held = holders[word]
            while held and one.at - at[held[0]] > _WINDOW:
                held.popleft()
            for other in held:
                scores[other] += weight * vectors[other][word]
            held.append(one.id)
        best, score = max(scores.items(), key=lambda pair: (pair[1], -pair[0]), default=(0, 0.0))
        for threshold, made in groups.items():
            group = made[best] if score >= threshold else []
            group.append(one.id)
            made[one.id] = group
    return {threshold: _distinct(made, least) for threshold, made in groups.items()}


def best_threshold(told: Sequence[Report], problems: Problems, least: int) -> float:
    """Give the threshold with the best F1 of pairs on a stream."""
    tried = by_cosine(told, least, THRESHOLDS)
    return max(THRESHOLDS, key=lambda threshold: _f1(tried[threshold], problems))


def _f1(groups: Groups, problems: Problems) -> float:
    found = grouping(groups, problems)
    precision, recall = found.precision.mean, found.recall.mean
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _distinct(made: Mapping[int, list[int]], least: int) -> Groups:
    return [group for one, group in made.items() if group[0] == one and len(group) >= least]


def _vectors(told: Sequence[Report]) -> dict[int, dict[str, float]]:
    counts = {one.id: Counter(_words(one)) for one in told}
    df = Counter(word for said in counts.values() for word in said)
    vectors = {}
    for id_, said in counts.items():
        weights = {word: (1 + log(times)) * (log((1 + len(told)) / (1 + df[word])) + 1) for word, times in said.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors[id_] = {word: weight / length for word, weight in weights.items()}
    return vectors


def _words(one: Report) -> list[str]:
    text = f"{one.summary} {one.summary} {one.description}".lower()
    return [word for word in _WORD.findall(text) if word not in STOP_WORDS]
