"""Measures what learning from answers brings: a history is lived again, its answers are revealed in the order of time.

It starts from a model that was made on the other history where there is one, as a new installation starts from
defaults that never saw its issues. The earlier half of the answers teaches, the later half is told. Only pairs are
answered that people would be asked about; that is what a real installation has too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TypeVar

import click

from benchmarks.asking import examples_of
from benchmarks.fitting import fit
from benchmarks.history import History
from benchmarks.measures import Estimate, Retrieval
from benchmarks.ranking_fit import Choice, choices, learn, tried
from benchmarks.related import histories_of
from benchmarks.replay import Look, looks
from benchmarks.truth import Truth
from orchestrator.learning import Label, Pair
from orchestrator.learning.scoring import Guess, calibration_error, log_loss
from orchestrator.learning.tables import fitted_table, fitted_weights
from orchestrator.learning.trial import guesses
from orchestrator.related import SHIPPED, Model
from orchestrator.related.features import confident

_FILE = click.Path(path_type=Path, dir_okay=False)
T = TypeVar("T")
_RESAMPLES = 200
_COUNTS = (0, 10, 25, 50, 100, 200, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How the later half is told after learning from so many answers, `right` of them confirmed.

    `change`: of the log loss, beside learning from none.
    """

    answers: int
    right: int
    log_loss: Estimate
    change: Estimate
    calibration_error: Estimate
    found: Retrieval


@click.command()
@click.option("--jira-jsonl", type=_FILE, help="As in `related`.")
@click.option("--bugs-csv", type=_FILE, help="As in `related`.")
@click.option("--pairs-csv", type=_FILE, help="As in `related`.")
@click.option("--asks-from", default=80, show_default=True, help="Confidence in per mille from which on people answer.")
def learning(jira_jsonl: Path | None, bugs_csv: Path | None, pairs_csv: Path | None, asks_from: int) -> None:
    """Measure what learning from people's answers brings, by how many there are."""
    histories = histories_of(jira_jsonl, bugs_csv, pairs_csv)
    asked = {name: choices(past) for name, past in histories.items()}
    for name, past in histories.items():
        others = [other for other in histories if other != name]
        start = _made_on(histories[others[0]], asked[others[0]]) if others else SHIPPED
        click.echo(f"{name}, starting from what was made on {others[0] if others else 'all that it ships with'}")
        for row in measure(answered(past, start, asks_from), asked[name], start):
            click.echo(f"  {_line(row)}")


def answered(past: History, start: Model, asks_from: int) -> list[Label]:
    """Give what people would have said of each report's best match, where they would have been asked, in order."""
    truth = Truth(past)
    told = [_label(past, look, truth) for look in looks(past, model=start) if look.matches]
    return [one for one in told if one is not None and confident(one.pair.features, start.table) >= asks_from]


def measure(told: Sequence[Label], asked: Sequence[Choice], start: Model) -> list[Row]:
    """Tell the later half after learning from more and more of the earlier half, and all of that at last."""
    earlier, later = told[: len(told) // 2], told[len(told) // 2 :]
    counts = sorted({count for count in _COUNTS if count < len(earlier)} | {len(earlier)})
    before = guesses(later, start.table)
    return [_row(earlier[:count], later, asked[len(asked) // 2 :], before, start) for count in counts]


def _row(
    taught: Sequence[Label], later: Sequence[Label], asked: Sequence[Choice], before: Sequence[Guess], start: Model
) -> Row:
    table, weights = fitted_table(taught, start.table), fitted_weights(taught, start.weights)
    after = guesses(later, table)
    both = list(zip(before, after, strict=True))
    return Row(
        answers=len(taught),
        right=sum(one.right for one in taught),
        log_loss=_interval(after, log_loss),
        change=_interval(both, lambda some: log_loss([one for _, one in some]) - log_loss([one for one, _ in some])),
        calibration_error=_interval(after, calibration_error),
        found=tried(asked, weights if taught else start.weights),
    )


def _interval(values: Sequence[T], score: Callable[[Sequence[T]], float]) -> Estimate:
    chance = Random(0)  # noqa: S311 -- resampling, not a secret
    found = sorted(score(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return Estimate(mean=score(values), low=found[int(_RESAMPLES * 0.025)], high=found[int(_RESAMPLES * 0.975) - 1])


def _made_on(past: History, asked: Sequence[Choice]) -> Model:
    found = [look for look in looks(past) if look.matches]
    return Model(version="elsewhere", weights=learn([asked]), table=fit(examples_of(past, found)))


def _label(past: History, look: Look, truth: Truth) -> Label | None:
    match = look.matches[0]
    right = truth.judged(look.place, match)
    if right is None:
        return None
    at = datetime.fromtimestamp(past.reports[look.place].traits.created, UTC)
    rivals = tuple(one.features for one in look.matches[1:])
    pair = Pair(item=look.place, other=match.id, features=match.features, rivals=rivals)
    return Label(at=at, decision=str(look.place), pair=pair, right=right, weight=1.0, model="")


def _line(row: Row) -> str:
    told = [("log loss", row.log_loss), ("change", row.change), ("calibration error", row.calibration_error)]
    words = ", ".join(f"{name} {one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]" for name, one in told)
    mrr = row.found.mrr
    return (
        f"{row.answers:4} answers, {row.right} right: {words}, "
        f"MRR {mrr.mean:.3f} [{mrr.low:.2f}, {mrr.high:.2f}] ({row.found.queries} questions)"
    )
