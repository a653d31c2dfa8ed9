"""Numbers that say how good chances are: who stands above whom, and whether 30 % means 30 of 100. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

__all__ = ["Figures", "Told", "figures", "in_a_line", "interval", "reliability"]

_BINS = 10
_Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The chances that were told, whether it came so, and which of them are about one thing (its number)."""

    chances: _Row
    came: _Row
    about: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Each number with its 95 % bootstrap interval, over things and not over moments."""

    n: int
    values: dict[str, tuple[float, float, float]]


def figures(told: Told, resamples: int = 200, seed: int = 0) -> Figures:
    """Measure area under the ROC curve, average precision, Brier score, and expected calibration error (10 bins)."""
    chance = np.random.default_rng(seed)
    places = [np.flatnonzero(told.about == number) for number in np.unique(told.about)]
    drawn = []
    for _ in range(resamples):
        some = np.concatenate([places[one] for one in chance.integers(0, len(places), len(places))])
        drawn.append(_all(told.chances[some], told.came[some]))
    values: dict[str, tuple[float, float, float]] = {}
    for name, value in _all(told.chances, told.came).items():
        values[name] = (value, *interval([one[name] for one in drawn]))
    return Figures(n=len(told.came), values=values)


def interval(drawn: Sequence[float]) -> tuple[float, float]:
    """Give where 95 % of the values drawn lie, of those that say something; NaN where none does."""
    told = [one for one in drawn if not isnan(one)]
    low, high = np.quantile(told, [0.025, 0.975]) if told else (nan, nan)
    return float(low), float(high)


def in_a_line(values: Mapping[str, tuple[float, float, float]]) -> str:
    """Give numbers with their intervals in one line."""
    return "".join(f"{f'{value:.3f} [{low:.3f}, {high:.3f}]':>24}" for value, low, high in values.values())


def reliability(told: Told) -> list[tuple[float, float, int]]:
    """Give for each tenth of the chances in which any fall: their mean, how often it came so, how many they are."""
    bins = np.minimum((told.chances * _BINS).astype(int), _BINS - 1)
    return [
        (float(told.chances[bins == one].mean()), float(told.came[bins == one].mean()), int((bins == one).sum()))
        for one in np.unique(bins)
    ]


def _all(chances: _Row, came: _Row) -> dict[str, float]:
    both = 0 < came.sum() < len(came)
    return {
        "auc": float(roc_auc_score(came, chances)) if both else float("nan"),
        "ap": float(average_precision_score(came, chances)) if both else float("nan"),
        "brier": float(brier_score_loss(came, chances)),
        "ece": _ece(chances, came),
    }


def _ece(chances: _Row, came: _Row) -> float:
    told = Told(chances=chances, came=came, about=np.zeros(len(came), dtype=np.int64))
    return sum(abs(mean - share) * count for mean, share, count in reliability(told)) / len(came)
