"""Tells SLA clocks in words: how they stand, why, and each interval in which they counted or stood still. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from orchestrator.forecast.foretold import CERTAIN, Forecast
from orchestrator.forecast.telling import foretold
from orchestrator.impact import counted
from orchestrator.messages import Message, Section
from orchestrator.sla.clocks import Cycle, Span
from orchestrator.sla.ended import Ended, Running
from orchestrator.sla.lengths import span_of_time
from orchestrator.sla.losing import losses
from rules.model import Item, ItemRef, Line, Moment, Part, SlaClock, Tainted
from rules.slas import DUE

#: So many intervals of a cycle are told, the newest; before them, how long the others were together.
_MOST_SPANS: Final = 12
_KINDS: Final = {"counting": "counted", "paused": "paused", "closed": "outside hours"}


def sla_message(item: Item, clocks: Sequence[Running], forecasts: Sequence[Forecast], now: datetime) -> Message:
    """Tell the clocks of an issue: those of its service desk as Jira tells of them, our own with intervals, its date.

    Args:
        item: the issue.
        clocks: of each SLA that is promised, its clock and the cycles of the issue, none where it never started or no
            goal fits, and what ended by earlier rules.
        forecasts: what is foretold of those that run.
        now: the moment at which they were read.
    """
    ahead = {one.sla: tuple(foretold(one)) for one in forecasts}
    named = [(one.name, (*_native(one, now), *ahead.get(one.name, ()))) for one in item.slas]
    named += [(one.sla, tuple(_own(one, ahead.get(one.sla, ()), now))) for one in clocks]
    named += [(DUE, (*_due(item.due, forecasts), *ahead.get(DUE, ())))] if item.due and item.is_open else []
    sections = [Section(lines=(Line(text="*{0}*", parts=(Tainted(text=name),)), *lines)) for name, lines in named]
    if not sections:
        sections = [Section(lines=(Line(text="The rules promise nothing about it, and Jira shows no clock."),))]
    title = Line(text="The SLA clocks of {0}", parts=(ItemRef(id=item.id, key=item.key),))
    return Message(title=title, sections=tuple(sections))


def _due(due: date, forecasts: Sequence[Forecast]) -> Iterator[Line]:
    late = any(one.due is not None and one.chance >= CERTAIN for one in forecasts)
    yield Line(text=f"{'*Late*: it was due' if late else 'Due'} {due.day} {due:%B %Y}.")


def _native(clock: SlaClock, now: datetime) -> Iterator[Line]:
    if clock.paused:
        yield Line(text="Paused, as Jira Service Management tells it.")
    elif clock.breaches_at is None:
        yield Line(text="Not running, as Jira Service Management tells it.")
    else:
        breaks = "Broken since" if clock.breaches_at < now else "Breaks"
        yield Line(text=f"{breaks} {{0}}, as Jira Service Management tells it.", parts=(Moment(at=clock.breaches_at),))
    if clock.breached and (clock.paused or clock.breaches_at is None):
        yield Line(text="It was broken.")


def _own(told: Running, ahead: Iterable[Line], now: datetime) -> Iterator[Line]:
    last, clock = told.last, told.clock
    if last is None:
        yield Line(text="No clock: it never started, or none of its goals fits the issue.")
    elif isinstance(last, Ended):
        yield from _as_of_then(last)
        yield from _before(told)
    elif clock is not None:
        yield _standing(last)
        yield from ahead
        goal = clock.rule.goals[last.goal]
        hours, parts = _hours(goal.calendar)
        text = f"Goal {last.goal + 1} of {len(clock.rule.goals)}: {span_of_time(last.within)} {hours}."
        yield Line(text=text, parts=parts)
        yield from _before(told)
        yield from _intervals(clock.spans(last), now)
        yield from losses(last)


def _hours(calendar: str | None) -> tuple[str, tuple[Part, ...]]:
    return ("in the hours of {0}", (Tainted(text=calendar),)) if calendar else ("around the clock", ())


def _before(told: Running) -> Iterator[Line]:
    ran: tuple[Cycle | Ended, ...] = (*told.cycles, *told.otherwise)
    before = [one for one in ran if one is not told.last]
    if before:
        broken = sum(one.breached for one in before)
        then = ", by the rules of their time" if any(isinstance(one, Ended) for one in before) else ""
        yield Line(text=f"It ran {counted(len(before), 'time')} before, and broke in {broken} of these{then}.")


def _as_of_then(one: Ended) -> Iterator[Line]:
    """Tell what ended as it was told then, since the rules of now would tell it otherwise."""
    yield _result(one.breached, abs(one.over), timedelta(seconds=one.elapsed), one.stopped)
    hours, parts = _hours(one.calendar)
    text = f"Promised were {span_of_time(timedelta(seconds=one.within))} {hours}, by the rules of {{{len(parts)}}}."
    yield Line(text=text, parts=(*parts, Moment(at=one.at)))
    yield Line(text="The rules of now would tell it otherwise.")


def _result(breached: bool, left: timedelta, used: timedelta, stopped: datetime) -> Line:
    how = f"*Broken*: {span_of_time(left)} too late" if breached else f"*Met* with {span_of_time(left)} to spare"
    return Line(text=f"{how}, stopped {{0}} after {span_of_time(used)}.", parts=(Moment(at=stopped),))


def _standing(cycle: Cycle) -> Line:
    used, left = span_of_time(cycle.elapsed), span_of_time(cycle.remaining)
    if cycle.stopped is not None:
        return _result(cycle.breached, cycle.remaining, cycle.elapsed, cycle.stopped)
    if cycle.breached and cycle.breaches_at is not None:
        return Line(text=f"*Broken* since {{0}}: {left} over, {used} used.", parts=(Moment(at=cycle.breaches_at),))
    if cycle.paused_by is not None:
        return Line(text=f"*Paused* by {{0}}: {used} used, {left} left.", parts=(Tainted(text=cycle.paused_by),))
    if cycle.breaches_at is None:
        return Line(text=f"*Stands still*: its calendar has no hours to come. {used} used, {left} left.")
    how = "*Running*" if cycle.in_hours else "*Outside its hours*"
    breaks = "breaks {0} if nothing pauses it"
    return Line(text=f"{how}: {used} used, {left} left; {breaks}.", parts=(Moment(at=cycle.breaches_at),))


def _intervals(spans: Sequence[Span], now: datetime) -> Iterator[Line]:
    older, newest = spans[:-_MOST_SPANS], spans[-_MOST_SPANS:]
    if older:
        sums = {
            kind: sum((one.until - one.since for one in older if one.kind == kind), timedelta())
            for kind in dict.fromkeys(one.kind for one in older)
        }
        told = ", ".join(f"{_KINDS[kind]} {span_of_time(time)}" for kind, time in sums.items())
        yield Line(text=f"• from {{0}} to {{1}}: {told}", parts=(Moment(at=older[0].since), Moment(at=older[-1].until)))
    for one in newest:
        parts: list[Part] = [Moment(at=one.since)]
        if one.until != now:
            parts.append(Moment(at=one.until))
        until = "now" if one.until == now else "{1}"
        why = f" by {{{len(parts)}}}" if one.why else ""
        if one.why:
            parts.append(Tainted(text=one.why))
        text = f"• from {{0}} to {until}: {_KINDS[one.kind]} {span_of_time(one.until - one.since)}{why}"
        yield Line(text=text, parts=tuple(parts))
