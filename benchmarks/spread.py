"""How times spread: the middle one, and the one that a hundredth of all exceeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Milliseconds."""

    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """Give the spread of at least one time."""
        late = sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.99))]
        return cls(p50_ms=1000 * median(seconds), p99_ms=1000 * late)

    def __str__(self) -> str:
        return f"{self.p50_ms:.1f} ms p50, {self.p99_ms:.1f} ms p99"
