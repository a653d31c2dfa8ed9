"""The command that measures what the bot foretells of due dates over real issues. It reads and prints.

Each issue is asked about as the bot would have been: by what its project's changelogs told then, counting alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np

from benchmarks.forecasting.figures import Told
from benchmarks.forecasting.incidents import RULES
from benchmarks.forecasting.report import as_data, as_lines, measured
from benchmarks.history import UnusableData
from benchmarks.jira_export import changes_from_the_last, lines_of, payloads_of
from integrations.jira.translate import NotUnderstood, snapshot
from integrations.store.merging import Known, item_of, merged
from orchestrator.forecast.counting import Counts, asked
from orchestrator.forecast.history import Promise, kept
from orchestrator.forecast.teaching import SHARES
from rules.model import FieldChange, Item
from rules.slas import DUE

__all__ = ["due", "read_issues"]

#: The past is told anew so many times at most, for large exports.
_TIMES = 400
_RULES = msgspec.structs.replace(RULES, slas={})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A moment of a promise: its number, the share of its time that is used."""

    number: int
    promise: Promise
    share: float
    at: datetime


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--resamples", default=200, show_default=True, type=click.IntRange(10), help="For the intervals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def due(file: Path, resamples: int, as_json: bool) -> None:
    """Measure what is foretold of due dates from the first day on; FILE has raw Jira issues with changelogs."""
    items, changes = read_issues(file)
    moments = _moments(items, changes)
    if not moments:
        raise UnusableData(f"{file.name}: no issue has a due date of which it is known how it went")
    chances, usual = np.array(list(_told(moments, items, changes))).T
    came = np.array([one.promise.run.share > 1 for one in moments], dtype=float)
    about = np.array([one.number for one in moments])
    ours, plain = (Told(chances=one, came=came, about=about) for one in (chances, usual))
    found = measured(ours, plain, resamples)
    if as_json:
        first, second = as_data(found)
        click.echo(json.dumps(first | {"baseline": second}, indent=2))
        return
    late = np.mean([one.run.share > 1 for one in {one.number: one.promise for one in moments}.values()])
    click.echo(f"{file.name}: {len(items):,} issues, {len(set(about)):,} due dates, {late:.0%} came late")
    click.echo("\n".join(as_lines(found, "days")))


def read_issues(path: Path) -> tuple[list[Item], Mapping[int, Sequence[FieldChange]]]:
    """Read issues with their changes, the oldest first.

    Raises:
        UnusableData: a line is no Jira issue.
    """
    items: list[Item] = []
    changes: dict[int, Sequence[FieldChange]] = {}
    for number, line in lines_of(path):
        try:
            for payload in payloads_of(json.loads(line)):
                told = snapshot(payload)
                item = item_of(told.id, merged(Known(), told))
                if item is not None and item.id not in changes:
                    items.append(item)
                    changes[item.id] = tuple(_changes(payload))
        except (NotUnderstood, KeyError, TypeError, AttributeError, ValueError) as wrong:
            raise UnusableData(f"{path.name}, line {number}: not a Jira issue ({type(wrong).__name__})") from wrong
    return sorted(items, key=lambda one: (one.created, one.id)), changes


def _changes(payload: Mapping[str, Any]) -> Iterator[FieldChange]:
    for place, (at, one) in enumerate(reversed(list(changes_from_the_last(payload)))):
        values = {name: one.get(key) for name, key in _NAMES.items()}
        field = str(one.get("field")).casefold()
        yield FieldChange(id=f"{place:06}:0", at=at, author=None, field=field, **values)


_NAMES = {"before": "from", "before_text": "fromString", "after": "to", "after_text": "toString"}


def _moments(items: Sequence[Item], changes: Mapping[int, Sequence[FieldChange]]) -> list[_Asked]:
    """Give the moments at which the bot would have been asked, in order of time."""
    end = max((one.updated for one in items), default=None)
    whole = kept(items, changes, _RULES, end).own.get(DUE, ()) if end is not None else ()
    known = [one for one in whole if one.run.share > 1 or not one.run.is_open]
    found = [
        _Asked(number=number, promise=one, share=share, at=at)
        for number, one in enumerate(known)
        for share in SHARES
        if one.run.share > share and one.stands(share) and (at := one.moment(share)) is not None
    ]
    return sorted(found, key=lambda one: (one.at, one.number))


def _told(
    moments: Sequence[_Asked], items: Sequence[Item], changes: Mapping[int, Sequence[FieldChange]]
) -> Iterator[tuple[float, float]]:
    """Give the chance at each moment, and how many such due dates of the project came late by then."""
    step = -(-len(moments) // _TIMES)
    for first in range(0, len(moments), step):
        some = moments[first : first + step]
        counts: dict[str, Counts] = {}
        for one in some:
            then = one.promise.at(one.share)
            if then.project not in counts:
                past = [item for item in items if item.project == then.project]
                counts[then.project] = Counts(kept(past, changes, _RULES, some[0].at))
            found = counts[then.project].of(DUE, asked(one.promise, one.share, then), then.id)
            yield found.chance, found.usual
