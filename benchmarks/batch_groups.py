"""Fits how likely a group of reports is one problem to made-up streams, and says how honest it is on others.

A stream is lived through without a store: groups are those that each report of a problem comes into, and every fourth
of the others; people are asked about them, and answer at once. What is seen of a group then is what is learnt from:
groups that nobody would be asked about teach nothing of those that somebody is. It ends the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from benchmarks.batch_fit import as_item
from benchmarks.batch_measures import Problems, mostly, pairs_right
from benchmarks.batch_memory import MemoryItems
from benchmarks.batch_stream import Report
from orchestrator.batching.crowding import beside, crowd_of
from orchestrator.batching.likeness import likeness
from orchestrator.batching.partition import JOINS_FROM, partition, unrefused
from orchestrator.batching.sureness import SURENESS, Sureness, seen
from orchestrator.batching.told import Pair, Parting, Words
from orchestrator.learning import fitting
from orchestrator.learning.fitting import Belief, Example, probability
from orchestrator.learning.scoring import Guess, calibration_error
from orchestrator.related import SHIPPED

_WINDOW = timedelta(hours=24)
_AGAIN_AFTER = timedelta(hours=1)
_EVERY = 4
_LEAST = 5
_RIDGE = 1.0
_PLACES = 2
_COLUMNS = tuple(one.name for one in fields(Sureness))


def groups_in(told: Sequence[Report]) -> list[Example]:
    """Give what is seen of each group, twice: as right and as wrong, weighed by the share of its pairs that are."""
    life = _Life(problems={one.id: one.problem for one in told})
    found: list[Example] = []
    for one in told:
        item, document = as_item(one)
        life.items.add(item, document)
        if one.problem is not None or one.id % _EVERY == 0:
            found += life.met(one, beside(life.items, item, _WINDOW) | {one.id})
    return found


@dataclass(slots=True, kw_only=True)
class _Life:
    """What was reported so far, what people coupled and told apart, and when they were last asked about each issue."""

    problems: Problems
    items: MemoryItems = field(default_factory=MemoryItems)
    coupled: list[Pair] = field(default_factory=list)
    apart: list[Parting] = field(default_factory=list)
    asked: dict[int, datetime] = field(default_factory=dict)

    def met(self, newest: Report, near: set[int]) -> Iterator[Example]:
        """Ask about the group that a report comes into, if it is time to, and give what is seen of it."""
        near |= {id_ for pair in self.coupled if not near.isdisjoint(pair) for id_ in pair}
        crowd = crowd_of(self.items, near, SHIPPED, _WINDOW)
        likely, words = likeness(crowd), Words(self.apart)
        groups = partition(near, likely, JOINS_FROM, self.coupled, words)
        for group in unrefused(groups, likely, JOINS_FROM, self.coupled, words):
            if newest.id in group and self._is_time(group, newest.at):
                row, right = seen(group, crowd, likely).row, pairs_right(group, self.problems)
                yield Example(row=row, right=True, weight=right)
                yield Example(row=row, right=False, weight=1 - right)
                self._answer(group, newest.at)

    def _is_time(self, group: Sequence[int], now: datetime) -> bool:
        before = [self.asked[one] for one in group if one in self.asked]
        return now - max(before) >= _AGAIN_AFTER if before else len(group) >= _LEAST

    def _answer(self, group: Sequence[int], now: datetime) -> None:
        self.asked |= dict.fromkeys(group, now)
        if mostly(group, self.problems) is not None:
            self.coupled += [(group[0], one) for one in group[1:]]
        else:
            self.apart.append(Parting(id=str(len(self.apart)), ones=tuple(group), others=tuple(group), by="", at=now))


def fit(groups: Sequence[Example]) -> Sureness:
    """Give the table, to two decimals; ValueError where all groups are right, or none."""
    if len({one.right for one in groups if one.weight}) < 2:
        raise ValueError("fitting needs groups that are one problem and groups that are not")
    beliefs = [Belief(value=0.0, stiffness=_RIDGE * bool(place)) for place in range(len(_COLUMNS))]
    found = fitting.fit(groups, beliefs)
    return Sureness(**{name: round(value, _PLACES) for name, value in zip(_COLUMNS, found, strict=True)})


def honesty(groups: Sequence[Example], table: Sureness | None = SURENESS) -> float:
    """Give the expected calibration error over groups; without a table that of the mean over their pairs."""
    return calibration_error(
        [Guess(confidence=_said(one, table), right=one.right, weight=one.weight) for one in groups]
    )


def _said(one: Example, table: Sureness | None) -> int:
    if table is None:
        return round(1000 * probability(one.row[1]))
    return round(1000 * probability(sum(value * weight for value, weight in zip(one.row, table.row, strict=True))))
