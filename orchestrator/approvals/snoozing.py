"""Puts off what somebody was asked directly: they are reminded once more. Pure; it stops nobody else's asking."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.voting import place_of
from orchestrator.facts import Facts
from rules.model import Event, Line, Person
from rules.requests import Request, Snooze
from rules.ruleset import Ruleset

#: For so long a question is put off.
SNOOZE = timedelta(hours=2)
#: So often somebody may put off one question.
MOST = 3


def snoozed(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Request | Line:
    """Give the request with the reminder that its presser wants, or say why there will be none."""
    place = place_of(request, event.payload["user"], event.received_at, facts, rules)
    person = facts.person(event.payload["user"])
    if isinstance(place, Line) or person is None:
        return place if isinstance(place, Line) else Line(text="I do not know you.")
    until = event.received_at + SNOOZE
    mine = [one for one in request.snoozes if one.person == person.id]
    if until >= request.expires_at:
        return Line(text="It expires before that, so please answer it now, or leave it to others.")
    if any(one.until > facts.now for one in mine):
        return Line(text="I remind you already.")
    if len(mine) >= MOST:
        return Line(text="You have put it off often enough; please answer it, or leave it to others.")
    return msgspec.structs.replace(request, snoozes=(*request.snoozes, Snooze(person=person.id, until=until)))


def due(request: Request, since: timedelta, facts: Facts, rules: Ruleset) -> Iterator[tuple[Person, Snooze]]:
    """Give who is to be reminded now, because they wanted it, and may still answer.

    `since`: how long ago such a moment may lie; the copy of the card that it leads to is the same one each time.
    """
    for one in request.snoozes:
        person = facts.person(one.person)
        if person is None or person.slack is None or not one.until <= facts.now < one.until + since:
            continue
        if isinstance(place_of(request, person.slack, facts.now, facts, rules), Place):
            yield person, one
