"""Working hours on the wall clock: shifts, holidays, both clock changes. Pure; SLA clocks and people's hours use it.

Shifts are told in local time and counted in real time: the night in which the clock goes back makes a night shift an
hour longer. A shift that ends at or before its start ends on the next day; it belongs to the day on which it starts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import holidays
import msgspec

from rules.canonical import canonical
from rules.ruleset import WEEKDAYS, CalendarRule, minutes_of

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: A calendar without working time in so many years has none at all.
_EMPTY_YEARS = 5


@dataclass(frozen=True, slots=True)
class _Year:
    """The shifts that start in a local year, ascending and apart, in microseconds since 1970.

    `before` sums up the working time before each shift, and at its end all of it.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]

    def up_to(self, moment: int) -> int:
        """Give the working time of the year that is over at a moment."""
        place = bisect_right(self.starts, moment) - 1
        return self.before[place] + min(moment, self.ends[place]) - self.starts[place] if place >= 0 else 0


class Calendar:
    """Working hours of a team, a person or an SLA. Each year is laid out once, when it is first asked for; thread-safe.

    Asking costs a search in two or three years' shifts, whatever lies between the moments within them.
    """

    def __init__(
        self, zone: ZoneInfo, shifts: Mapping[int, Sequence[tuple[int, int]]], closed: Callable[[date], bool]
    ) -> None:
        """Lay out nothing yet.

        Args:
            zone: in which the shifts are told.
            shifts: for each weekday (Monday is 0) starts and ends in minutes since local midnight, up to 1440.
            closed: tells the local days on which no shift starts.
        """
        self._zone, self._shifts, self._closed = zone, shifts, closed
        self._years: dict[int, _Year] = {}

    def is_open(self, at: datetime) -> bool:
        """Tell whether a moment lies within a shift; the very end of a shift does not."""
        return any(True for _ in self.spans(at, at + _MICROSECOND))

    def spans(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give the working time between two moments as intervals in UTC, ascending and apart."""
        first, last = _count(since), _count(until)
        for year in self._between(since, until):
            for place in range(bisect_right(year.ends, first), bisect_left(year.starts, last)):
                yield _moment(max(first, year.starts[place])), _moment(min(last, year.ends[place]))

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Give the working time between two moments; nothing where the second is not later."""
        if until <= since:
            return timedelta()
        first, last = _count(since), _count(until)
        return sum((year.up_to(last) - year.up_to(first) for year in self._between(since, until)), 0) * _MICROSECOND

    def after(self, at: datetime, working: timedelta) -> datetime | None:
        """Give the earliest moment by which so much working time has passed; None where there is none to come."""
        if working <= timedelta():
            return at
        left = working // _MICROSECOND
        for year in self._from(at):
            done = year.up_to(_count(at))
            if left <= year.before[-1] - done:
                place = bisect_left(year.before, done + left) - 1
                return _moment(year.starts[place] + done + left - year.before[place])
            left -= year.before[-1] - done
        return None

    def next_open(self, at: datetime) -> datetime | None:
        """Give the moment itself if it is working time, else when the next shift starts; None where there is none."""
        moment = _count(at)
        for year in self._from(at):
            place = bisect_right(year.ends, moment)
            if place < len(year.starts):
                return _moment(max(moment, year.starts[place]))
        return None

    def _between(self, since: datetime, until: datetime) -> Iterator[_Year]:
        """Give the years whose shifts may lie between; the last night of a year reaches into the next."""
        first, last = (moment.astimezone(self._zone).year for moment in (since, until))
        return (self._year(number) for number in range(first - 1, last + 1))

    def _from(self, at: datetime) -> Iterator[_Year]:
        number, empty = at.astimezone(self._zone).year - 1, 0
        while empty < _EMPTY_YEARS and number < date.max.year:
            year = self._year(number)
            yield year
            number, empty = number + 1, 0 if year.starts else empty + 1

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = self._laid_out(number)
        return self._years[number]

    def _laid_out(self, number: int) -> _Year:
        """Lay out a year. Shifts that overlap become one; what New Year's Eve covers of it is not counted twice."""
        first = date(number, 1, 1)
        covered = max((end for _, end in self._shifts_of(first - _DAY)), default=0)
        starts: list[int] = []
        ends: list[int] = []
        for begins, end in (shift for day in _days_of(number) for shift in self._shifts_of(day)):
            start = max(begins, covered)
            if end <= start:
                continue
            if ends and start == ends[-1]:
                ends[-1] = end
            else:
                starts.append(start)
                ends.append(end)
            covered = end
        lengths = (end - start for start, end in zip(starts, ends, strict=True))
        return _Year(starts=starts, ends=ends, before=list(accumulate(lengths, initial=0)))

    def _shifts_of(self, day: date) -> list[tuple[int, int]]:
        if self._closed(day):
            return []
        return [
            (self._instant(day, start), self._instant(day if end > start else day + _DAY, end, fold=1))
            for start, end in sorted(self._shifts.get(day.weekday(), ()))
        ]

    def _instant(self, day: date, minutes: int, fold: int = 0) -> int:
        """Find a local time: of an hour that comes twice the one `fold` says, in one that is left out its beginning."""
        local = datetime.combine(day, time()) + timedelta(minutes=minutes)
        found = local.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)
        if found.astimezone(self._zone).replace(tzinfo=None) == local:
            return _count(found)
        left_out = (local.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (1, 0))
        return _count(self._change(*left_out))

    def _change(self, before: datetime, after: datetime) -> datetime:
        """Find the moment between two at which the clock is put forward, to the second."""
        offset = before.astimezone(self._zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // timedelta(seconds=2) * timedelta(seconds=1)
            if middle.astimezone(self._zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after


def calendar(rule: CalendarRule) -> Calendar:
    """Give the calendar that a rule declares, which the loader has found to be in order; made once, for all who ask."""
    return _made(canonical(rule))


@lru_cache(maxsize=512)
def _made(declared: bytes) -> Calendar:
    rule = msgspec.json.decode(declared, type=CalendarRule)
    country, closed = rule.country, frozenset(rule.closed)
    shifts = {
        place: [(minutes_of(one.split("-")[0]), minutes_of(one.split("-")[1])) for one in rule.hours.get(name, ())]
        for place, name in enumerate(WEEKDAYS)
    }

    def is_closed(day: date) -> bool:
        return day in closed or (country is not None and day in _public(country, rule.subdivision, day.year))

    return Calendar(ZoneInfo(rule.time_zone), shifts, is_closed)


@lru_cache(maxsize=512)
def _public(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """Give the public holidays of a year, with what its neighbours move into it.

    The library finds them year by year when it is asked, and answers wrongly in the middle of that: it is asked whole.
    """
    years = range(max(year - 1, date.min.year), min(year + 1, date.max.year) + 1)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + number * _DAY for number in range(366) if (first + number * _DAY).year == year)


def _count(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(count: int) -> datetime:
    return _EPOCH + count * _MICROSECOND
