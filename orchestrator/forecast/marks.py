"""How good chances turned out to be, each number with its 95 % bootstrap interval over promises. Pure.

Several moments of one promise weigh as much as one together, and are drawn together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from orchestrator.estimates import Estimate
from rules.canonical import Value

__all__ = ["Marks", "Told", "marks"]

_RESAMPLES = 200
_BINS = 10
_LEAST = 0.0005
_Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A chance that was told of a promise (its number), and whether it broke then."""

    promise: int
    chance: float
    broke: bool
    weight: float = 1.0


class Marks(Value, frozen=True, kw_only=True):
    """How good chances were, in ten-thousandths: the lower, the better, but for the area under the ROC curve.

    `told` and `came`: the mean chance, and how often it came so.
    """

    auc: Estimate
    brier: Estimate
    calibration_error: Estimate
    log_loss: Estimate
    told: int
    came: int


def marks(told: Sequence[Told], seed: int = 0) -> Marks:
    """Measure at least one chance; without both a broken promise and a kept one the area is taken for a half."""
    chances = np.array([one.chance for one in told])
    came = np.array([one.broke for one in told], dtype=float)
    weights = np.array([one.weight for one in told])
    about = np.array([one.promise for one in told])
    places = [np.flatnonzero(about == number) for number in np.unique(about)]
    chance = np.random.default_rng(seed)
    drawn = [
        _all(chances[some], came[some], weights[some])
        for some in (
            np.concatenate([places[one] for one in chance.integers(0, len(places), len(places))])
            for _ in range(_RESAMPLES)
        )
    ]
    whole = _all(chances, came, weights)
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    ends = zip(whole, low, high, strict=True)
    found = [Estimate(value=_whole(one), low=_whole(least), high=_whole(most)) for one, least, most in ends]
    total = weights.sum()
    return Marks(
        auc=found[0],
        brier=found[1],
        calibration_error=found[2],
        log_loss=found[3],
        told=_whole(float(weights @ chances / total)),
        came=_whole(float(weights @ came / total)),
    )


def _whole(share: float) -> int:
    return round(10_000 * float(share))


def _all(chances: _Row, came: _Row, weights: _Row) -> tuple[float, float, float, float]:
    total = weights.sum()
    kept = np.clip(chances, _LEAST, 1 - _LEAST)
    surprise = -np.where(came > 0, np.log(kept), np.log(1 - kept))
    return (
        _auc(chances, came),
        float(weights @ (chances - came) ** 2 / total),
        _calibration_error(chances, came, weights),
        float(weights @ surprise / total),
    )


def _auc(chances: _Row, came: _Row) -> float:
    """Give how often one that broke was told to be likelier than one that did not (Mann and Whitney)."""
    broken = int(came.sum())
    whole = len(came) - broken
    if not broken or not whole:
        return 0.5
    ranks = import_module("scipy.stats").rankdata(chances)
    return float((ranks[came > 0].sum() - broken * (broken + 1) / 2) / (broken * whole))


def _calibration_error(chances: _Row, came: _Row, weights: _Row) -> float:
    bins = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights * (chances - came), _BINS)
    return float(np.abs(gaps).sum() / weights.sum())
