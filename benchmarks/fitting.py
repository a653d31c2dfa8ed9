"""Fits the shipped coefficients of the confidence to histories. Pure; the same examples give the same table.

Ridge penalty 1 on all but the constant. Whoever learns from answers starts from what comes out here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.learning import fitting
from orchestrator.learning.fitting import Belief
from orchestrator.related.confidence import Coefficients, Signals, shares

_RIDGE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The signals of a best match, and whether it was the same problem."""

    signals: Signals
    same: bool


def fit(examples: Sequence[Example]) -> Coefficients:
    """Give the table, to two decimals; ValueError without examples of both kinds."""
    if len({example.same for example in examples}) < 2:
        raise ValueError("fitting needs pairs that are the same problem and pairs that are not")
    rows = [fitting.Example(row=(1.0, *shares(one.signals)), right=one.same) for one in examples]
    beliefs = [Belief(value=0.0, stiffness=0.0), *[Belief(value=0.0, stiffness=_RIDGE)] * (len(rows[0].row) - 1)]
    constant, text, titles, cover, apart, meaning = (round(value, 2) for value in fitting.fit(rows, beliefs))
    return Coefficients(constant=constant, text=text, titles=titles, cover=cover, apart=apart, meaning=meaning)
