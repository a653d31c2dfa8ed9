"""How good proposals were against real links: precision, recall and their intervals. Computes only."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Pair = tuple[str, str]
_Z = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its counts and Wilson's 95 % interval; `value` is None when there was nothing to count.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927). It stays honest
    where little was counted: none of one tells nearly nothing.
    """

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


def precision(proposed: set[Pair], real: set[Pair]) -> Share:
    """How many of the proposed pairs are real."""
    return _share(len(proposed & real), len(proposed))


def recall(proposed: set[Pair], real: set[Pair]) -> Share:
    """How many of the real pairs were proposed."""
    return _share(len(proposed & real), len(real))


def ceiling(real: set[Pair]) -> float | None:
    """The best recall for somebody who names one other issue for each issue at most."""
    return len({key for key, _ in real}) / len(real) if real else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The value that a share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _share(right: int, total: int) -> Share:
    if not total:
        return Share(right=0, total=0, low=0.0, high=1.0)
    middle = (right + _Z * _Z / 2) / (total + _Z * _Z)
    reach = _Z / (total + _Z * _Z) * sqrt(right * (total - right) / total + _Z * _Z / 4)
    return Share(right=right, total=total, low=max(0.0, middle - reach), high=min(1.0, middle + reach))
