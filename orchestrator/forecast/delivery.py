"""How much more or less than planned a sprint delivers, by what is known while it runs, learnt from earlier ones. Pure.

What the sprint's own numbers say is taken together with what its issues look like (mean, spread, largest, sum; how many
of each kind) and with how earlier sprints of the same board went. A forest of randomised trees foretells the middle:
of two sprints alike one may miss by ten and the other by a hundred, and the mean would tell neither. Gentle boosting,
which errs elsewhere, has a smaller say.
scikit-learn is heavy: it is loaded where a forest is grown.
Source: Choetkiertikul et al., Predicting delivery capability in iterative software development, TSE 2017.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from statistics import mean, median
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.forecast.lateness import Seen

__all__ = ["Delivered", "Delivery", "Sprint"]

_Row: TypeAlias = NDArray[np.float64]
_TREES, _LEAF, _TRIED = 300, 2, 0.5
#: Of each round half of the sprints and a part of the numbers are seen; what it says counts by a share.
_ROUNDS, _STEP, _ROWS, _NUMBERS, _SAY = 200, 0.05, 0.5, 0.3, 0.2
#: So many of a board's latest sprints tell how it goes there; drawn to all boards as if so many had gone like these.
_LATEST, _DRAWN = 5, 2
#: The latest of all boards tell what is usual.
_USUAL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprint:
    """A sprint while it runs. `number`: its place in time; `planned`: what it is to deliver, as far as is known."""

    board: str
    number: int
    planned: float
    about: Mapping[str, float]
    issues: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A sprint that is over, as it was while it ran. `over`: what it delivered beyond its plan, below 0 for less."""

    sprint: Sprint
    over: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was learnt from earlier sprints."""

    earlier: Sequence[Delivered]
    names: Sequence[str]
    trees: Sequence[Any]
    boosted: Any = None

    @classmethod
    def learnt(cls, delivered: Iterable[Delivered]) -> "Delivery":
        """Learn from sprints that are over, in any order."""
        earlier = sorted(delivered, key=lambda one: (one.sprint.number, one.sprint.board))
        told = [_told(one.sprint) | _gone(one.sprint, earlier) for one in earlier]
        names = sorted({name for one in told for name in one})
        if len(earlier) < _LATEST:
            return cls(earlier=earlier, names=names, trees=())
        trees, rows, over = import_module("sklearn.ensemble"), _rows(told, names), [one.over for one in earlier]
        forest = trees.ExtraTreesRegressor(_TREES, min_samples_leaf=_LEAF, max_features=_TRIED, random_state=0)
        boosting = trees.GradientBoostingRegressor(
            n_estimators=_ROUNDS, learning_rate=_STEP, subsample=_ROWS, max_features=_NUMBERS, random_state=0
        )
        return cls(
            earlier=earlier, names=names, trees=forest.fit(rows, over).estimators_, boosted=boosting.fit(rows, over)
        )

    def expected(self, sprints: Sequence[Sprint]) -> list[float]:
        """Give the middle of what each sprint delivers beyond its plan; what is usual while little is known."""
        if not self.trees or not sprints:
            return [median(one.over for one in self.earlier) if self.earlier else 0.0 for _ in sprints]
        rows = _rows([_told(one) | _gone(one, self.earlier) for one in sprints], self.names)
        middle = np.median([tree.predict(rows) for tree in self.trees], axis=0)
        return [float(one) for one in (1 - _SAY) * middle + _SAY * self.boosted.predict(rows)]


def _rows(told: Sequence[Mapping[str, float]], names: Sequence[str]) -> _Row:
    return np.array([[one.get(name, 0.0) for name in names] for one in told], dtype=float)


def _told(sprint: Sprint) -> dict[str, float]:
    """Give what is known of a sprint itself."""
    found = {f"sprint {name}": value for name, value in sprint.about.items()}
    found["issues"] = len(sprint.issues)
    kinds = Counter(pair for one in sprint.issues for pair in one.words.items())
    found |= {f"of {name} {word}": float(count) for (name, word), count in kinds.items()}
    for name in sorted({name for one in sprint.issues for name in one.numbers}):
        values = np.array([one.numbers.get(name, 0.0) for one in sprint.issues])
        for how, value in (
            ("mean", values.mean()),
            ("most", values.max()),
            ("sum", values.sum()),
            ("spread", values.std()),
        ):
            found[f"{how} of {name}"] = float(value)
    return found


def _gone(sprint: Sprint, earlier: Sequence[Delivered]) -> dict[str, float]:
    """Give how earlier sprints went, of the same board above all; nothing is known of those of the same number."""
    known = [one for one in earlier if one.sprint.number < sprint.number]
    same = [one for one in known if one.sprint.board == sprint.board]
    latest = same[-_LATEST:]
    usual = mean(one.over for one in known[-_USUAL:]) if known else 0.0
    done = mean(one.sprint.planned + one.over for one in latest) if latest else sprint.planned
    share = sum(one.over for one in latest) / (sum(abs(one.sprint.planned) for one in latest) + _LATEST)
    return {
        "board sprints": float(len(same)),
        "board mean": (sum(one.over for one in latest) + _DRAWN * usual) / (len(latest) + _DRAWN),
        "board middle": median(one.over for one in same) if same else usual,
        "board last": same[-1].over if same else usual,
        "board delivered": done,
        "board delivered beyond plan": done - sprint.planned,
        "board share": share,
        "board share of plan": share * sprint.planned,
        "plan": sprint.planned,
    }
