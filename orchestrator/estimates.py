"""Numbers that say how sure they are: quantiles and shares, each with its 95 % interval where there is enough to tell.

All of it is in integers, so that the same values give the same bytes on every machine. Pure.
"""

from collections.abc import Sequence
from math import isqrt

from rules.canonical import Value

__all__ = ["Estimate", "Share", "Spread", "quantile", "share", "spread"]

#: The normal deviate of a two-sided 95 % interval, in hundredths.
_Z = 196


class Estimate(Value, frozen=True, kw_only=True):
    """A number, and between which two it lies with a probability of 95 %; neither where there are too few values."""

    value: int
    low: int | None = None
    high: int | None = None


class Spread(Value, frozen=True, kw_only=True):
    """How `count` values lie: half of them are at most `p50`, and so on; nothing where there are none."""

    count: int
    p50: Estimate | None = None
    p85: Estimate | None = None
    p95: Estimate | None = None


class Share(Value, frozen=True, kw_only=True):
    """`count` of `of`, as an estimate in per mille; nothing where `of` is 0."""

    count: int
    of: int
    per_mille: Estimate | None = None


def spread(values: Sequence[int]) -> Spread:
    """Tell how values lie, in any order."""
    if not values:
        return Spread(count=0)
    ordered = sorted(values)
    p50, p85, p95 = (quantile(ordered, per_mille) for per_mille in (500, 850, 950))
    return Spread(count=len(ordered), p50=p50, p85=p85, p95=p95)


def quantile(ordered: Sequence[int], per_mille: int) -> Estimate:
    """Give the smallest value that at least so many of a thousand do not exceed.

    The interval's ends are values themselves: their ranks come from the binomial distribution, so nothing is assumed
    of how the values are distributed. Source: Conover, Practical Nonparametric Statistics, 3.2 (quantiles).

    Args:
        ordered: at least one value, in ascending order.
        per_mille: from 1 to 999.
    """
    number = len(ordered)
    rank = -(-number * per_mille // 1000)
    middle = number * per_mille * 100
    half = isqrt(number * per_mille * (1000 - per_mille) * _Z * _Z)
    low, high = (middle - half) // 100_000, -(-(middle + half) // 100_000) + 1
    if low < 1 or high > number:
        return Estimate(value=ordered[rank - 1])
    return Estimate(value=ordered[rank - 1], low=ordered[low - 1], high=ordered[high - 1])


def share(count: int, of: int) -> Share:
    """Give a share with its Wilson interval, which holds for small numbers too; `count` is from 0 to `of`.

    Source: Wilson, Probable Inference, JASA 22 (1927).
    """
    if not of:
        return Share(count=count, of=of)
    square = _Z * _Z
    below = 2 * (10_000 * of + square)
    middle = 20_000 * count + square
    half = isqrt(square * (square * of + 40_000 * count * (of - count)) // of)
    value = (2000 * count + of) // (2 * of)
    low, high = 1000 * (middle - half) // below, -(-1000 * (middle + half + 1) // below)
    return Share(count=count, of=of, per_mille=Estimate(value=value, low=max(0, low), high=min(1000, high)))
