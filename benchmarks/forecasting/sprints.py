"""The command that measures how well it is foretold what a sprint delivers. It reads and prints.

Source: Choetkiertikul et al., Predicting delivery capability in iterative software development, TSE 2017, for the ten
folds (row number modulo ten) and the measure, the mean error divided by the quartiles' distance.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.feature_extraction import DictVectorizer

from benchmarks.forecasting.sprint_tables import read_sprints
from benchmarks.history import UnusableData
from orchestrator.forecast.delivery import Delivered, Delivery, Sprint

_FOLDS = 10
#: The later part that is asked about where the past is parted by time.
_LATER = 0.4
_WHAT = {"": "ten folds", "apart": "ten folds, boards that share a sprint in one", "forward": "later sprints"}
_Row: TypeAlias = NDArray[np.float64]
_Told = Callable[[Sequence[Delivered], Sequence[Sprint]], Sequence[float]]


@click.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--resamples", default=200, show_default=True, type=click.IntRange(10), help="For the intervals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def sprints(place: Path, resamples: int, as_json: bool) -> None:
    """Measure how well it is foretold at 30 % of a sprint what it delivers; PLACE is DIR/Project/project."""
    rows = read_sprints(place)
    scale = float(np.subtract(*np.percentile([one.over for one in rows], [75, 25]))) if rows else 0.0
    if len(rows) < 2 * _FOLDS or not scale:
        raise UnusableData(f"{place.name}: too few sprints, or they all deliver the same")
    parted: dict[str, Sequence[int | None]] = {
        "": [place % _FOLDS for place in range(len(rows))],
        "apart": [one.sprint.number % _FOLDS for one in rows],
        "forward": _forward(rows),
    }
    if not any(one.sprint.about for one in rows):
        raise UnusableData(f"{place.name}: its sprints have no numbers to tell by")
    found = {
        name: _measured(rows, folds, scale, resamples) if len(set(folds)) > 1 else None
        for name, folds in parted.items()
    }
    if as_json:
        click.echo(json.dumps((found.pop("") or {}) | found, indent=2))
        return
    click.echo(f"{place.name}: {len(rows):,} sprints; errors divided by {scale:g}, the quartiles' distance")
    for name, one in found.items():
        what = _WHAT[name]
        if one is None:
            click.echo(f"{what}: nothing is left to learn from")
            continue
        (low, high), (under, above) = one["interval"], one["baseline"]["interval"]
        click.echo(
            f"{what}: {one['n']:,}, ours {one['nmae']:.3f} [{low:.3f}, {high:.3f}], "
            f"baseline {one['baseline']['nmae']:.3f} [{under:.3f}, {above:.3f}]"
        )


def _forward(rows: Sequence[Delivered]) -> list[int | None]:
    """Ask about the later sprints, and learn from those before, which are in no fold."""
    numbers = sorted(one.sprint.number for one in rows)
    cut = numbers[int(len(numbers) * (1 - _LATER))]
    return [0 if one.sprint.number >= cut else None for one in rows]


def _measured(rows: Sequence[Delivered], folds: Sequence[int | None], scale: float, resamples: int) -> dict[str, Any]:
    ours, plain = (_errors(rows, folds, told) / scale for told in (_ours, _plain))
    return {**_mean(ours, resamples), "baseline": _mean(plain, resamples)}


def _errors(rows: Sequence[Delivered], folds: Sequence[int | None], told: _Told) -> _Row:
    errors: list[float] = []
    for fold in sorted({one for one in folds if one is not None}):
        known = [one for one, of in zip(rows, folds, strict=True) if of != fold]
        asked = [one for one, of in zip(rows, folds, strict=True) if of == fold]
        expected = told(known, [one.sprint for one in asked])
        errors += [abs(one.over - value) for one, value in zip(asked, expected, strict=True)]
    return np.array(errors)


def _mean(errors: _Row, resamples: int) -> dict[str, Any]:
    chance = np.random.default_rng(0)
    drawn = [float(errors[chance.integers(0, len(errors), len(errors))].mean()) for _ in range(resamples)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"n": len(errors), "nmae": round(float(errors.mean()), 4), "interval": [round(low, 4), round(high, 4)]}


def _ours(known: Sequence[Delivered], asked: Sequence[Sprint]) -> Sequence[float]:
    return Delivery.learnt(known).expected(asked)


def _plain(known: Sequence[Delivered], asked: Sequence[Sprint]) -> Sequence[float]:
    """Gradient boosting as scikit-learn makes it by default, over a sprint's numbers and the means of its issues'."""
    rows = DictVectorizer(sparse=False)
    model = GradientBoostingRegressor(random_state=0)
    model.fit(rows.fit_transform([_row(one.sprint) for one in known]), [one.over for one in known])
    return [float(one) for one in model.predict(rows.transform([_row(one) for one in asked]))]


def _row(sprint: Sprint) -> dict[str, float]:
    names = sorted({name for one in sprint.issues for name in one.numbers})
    return {
        **sprint.about,
        **{f"mean {name}": _average(one.numbers.get(name, 0.0) for one in sprint.issues) for name in names},
    }


def _average(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
