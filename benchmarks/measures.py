"""Numbers that say how good answers are: retrieval, coverage. Pure; knows no issue tracker."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from random import Random

from orchestrator.learning.scoring import Guess

CUTS = (1, 5, 10)
_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """How soon a right answer comes: recall per cut (is one among the first n?) and mean reciprocal rank."""

    queries: int
    recall: Mapping[int, Estimate]
    mrr: Estimate


def retrieval(right: Mapping[int, AbstractSet[int]], rankings: Mapping[int, Sequence[int]], seed: int = 0) -> Retrieval:
    """Measure the rank of the first right answer of each question; a question without any counts as never found."""
    ranks = [_first(answers, rankings.get(question, ())) for question, answers in right.items()]
    return Retrieval(
        queries=len(ranks),
        recall={cut: estimate([float(0 < rank <= cut) for rank in ranks], seed) for cut in CUTS},
        mrr=estimate([1 / rank if rank else 0.0 for rank in ranks], seed),
    )


def _first(right: AbstractSet[int], ranking: Iterable[int]) -> int:
    """The rank of the first right answer, from 1; 0 where there is none."""
    return next((rank for rank, answer in enumerate(ranking, 1) if answer in right), 0)


def estimate(values: Sequence[float], seed: int) -> Estimate:
    """Give the mean and its interval from 1,000 resamples with a fixed seed; zeros for no values."""
    if not values:
        return Estimate(mean=0.0, low=0.0, high=0.0)
    chance = Random(seed)  # noqa: S311 -- resampling, not a secret
    size = len(values)
    means = sorted(sum(chance.choices(values, k=size)) / size for _ in range(_RESAMPLES))
    return Estimate(
        mean=sum(values) / size, low=means[int(_RESAMPLES * 0.025)], high=means[int(_RESAMPLES * 0.975) - 1]
    )


def coverage(guesses: Sequence[Guess], precision: float = 0.95) -> float:
    """Give the largest share of guesses, taken from the most confident down, of which at least `precision` are right.

    Guesses of one confidence are taken together.
    """
    ordered = sorted(guesses, key=lambda guess: -guess.confidence)
    covered = right = 0
    for taken, guess in enumerate(ordered, 1):
        right += guess.right
        last_of_its_kind = taken == len(ordered) or ordered[taken].confidence != guess.confidence
        if last_of_its_kind and right >= precision * taken:
            covered = taken
    return covered / max(len(guesses), 1)
