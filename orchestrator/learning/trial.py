"""Tries what would be learned on answers that came later, beside the shipped defaults. Pure.

The newer half of the answers is told in parts, each by what was learned from all before it: as it would have been.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise

import msgspec

from orchestrator.learning.fitting import probability
from orchestrator.learning.labels import Label, Pair
from orchestrator.learning.scoring import Guess, Scores, log_loss, scores
from orchestrator.learning.tables import base_rate, fitted_table, fitted_weights, worth
from orchestrator.related import Model
from orchestrator.related.confidence import Coefficients
from orchestrator.related.features import confident
from orchestrator.related.weights import Weights
from rules.canonical import Value

_PARTS = 4

Teacher = Callable[[Sequence[Label]], Weights]
"""What weights are learned from labels."""


class Trial(Value, frozen=True, kw_only=True):
    """How the defaults and what is learned told the same later answers, so many."""

    answers: int
    before: Scores
    after: Scores

    @property
    def is_no_worse(self) -> bool:
        """Whether neither the log loss nor the calibration error rose, and no confirmed one fell behind its rivals."""
        after, before = self.after, self.before
        as_sure = after.log_loss <= before.log_loss and after.calibration_error <= before.calibration_error
        return as_sure and after.reciprocal_rank >= before.reciprocal_rank

    @property
    def is_worse(self) -> bool:
        """Whether the log loss rose."""
        return self.after.log_loss > self.before.log_loss


def tried_table(labels: Sequence[Label], defaults: Model) -> Trial | None:
    """Try the table of the confidence; None where there is nothing to try it on."""
    parts = _parts([one for one in labels if not one.by_hand])
    if not parts:
        return None
    return Trial(
        answers=_answers(parts),
        before=scores([one for _, later in parts for one in guesses(later, defaults.table)]),
        after=scores([one for past, later in parts for one in guesses(later, fitted_table(past, defaults.table))]),
    )


def tried_weights(labels: Sequence[Label], defaults: Model) -> Trial | None:
    """Try the weights of the ranking: how well they tell right pairs from wrong ones, and right ones from rivals."""
    parts = _parts(labels)
    if not parts:
        return None
    return Trial(
        answers=_answers(parts),
        before=_ordered(parts, lambda _: defaults.weights),
        after=_ordered(parts, lambda past: fitted_weights(past, defaults.weights)),
    )


def guesses(labels: Sequence[Label], table: Coefficients) -> list[Guess]:
    """Give what a table says of labels."""
    return [Guess(confidence=confident(one.pair.features, table), right=one.right, weight=one.weight) for one in labels]


def surprise(labels: Sequence[Label], table: Coefficients) -> float:
    """Give the log loss of a table on labels, those left out that a person proposed."""
    return log_loss(guesses([one for one in labels if not one.by_hand], table))


def answers_in(labels: Sequence[Label]) -> int:
    """Count the answers that labels come from."""
    return len({one.decision for one in labels})


def _answers(parts: Sequence[tuple[Sequence[Label], Sequence[Label]]]) -> int:
    return sum(answers_in(later) for _, later in parts)


def _parts(labels: Sequence[Label]) -> list[tuple[list[Label], list[Label]]]:
    """The newer half in parts, each with all that came before it; what one answer says stays together."""
    told = [list(each) for _, each in groupby(labels, key=lambda one: (one.at, one.decision))]
    ends = sorted({len(told) * (_PARTS + part) // (2 * _PARTS) for part in range(_PARTS + 1)})
    return [
        ([one for each in told[:start] for one in each], [one for each in told[start:end] for one in each])
        for start, end in pairwise(ends)
        if start
    ]


def _ordered(parts: Sequence[tuple[Sequence[Label], Sequence[Label]]], teach: Teacher) -> Scores:
    guessed: list[Guess] = []
    ranks: list[float] = []
    for past, later in parts:
        weights = teach(past)
        usual = base_rate(past, weights)
        for one in later:
            chance = probability(usual + worth(one.pair.features, weights))
            guessed.append(Guess(confidence=round(1000 * chance), right=one.right, weight=one.weight))
            ranks += [1 / rank(one.pair, weights)] * one.right
    return msgspec.structs.replace(scores(guessed), reciprocal_rank=round(10_000 * sum(ranks) / max(1, len(ranks))))


def rank(pair: Pair, weights: Weights) -> int:
    """Give the place of a pair among its rivals, from 1 on."""
    ours = worth(pair.features, weights)
    return 1 + sum(worth(one, weights) > ours for one in pair.rivals)
