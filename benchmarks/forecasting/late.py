"""The command that measures how well it is foretold which issues with a due date come late. It reads and prints."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction import DictVectorizer

from benchmarks.forecasting.due_dates import Due, read_due
from benchmarks.forecasting.figures import Told
from benchmarks.forecasting.report import as_data, as_lines, measured
from benchmarks.history import UnusableData
from orchestrator.forecast.lateness import Lateness

_TREES = 300


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--test-rows", required=True, type=click.IntRange(1), help="So many of the last rows are asked about.")
@click.option("--without", multiple=True, help="A column to leave out, such as perofdelay; may be given again.")
@click.option("--resamples", default=200, show_default=True, type=click.IntRange(10), help="For the intervals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def late(file: Path, test_rows: int, without: tuple[str, ...], resamples: int, as_json: bool) -> None:
    """Measure how well it is foretold that an issue with a due date comes late."""
    due = read_due(file, without)
    known, asked = due[:-test_rows], due[-test_rows:]
    if not known:
        raise UnusableData(f"{file.name} has {len(due):,} rows, so that none is left to learn from")
    came, about = np.array([one.dated.late for one in asked], dtype=float), np.arange(len(asked))
    chances = Lateness.learnt([one.dated for one in known]).chances([one.dated.seen for one in asked])
    told, plain = (Told(chances=one, came=came, about=about) for one in (chances, _plain(known, asked)))
    found = measured(told, plain, resamples, np.array([one.left for one in asked]))
    if as_json:
        ours, baseline = as_data(found)
        click.echo(json.dumps(ours | {"baseline": baseline}, indent=2))
        return
    click.echo(f"{file.name}: {len(known):,} to learn from, {len(asked):,} asked about, {came.mean():.0%} came late")
    click.echo("\n".join(as_lines(found, "days")))


def _plain(known: Sequence[Due], asked: Sequence[Due]) -> NDArray[np.float64]:
    """A random forest over the same columns, as scikit-learn makes it by default, which knows of no time."""
    came = [one.dated.late for one in known]
    if len(set(came)) == 1:
        return np.full(len(asked), float(came[0]))
    rows = DictVectorizer(sparse=False)
    model = RandomForestClassifier(_TREES, random_state=0)
    model.fit(rows.fit_transform([_row(one) for one in known]), came)
    found = model.predict_proba(rows.transform([_row(one) for one in asked]))
    return np.asarray(found[:, list(model.classes_).index(True)], dtype=float)


def _row(one: Due) -> dict[str, float | str]:
    return {**one.dated.seen.numbers, **one.dated.seen.words}
