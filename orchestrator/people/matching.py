"""Who is given what, over all waiting work and all people at once: an assignment problem. Pure.

It proposes; it changes nothing. Nobody is given more than they take, or what they may not browse, or anything while
they are not there. The same tasks and people give the same answer in any order, and one person more never makes the
whole worse: everybody's room is cut into slots that depend on them and the work alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module

import numpy as np
from msgspec.structs import replace

from orchestrator.people.merits import (
    LOW_RISK,
    Grid,
    Mask,
    Table,
    Task,
    Worker,
    allowed,
    barring,
    behind,
    points_by_part,
    rooms,
    sorted_table,
)
from rules.canonical import Value
from rules.model import Line

__all__ = ["Choice", "Match", "Plan", "handed_back", "match"]

#: Nobody is given more at once: who has done these is asked about next time.
MOST_AT_ONCE = 5
_SHOWN = 5


class Choice(Value, frozen=True, kw_only=True):
    """Somebody who could take an item: their points, and why they come after the first; None for the first."""

    person: str
    points: int
    behind: Line | None = None


class Match(Value, frozen=True, kw_only=True):
    """What is proposed for an item. `person`: None where nobody can take it now.

    `choices`: the best five whom nothing bars, best first. `barred`: the five that would be best of those whom
    something bars, and what that is. `chance`: how likely this very proposal was, in per mille, given the others; it is
    under 1000 where something else might have been tried. `others`: of a thousand such, so many try somebody else than
    the points say; `explored`: so does this one, to learn from it.
    """

    item: int
    person: str | None = None
    choices: tuple[Choice, ...] = ()
    barred: tuple[tuple[str, Line], ...] = ()
    chance: int = 1000
    others: int = 0
    explored: bool = False


class Plan(Value, frozen=True, kw_only=True):
    """The proposals for all items in the order of their ids; `points` is what the best assignment comes to."""

    matches: tuple[Match, ...]
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """The slot that a task gets; chances in per mille, as in `Match`."""

    slot: int | None = None
    chance: int = 1000
    others: int = 0
    explored: bool = False


def match(table: Table, *, exploring: int = 0, seed: str = "") -> Plan:
    """Assign work.

    Args:
        table: what waits, who is there, and what speaks for each pair.
        exploring: for how many of a thousand items of low risk somebody else of the best five is tried, who has room.
        seed: decides which; the same seed gives the same answer.
    """
    table = sorted_table(table)
    parts = points_by_part(table)
    fits = allowed(table)
    whole = np.maximum(sum(parts.values(), np.zeros(fits.shape, dtype=np.int64)), 1)
    points = np.where(fits, whole, 0)
    owners, sizes = _slots(table.tasks, table.workers)
    taken = _assigned(table.tasks, points, owners, sizes)
    total = sum(int(points[row, owners[slot]]) for row, slot in taken.items())
    tried = _explored(table.tasks, points, (owners, sizes), taken, (exploring, seed))
    matches = []
    for row, task in enumerate(table.tasks):
        drawn = tried.get(row, _Drawn())
        choices, barred = _ranked(table, parts, (whole, points), row)
        matches.append(
            Match(
                item=task.item,
                person=None if drawn.slot is None else table.workers[owners[drawn.slot]].person,
                choices=choices,
                barred=barred,
                chance=drawn.chance,
                others=drawn.others,
                explored=drawn.explored,
            )
        )
    return Plan(matches=tuple(matches), points=total // 1000)


def handed_back(tasks: Sequence[Task], gone: str) -> tuple[Task, ...]:
    """Give what somebody held who drops out, as work that waits again; it can no longer stay in the same hands."""
    return tuple(replace(one, holder=None) for one in tasks if one.holder == gone)


def _slots(tasks: Sequence[Task], workers: Sequence[Worker]) -> tuple[list[int], Grid]:
    """Cut everybody's room into slots, each as large as the largest task that fits in what is left of it."""
    needed = np.unique(np.array([one.minutes for one in tasks], dtype=np.int64))
    owners: list[int] = []
    sizes: list[int] = []
    for column, room in enumerate(rooms(workers).tolist()):
        left = 0 if workers[column].barred is not None else room
        for _ in range(min(MOST_AT_ONCE, len(tasks))):
            fitting = int(np.searchsorted(needed, left, side="right"))
            if not fitting:
                break
            owners.append(column)
            sizes.append(int(needed[fitting - 1]))
            left -= sizes[-1]
    return owners, np.array(sizes, dtype=np.int64)


def _assigned(tasks: Sequence[Task], points: Grid, owners: Sequence[int], sizes: Grid) -> dict[int, int]:
    """Give the slot of each task so that the points are most in all; what nobody can take has none."""
    if not tasks or not owners:
        return {}
    worth = points[:, np.array(owners, dtype=np.intp)] * _fitting(tasks, sizes)
    # It weighs 50 MB, which only a process that assigns work has to carry.
    rows, slots = import_module("scipy.optimize").linear_sum_assignment(worth, maximize=True)
    return {row: slot for row, slot in zip(rows.tolist(), slots.tolist(), strict=True) if worth[row, slot] > 0}


def _fitting(tasks: Sequence[Task], sizes: Grid) -> Mask:
    needed = np.array([one.minutes for one in tasks], dtype=np.int64)[:, None]
    fitting: Mask = needed <= sizes
    return fitting


def _explored(
    tasks: Sequence[Task],
    points: Grid,
    slots: tuple[list[int], Grid],
    taken: dict[int, int],
    exploring: tuple[int, str],
) -> dict[int, _Drawn]:
    """Give each task its slot in the end, and how that was drawn."""
    (owners, sizes), (rate, seed) = slots, exploring
    free = set(range(len(owners))) - set(taken.values())
    found: dict[int, _Drawn] = {}
    for row, best in sorted(taken.items()):
        task = tasks[row]
        others = _open_to(task, points[row], (owners, sizes), free, owners[best]) if rate else {}
        if task.risk > LOW_RISK or not others:
            found[row] = _Drawn(slot=best)
            continue
        share = rate // (len(others) + 1)
        drawn = _drawn(seed, task.item)
        tried = sorted(others)[drawn // share] if share and drawn < share * len(others) else None
        if tried is None:
            found[row] = _Drawn(slot=best, chance=1000 - share * len(others), others=share * len(others))
            continue
        slot = others[tried]
        free = (free - {slot}) | {best}
        found[row] = _Drawn(slot=slot, chance=share, others=share * len(others), explored=True)
    return found


def _open_to(task: Task, points: Grid, slots: tuple[list[int], Grid], free: set[int], best: int) -> dict[int, int]:
    """Give a free slot that fits for each of the next best workers."""
    owners, sizes = slots
    fitting = {owners[slot]: slot for slot in sorted(free, reverse=True) if sizes[slot] >= task.minutes}
    able = [column for column in fitting if column != best and points[column] > 0]
    nearest = sorted(able, key=lambda column: (-points[column], column))[: _SHOWN - 1]
    return {column: fitting[column] for column in nearest}


def _drawn(seed: str, item: int) -> int:
    """Draw a number from 0 to 999 that depends on the seed and the item alone."""
    return int.from_bytes(blake2b(f"{seed}:{item}".encode(), digest_size=8).digest()) % 1000


def _ranked(
    table: Table, parts: dict[str, Grid], grids: tuple[Grid, Grid], row: int
) -> tuple[tuple[Choice, ...], tuple[tuple[str, Line], ...]]:
    whole, points = grids
    order = np.argsort(-points[row], kind="stable")
    able = [column for column in order[:_SHOWN].tolist() if points[row, column] > 0]
    choices = tuple(
        Choice(
            person=table.workers[column].person,
            points=int(points[row, column]) // 1000,
            behind=behind(parts, row, column, able[0]) if column != able[0] else None,
        )
        for column in able
    )
    worth = np.where((points[row] == 0) & (True if table.fits is None else table.fits[row]), whole[row], -1)
    hindered = [column for column in np.argsort(-worth, kind="stable")[:_SHOWN].tolist() if worth[column] >= 0]
    named = ((table.workers[column].person, barring(table, row, column)) for column in hindered)
    return choices, tuple((person, why) for person, why in named if why is not None)
