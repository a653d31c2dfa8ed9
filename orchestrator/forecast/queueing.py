"""What becomes of a queue in the next days: what waits and what will come, against those who are there. Pure.

It lives the days through many times, each with other arrivals and other work. In each, whoever is there works on what
breaks its promise first; one person at a time on each piece, which another may take up again. So one person more never
makes anything later. The same scene and seed give the same outlook, byte for byte.
Source: Law, Simulation Modeling and Analysis, 2 and 9 (runs with common random numbers).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rules.canonical import Value

__all__ = ["SLOT", "SLOTS", "Band", "Hour", "Open", "Outlook", "Scene", "foresee"]

_Grid: TypeAlias = NDArray[np.float64]
_Places: TypeAlias = NDArray[np.int64]
#: Time is cut into slots, and looked ahead over a weekend.
SLOT: Final = timedelta(minutes=15)
SLOTS: Final = 480
_MINUTES = SLOT // timedelta(minutes=1)
_RUNS = 200
#: How many came lately counts against what is usual as if so many more had come as usual; that fades in so many slots.
_DRAWN, _FADES = 4.0, 24.0
#: A run knows what so many pieces of work took.
_KNOWN = 40
_PER_HOUR = timedelta(hours=1) // SLOT
#: No more is drawn to come; what would come after so much is days away.
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A piece of work that waits, and the slot in which its promise breaks."""

    item: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A queue at a moment, with what is known of the slots to come, each as long as `SLOT`.

    `there`: how many people are at work in each slot. `open`: what waits and is promised, but for what is late already;
    of that, so many pieces (`late`) are worked on before all else. `efforts`: what pieces of work took, in minutes, at
    least one. `rates`: how many pieces usually come in each slot. `seen` came lately where `usual` were to. `promises`:
    within how many minutes of the `counted` time of each slot pieces are promised; none where nothing is promised of
    what comes. `shift`: the slot in which those who are there now, or next, have gone.
    """

    at: datetime
    there: Sequence[float]
    open: Sequence[Open]
    late: int
    efforts: Sequence[int]
    rates: Sequence[float]
    seen: int
    usual: float
    promises: Sequence[int]
    counted: Sequence[float]
    shift: int


class Band(Value, frozen=True, kw_only=True):
    """A number with the range in which it is with a probability of 80 %."""

    middle: int
    low: int
    high: int


class Hour(Value, frozen=True, kw_only=True):
    """An hour to come: the hours of work that wait at its end, and how many hours of people are there in it."""

    at: datetime
    waiting: Band
    there: int


class Outlook(Value, frozen=True, kw_only=True):
    """What is foretold of a queue.

    `waiting`: the promised pieces that wait now; `coming`: those that come before the shift is over. `late`: of these
    and those, how many miss their promise within sight. `chances`: by the ids of items, in per mille. `more_from`: from
    when on more has come than the shift can do; None where that is less likely than not. `fits`: how likely it can do
    all, in per mille.
    """

    at: datetime
    until: datetime
    waiting: int
    coming: Band
    late: Band
    chances: tuple[tuple[int, int], ...]
    more_from: datetime | None
    fits: int
    hours: tuple[Hour, ...]


def foresee(scene: Scene, seed: int, runs: int = _RUNS) -> Outlook:
    """Live the days to come through so many times."""
    chance = np.random.default_rng(seed)
    came = _arrivals(scene, chance, runs)
    begins = _begins(came)
    waiting = scene.late + len(scene.open)
    work = _drawn(np.array(scene.efforts, dtype=float), chance, (runs, waiting + begins.shape[1]))
    due = np.hstack([_dues(scene, runs), _promised(scene, begins, chance)])
    begins = np.hstack([np.zeros((runs, waiting), dtype=np.int64), begins])
    work[begins >= SLOTS] = 0.0
    ends, left = _lived(np.array(scene.there, dtype=float) * _MINUTES, work, begins, due)
    missed = (ends > due) & (due >= 0) & (due < SLOTS) & (begins < min(scene.shift, SLOTS))
    return _told(scene, came, work, begins, missed, left)


def _drawn(efforts: _Grid, chance: np.random.Generator, shape: tuple[int, int]) -> _Grid:
    """Draw what each piece takes. Each run knows another part of the past: few pieces do not tell what is usual."""
    known = chance.integers(0, len(efforts), (shape[0], min(len(efforts), _KNOWN)))
    drawn: _Grid = efforts[np.take_along_axis(known, chance.integers(0, known.shape[1], shape), axis=1)]
    return drawn


def _arrivals(scene: Scene, chance: np.random.Generator, runs: int) -> _Places:
    """Draw how many come in each slot of each run: as usual, at first as much more or less as came lately."""
    level = chance.gamma(scene.seen + _DRAWN, 1 / (scene.usual + _DRAWN), (runs, 1))
    fading = np.exp(-np.arange(SLOTS) / _FADES)
    return chance.poisson(np.array(scene.rates) * (1 + (level - 1) * fading))


def _begins(came: _Places) -> _Places:
    """Give for each piece that comes in a run its slot; a run with fewer has pieces that never come."""
    most = min(_MOST, int(came.sum(axis=1).max(initial=0)))
    begins = np.full((len(came), most), SLOTS, dtype=np.int64)
    for run, counts in enumerate(came):
        slots = np.repeat(np.arange(SLOTS), counts)[:most]
        begins[run, : len(slots)] = slots
    return begins


def _dues(scene: Scene, runs: int) -> _Places:
    """Give the slots by which what waits is promised; what is late already comes first."""
    known = [min(one.due, SLOTS) for one in scene.open]
    return np.tile(np.array([-1] * scene.late + known, dtype=np.int64), (runs, 1))


def _promised(scene: Scene, begins: _Places, chance: np.random.Generator) -> _Places:
    """Draw by when each piece that comes is promised, as far as anything is."""
    if not scene.promises or not begins.size:
        return np.full(begins.shape, SLOTS, dtype=np.int64)
    drawn = np.array(scene.promises, dtype=float)[chance.integers(0, len(scene.promises), begins.shape)]
    passed = np.concatenate([[0.0], np.cumsum(np.array(scene.counted, dtype=float) * _MINUTES)])
    due: _Places = np.minimum(np.searchsorted(passed, passed[begins] + drawn, side="left"), SLOTS).astype(np.int64)
    return due


def _lived(there: _Grid, work: _Grid, begins: _Places, due: _Places) -> tuple[_Places, _Grid]:
    """Have all work done, what is promised first at the head. Gives by when each is done, and what each slot has left.

    A piece gets what those before it leave of a slot, but no more than one person does in it.
    """
    runs, pieces = work.shape
    free = np.tile(there, (runs, 1))
    ends = np.full(work.shape, SLOTS + 1, dtype=np.int64)
    slots, rows = np.arange(SLOTS), np.arange(runs)
    order = np.argsort(due, axis=1, kind="stable")
    for rank in range(pieces):
        column = order[:, rank]
        needed, begun = work[rows, column][:, None], begins[rows, column][:, None]
        given = np.where(slots >= begun, np.minimum(free, _MINUTES), 0.0)
        passed = np.cumsum(given, axis=1)
        free -= np.clip(needed - (passed - given), 0.0, given)
        done = passed[:, -1] >= needed[:, 0] - 1e-9
        ends[rows[done], column[done]] = np.argmax(passed[done] >= needed[done] - 1e-9, axis=1) + 1
    return ends, free


def _told(scene: Scene, came: _Places, work: _Grid, begins: _Places, missed: NDArray[np.bool_], left: _Grid) -> Outlook:
    waiting, last = scene.late + len(scene.open), min(scene.shift, SLOTS)
    brought = np.zeros(came.shape)
    for column in range(waiting, work.shape[1]):
        known = begins[:, column] < SLOTS
        brought[known.nonzero()[0], begins[known, column]] += work[known, column]
    begun = work[:, :waiting].sum(axis=1)[:, None]
    there = np.array(scene.there, dtype=float) * _MINUTES
    over = np.asarray(begun + np.cumsum(brought, axis=1)[:, :last] > there[:last].sum())
    crossed = over.any(axis=1)
    more_from = None
    if crossed.mean() > 0.5:
        more_from = scene.at + SLOT * int(np.median(np.argmax(over[crossed], axis=1)))
    done = np.cumsum(there - left, axis=1)
    behind = (begun + np.cumsum(brought, axis=1) - done) / 60
    chances = missed[:, scene.late : waiting].mean(axis=0)
    return Outlook(
        at=scene.at,
        until=scene.at + SLOT * last,
        waiting=len(scene.open),
        coming=_band(came[:, :last].sum(axis=1)),
        late=_band(missed.sum(axis=1)),
        chances=tuple((one.item, round(1000 * float(share))) for one, share in zip(scene.open, chances, strict=True)),
        more_from=more_from,
        fits=round(1000 * (1 - float(crossed.mean()))),
        hours=tuple(
            Hour(
                at=scene.at + SLOT * slot,
                waiting=_band(behind[:, slot + _PER_HOUR - 1]),
                there=round(float(there[slot : slot + _PER_HOUR].sum()) / 60),
            )
            for slot in range(0, SLOTS, _PER_HOUR)
        ),
    )


def _band(values: NDArray[np.int64] | _Grid) -> Band:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return Band(low=int(np.floor(low)), middle=round(float(middle)), high=int(np.ceil(high)))
