"""How often what is still open at a share of its time breaks, and how much it needs, by how others went. Pure.

A promise that is open yet counts for as long as it was seen, so that what takes long is not missing from the latest
ones. Source: Kaplan and Meier, Nonparametric Estimation from Incomplete Observations, JASA 53 (1958).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

__all__ = ["NOBODY", "Run", "Seen", "between", "broke", "drawn_to", "needed", "shifted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a promise went: which share of its time was used when it ended, or by now while it is open."""

    share: float
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Of `of` promises whose end is known `broken` broke; `rate` counts those too that are open yet."""

    rate: float
    broken: int
    of: int


#: Of none it is not known how they go.
NOBODY: Final = Seen(rate=1.0, broken=0, of=0)


def broke(runs: Iterable[Run], used: float) -> Seen:
    """Tell how often those broke that were open when this share of their time was used; it is under 1."""
    left = [one for one in runs if one.share > used]
    told = [one for one in left if one.share > 1 or not one.is_open]
    rate = 1.0
    for share, open_then in _ends(left):
        if share > 1:
            break
        rate *= 1 - 1 / open_then
    return Seen(rate=rate, broken=sum(one.share > 1 for one in told), of=len(told))


def needed(runs: Iterable[Run], used: float, by: float) -> float | None:
    """Give by which share of the time a part `by` had ended of those open at `used`; None where that was not seen."""
    rate = 1.0
    for share, open_then in _ends([one for one in runs if one.share > used]):
        rate *= 1 - 1 / open_then
        if rate <= 1 - by + 1e-9:
            return share
    return None


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


def _ends(runs: Sequence[Run]) -> Iterator[tuple[float, int]]:
    """Give the share at each end, ascending, and how many were open until then; of equals an end comes first."""
    ordered = sorted(runs, key=lambda one: (one.share, one.is_open))
    return ((one.share, len(ordered) - place) for place, one in enumerate(ordered) if not one.is_open)
