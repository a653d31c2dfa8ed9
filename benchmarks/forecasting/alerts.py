"""What a fixed number of alerts would have been worth: how many were right, what they found, how long before. Pure.

An item is alerted about once, at the first moment at which its chance reaches the level at which so many items are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecasting.figures import Told, interval

__all__ = ["SHARE", "Alerts", "alerts"]

_Row = NDArray[np.float64]
#: So much of what is asked about is alerted about.
SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Each number with its 95 % bootstrap interval: `precision`, `caught` of what broke, `lead` in the unit given."""

    n: int
    values: dict[str, tuple[float, float, float]]


def alerts(told: Told, left: _Row, resamples: int = 200, seed: int = 0) -> Alerts:
    """Measure the alerts about a tenth of all items, those of the highest chances.

    Args:
        told: the chances at each moment, moments of one item in order.
        left: how much time was left at each moment.
        resamples: how often items are drawn anew for the intervals.
        seed: of the draws.
    """
    items = [np.flatnonzero(told.about == number) for number in np.unique(told.about)]
    highest = np.array([told.chances[places].max() for places in items])
    number = max(1, round(len(items) * SHARE))
    level = np.sort(highest)[-number]
    came = np.array([told.came[places[-1]] for places in items])
    first = np.array([left[places[np.argmax(told.chances[places] >= level)]] for places in items])
    chance = np.random.default_rng(seed)
    drawn = [
        _worth(some, highest >= level, came, first) for some in chance.integers(0, len(items), (resamples, len(items)))
    ]
    whole = _worth(np.arange(len(items)), highest >= level, came, first)
    values = {}
    for name, value in whole.items():
        values[name] = (value, *interval([one[name] for one in drawn]))
    return Alerts(n=int((highest >= level).sum()), values=values)


def _worth(some: NDArray[np.int64], alerted: NDArray[np.bool_], came: _Row, left: _Row) -> dict[str, float]:
    picked, broke = alerted[some], came[some]
    right = picked & (broke > 0)
    return {
        "precision": float(broke[picked].mean()) if picked.any() else float("nan"),
        "caught": float(right.sum() / broke.sum()) if broke.any() else float("nan"),
        "lead": float(np.median(left[some][right])) if right.any() else float("nan"),
    }
