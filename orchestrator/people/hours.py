"""Working hours of people, as the rules declare them: how much of them has passed, and when so much will have. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orchestrator.calendars import Calendar, calendar
from orchestrator.people.availability import Agenda, soonest
from rules.ruleset import Ruleset


def hours_of(person: str, rules: Ruleset) -> Calendar | None:
    """Give somebody's working hours; None where nobody declared them."""
    rule = rules.people.get(person)
    declared = rules.calendars.get(rule.calendar) if rule is not None and rule.calendar else None
    return calendar(declared) if declared is not None else None


def passed(agenda: Agenda, hours: Calendar | None, since: datetime, now: datetime) -> timedelta:
    """Give how much of somebody's working time, or of their turn on call, has passed; nothing where neither is known.

    Time in which they were away does not count.
    """
    turn = next((begins for begins, ends in agenda.on_call if begins <= now < ends), None)
    on_call = now - max(since, turn) if turn is not None else timedelta()
    if hours is None:
        return on_call
    away = sum(
        (hours.worked(max(since, one.since), min(now, one.until)) for one in agenda.absences if one.since < now),
        timedelta(),
    )
    return max(on_call, hours.worked(since, now) - away, timedelta())


def reached(
    agenda: Agenda, hours: Calendar | None, since: datetime, working: timedelta, now: datetime
) -> datetime | None:
    """Give when so much of somebody's time will have passed and they are there; None where that cannot be told.

    It may be too early by what they are away until then: who looks then looks again.
    """
    left = max(working - passed(agenda, hours, since, now), timedelta())
    back = soonest(agenda, hours, now)
    if back is None:
        return None
    return hours.after(back, left) if hours is not None else back + left


def expiry(agendas: Iterable[tuple[Agenda, Calendar | None]], now: datetime, hours: int, *, working: bool) -> datetime:
    """Give when a question expires: after so many hours, or, `working`, once one of these people had them at work."""
    lasts = timedelta(hours=hours)
    ends = [reached(agenda, known, now, lasts, now) for agenda, known in agendas] if working else []
    return min(filter(None, ends), default=now + lasts)
