"""Learns the weights of the ranking from questions whose right answers people gave. Pure; it ends the same each time.

Each question is a choice among its candidates (conditional logit): the weights make the right ones as likely as can be,
with a ridge penalty. A weight that comes out below zero is left out and the rest learnt again. Histories count alike,
however many questions each has.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from benchmarks.history import History, answers
from benchmarks.measures import Retrieval, retrieval
from benchmarks.replay import questions
from orchestrator.learning.fitting import solve
from orchestrator.related.weighing import Weighed, weigh
from orchestrator.related.weights import WEIGHTS, Pieces, Weights, merit

_RIDGE = 0.01
_STEPS = 60
_SMALL = 1e-4
_COLUMNS = range(7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The evidence on each candidate of a question, and the places of the right answers, found or not."""

    place: int
    found: tuple[Weighed, ...]
    right: frozenset[int]


def choices(past: History) -> list[Choice]:
    """Give the questions of a history, in the order of time."""
    right = answers(past, past.verdicts.linked)
    return [
        Choice(
            place=asked.place,
            found=tuple(weigh(asked.query, asked.candidates, asked.corpus)),
            right=right[asked.place],
        )
        for asked in questions(past, right)
    ]


def learn(histories: Sequence[Sequence[Choice]]) -> Weights:
    """Give the weights, to two decimals; those of which the questions tell nothing are zero."""
    usable = [[one for one in each if any(found.id in one.right for found in one.found)] for each in histories]
    usable = [each for each in usable if each]
    if not usable:
        raise ValueError("learning needs questions whose right answer is among what is found")
    kept = list(_COLUMNS)
    weights = _newton(usable, kept)
    while min(weights) < 0:
        kept.remove(min(kept, key=lambda column: weights[column]))
        weights = _newton(usable, kept)
    text, cover, back, near, project, component, meaning = (round(weight, 2) for weight in weights)
    return Weights(text=text, cover=cover, back=back, near=near, project=project, component=component, meaning=meaning)


def tried(asked: Sequence[Choice], weights: Weights = WEIGHTS) -> Retrieval:
    """Measure how well the weights order the candidates."""
    rankings = {
        one.place: [found.id for found in sorted(one.found, key=lambda each: (-merit(each.pieces, weights), each.id))]
        for one in asked
    }
    return retrieval({one.place: one.right for one in asked}, rankings)


def _newton(histories: Sequence[Sequence[Choice]], kept: Sequence[int]) -> list[float]:
    """The weights of all columns, zero for those that are not kept; a step that leads too far is halved."""
    weights = [0.0 for _ in _COLUMNS]
    height = _height(histories, weights)
    for _ in range(_STEPS):
        slope = [-_RIDGE * weights[column] for column in kept]
        bend = [[_RIDGE * (one == other) for other in kept] for one in kept]
        for history in histories:
            for choice in history:
                _add(slope, bend, choice, weights, kept, 1 / len(history))
        steps = dict(zip(kept, solve(bend, slope), strict=True))
        before = height
        while max(map(abs, steps.values())) >= _SMALL:
            stepped = [weight + steps.get(column, 0.0) for column, weight in enumerate(weights)]
            if (reached := _height(histories, stepped)) > height:
                weights, height = stepped, reached
                break
            steps = {column: step / 2 for column, step in steps.items()}
        if height - before < _SMALL:
            break
    return weights


def _height(histories: Sequence[Sequence[Choice]], weights: Sequence[float]) -> float:
    """How likely the right answers are, as a mean logarithm for each history, less the penalty."""
    height = -_RIDGE * sum(weight * weight for weight in weights) / 2
    for history in histories:
        for choice in history:
            likely = _likely(choice.found, weights)
            chance = sum(chance for place, chance in likely.items() if place in choice.right)
            height += log(max(chance, 1e-300)) / len(history)
    return height


def _add(
    slope: list[float],
    bend: list[list[float]],
    choice: Choice,
    weights: Sequence[float],
    kept: Sequence[int],
    share: float,
) -> None:
    """Add a question's part to the slope and the bend."""
    likely = _likely(choice.found, weights)
    chosen = {place: chance for place, chance in likely.items() if place in choice.right}
    usual = _mean(choice.found, likely, kept)
    right = _mean(choice.found, chosen, kept)
    for place in range(len(kept)):
        slope[place] += share * (right[place] - usual[place])
    for found in choice.found:
        away = [found.pieces[column] - mean for column, mean in zip(kept, usual, strict=True)]
        chance = share * likely[found.id]
        for row, one in zip(bend, away, strict=True):
            for place, other in enumerate(away):
                row[place] += chance * one * other


def _likely(found: Iterable[Weighed], weights: Sequence[float]) -> dict[int, float]:
    merits = {each.id: _sum(each.pieces, weights) for each in found}
    top = max(merits.values())
    odds = {place: exp(value - top) for place, value in merits.items()}
    total = sum(odds.values())
    return {place: value / total for place, value in odds.items()}


def _sum(pieces: Pieces, weights: Sequence[float]) -> float:
    return sum(weight * piece for weight, piece in zip(weights, pieces, strict=True))


def _mean(found: Collection[Weighed], likely: Mapping[int, float], kept: Sequence[int]) -> list[float]:
    total = sum(likely.values()) or 1.0
    held = [each for each in found if each.id in likely]
    return [sum(likely[each.id] * each.pieces[column] for each in held) / total for column in kept]
