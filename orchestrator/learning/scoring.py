"""How good probabilities turned out: log loss, Brier score, calibration error. Pure; the lower, the better."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from rules.canonical import Value

_BINS = 10
#: A probability counts as at least so much, and at most so much less than 1: 0 per mille is what was rounded.
_LEAST = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A confidence in per mille, whether it was right, and how much that counts."""

    confidence: int
    right: bool
    weight: float = 1.0


class Scores(Value, frozen=True, kw_only=True):
    """How good guesses were, in ten-thousandths; log loss in nats.

    `reciprocal_rank`: of the confirmed ones among their rivals, on average, where an order was tried.
    """

    log_loss: int
    brier: int
    calibration_error: int
    reciprocal_rank: int = 0


def scores(guesses: Sequence[Guess]) -> Scores:
    """Give all scores of at least one guess."""
    return Scores(
        log_loss=round(10_000 * log_loss(guesses)),
        brier=round(10_000 * _mean([(one.weight, (one.confidence / 1000 - one.right) ** 2) for one in guesses])),
        calibration_error=round(10_000 * calibration_error(guesses)),
    )


def log_loss(guesses: Sequence[Guess]) -> float:
    """Give how surprised one is on average by what was so, in nats."""
    return _mean([(one.weight, -log(_chance(one))) for one in guesses])


def _chance(guess: Guess) -> float:
    chance = min(max(guess.confidence / 1000, _LEAST), 1 - _LEAST)
    return chance if guess.right else 1 - chance


def calibration_error(guesses: Sequence[Guess]) -> float:
    """Give the expected calibration error over ten equal bins: how far confidence and truth are apart, 0 to 1."""
    bins: dict[int, list[Guess]] = {}
    for guess in guesses:
        bins.setdefault(min(guess.confidence * _BINS // 1000, _BINS - 1), []).append(guess)
    gaps = [
        (_total(each), abs(_mean([(one.weight, one.confidence / 1000 - one.right) for one in each])))
        for each in bins.values()
    ]
    return _mean(gaps)


def _total(guesses: Sequence[Guess]) -> float:
    return sum([one.weight for one in guesses])


def _mean(weighed: Sequence[tuple[float, float]]) -> float:
    """The weighed mean of (weight, value); 0 for none."""
    total = sum([weight for weight, _ in weighed])
    return sum([weight * value for weight, value in weighed]) / total if total else 0.0
