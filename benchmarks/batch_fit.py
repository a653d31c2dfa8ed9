"""Fits the likelihood of a pair of a burst to made-up streams, and says how honest it is on others. It ends the same.

Pairs are those of the crowds that the sorting would look at: whatever a problem's reports come upon, and every tenth of
the others, which then counts for ten. Of a large crowd an even sample is taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from benchmarks.batch_memory import MemoryItems
from benchmarks.batch_stream import Report
from benchmarks.batch_yard import as_open
from integrations.store.merging import Known, item_of, merged
from orchestrator.batching.crowding import beside, crowd_of
from orchestrator.batching.likeness import TABLE, Coefficients, Crowd, in_common, is_telling, likely
from orchestrator.gather import query_of
from orchestrator.learning import fitting
from orchestrator.learning.fitting import Belief, Example
from orchestrator.learning.scoring import Guess, calibration_error
from orchestrator.related import SHIPPED, Candidate
from rules.model import Item

_WINDOW = timedelta(hours=24)
_EVERY = 10
_MOST = 100
_RIDGE = 1.0
_PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two issues of a crowd: how much of its burst they have in common, in nats, and whether they are one problem.

    `counts`: for how many such pairs it stands.
    """

    common: float
    same: bool
    counts: float


def pairs_of(told: Sequence[Report]) -> list[Pair]:
    """Give the pairs that the sorting would judge, in the order of the stream."""
    problems = {one.id: one.problem for one in told}
    return [pair for crowd, stands_for in _crowds(told) for pair in _pairs(crowd, stands_for, problems)]


def fit(pairs: Sequence[Pair]) -> Coefficients:
    """Give the table, to two decimals; ValueError without pairs of both kinds."""
    if len({one.same for one in pairs}) < 2:
        raise ValueError("fitting needs pairs that are one problem and pairs that are not")
    rows = [Example(row=(1.0, one.common), right=one.same, weight=one.counts) for one in pairs]
    free, held = Belief(value=0.0, stiffness=0.0), Belief(value=0.0, stiffness=_RIDGE)
    constant, common = (round(value, _PLACES) for value in fitting.fit(rows, (free, held)))
    return Coefficients(constant=constant, common=common)


def honesty(pairs: Sequence[Pair], table: Coefficients = TABLE) -> float:
    """Give the expected calibration error over pairs."""
    return calibration_error(
        [Guess(confidence=likely(one.common, table), right=one.same, weight=one.counts) for one in pairs]
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
            crowd = crowd_of(items, beside(items, item, _WINDOW) | {item.id}, SHIPPED)
            yield crowd, 1 if one.problem is not None else _EVERY


def _pairs(crowd: Crowd, stands_for: int, problems: Mapping[int, int | None]) -> Iterator[Pair]:
    telling = sorted(one.id for one in crowd.issues if is_telling(one))
    found = [pair for pair in combinations(telling, 2) if in_common(crowd, *pair) > 0]
    step = max(1, len(found) // _MOST)
    for one, other in found[::step]:
        same = problems[one] is not None and problems[one] == problems[other]
        yield Pair(common=in_common(crowd, one, other), same=same, counts=float(step * stands_for))
