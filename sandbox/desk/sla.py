"""The SLA engine: what happened to an issue becomes cycles of a clock. Pure: no clock of its own, no store, no words.

A cycle lasts from an event that starts to the next event that stops. At one and the same instant a stop outranks a
pause and a pause a start; only a condition that stands on both sides opens and closes in turn. The goal of an ongoing
cycle is the first that fits the issue as it is now, of a completed one as it was when it stopped; its calendar counts
for the whole cycle.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from sandbox.desk.calendars import after_open_time, is_open, open_time
from sandbox.desk.records import Goal, Metric

T = TypeVar("T")
NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant(Generic[T]):
    """What happened at one moment, the states that hold from then on, and the subject as it then is."""

    at: datetime
    events: frozenset[str]
    states: frozenset[str]
    subject: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One run of a clock; `elapsed`, `paused_for` and `closed_for` add up to the time from start to stop or now.

    `breaches_at` is when the goal is used up if nothing pauses any more; none while a pause holds it before that.
    """

    started: datetime
    stopped: datetime | None
    goal: timedelta
    elapsed: timedelta
    paused_for: timedelta
    closed_for: timedelta
    breaches_at: datetime | None
    paused: bool
    within_hours: bool

    @property
    def remaining(self) -> timedelta:
        """Working time that is left; negative after the breach."""
        return self.goal - self.elapsed

    @property
    def breached(self) -> bool:
        """Whether more than the goal was used."""
        return self.elapsed > self.goal


def cycles_of(
    metric: Metric, story: Iterable[Instant[T]], now: datetime, choose: Callable[[T], Goal | None]
) -> list[Cycle]:
    """The cycles of a clock up to now, oldest first, the ongoing one last; none where no goal fits.

    Instants may come in any order, but not two of one moment.
    """
    told = sorted((instant for instant in story if instant.at <= now), key=lambda instant: instant.at)
    found = []
    begun: int | None = None
    for place, instant in enumerate(told):
        stops = bool(metric.stop & instant.events)
        if begun is None and _starts(metric, instant.events, stops=stops):
            begun = place
        elif begun is not None and stops:
            found.append(_cycle(metric, told[begun : place + 1], instant.at, choose, stopped=True))
            begun = None
    if begun is not None:
        found.append(_cycle(metric, told[begun:], now, choose, stopped=False))
    return [cycle for cycle in found if cycle is not None]


def _starts(metric: Metric, events: frozenset[str], *, stops: bool) -> bool:
    return bool(metric.start & metric.stop & events if stops else metric.start & events)


def _cycle(
    metric: Metric, told: Sequence[Instant[T]], end: datetime, choose: Callable[[T], Goal | None], *, stopped: bool
) -> Cycle | None:
    goal = choose(told[-1].subject)
    if goal is None:
        return None
    began, pieces = told[0].at, _pieces(metric, told, end)
    paused_for = sum((open_time(goal.calendar, since, until) for since, until, paused in pieces if paused), NOTHING)
    elapsed = sum((open_time(goal.calendar, since, until) for since, until, paused in pieces if not paused), NOTHING)
    paused = not stopped and bool(metric.pause & told[-1].states)
    return Cycle(
        started=began,
        stopped=end if stopped else None,
        goal=goal.within,
        elapsed=elapsed,
        paused_for=paused_for,
        closed_for=end - began - elapsed - paused_for,
        breaches_at=_breach(goal, pieces, end, paused=paused),
        paused=paused,
        within_hours=is_open(goal.calendar, end),
    )


def _pieces(metric: Metric, told: Sequence[Instant[T]], end: datetime) -> list[tuple[datetime, datetime, bool]]:
    """From, to, and whether a pause held between; a stop ends the last piece."""
    moments = [*(instant.at for instant in told if instant.at < end), end]
    held = [bool(metric.pause & instant.states) for instant in told]
    return [(since, until, paused) for (since, until), paused in zip(pairwise(moments), held, strict=False)]


def _breach(
    goal: Goal, pieces: Sequence[tuple[datetime, datetime, bool]], end: datetime, *, paused: bool
) -> datetime | None:
    left = goal.within
    for since, until, held in pieces:
        worked = NOTHING if held else open_time(goal.calendar, since, until)
        if not held and worked >= left:
            return after_open_time(goal.calendar, since, left)
        left -= worked
    return None if paused else after_open_time(goal.calendar, end, left)
