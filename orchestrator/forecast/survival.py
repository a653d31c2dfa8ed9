"""How often what is still open at a share of its time breaks, and how much it needs, by how others went. Pure.

A promise that is open yet counts for as long as it was seen, so that what takes long is not missing from the latest
ones. Source: Kaplan and Meier, Nonparametric Estimation from Incomplete Observations, JASA 53 (1958).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOBODY", "Run", "Runs", "Seen", "between", "broke", "drawn_to", "in_order", "needed", "shifted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a promise went: which share of its time was used when it ended, or by now while it is open."""

    share: float
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Many of them, by their shares; of equals what ended comes first."""

    shares: NDArray[np.float64]
    is_open: NDArray[np.bool_]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> "Runs":
        """Put them in order."""
        ordered = sorted(runs, key=in_order)
        return cls(
            shares=np.array([one.share for one in ordered], dtype=np.float64),
            is_open=np.array([one.is_open for one in ordered], dtype=np.bool_),
        )

    def some(self, places: Sequence[int]) -> "Runs":
        """Give those at these places, which ascend."""
        return Runs(shares=self.shares[places], is_open=self.is_open[places])

    def open_at(self, used: float) -> "Runs":
        """Give those that were open when this share was used."""
        first = self.shares.searchsorted(used, side="right")
        return Runs(shares=self.shares[first:], is_open=self.is_open[first:])

    def still(self) -> NDArray[np.float64]:
        """Give how likely one is still open after each of them, by all before it."""
        left = np.arange(len(self.shares), 0, -1)
        found = np.cumprod(np.where(self.is_open, 1.0, 1 - 1 / left))
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Of `of` promises whose end is known `broken` broke; `rate` counts those too that are open yet."""

    rate: float
    broken: int
    of: int


#: Of none it is not known how they go.
NOBODY: Final = Seen(rate=1.0, broken=0, of=0)


def in_order(run: Run) -> tuple[float, bool]:
    """Give by what runs are put in order."""
    return run.share, run.is_open


def broke(runs: Runs, used: float) -> Seen:
    """Tell how often those broke that were open when this share of their time was used; it is under 1."""
    left = runs.open_at(used)
    in_time = int(left.shares.searchsorted(1.0, side="right"))
    broken = len(left.shares) - in_time
    kept = in_time - int(left.is_open[:in_time].sum())
    return Seen(rate=float(left.still()[in_time - 1]) if in_time else 1.0, broken=broken, of=broken + kept)


def needed(runs: Runs, used: float, by: float) -> float | None:
    """Give by which share of the time a part `by` had ended of those open at `used`; None where that was not seen."""
    left = runs.open_at(used)
    ended = np.flatnonzero(left.still() <= 1 - by + 1e-9)
    return float(left.shares[ended[0]]) if len(ended) else None


def drawn_to(parent: float, seen: Seen, weight: float) -> float:
    """Give a rate, drawn to that of a larger whole as if `weight` more had gone like that."""
    return (weight * parent + seen.of * seen.rate) / (weight + seen.of)


def shifted(chance: float, part: float, whole: float) -> float:
    """Move a chance as far as a part is from the whole, in log-odds."""
    odds = _odds(chance) + _odds(part) - _odds(whole)
    return 1 / (1 + exp(-odds))


def between(one: float, other: float, nearer: float) -> float:
    """Give the chance between two in log-odds, by a share `nearer` to the other: 0 for the one, 1 for the other."""
    return 1 / (1 + exp(-(_odds(one) + nearer * (_odds(other) - _odds(one)))))


def _odds(chance: float) -> float:
    kept = min(max(chance, 0.001), 0.999)
    return log(kept / (1 - kept))
