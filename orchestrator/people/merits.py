"""What speaks for giving a piece of work to somebody: points for each pair, and what bars it. Pure.

Points are a declared rule of thumb, fitted to nothing; what each counts is in `WEIGHTS`. The points of a pair depend on
that pair alone, so that nobody's coming changes what others are worth. It assigns nothing (`matching`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rules.canonical import Value
from rules.model import Line

__all__ = ["WEIGHTS", "Grid", "Table", "Task", "Worker", "barring", "behind", "points_by_part", "sorted_table"]

Grid: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

#: What counts how much; all of it is 133, the wish to learn included.
WEIGHTS: Final[Mapping[str, int]] = {
    "meets": 30,
    "skill": 25,
    "usual": 20,
    "takes": 20,
    "room": 10,
    "same": 10,
    "fair": 5,
    "learns": 5,
    "active": 5,
    "others": 3,
}
_WORDS: Final = {
    "meets": "the chance to meet the SLA",
    "skill": "how work like it went",
    "usual": "who usually does such work",
    "takes": "what came of asking them so far",
    "room": "the room left",
    "same": "staying in the same hands",
    "fair": "sharing dull work",
    "learns": "the wish to learn",
    "active": "being in Slack just now",
    "others": "not having reported it themselves",
}
#: Who has room for so many minutes has as much as counts.
_ROOM = 2400
#: Up to this chance to miss the SLA, in per mille, somebody may learn at it.
LOW_RISK = 200


class Task(Value, frozen=True, kw_only=True):
    """A piece of work that waits. `minutes`: by forecast. `holder`: who has it now, if anybody.

    `dull`: night work, or work that nobody likes: it is shared. `risk`: the chance to miss its SLA, in per mille.
    `reporter`: who wants it done, and is rather not asked to do it.
    """

    item: int
    minutes: int
    holder: str | None = None
    dull: bool = False
    risk: int = 0
    reporter: str | None = None


class Worker(Value, frozen=True, kw_only=True):
    """Somebody who may be given work. `barred`: why they cannot be given any now.

    `room`: how many minutes more they take, None for any number. `dull`: their share of the team's dull work lately, in
    per mille. `active`: they were seen in the chat just now.
    """

    person: str
    room: int | None = None
    dull: int = 0
    active: bool = False
    barred: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Tasks down, workers across; the grids are of that shape, and but for the masks in per mille.

    `meets`: the chance to meet the SLA. `skill` and `usual`: see `skills` and `habits`. `learns`: whether it is what
    somebody wishes to grow in. `takes`: see `tries`; the middle where that is not given. `sees`: whether they may
    browse it in Jira. `fits`: whether it is work of theirs at all, all of it where that is not given. `refused`: why
    somebody, by item and person, is not asked to take it again.
    """

    tasks: tuple[Task, ...]
    workers: tuple[Worker, ...]
    meets: Grid
    skill: Grid
    usual: Grid
    learns: Mask
    sees: Mask
    fits: Mask | None = None
    takes: Grid | None = None
    refused: Mapping[tuple[int, str], Line] = field(default_factory=dict)


def sorted_table(table: Table) -> Table:
    """Give the same table with tasks and workers in the order of their names, so that nothing depends on another."""
    down = sorted(range(len(table.tasks)), key=lambda row: table.tasks[row].item)
    across = sorted(range(len(table.workers)), key=lambda column: table.workers[column].person)
    cells = np.ix_(np.array(down, dtype=np.intp), np.array(across, dtype=np.intp))
    return replace(
        table,
        tasks=tuple(table.tasks[row] for row in down),
        workers=tuple(table.workers[column] for column in across),
        meets=table.meets[cells],
        skill=table.skill[cells],
        usual=table.usual[cells],
        learns=table.learns[cells],
        sees=table.sees[cells],
        fits=None if table.fits is None else table.fits[cells],
        takes=None if table.takes is None else table.takes[cells],
    )


def points_by_part(table: Table) -> dict[str, Grid]:
    """Give the points of every pair for each of `WEIGHTS`, in thousandths of a point."""
    shape = table.skill.shape
    room = np.array([_ROOM if one.room is None else min(one.room, _ROOM) for one in table.workers], dtype=np.int64)
    fair = np.array([1000 - one.dull for one in table.workers], dtype=np.int64)
    dull = np.array([one.dull for one in table.tasks], dtype=bool)[:, None]
    safe = np.array([one.risk <= LOW_RISK for one in table.tasks], dtype=bool)[:, None]
    values = {
        "meets": table.meets,
        "skill": table.skill,
        "usual": table.usual,
        "takes": np.full(shape, 500, dtype=np.int64) if table.takes is None else table.takes,
        "room": np.broadcast_to(room * 1000 // _ROOM, shape),
        "same": _same_hands(table),
        "fair": np.where(dull, np.broadcast_to(fair, shape), 500),
        "learns": np.where(table.learns & safe, 1000, 0),
        "active": np.broadcast_to(np.array([one.active for one in table.workers], dtype=np.int64) * 1000, shape),
        "others": _others(table),
    }
    return {name: WEIGHTS[name] * each.astype(np.int64) for name, each in values.items()}


def allowed(table: Table) -> Mask:
    """Tell which pairs nothing bars."""
    free = np.array([one.barred is None for one in table.workers], dtype=bool)
    needed = np.array([one.minutes for one in table.tasks], dtype=np.int64)[:, None]
    fits: Mask = table.sees & free & (needed <= rooms(table.workers)) & theirs(table)
    return fits


def theirs(table: Table) -> Mask:
    """Tell which pairs are of somebody with work of theirs, that they have not refused."""
    found = np.ones(table.sees.shape, dtype=bool) if table.fits is None else table.fits.copy()
    down = {one.item: row for row, one in enumerate(table.tasks)}
    across = {one.person: column for column, one in enumerate(table.workers)}
    for item, person in table.refused:
        if item in down and person in across:
            found[down[item], across[person]] = False
    return found


def rooms(workers: Iterable[Worker]) -> Grid:
    """Give everybody's room in minutes, a very large number where they have no limit."""
    return np.array([2**40 if one.room is None else one.room for one in workers], dtype=np.int64)


def barring(table: Table, row: int, column: int) -> Line | None:
    """Say what bars a pair; None where nothing does."""
    task, worker = table.tasks[row], table.workers[column]
    if not table.sees[row, column]:
        return Line(text="may not browse it in Jira")
    if (refused := table.refused.get((task.item, worker.person))) is not None:
        return refused
    if table.fits is not None and not table.fits[row, column]:
        return Line(text="does no such work")
    if worker.barred is not None:
        return worker.barred
    if worker.room is not None and task.minutes > worker.room:
        takes = f"has room for {worker.room / 60:.1f} h, and it takes {task.minutes / 60:.1f} h"
        return Line(text=f"at capacity: {takes}")
    return None


def behind(parts: Mapping[str, Grid], row: int, column: int, best: int) -> Line | None:
    """Say by how much a worker is behind another, and most for what; None where they are not."""
    lacks = {name: int(each[row, best] - each[row, column]) for name, each in parts.items()}
    gap = sum(lacks.values())
    if gap <= 0:
        return None
    most = max(sorted(lacks), key=lambda name: lacks[name])
    return Line(text=f"{gap / 1000:.1f} points behind, most for {_WORDS[most]} ({lacks[most] / 1000:.1f})")


def _others(table: Table) -> Grid:
    found = np.full(table.skill.shape, 1000, dtype=np.int64)
    people = {one.person: column for column, one in enumerate(table.workers)}
    for row, task in enumerate(table.tasks):
        if task.reporter in people:
            found[row, people[task.reporter]] = 0
    return found


def _same_hands(table: Table) -> Grid:
    people = {one.person: column for column, one in enumerate(table.workers)}
    found = np.full(table.skill.shape, 500, dtype=np.int64)
    for row, task in enumerate(table.tasks):
        if task.holder is not None:
            found[row] = 0
            if task.holder in people:
                found[row, people[task.holder]] = 1000
    return found
