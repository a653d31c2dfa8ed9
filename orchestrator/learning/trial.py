"""Tries what would be learned on answers that came later, beside the shipped defaults. Pure.

The newer half of the answers is told in parts, each by what was learned from all before it: as it would have been.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from orchestrator.learning.fitting import probability
from orchestrator.learning.labels import Label
from orchestrator.learning.scoring import Guess, Scores, log_loss, scores
from orchestrator.learning.tables import base_rate, fitted_table, fitted_weights, worth
from orchestrator.related import SHIPPED
from orchestrator.related.confidence import Coefficients
from orchestrator.related.features import confident
from orchestrator.related.weights import Weights
from rules.canonical import Value

_PARTS = 4

Teacher = Callable[[Sequence[Label], Sequence[Label]], list[Guess]]
"""What is guessed of later labels after learning from earlier ones."""


class Trial(Value, frozen=True, kw_only=True):
    """How the defaults and what is learned told the same later answers, so many."""

    answers: int
    before: Scores
    after: Scores

    @property
    def is_no_worse(self) -> bool:
        """Whether neither the log loss nor the calibration error rose."""
        after, before = self.after, self.before
        return after.log_loss <= before.log_loss and after.calibration_error <= before.calibration_error

    @property
    def is_worse(self) -> bool:
        """Whether the log loss rose."""
        return self.after.log_loss > self.before.log_loss


def tried_table(labels: Sequence[Label]) -> Trial | None:
    """Try the table of the confidence; None where there is nothing to try it on."""
    told = [one for one in labels if not one.by_hand]
    return _tried(
        told, lambda _, later: guesses(later, SHIPPED.table), lambda past, later: guesses(later, fitted_table(past))
    )


def tried_weights(labels: Sequence[Label]) -> Trial | None:
    """Try the weights of the ranking by how well they tell right pairs from wrong ones; their scale is no matter."""
    return _tried(
        labels,
        lambda past, later: _ordered(past, later, SHIPPED.weights),
        lambda past, later: _ordered(past, later, fitted_weights(past)),
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


def _tried(labels: Sequence[Label], before: Teacher, after: Teacher) -> Trial | None:
    parts = list(_parts(labels))
    if not parts:
        return None
    return Trial(
        answers=sum(answers_in(later) for _, later in parts),
        before=scores([one for past, later in parts for one in before(past, later)]),
        after=scores([one for past, later in parts for one in after(past, later)]),
    )


def _parts(labels: Sequence[Label]) -> Iterator[tuple[list[Label], list[Label]]]:
    """The newer half in parts, each with all that came before it; what one answer says stays together."""
    told = [list(each) for _, each in groupby(labels, key=lambda one: (one.at, one.decision))]
    ends = sorted({len(told) * (_PARTS + part) // (2 * _PARTS) for part in range(_PARTS + 1)})
    for start, end in pairwise(ends):
        if start:
            yield [one for each in told[:start] for one in each], [one for each in told[start:end] for one in each]


def _ordered(past: Sequence[Label], later: Sequence[Label], weights: Weights) -> list[Guess]:
    usual = base_rate(past, weights)
    sure = ((one, probability(usual + worth(one.pair.features, weights))) for one in later)
    return [Guess(confidence=round(1000 * chance), right=one.right, weight=one.weight) for one, chance in sure]
