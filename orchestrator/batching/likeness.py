"""How likely two issues of a crowd are one problem: the evidence that batches are made of.

Two may tell of one problem without a word in common, where a third names what both name. So a pair is judged by its
company: first every two by what they have in common of the burst, then by how far the others that are like the one are
like the other too. Or they nearly copy each other, whichever says more. Pure; it must not decide who belongs together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from orchestrator.batching.copies import copies
from orchestrator.batching.crowds import Crowd, is_telling
from orchestrator.batching.told import Pair

Matrix: TypeAlias = npt.NDArray[np.float64]

_LEAST_SHARED = 2
#: What is less likely than this, in per mille, is taken for nothing.
_LEAST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """Two logistic models: over what two issues have in common of a burst, in nats, then over their company, 0 to 1.

    Fitted by `python -m benchmarks fit-batches`.
    """

    constant: float
    common: float
    apart: float
    company: float


TABLE = Coefficients(constant=-1.1, common=0.51, apart=-3.26, company=6.16)


def likeness(crowd: Crowd, table: Coefficients = TABLE) -> dict[Pair, int]:
    """Give for each pair (the lower id first) how likely it is one problem, in per mille; none at nearly nothing.

    An issue that says too little or too much is like nothing.
    """
    telling = sorted((one for one in crowd.issues if is_telling(one)), key=lambda one: one.id)
    ids = [one.id for one in telling if crowd.said[one.id]]
    likely = np.rint(1000 * judged(company(in_common(crowd, ids), table), table)).astype(int)
    rows, columns = np.nonzero(np.triu(likely >= _LEAST, 1))
    found = {(ids[row], ids[column]): int(likely[row, column]) for row, column in zip(rows, columns, strict=True)}
    for one, other, per_mille in copies(telling, crowd):
        if per_mille >= max(_LEAST, found.get((one, other), 0)):
            found[one, other] = per_mille
    return found


def in_common(crowd: Crowd, ids: Sequence[int]) -> Matrix:
    """Give how much of the burst each two issues have in common, in nats; 0 where it is too little to tell anything.

    It is the weight of what both say, times its share of what each says of the burst (the mean of the two shares, by
    their product): two that speak of one thing, each with a trouble of its own, have less in common than two of which
    one just says less.
    """
    signs = _borne([crowd.signs[id_] for id_ in ids])
    phrases = sorted(crowd.phrases)
    weights = np.array([crowd.phrases[name] for name in phrases], dtype=np.float64)
    said = _borne([crowd.said[id_] for id_ in ids], phrases)
    both = _by_pairs(said * weights, said)
    own = np.sqrt(both.diagonal())
    shares = np.outer(own, own)
    told = (shares > 0) & (_by_pairs(signs, signs) >= _LEAST_SHARED)
    return np.where(told, both * both / np.where(shares > 0, shares, 1.0), 0.0)


def company(common: Matrix, table: Coefficients = TABLE) -> Matrix:
    """Give how far those that are like the one of each two are those that are like the other, from 0 to 1.

    What is likely counts by its square, so that few that are much alike outweigh many that are somewhat alike.
    """
    odds = table.constant + table.common * common
    likely = np.where(common > 0, 1 / (1 + np.exp(-odds)), 0.0)
    np.fill_diagonal(likely, 1.0)
    alike = likely * likely
    shared = _by_pairs(alike, alike)
    own = np.sqrt(shared.diagonal())
    kept: Matrix = shared / np.outer(own, own)
    return kept


def judged(near: Matrix, table: Coefficients = TABLE) -> Matrix:
    """Give how likely those are one problem that keep company so much."""
    return 1 / (1 + np.exp(-(table.apart + table.company * near)))


def _by_pairs(ones: Matrix, others: Matrix) -> Matrix:
    """Give the sum of products of every two rows. BLAS would take all cores for it, and wait for them."""
    found: Matrix = np.einsum("ik,jk->ij", ones, others)
    return found


def _borne(borne: Sequence[frozenset[int]], names: Sequence[int] | None = None) -> Matrix:
    """Give one row an issue and one column a name: 1 where it bears it."""
    known = sorted(frozenset[int]().union(*borne)) if names is None else names
    place = {name: column for column, name in enumerate(known)}
    found = np.zeros((len(borne), len(known)))
    for row, some in enumerate(borne):
        found[row, [place[name] for name in some]] = 1
    return found
