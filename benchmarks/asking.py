"""Measures how well known issues are found that a new one repeats, and what people would be asked.

Protocol: each later report of a pair asks for the earlier ones among all reports created before it; the calibration and
the asking are measured on every report. Of a large file an even sample over time is asked, always the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import baselines
from benchmarks.fitting import Example
from benchmarks.history import History, answers
from benchmarks.measures import Retrieval, coverage, retrieval
from benchmarks.replay import Look, look, questions
from benchmarks.truth import Truth
from orchestrator.learning.scoring import Guess, calibration_error
from orchestrator.related import confidence
from orchestrator.related.confidence import Coefficients

FLOOR = 350
"""The confidence in per mille from which on a person is asked."""

MOST_QUESTIONS = 2_000
MOST_LOOKS = 3_000
_DEPTH = 100
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What people would have been asked: how many pairs, and how many of them right in each reading."""

    floor: int
    count: int
    listed: int
    linked: int
    judged: int
    undecided: int
    recall: float

    @property
    def precision(self) -> float:
        """Give the share that is listed as the same problem."""
        return self.listed / max(self.count, 1)

    @property
    def precision_judged(self) -> float:
        """Give the share that is the same problem among those on which the data have a verdict."""
        return self.judged / max(self.count - self.undecided, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that is reported on one history."""

    model: str
    issues: int
    ours: Retrieval
    tfidf: Retrieval
    bm25: Retrieval
    ece: float
    ece_judged: float
    coverage: float
    asked: Asked
    milliseconds: float
    milliseconds_to_encode: float


def measure(past: History) -> Results:
    """Live the history again and measure the model that ships for it."""
    model, table = past.defaults, past.defaults.table
    all_right = answers(past, past.verdicts.linked)
    right = {place: all_right[place] for place in sample(list(all_right), MOST_QUESTIONS)}
    places = frozenset(sample(range(len(past.reports)), MOST_LOOKS))
    put = questions(past, places | right.keys())
    every = [look(one, _DEPTH if one.place in right else _SHOWN, model) for one in put]
    found = [one for one in every if one.matches and one.place in places]
    truth = Truth(past)
    return Results(
        model=model.version,
        issues=len(past.reports),
        ours=retrieval(right, {one.place: [match.id for match in one.matches] for one in every}),
        tfidf=retrieval(right, baselines.tfidf(past, right)),
        bm25=retrieval(right, baselines.bm25(past, right)),
        ece=calibration_error([_guess(one, truth.listed(one.place, one.matches[0]), table) for one in found]),
        ece_judged=calibration_error(judged_guesses(found, truth, table)),
        coverage=coverage(
            [
                _guess(one, one.matches[0].id in right[one.place], table)
                for one in every
                if one.matches and one.place in right
            ]
        ),
        asked=asked(past, found, truth, table),
        milliseconds=1000
        * _mean([one.seconds for one in every if one.place not in right] or [one.seconds for one in every]),
        milliseconds_to_encode=1000 * past.vectors.seconds if past.vectors else 0.0,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)


def sample(places: Sequence[int], most: int) -> Sequence[int]:
    """Give at most so many places, evenly over the whole."""
    step = len(places) / most
    return places if step <= 1 else [places[int(number * step)] for number in range(most)]


def asked(past: History, found: list[Look], truth: Truth, table: Coefficients) -> Asked:
    """Count what would be asked at the floor; recall is over those of `found` that are listed as repeating another."""
    best = [(look.place, look.matches[0]) for look in found]
    put = [(place, match) for place, match in best if confidence(match.signals, table) >= FLOOR]
    verdicts = [truth.judged(place, match) for place, match in put]
    listed = sum(truth.listed(place, match) for place, match in put)
    return Asked(
        floor=FLOOR,
        count=len(put),
        listed=listed,
        linked=sum(truth.linked(place, match) for place, match in put),
        judged=verdicts.count(True),
        undecided=verdicts.count(None),
        recall=listed / max(len(answers(past, past.verdicts.same).keys() & {look.place for look in found}), 1),
    )


def judged_guesses(found: list[Look], truth: Truth, table: Coefficients) -> list[Guess]:
    """Give the best guesses on which the data have a verdict."""
    verdicts = ((look, truth.judged(look.place, look.matches[0])) for look in found)
    return [_guess(look, same, table) for look, same in verdicts if same is not None]


def _guess(look: Look, right: bool, table: Coefficients) -> Guess:
    return Guess(confidence=confidence(look.matches[0].signals, table), right=right)


def examples_of(past: History, found: list[Look]) -> list[Example]:
    """Give the best match of every report, where the data tell whether it was the same problem."""
    truth = Truth(past)
    verdicts = ((look.matches[0], truth.judged(look.place, look.matches[0])) for look in found)
    return [Example(signals=match.signals, same=same) for match, same in verdicts if same is not None]
