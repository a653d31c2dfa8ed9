"""Runs the clock of an SLA over an issue's past, exactly as Jira Service Management would. Pure.

A cycle lasts from an event that starts to the next that stops. At one instant a stop outranks a pause and a pause a
start; only a condition that stands on both sides opens and closes in turn. The goal of a running cycle is the first
that fits the issue as it is now, that of a completed one as it was when it stopped; its calendar counts for all of it.
Source: https://support.atlassian.com/jira-service-management-cloud/docs/what-are-slas/
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Literal, Protocol

from orchestrator.calendars import calendar
from orchestrator.sla.timeline import Instant, holds
from rules.conditions import ITEMS, check, view_of
from rules.model import Item
from rules.ruleset import CalendarRule
from rules.slas import GoalRule, SlaRule

Kind = Literal["counting", "paused", "closed"]
NOTHING = timedelta()


class Hours(Protocol):
    """The hours in which a clock counts; `orchestrator.calendars.Calendar` is such."""

    def is_open(self, at: datetime) -> bool:
        """Tell whether it counts at a moment."""
        ...

    def spans(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give the time that counts between two moments, ascending and apart."""
        ...

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Give how much time counts between two moments."""
        ...

    def after(self, at: datetime, working: timedelta) -> datetime | None:
        """Give the earliest moment by which so much has counted; None where there is none to come."""
        ...


class _AroundTheClock:
    def is_open(self, at: datetime) -> bool:
        del at
        return True

    def spans(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        if since < until:
            yield since, until

    def worked(self, since: datetime, until: datetime) -> timedelta:
        return max(NOTHING, until - since)

    def after(self, at: datetime, working: timedelta) -> datetime:
        return at + max(NOTHING, working)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a cycle; `paused_by` is the state that holds the clock, as the rule names it.

    `teams`: those that had the issue, as `Teams.having` says. `worked`: how much of it lies within the hours.
    """

    since: datetime
    until: datetime
    paused_by: str | None
    teams: frozenset[str] | None
    worked: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An interval in which a clock counted, was paused by the state `why`, or stood outside its hours."""

    since: datetime
    until: datetime
    kind: Kind
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One run of a clock; `elapsed`, `paused_for` and `closed_for` add up to the time from start to stop, or to now.

    `goal` is its place among the rule's. `breaches_at`: when its time is used up if nothing pauses the clock any more;
    None while a pause holds it before that, and where the calendar has no hours to come.
    """

    started: datetime
    stopped: datetime | None
    goal: int
    within: timedelta
    elapsed: timedelta
    paused_for: timedelta
    closed_for: timedelta
    breaches_at: datetime | None
    paused_by: str | None
    in_hours: bool
    pieces: tuple[Piece, ...]

    @property
    def remaining(self) -> timedelta:
        """The time that is left; less than nothing after the breach."""
        return self.within - self.elapsed

    @property
    def breached(self) -> bool:
        """Whether more time was used than there was."""
        return self.elapsed > self.within


class Timer(Protocol):
    """A clock that runs over issues: of an SLA, or of due dates."""

    def cycles(self, past: Iterable[Instant], now: datetime) -> tuple[Cycle, ...]:
        """Give the cycles up to now, the oldest first."""
        ...

    def counted(self, cycle: Cycle, until: datetime) -> timedelta:
        """Give how much of a cycle's time had counted by a moment."""
        ...

    def reached(self, cycle: Cycle, counted: timedelta) -> datetime | None:
        """Give when so much of a cycle's time had counted; None where it never had."""
        ...


class Clock:
    """A rule with the hours of its goals, made once; runs over any number of issues."""

    def __init__(self, rule: SlaRule, calendars: Mapping[str, CalendarRule]) -> None:
        self.rule = rule
        hours: dict[str | None, Hours] = {None: _AroundTheClock()}
        for goal in rule.goals:
            if goal.calendar is not None and goal.calendar not in hours:
                hours[goal.calendar] = calendar(calendars[goal.calendar])
        self._hours = [hours[goal.calendar] for goal in rule.goals]
        self._times = [goal.time for goal in rule.goals]
        self._starts, self._stops = _folded(rule.starts), _folded(rule.stops)

    def cycles(self, past: Iterable[Instant], now: datetime) -> tuple[Cycle, ...]:
        """Give the cycles up to now, the oldest first, a running one last; none where it never started or no goal fits.

        Instants may come in any order, but no two of one moment.
        """
        told = sorted((one for one in past if one.at <= now), key=lambda one: one.at)
        found: list[Cycle | None] = []
        begun: int | None = None
        for place, instant in enumerate(told):
            stops = instant.events & self._stops
            if begun is None and (stops & self._starts if stops else instant.events & self._starts):
                begun = place
            elif begun is not None and stops:
                found.append(self._cycle(told[begun : place + 1], instant.at, stopped=True))
                begun = None
        if begun is not None:
            found.append(self._cycle(told[begun:], now, stopped=False))
        return tuple(cycle for cycle in found if cycle is not None)

    def spans(self, cycle: Cycle) -> tuple[Span, ...]:
        """Give the intervals of a cycle, ascending, without gaps; neighbours of one kind and reason are one."""
        hours = self._hours[cycle.goal]
        parts = chain.from_iterable(_parted(piece, hours) for piece in cycle.pieces)
        alike = (list(group) for _, group in groupby(parts, key=lambda one: (one.kind, one.why)))
        return tuple(replace(group[0], until=group[-1].until) for group in alike)

    def counted(self, cycle: Cycle, until: datetime) -> timedelta:
        """Give how much of a cycle's time had counted by a moment."""
        hours = self._hours[cycle.goal]
        parts = (hours.worked(one.since, min(one.until, until)) for one in cycle.pieces if one.paused_by is None)
        return sum(parts, NOTHING)

    def reached(self, cycle: Cycle, counted: timedelta) -> datetime | None:
        """Give when so much of a cycle's time had counted; None where it never had."""
        hours, left = self._hours[cycle.goal], counted
        for piece in (one for one in cycle.pieces if one.paused_by is None):
            if piece.worked >= left:
                return hours.after(piece.since, left)
            left -= piece.worked
        return None

    def _cycle(self, told: Sequence[Instant], end: datetime, *, stopped: bool) -> Cycle | None:
        last = told[-1]
        goal = _goal(self.rule.goals, last.item, end)
        if goal is None:
            return None
        hours, began = self._hours[goal], told[0].at
        pieces = tuple(self._pieces(told, end, hours))
        elapsed = sum((one.worked for one in pieces if one.paused_by is None), NOTHING)
        paused_for = sum((one.worked for one in pieces if one.paused_by is not None), NOTHING)
        paused_by = None if stopped else self._paused_by(last)
        return Cycle(
            started=began,
            stopped=end if stopped else None,
            goal=goal,
            within=self._times[goal],
            elapsed=elapsed,
            paused_for=paused_for,
            closed_for=end - began - elapsed - paused_for,
            breaches_at=_breach(hours, self._times[goal], pieces, end, held=paused_by is not None),
            paused_by=paused_by,
            in_hours=hours.is_open(end),
            pieces=pieces,
        )

    def _pieces(self, told: Sequence[Instant], end: datetime, hours: Hours) -> Iterator[Piece]:
        """Part the time where what pauses the clock changes, or which teams have the issue; a stop ends the last."""
        since, held, teams = told[0].at, self._paused_by(told[0]), told[0].teams
        for one in told[1:]:
            if one.at < end and ((now := self._paused_by(one)) != held or one.teams != teams):
                yield _piece(since, one.at, held, teams, hours)
                since, held, teams = one.at, now, one.teams
        yield _piece(since, end, held, teams, hours)

    def _paused_by(self, then: Instant) -> str | None:
        return next((state for state in self.rule.pauses if holds(state, then)), None) if self.rule.pauses else None


def _goal(goals: Sequence[GoalRule], item: Item, at: datetime) -> int | None:
    """Give the place of the first goal that fits; one whose condition breaks does not."""
    seen = ITEMS.seen(view_of(item, at))
    fits = (place for place, one in enumerate(goals) if one.when is None or check(ITEMS, one.when, seen).holds)
    return next(fits, None)


def _piece(
    since: datetime, until: datetime, paused_by: str | None, teams: frozenset[str] | None, hours: Hours
) -> Piece:
    return Piece(since=since, until=until, paused_by=paused_by, teams=teams, worked=hours.worked(since, until))


def _breach(hours: Hours, within: timedelta, pieces: Iterable[Piece], end: datetime, *, held: bool) -> datetime | None:
    left = within
    for piece in pieces:
        if piece.paused_by is None:
            if piece.worked >= left:
                return hours.after(piece.since, left)
            left -= piece.worked
    return None if held else hours.after(end, left)


def _parted(piece: Piece, hours: Hours) -> Iterator[Span]:
    """Part a piece into the time within the hours and the time outside them."""
    kind: Kind = "counting" if piece.paused_by is None else "paused"
    at = piece.since
    for since, until in hours.spans(piece.since, piece.until):
        if at < since:
            yield Span(since=at, until=since, kind="closed")
        yield Span(since=since, until=until, kind=kind, why=piece.paused_by or "")
        at = until
    if at < piece.until:
        yield Span(since=at, until=piece.until, kind="closed")


def _folded(words: Collection[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
