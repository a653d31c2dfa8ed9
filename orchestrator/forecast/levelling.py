"""Brings the chances that a model tells to what came of such chances: they may be too bold, too timid, or off.

How far a model is off changes from one stretch of time to the next. What all stretches have in common is taken for
lasting, as far as it insists; the rest is each stretch's own. Both are shrunk, so that few outcomes say little.
It must not be given chances that were told of what the model had learnt from. Pure.
Source: Gelman and Hill, Data Analysis Using Regression and Multilevel/Hierarchical Models, 12 and 14.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Levelling", "log_odds"]

_Row: TypeAlias = NDArray[np.float64]
#: Into so many stretches what came is parted.
_STRETCHES = 4
#: How far a model may be off for good and in its boldness, as standard deviations: what is more has to insist.
_OFF, _BOLD = 0.25, 0.5
#: How much the stretches differ: at first, and at least.
_DIFFER, _LEAST = 0.7, 0.1
_ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelling:
    """What was found: log-odds become `off` + `bold` times them."""

    off: float = 0.0
    bold: float = 1.0

    @classmethod
    def found(cls, chances: _Row, came: _Row) -> "Levelling":
        """Find it from chances in order of time and whether it came so (1 or 0); without any, nothing is changed."""
        if not len(came):
            return cls()
        told, number = log_odds(chances), min(_STRETCHES, len(came))
        stretch, differ = np.arange(len(came)) * number // len(came), _DIFFER

        def depth(found: _Row) -> tuple[float, _Row]:
            off, bold, own = found[0], found[1], found[2:]
            odds = off + bold * told + own[stretch]
            missed = 1 / (1 + np.exp(-odds)) - came
            unlikely = float((np.logaddexp(0, odds) - came * odds).sum())
            stiff = (off / _OFF) ** 2 + ((bold - 1) / _BOLD) ** 2 + float((own**2).sum()) / differ**2
            slope = [missed.sum() + off / _OFF**2, missed @ told + (bold - 1) / _BOLD**2]
            return unlikely + stiff / 2, np.concatenate([slope, np.bincount(stretch, missed, number) + own / differ**2])

        minimize = import_module("scipy.optimize").minimize
        found: _Row = np.concatenate([[0.0, 1.0], np.zeros(number)])
        for _ in range(_ROUNDS):
            found = minimize(depth, found, jac=True, method="L-BFGS-B").x
            differ = max(_LEAST, float(np.sqrt((found[2:] ** 2).mean())))
        return cls(off=float(found[0]), bold=float(found[1]))

    def levelled(self, chances: _Row) -> _Row:
        """Give what the chances come to."""
        levelled: _Row = 1 / (1 + np.exp(-self.off - self.bold * log_odds(chances)))
        return levelled


def log_odds(chances: _Row) -> _Row:
    """Give the log-odds of chances; none is taken for surer than 0.3 %."""
    bounded = np.clip(chances, 0.003, 0.997)
    odds: _Row = np.log(bounded / (1 - bounded))
    return odds
