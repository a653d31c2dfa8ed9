"""Whether somebody can be asked to do something at a moment, and why not. Pure.

Unknown is not available: whose hours nobody declared, or whom the chat does not tell of when it is asked about now, is
not taken to be there. Who is on call is there in their turn, unless they are away.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.calendars import Calendar
from rules.canonical import Value
from rules.model import Line, Moment, Tainted


class State(StrEnum):
    """Where somebody is. Only who is `here` or `on_call` can be asked now."""

    HERE = "here"
    ON_CALL = "on_call"
    OFF_HOURS = "off_hours"
    AWAY = "away"
    QUIET = "quiet"
    UNKNOWN = "unknown"


class Absence(Value, frozen=True, kw_only=True):
    """A time in which somebody is away. `source`: `yard` where they said so, else `calendar`."""

    person: str
    since: datetime
    until: datetime
    source: str
    words: Tainted = Tainted(text="")

    def covers(self, at: datetime) -> bool:
        """Tell whether the moment lies in it; its very end does not."""
        return self.since <= at < self.until


class Presence(Value, frozen=True, kw_only=True):
    """What the chat tells of somebody at `seen_at`. `quiet_until`: do not disturb. `away_until`: by their status."""

    person: str
    seen_at: datetime
    active: bool
    quiet_until: datetime | None = None
    away_until: datetime | None = None
    status: Tainted = Tainted(text="", source="slack")


class Availability(Value, frozen=True, kw_only=True):
    """Whether somebody is there, why, and until when that is known to hold; None: without an end that is known.

    `active`: they were seen in the chat just now.
    """

    state: State
    reason: Line
    until: datetime | None = None
    active: bool = False

    @property
    def is_here(self) -> bool:
        """Whether they can be asked at that moment."""
        return self.state in (State.HERE, State.ON_CALL)


class Agenda(Value, frozen=True, kw_only=True):
    """What is known of one person's time. `on_call`: the turns that are theirs, as (from, until)."""

    person: str
    absences: tuple[Absence, ...] = ()
    presence: Presence | None = None
    on_call: tuple[tuple[datetime, datetime], ...] = ()


#: Whether somebody is active in the chat is taken for known for so long.
FRESH = timedelta(minutes=15)


def availability(agenda: Agenda, hours: Calendar | None, at: datetime, now: datetime) -> Availability:
    """Say whether somebody is there at a moment, which may lie ahead.

    Args:
        agenda: their absences, turns and presence.
        hours: their working hours; None where nobody declared them.
        at: the moment.
        now: the present.
    """
    away = max((one for one in agenda.absences if one.covers(at)), key=lambda one: one.until, default=None)
    if away is not None:
        return _away(away.until, away.words)
    seen = agenda.presence
    if seen is not None and seen.away_until is not None and now <= at < seen.away_until:
        return _away(seen.away_until, seen.status)
    turn = next((until for since, until in agenda.on_call if since <= at < until), None)
    if turn is not None:
        return Availability(
            state=State.ON_CALL, reason=Line(text="on call until {0}", parts=(Moment(at=turn),)), until=turn
        )
    if hours is None:
        return Availability(state=State.UNKNOWN, reason=Line(text="nobody declared their working hours"))
    if not hours.is_open(at):
        opens = hours.next_open(at)
        told = Line(text="back at work {0}", parts=(Moment(at=opens),)) if opens else Line(text="never at work")
        return Availability(state=State.OFF_HOURS, reason=told, until=opens)
    if seen is not None and seen.quiet_until is not None and now <= at < seen.quiet_until:
        told = Line(text="does not want to be disturbed until {0}", parts=(Moment(at=seen.quiet_until),))
        return Availability(state=State.QUIET, reason=told, until=seen.quiet_until)
    ends = next(end for _, end in hours.spans(at, at + timedelta(days=2)))
    told = Line(text="at work until {0}", parts=(Moment(at=ends),))
    active = seen is not None and seen.active and at - seen.seen_at < FRESH
    return Availability(state=State.HERE, reason=told, until=ends, active=active)


def soonest(agenda: Agenda, hours: Calendar | None, now: datetime) -> datetime | None:
    """Give the first moment from now on at which somebody is there; None where that cannot be told."""
    seen = agenda.presence
    ends = [seen.quiet_until, seen.away_until] if seen else []
    changes = [
        now,
        *(one.until for one in agenda.absences),
        *(since for since, _ in agenda.on_call),
        *filter(None, ends),
    ]
    moments = {at for at in changes if at >= now}
    moments |= {opens for at in moments if hours is not None and (opens := hours.next_open(at)) is not None}
    return min((at for at in moments if availability(agenda, hours, at, now).is_here), default=None)


def _away(until: datetime, words: Tainted) -> Availability:
    said = Line(text="away until {0}: {1}", parts=(Moment(at=until), words)) if words.text else None
    return Availability(
        state=State.AWAY, reason=said or Line(text="away until {0}", parts=(Moment(at=until),)), until=until
    )
