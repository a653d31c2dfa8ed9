"""How work went in a stretch of time, frozen so that it can be compared with later: per project and in all. Pure.

Every number comes with how many issues it is made of. Times are whole seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from orchestrator.courses import Course
from orchestrator.estimates import Estimate, Share, Spread, quantile, share, spread
from rules.canonical import Value, digest

__all__ = ["Baseline", "Cycle", "Goal", "Measures", "Window", "baseline"]

_WEEK = timedelta(weeks=1)


class Window(Value, frozen=True, kw_only=True):
    """A stretch of time: from `since` up to, but without, `until`; whole weeks."""

    since: datetime
    until: datetime

    def week(self, at: datetime | None) -> int | None:
        """Give in which of its weeks a moment lies; None where it lies in none."""
        return (at - self.since) // _WEEK if at is not None and self.since <= at < self.until else None

    @property
    def weeks(self) -> int:
        """How many weeks it has."""
        return (self.until - self.since) // _WEEK


class Cycle(Value, frozen=True, kw_only=True):
    """One run of a service desk's SLA clock that ended at `at`."""

    project: str
    goal: str
    at: datetime
    breached: bool


class Goal(Value, frozen=True, kw_only=True):
    """How often a service desk's SLA was breached, of the runs of its clock that ended in the window."""

    name: str
    breached: Share


class Measures(Value, frozen=True, kw_only=True):
    """How work went.

    `issues` and `open`: at the end of the window. `created`, `finished` and `closed`: in the window; what was closed
    may be open again. `created_to_done` and `started_to_done`: of the finished. `reopened`: how many of the closed were
    opened again. `reopenings`: how often that happened in the window, whenever they were closed. `handed_on`: how many
    of the finished went from one assignee to another; `hand_offs`: how often. `open_age`: of the open.
    """

    issues: int
    open: int
    created: int
    finished: int
    created_to_done: Spread
    started_to_done: Spread
    reopened: Share
    reopenings: int
    handed_on: Share
    hand_offs: int
    open_age: Spread
    created_weekly: tuple[int, ...]
    finished_weekly: tuple[int, ...]
    finished_a_week: Estimate | None = None
    goals: tuple[Goal, ...] = ()


class Baseline(Value, frozen=True, kw_only=True):
    """How work went in a window. `projects`: what was asked for, all that could be seen where there are none.

    `categories`: what each status, by its id, counted as.
    """

    projects: tuple[str, ...]
    window: Window
    categories: dict[str, str]
    whole: Measures
    each: dict[str, Measures]

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form, in hex."""
        return digest(self)


@dataclass(slots=True)
class _Sums:
    """What a pass over the issues gathers."""

    window: Window
    issues: int = 0
    open: int = 0
    closed: int = 0
    reopened: int = 0
    reopenings: int = 0
    handed_on: int = 0
    hand_offs: int = 0
    lead: list[int] = field(default_factory=list)
    cycle: list[int] = field(default_factory=list)
    ages: list[int] = field(default_factory=list)
    created: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    finished: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    goals: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, one: Course) -> None:
        """Count an issue in."""
        self.issues += 1
        if (week := self.window.week(one.created)) is not None:
            self.created[week] += 1
        if one.is_open:
            self.open += 1
            self.ages.extend(_between(one.created, self.window.until))
        if one.finished is not None and (week := self.window.week(one.finished)) is not None:
            self.finished[week] += 1
            self.lead.extend(_between(one.created, one.finished))
            self.cycle.extend(_between(one.started, one.finished))
            self.handed_on += one.hand_offs > 0
            self.hand_offs += one.hand_offs
        closings = [at for at in one.closings if self.window.week(at) is not None]
        self.closed += bool(closings)
        self.reopened += any(closings[0] <= at < self.window.until for at in one.reopenings) if closings else False
        self.reopenings += sum(self.window.week(at) is not None for at in one.reopenings)

    def add_cycle(self, one: Cycle) -> None:
        """Count a run of an SLA clock in."""
        if self.window.week(one.at) is not None:
            self.goals[one.goal][0] += one.breached
            self.goals[one.goal][1] += 1

    def measures(self) -> Measures:
        """Give what it comes to."""
        finished = [self.finished[week] for week in range(self.window.weeks)]
        goals = sorted(self.goals.items())
        return Measures(
            issues=self.issues,
            open=self.open,
            created=sum(self.created.values()),
            finished=sum(finished),
            created_to_done=spread(self.lead),
            started_to_done=spread(self.cycle),
            reopened=share(self.reopened, self.closed),
            reopenings=self.reopenings,
            handed_on=share(self.handed_on, sum(finished)),
            hand_offs=self.hand_offs,
            open_age=spread(self.ages),
            created_weekly=tuple(self.created[week] for week in range(self.window.weeks)),
            finished_weekly=tuple(finished),
            finished_a_week=quantile(sorted(finished), 500) if finished else None,
            goals=tuple(Goal(name=name, breached=share(breached, of)) for name, (breached, of) in goals),
        )


def baseline(
    courses: Iterable[Course],
    cycles: Iterable[Cycle],
    *,
    window: Window,
    projects: tuple[str, ...] = (),
    categories: Mapping[str, str],
) -> Baseline:
    """Measure issues, in any order, and the runs of their SLA clocks; `projects`, where given, leave out all others."""
    whole = _Sums(window)
    each: defaultdict[str, _Sums] = defaultdict(lambda: _Sums(window))
    for one in courses:
        if not projects or one.project in projects:
            whole.add(one)
            each[one.project].add(one)
    for run in cycles:
        if not projects or run.project in projects:
            whole.add_cycle(run)
            each[run.project].add_cycle(run)
    return Baseline(
        projects=projects,
        window=window,
        categories=dict(categories),
        whole=whole.measures(),
        each={key: sums.measures() for key, sums in each.items()},
    )


def _between(start: datetime | None, end: datetime) -> list[int]:
    """Give the seconds between two moments; nothing where an import turned them round."""
    return [(end - start) // timedelta(seconds=1)] if start is not None and start <= end else []
