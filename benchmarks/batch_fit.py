"""Fits the likelihood of a pair of a burst to made-up streams, and says how honest it is on others. It ends the same.

Pairs are those of the crowds that the sorting would look at: whatever a problem's reports come upon, and every tenth of
the others, which then counts for ten. Of a large crowd an even sample is taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from benchmarks.batch_memory import MemoryItems
from benchmarks.batch_stream import Report
from benchmarks.batch_yard import as_open
from integrations.store.merging import Known, item_of, merged
from orchestrator.batching.crowding import beside, crowd_of
from orchestrator.batching.crowds import Crowd, is_telling
from orchestrator.batching.likeness import TABLE, Coefficients, Matrix, company, in_common, judged
from orchestrator.gather import query_of
from orchestrator.learning import fitting
from orchestrator.learning.fitting import Belief, Example
from orchestrator.learning.scoring import Guess, calibration_error
from orchestrator.related import SHIPPED, Candidate
from rules.model import Item

_WINDOW = timedelta(hours=24)
_EVERY = 10
_MOST = 200
_RIDGE = 1.0
_PLACES = 2
_LEAST_COMPANY = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A crowd that the sorting would look at: what each two have in common, in nats, and whether they are one problem.

    `counts`: for how many such crowds it stands.
    """

    common: Matrix
    same: npt.NDArray[np.bool_]
    counts: float


def met_in(told: Sequence[Report]) -> list[Met]:
    """Give what the sorting would judge, in the order of the stream."""
    problems = {one.id: one.problem for one in told}
    return [_met(crowd, stands_for, problems) for crowd, stands_for in _crowds(told)]


def fit(crowds: Sequence[Met]) -> Coefficients:
    """Give the table, to two decimals; ValueError without pairs of both kinds.

    What two have in common is fitted first; the company that they keep is made of that, and fitted then.
    """
    constant, common = _line([pair for one in crowds for pair in _pairs(one, one.common, 0.0)])
    table = replace(TABLE, constant=constant, common=common)
    apart, near = _line([pair for one in crowds for pair in _kept(one, table)])
    return replace(table, apart=apart, company=near)


def honesty(crowds: Sequence[Met], table: Coefficients = TABLE) -> float:
    """Give the expected calibration error over pairs."""
    return calibration_error(
        [
            Guess(
                confidence=round(1000 * float(judged(np.array(one.row[1]), table))), right=one.right, weight=one.weight
            )
            for met in crowds
            for one in _kept(met, table)
        ]
    )


def as_item(told: Report) -> tuple[Item, Candidate]:
    """Give a report as it is kept, and as the index holds it."""
    item = item_of(told.id, merged(Known(), as_open(told)))
    if item is None:
        raise ValueError(f"report {told.id} says too little to be an item")
    query = query_of(item)
    return item, Candidate.of(item.id, query.terms, query.traits)


def _crowds(told: Sequence[Report]) -> Iterator[tuple[Crowd, int]]:
    """Give the crowds that the sorting would look at, each with for how many it stands."""
    items = MemoryItems()
    for one in told:
        item, document = as_item(one)
        items.add(item, document)
        if one.problem is not None or one.id % _EVERY == 0:
            crowd = crowd_of(items, beside(items, item, _WINDOW) | {item.id}, SHIPPED, _WINDOW)
            yield crowd, 1 if one.problem is not None else _EVERY


def _met(crowd: Crowd, stands_for: int, problems: Mapping[int, int | None]) -> Met:
    ids = sorted(one.id for one in crowd.issues if is_telling(one))
    told = np.array([-id_ if (problem := problems[id_]) is None else problem for id_ in ids])
    return Met(common=in_common(crowd, ids), same=np.equal.outer(told, told), counts=float(stands_for))


def _kept(met: Met, table: Coefficients) -> list[Example]:
    return _pairs(met, company(met.common, table), _LEAST_COMPANY)


def _pairs(met: Met, seen: Matrix, above: float) -> list[Example]:
    """Give an even sample of the pairs of which more is seen than that."""
    rows, columns = np.nonzero(np.triu(seen > above, 1))
    step = max(1, len(rows) // _MOST)
    chosen = zip(rows[::step], columns[::step], strict=True)
    return [
        Example(row=(1.0, float(seen[place])), right=bool(met.same[place]), weight=step * met.counts)
        for place in chosen
    ]


def _line(examples: Sequence[Example]) -> tuple[float, float]:
    if len({one.right for one in examples}) < 2:
        raise ValueError("fitting needs pairs that are one problem and pairs that are not")
    free, held = Belief(value=0.0, stiffness=0.0), Belief(value=0.0, stiffness=_RIDGE)
    constant, weight = (round(value, _PLACES) for value in fitting.fit(examples, (free, held)))
    return constant, weight
