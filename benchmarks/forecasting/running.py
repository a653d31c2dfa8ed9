"""The command that measures what is foretold of the bot's own clocks over a real log. It reads and prints."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click

from benchmarks.forecasting.incidents import RULES, incidents
from benchmarks.history import UnusableData
from orchestrator.forecast.foretold import DAY_ONE
from orchestrator.forecast.history import MOST, Kept, kept
from orchestrator.forecast.marks import Marks
from orchestrator.forecast.teaching import lesson
from rules.canonical import plain

_SCORES = {"AUC": "auc", "Brier": "brier", "calibration": "calibration_error", "log loss": "log_loss"}


@click.command()
@click.argument("log", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--most", type=click.IntRange(1), help="Take so many incidents, those that were opened first.")
@click.option("--latest", default=MOST, show_default=True, help="Learn from so many, the latest at the time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def running(log: Path, most: int | None, latest: int, as_json: bool) -> None:
    """Measure forecasts of clocks that run over a LOG of incidents: counting, and what is learnt, on later ones."""
    read = incidents(log, most)

    def histories(at: datetime) -> Sequence[Kept]:
        begun = [one for one in read.items if one.created <= at]
        return [kept(begun if at == read.until else begun[-latest:], read.changes, RULES, at)]

    began = perf_counter()
    found = lesson(DAY_ONE, histories, None, 0, 100, read.until)
    seconds = perf_counter() - began
    if found.tried is None:
        raise UnusableData(f"there is nothing to learn from, or nothing to ask: {found.why}")
    both = {"counting": found.tried.counted, "learnt": found.tried.learnt}
    if as_json:
        figures = {one: plain(marks) for one, marks in both.items()}
        click.echo(json.dumps({"n": found.tried.promises, "act": found.act, **figures}))
        return
    click.echo(f"{log.name}: {len(read.items):,} incidents, asked about {found.tried.promises:,} of the newer half")
    click.echo(f"{'':10}{''.join(f'{name:>24}' for name in _SCORES)}{'told':>10}{'came':>10}")
    for name, marks in both.items():
        click.echo(f"{name:10}{_in_a_line(marks)}{marks.told / 100:>8.1f} %{marks.came / 100:>8.1f} %")
    click.echo(f"{found.act}: {found.why} ({seconds:.0f} s)")


def _in_a_line(marks: Marks) -> str:
    found = [getattr(marks, field) for field in _SCORES.values()]
    ends = [(one.value / 10_000, (one.low or 0) / 10_000, (one.high or 0) / 10_000) for one in found]
    return "".join(f"{f'{value:.3f} [{low:.3f}, {high:.3f}]':>24}" for value, low, high in ends)
