"""The command that measures how well it is foretold which promises break. It reads and prints."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.forecasting.figures import Told
from benchmarks.forecasting.promises import Split, read_promises
from benchmarks.forecasting.report import Measured, as_data, as_lines, measured
from orchestrator.forecast.pattern import Outcome, Pattern

_WHEN = {"first": "the first event", "life": "every later event"}
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--train", type=_FILE, required=True, help="An event log of incidents, .csv or .csv.xz.")
@click.option("--test", type=_FILE, help="A later one to be asked about; without, --train is cut by time.")
@click.option("--cut", type=click.DateTime(["%Y-%m-%d"]), help="Where --train is cut.")
@click.option("--resamples", default=200, show_default=True, type=click.IntRange(10), help="For the intervals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def sla(train: Path, test: Path | None, cut: datetime | None, resamples: int, as_json: bool) -> None:
    """Measure how well it is foretold that an SLA breaks, at an incident's first event and at every later one."""
    split = read_promises(train, test, cut.replace(tzinfo=UTC) if cut else None)
    found = {"first": _first(split, resamples), "life": _life(split, resamples)}
    click.echo(json.dumps(_as_data(found), indent=2) if as_json else _as_table(split, found))


def _first(split: Split, resamples: int) -> Measured:
    return _measured([one.first for one in split.known], [[one.first] for one in split.asked], resamples)


def _life(split: Split, resamples: int) -> Measured | None:
    known = [moment for one in split.known for moment in one.later]
    asked = [list(one.later) for one in split.asked]
    if not known or not any(asked):
        return None
    return _measured(known, asked, resamples, np.array([hours for one in split.asked for hours in one.left[1:]]))


def _measured(
    known: Sequence[Outcome],
    asked: Sequence[Sequence[Outcome]],
    resamples: int,
    left: NDArray[np.float64] | None = None,
) -> Measured:
    flat = [moment for moments in asked for moment in moments]
    about = np.repeat(np.arange(len(asked)), [len(moments) for moments in asked])
    came = np.array([one.broke for one in flat], dtype=float)
    pattern = Pattern.learnt(known)
    told = Told(chances=np.array([pattern.chance(one.traits) for one in flat]), came=came, about=about)
    return measured(told, Told(chances=_plain(known, flat), came=came, about=about), resamples, left)


def _plain(known: Sequence[Outcome], asked: Sequence[Outcome]) -> NDArray[np.float64]:
    """Logistic regression over the same traits, as scikit-learn makes it by default, which knows of no time."""
    if len({one.broke for one in known}) == 1:
        return np.full(len(asked), float(known[0].broke))
    rows = DictVectorizer()
    seen = rows.fit_transform([dict.fromkeys(map(repr, one.traits), 1) for one in known])
    model = LogisticRegression(max_iter=2000)
    model.fit(seen, [one.broke for one in known], sample_weight=[one.weight for one in known])
    found = model.predict_proba(rows.transform([dict.fromkeys(map(repr, one.traits), 1) for one in asked]))
    return np.asarray(found[:, list(model.classes_).index(True)], dtype=float)


def _as_data(found: dict[str, Measured | None]) -> dict[str, object]:
    both = {when: as_data(one) if one is not None else (None, None) for when, one in found.items()}
    return {
        **{when: ours for when, (ours, _) in both.items()},
        "baseline": {when: one for when, (_, one) in both.items()},
    }


def _as_table(split: Split, found: dict[str, Measured | None]) -> str:
    lines = [f"{split.name}: {len(split.known):,} ended before {split.cut:%Y-%m-%d}, {len(split.asked):,} opened later"]
    for when, one in found.items():
        if one is None:
            lines.append(f"at {_WHEN[when]}: there is none, to learn from or to ask about")
            continue
        lines += [f"at {_WHEN[when]}: {one.ours.n:,}, {one.told.came.mean():.0%} broke", *as_lines(one, "hours")]
    return "\n".join(lines)
