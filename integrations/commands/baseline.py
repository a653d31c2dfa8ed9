"""`yardmaster baseline`: how work went before, as it was frozen."""

from collections.abc import Callable

import click
import msgspec

from integrations.commands.root import Root
from integrations.store.baselines import Frozen, PostgresBaselines
from orchestrator.baseline import Measures
from orchestrator.estimates import Estimate, Share, Spread
from rules.canonical import plain

_PROJECTS_SHOWN = 20
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


@click.command()
@click.option("--number", type=click.IntRange(1), default=1, show_default=True, help="Which one; 1 is the oldest.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with everything.")
@click.pass_obj
def baseline(root: Root, number: int, as_json: bool) -> None:
    """Show how work went before, as the first backfill froze it."""
    with root.stored() as parts:
        known = PostgresBaselines(parts.database).all()
    if len(known) < number:
        there = f"there are {len(known)}" if known else "none is frozen yet; `yardmaster backfill` does it at its end"
        raise click.ClickException(f"there is no baseline {number}: {there}")
    frozen = known[number - 1]
    if as_json:
        told = {"number": frozen.number, "frozen_at": frozen.frozen_at, "hash": frozen.baseline.hash}
        click.echo(msgspec.json.encode(told | {"baseline": plain(frozen.baseline)}, order="sorted").decode())
        return
    for line in _told(frozen, len(known)):
        click.echo(line)


def _told(frozen: Frozen, of: int) -> list[str]:
    baseline, window = frozen.baseline, frozen.baseline.window
    most = sorted(baseline.each.items(), key=lambda one: (-one[1].issues, one[0]))
    more = [f"\nand {len(most) - _PROJECTS_SHOWN} more projects (--json)"] if len(most) > _PROJECTS_SHOWN else []
    return [
        f"Baseline {frozen.number} of {of}, frozen on {frozen.frozen_at:%Y-%m-%d %H:%M} UTC, {baseline.hash[:16]}",
        f"{window.weeks} weeks, {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}; in brackets, 95 % intervals",
        *_measures("All projects" if not baseline.projects else ", ".join(baseline.projects), baseline.whole),
        *(line for key, measures in most[:_PROJECTS_SHOWN] if len(most) > 1 for line in _measures(key, measures)),
        *more,
    ]


def _measures(title: str, told: Measures) -> list[str]:
    weekly = f", {_number(told.finished_a_week)} in the median week" if told.finished_a_week else ""
    rows = [
        ("issues", f"{told.issues}, {told.open} of them open; {told.created} came, {told.finished} were done{weekly}"),
        ("created to done", _times(told.created_to_done)),
        ("in progress to done", _times(told.started_to_done)),
        ("age of the open", _times(told.open_age)),
        ("opened again", f"{_share(told.reopened, 'that were closed')}; {told.reopenings} times"),
        ("handed on", f"{_share(told.handed_on, 'that were done')}; {told.hand_offs} times"),
        *((f"SLA {goal.name}", f"breached: {_share(goal.breached, 'runs of its clock')}") for goal in told.goals),
    ]
    return ["", title, *(f"  {name:22}{words}" for name, words in rows)]


def _times(told: Spread) -> str:
    marks = ((50, told.p50), (85, told.p85), (95, told.p95))
    words = [f"p{mark} {_time(estimate)}" for mark, estimate in marks if estimate is not None]
    return ", ".join([*words, f"of {told.count}"]) if words else "nothing to tell"


def _time(told: Estimate) -> str:
    return _around(_duration(told.value), told, _duration)


def _number(told: Estimate) -> str:
    return _around(str(told.value), told, str)


def _share(told: Share, what: str) -> str:
    counted = f"{told.count} of the {told.of} {what}"
    rate = told.per_mille
    return counted if rate is None else f"{counted}, {_around(_percent(rate.value), rate, _percent)}"


def _percent(per_mille: int) -> str:
    return f"{per_mille / 10:.1f} %"


def _duration(seconds: int) -> str:
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "s"))
    return f"{seconds / size:.1f} {unit}"


def _around(value: str, told: Estimate, shown: Callable[[int], str]) -> str:
    return value if told.low is None or told.high is None else f"{value} [{shown(told.low)} to {shown(told.high)}]"
