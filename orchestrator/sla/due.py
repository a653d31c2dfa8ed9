"""The clock of a due date: an issue is promised to be done by the end of a day. Pure.

Each date that was set is a promise of its own, from then until the issue is done, also where another date takes its
place: what is put off does not come in time. Jira tells a day and no hour; it ends in the time zone of the rules.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orchestrator.sla.clocks import NOTHING, Cycle, Piece
from orchestrator.sla.timeline import Instant

__all__ = ["AHEAD", "DueDates"]

_DAYS: Final = (2, 4, 7, 14, 31, 92)
#: How long before its day a date was set, by the place of a cycle's goal.
AHEAD: Final = (
    "up to 2 days",
    "2 to 4 days",
    "4 to 7 days",
    "1 to 2 weeks",
    "2 to 4 weeks",
    "1 to 3 months",
    "more than 3 months",
)
_LAST: Final = time(23, 59, 59)
#: Days of which the end is told in any time zone.
_FIRST_DAY, _LAST_DAY = date(1, 1, 2), date(9999, 12, 30)


class DueDates:
    """Runs over any number of issues; every hour of the day counts."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def cycles(self, past: Iterable[Instant], now: datetime) -> tuple[Cycle, ...]:
        """Give a cycle for each date that was set before its end, in order; the last is that of the date that stands.

        Instants may come in any order, but no two of one moment.
        """
        told = sorted((one for one in past if one.at <= now), key=lambda one: one.at)
        done = _done(told)
        return tuple(self._cycle(told, done, place, due, now) for place, due in self._set(told, done))

    def counted(self, cycle: Cycle, until: datetime) -> timedelta:
        """Give how much of a cycle's time had counted by a moment."""
        return min(cycle.elapsed, max(NOTHING, until - cycle.started))

    def reached(self, cycle: Cycle, counted: timedelta) -> datetime | None:
        """Give when so much of a cycle's time had counted; None where it never had."""
        return cycle.started + counted if counted <= cycle.elapsed else None

    def _set(self, told: Sequence[Instant], done: Sequence[bool]) -> Iterator[tuple[int, date]]:
        """Give where a date was set, was another than before, or came to count again, and is not over yet."""
        before: date | None = None
        for place, one in enumerate(told):
            due = None if done[place] else one.item.due
            if due is not None and due != before and one.at < self._end(due):
                yield place, due
            before = due

    def _cycle(self, told: Sequence[Instant], done: Sequence[bool], place: int, due: date, now: datetime) -> Cycle:
        began, end = told[place].at, self._end(due)
        stopped = next((one.at for one, over in zip(told[place:], done[place:], strict=True) if over), None)
        until = now if stopped is None else stopped
        return Cycle(
            started=began,
            stopped=stopped,
            goal=bisect_left(_DAYS, (end - began) / timedelta(days=1)),
            within=end - began,
            elapsed=until - began,
            paused_for=NOTHING,
            closed_for=NOTHING,
            breaches_at=end,
            paused_by=None,
            in_hours=True,
            pieces=(Piece(since=began, until=until, paused_by=None, teams=None, worked=until - began),),
        )

    def _end(self, due: date) -> datetime:
        return datetime.combine(min(max(due, _FIRST_DAY), _LAST_DAY), _LAST, self._zone).astimezone(UTC)


def _done(told: Sequence[Instant]) -> list[bool]:
    """Tell of each instant whether the issue was done: by its resolution, or by its status where it has got none."""
    resolved = not told or told[-1].item.resolution is not None
    return [one.item.resolution is not None or not (resolved or one.item.is_open) for one in told]
