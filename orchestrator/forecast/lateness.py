"""The chance that an issue with a due date comes late, by what is known of it, learnt from those that had one. Pure.

Two random forests are taken together: one sees the numbers as they are, the other also where each stands among those of
the latest issues, because numbers grow with a project (so many comments, so much open work) and mean less by themselves
from year to year. How bold they are, and how far off, is found by having them foretell the later parts of the past
from the earlier ones. A pattern (`pattern.py`), which learns the present level by itself, has a smaller say: what the
forests are off by and what it is off by are not the same. scikit-learn is heavy: it is loaded where a forest is grown.
Source: Choetkiertikul et al., Predicting the delay of issues with due dates in software projects, EMSE 2017.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.forecast.levelling import Levelling, log_odds
from orchestrator.forecast.pattern import Outcome, Pattern
from orchestrator.people.work import Trait

__all__ = ["Dated", "Lateness", "Seen"]

_Row: TypeAlias = NDArray[np.float64]
#: A number's place is told among those of so many issues before.
_LATEST = 300
#: Into so many parts the past is cut; from the third on each is foretold from those before.
_PARTS, _FIRST = 6, 2
_TREES, _LEAF = 100, 3
#: With fewer than so many issues, or all of them late or in time, no forest is grown.
_LEAST = 30
#: The pattern sees a number as the part of so many in which it lies, and its place among the latest likewise.
_TENTHS, _EIGHTHS = 10, 8
#: What the pattern says counts by this share, in log-odds.
_SAY = 0.2
#: Outcomes are told apart in time by their place alone.
_EPOCH, _STEP = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of an issue at the moment of asking: numbers and words by the names of what they tell."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An issue whose due date is over: what was known of it at a moment before, and whether it came late."""

    seen: Seen
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """What was learnt. `latest`: the numbers of the latest issues; `usual`: how many came late.

    `edges`: of each number, where its parts begin that the pattern sees.
    """

    numbers: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    latest: _Row
    usual: float
    forests: tuple[Any, ...]
    levelling: Levelling
    edges: tuple[_Row, ...]
    pattern: Pattern

    @classmethod
    def learnt(cls, dated: Sequence[Dated]) -> "Lateness":
        """Learn from issues in order of time; of few, only how many of them came late is learnt."""
        numbers = tuple(sorted({name for one in dated for name in one.seen.numbers}))
        words = tuple(sorted({pair for one in dated for pair in one.seen.words.items()}))
        seen, late = [one.seen for one in dated], np.array([one.late for one in dated], dtype=float)
        plain = _plain(seen, numbers)
        both = _views(plain, _worded(seen, words), np.zeros((0, len(numbers))))
        edges = tuple(_edges(column) for column in plain.T)
        traits = _traits(seen, plain, both[1], numbers, edges)
        outcomes = (
            Outcome(began=_EPOCH + place * _STEP, traits=known, broke=one.late)
            for place, (known, one) in enumerate(zip(traits, dated, strict=True))
        )
        ends = [len(dated) * part // _PARTS for part in range(_PARTS + 1)]
        parts = [(first, last) for first, last in zip(ends[_FIRST:-1], ends[_FIRST + 1 :], strict=True)]
        told = [
            _together(_grown(both, late, first), [view[first:last] for view in both], _rate(late[:first]))
            for first, last in parts
        ]
        return cls(
            numbers=numbers,
            words=words,
            latest=plain[-_LATEST:],
            usual=_rate(late),
            forests=_grown(both, late, len(dated)),
            levelling=Levelling.found(np.concatenate(told), late[ends[_FIRST] :]),
            edges=edges,
            pattern=Pattern.learnt(outcomes),
        )

    def chances(self, asked: Sequence[Seen]) -> _Row:
        """Give the chance that each of these issues, in order of time, comes late."""
        plain = _plain(asked, self.numbers)
        views = _views(plain, _worded(asked, self.words), self.latest)
        told = self.levelling.levelled(_together(self.forests, views, self.usual))
        if not self.forests:
            return told
        known = _traits(asked, plain, views[1], self.numbers, self.edges)
        patterns = log_odds(np.array([self.pattern.chance(one) for one in known]))
        chances: _Row = 1 / (1 + np.exp(-((1 - _SAY) * log_odds(told) + _SAY * patterns)))
        return chances


def _rate(late: _Row) -> float:
    """Give how many came late, with a little added to both sides."""
    return float((late.sum() + 1) / (len(late) + 2))


def _plain(seen: Sequence[Seen], numbers: Sequence[str]) -> _Row:
    rows = [[one.numbers.get(name, 0.0) for name in numbers] for one in seen]
    plain: _Row = np.nan_to_num(np.array(rows, dtype=float).reshape(len(seen), len(numbers)))
    return plain


def _worded(seen: Sequence[Seen], words: Sequence[tuple[str, str]]) -> _Row:
    rows = [[float(one.words.get(name) == word) for name, word in words] for one in seen]
    return np.array(rows, dtype=float).reshape(len(seen), len(words))


def _views(plain: _Row, worded: _Row, before: _Row) -> tuple[_Row, _Row]:
    """Give what the two forests see: numbers and words; and beside them each number's place among the latest."""
    whole = np.vstack([before, plain])
    placed = np.empty_like(plain)
    for row in range(len(plain)):
        end = len(before) + row + 1
        beside = whole[max(0, end - _LATEST) : end]
        placed[row] = ((beside < plain[row]).sum(axis=0) + (beside == plain[row]).sum(axis=0) / 2) / len(beside)
    return np.hstack([plain, worded]), np.hstack([placed, plain, worded])


def _edges(column: _Row) -> _Row:
    """Give where the parts of a number begin, each with about as many issues; few values have fewer parts."""
    inner = np.linspace(0, 1, _TENTHS + 1)[1:-1]
    return np.unique(np.quantile(column, inner)) if len(column) else column


def _traits(
    seen: Sequence[Seen], plain: _Row, placed: _Row, names: Sequence[str], edges: Sequence[_Row]
) -> list[tuple[Trait, ...]]:
    """Give what the pattern sees: words, and in which part each number and its place among the latest lie.

    `placed` begins with these places, as `_views` gives them.
    """
    parts = np.zeros(plain.shape, dtype=int)
    for place, edge in enumerate(edges):
        parts[:, place] = edge.searchsorted(plain[:, place], side="right")
    places = (placed[:, : len(names)] * _EIGHTHS).astype(int)
    return [
        (
            *one.words.items(),
            *((name, str(part)) for name, part in zip(names, parts[row], strict=True)),
            *((f"{name}, place", str(place)) for name, place in zip(names, places[row], strict=True)),
        )
        for row, one in enumerate(seen)
    ]


def _grown(views: Sequence[_Row], late: _Row, until: int) -> tuple[Any, ...]:
    """Grow a forest for each view from the issues before a place; none where these are too few or all alike."""
    if until < _LEAST or not 0 < late[:until].sum() < until:
        return ()
    forest = import_module("sklearn.ensemble").RandomForestClassifier
    return tuple(
        forest(_TREES, min_samples_leaf=_LEAF, random_state=0).fit(view[:until], late[:until]) for view in views
    )


def _together(forests: Sequence[Any], views: Sequence[_Row], usual: float) -> _Row:
    """Give the mean of what forests say, in log-odds; what is usual where none was grown."""
    if not forests or not len(views[0]):
        return np.full(len(views[0]), usual, dtype=float)
    odds = [log_odds(forest.predict_proba(view)[:, 1]) for forest, view in zip(forests, views, strict=True)]
    mean: _Row = 1 / (1 + np.exp(-np.mean(odds, axis=0)))
    return mean
