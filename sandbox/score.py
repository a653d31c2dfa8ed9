"""How good proposals were against real links: precision, recall and their bootstrap intervals. Computes only."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]
Counts = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its counts and a 95 % bootstrap interval; `value` is None when there was nothing to count."""

    right: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share, 0 to 1."""
        return self.right / self.total if self.total else None

    def __str__(self) -> str:
        if self.value is None:
            return "- (0 of 0)"
        return f"{self.value:.2f} ({self.right} of {self.total}; 95 % {self.low:.2f}-{self.high:.2f})"


def precision(keys: Sequence[str], proposed: set[Pair], real: set[Pair]) -> Share:
    """How many of the proposed pairs are real; issues are what is drawn again and again."""
    return _share(keys, lambda key: _count(key, proposed, real))


def recall(keys: Sequence[str], proposed: set[Pair], real: set[Pair]) -> Share:
    """How many of the real pairs were proposed."""
    return _share(keys, lambda key: _count(key, real, proposed))


def ceiling(real: set[Pair]) -> float | None:
    """The best recall for somebody who names one other issue for each issue at most."""
    return len({key for key, _ in real}) / len(real) if real else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The value that a share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _count(key: str, counted: set[Pair], right: set[Pair]) -> Counts:
    mine = [pair for pair in counted if pair[0] == key]
    return sum(pair in right for pair in mine), len(mine)


def _share(keys: Sequence[str], count: Callable[[str], Counts], draws: int = 2000) -> Share:
    counts = [count(key) for key in keys]
    dice = random.Random(1)  # noqa: S311 - the same interval for the same numbers
    shares = []
    for _ in range(draws if counts else 0):
        drawn = dice.choices(counts, k=len(counts))
        total = sum(n for _, n in drawn)
        shares += [sum(right for right, _ in drawn) / total] if total else []
    low, high = percentile(shares, 0.025), percentile(shares, 0.975)
    right, total = sum(r for r, _ in counts), sum(n for _, n in counts)
    return Share(right=right, total=total, low=low or 0.0, high=high or 0.0)
