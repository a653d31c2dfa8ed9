"""Who is asked about an open question directly, and when: asked at once, reminded, escalated to. Pure.

Nobody is called twice about one question. Who is called is able to answer it and there: at work, or on call. Time is
counted in the working hours of who is waited for; unknown hours are never there.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.pace import likely
from orchestrator.approvals.questions import pauses
from orchestrator.approvals.quorum import standing_of
from orchestrator.approvals.snoozing import SNOOZE, due
from orchestrator.approvals.voting import place_of
from orchestrator.changes import CardWanted, Changes, Entry
from orchestrator.facts import Facts
from orchestrator.people.availability import Availability, State, availability, soonest
from orchestrator.people.hours import hours_of, passed, reached
from orchestrator.people.turns import managers_of
from rules.canonical import plain
from rules.model import Line, Person, PersonRef, Tainted
from rules.requests import Call, Request, RequestState, Snooze
from rules.ruleset import Ruleset, WorkflowRule

#: When somebody is sought again, where nobody was found who is able and there.
SOUGHT_AGAIN = timedelta(minutes=30)
_ABSENT = (State.OFF_HOURS, State.AWAY, State.QUIET)
_KINDS = {"asked": "request.asked_directly", "reminded": "request.reminded", "escalated": "request.escalated"}
_SAID = {"asked": "asked {0} directly", "reminded": "reminded {0}", "escalated": "escalated to {0}"}


_SOONEST = Line(text="it comes first to who is likely to answer soonest")


def is_due(request: Request, now: datetime) -> bool:
    """Tell whether somebody may have to be called by now."""
    at = request.look_at or request.asked_at
    return request.state is RequestState.PENDING and at <= now and at < request.expires_at


def wait(facts: Facts, rules: Ruleset) -> Changes:
    """Call who is to be called about the open questions, and note when each is to be looked at again."""
    changes = Changes()
    for request in facts.requests if facts.fresh else ():
        workflow = rules.workflows.get(request.workflow)
        if request.state is RequestState.PENDING and workflow is not None and request.portal is None:
            changes += _waited(request, facts, rules, workflow)
    return changes


def _waited(request: Request, facts: Facts, rules: Ruleset, workflow: WorkflowRule) -> Changes:
    made = tuple(calls(request, facts, rules, workflow))
    called = msgspec.structs.replace(request, calls=(*request.calls, *made))
    later = msgspec.structs.replace(called, look_at=_next(called, facts, rules, workflow))
    again = list(due(request, SNOOZE, facts, rules))
    if later == request and not again:
        return Changes()
    card = request.card
    put_off = Changes(
        cards=tuple(CardWanted(request=card, place=f"user:{who.slack}/{one.until:%d%H%M%S}") for who, one in again),
        entries=tuple(_again(one, who, request, facts) for who, one in again),
    )
    return told_of(request, made, facts) + put_off + Changes(requests=(later,))


def told_of(request: Request, made: Sequence[Call], facts: Facts) -> Changes:
    """Give what a call comes to: the request that knows of it, the copy of the card, the row of the ledger."""
    wanted = [(facts.person(one.person), one) for one in made]
    card = request.card
    return Changes(
        requests=(msgspec.structs.replace(request, calls=(*request.calls, *made)),),
        cards=tuple(CardWanted(request=card, place=_place(who, one)) for who, one in wanted if who is not None),
        entries=tuple(_entry(one, who, request, facts) for who, one in wanted if who is not None),
    )


def calls(request: Request, facts: Facts, rules: Ruleset, workflow: WorkflowRule) -> Iterator[Call]:
    """Give who is to be called now about an open question."""
    able = _able(request, facts, rules)
    there = {one.id: _now(one, facts, rules) for one in able}
    uncalled = [one for one in able if there[one.id].is_here and not request.called(one.id)]
    if request.look_at is None and (since := _depends_on(request, able, there, facts, workflow)):
        yield from (Call(person=one.id, at=facts.now, kind="asked", why=since) for one in uncalled)
        return
    if request.look_at is None and (most := workflow.approval.ask_first if workflow.approval else None):
        unseen = not uncalled and not _is_shown(request, facts, workflow)
        yield from (
            Call(person=one.id, at=facts.now, kind="asked", why=_SOONEST)
            for one in likely(able if unseen else uncalled, facts.paces)[:most]
        )
        return
    first, least = request.asked_at, workflow.remind_after
    reminded = [one for one in uncalled if _is_waited_for(request, one, facts, rules, first, least)]
    yield from (Call(person=one.id, at=facts.now, kind="reminded") for one in reminded)
    if not reminded and workflow.escalate_after is not None:
        found = _escalated(request, able, there, facts, rules, workflow.escalate_after)
        yield from (found,) if found else ()


def _able(request: Request, facts: Facts, rules: Ruleset) -> list[Person]:
    """Give who may answer at this moment."""
    known = [one for one in facts.people if one.slack is not None]
    return [one for one in known if isinstance(place_of(request, one.slack or "", facts.now, facts, rules), Place)]


def _now(person: Person, facts: Facts, rules: Ruleset) -> Availability:
    return availability(facts.agenda(person.id), hours_of(person.id, rules), facts.now, facts.now)


def _depends_on(
    request: Request,
    able: Sequence[Person],
    there: dict[str, Availability],
    facts: Facts,
    workflow: WorkflowRule,
) -> Line | None:
    """Say why it depends on those who are here: others are not, and they are no more than it needs.

    None where it does not, and where each of them was asked directly anyway, for want of a channel that may see it.
    """
    absent = [one for one in able if there[one.id].state in _ABSENT]
    here = sum(one.is_here for one in there.values())
    left = sum(max(0, one.need - one.have) for one in standing_of(request).steps if one.is_open)
    shown = _is_shown(request, facts, workflow)
    return _since(absent, there) if absent and shown and 0 < here <= left else None


def _is_shown(request: Request, facts: Facts, workflow: WorkflowRule) -> bool:
    """Tell whether the card stands in the workflow's channel."""
    channel = facts.channels.get(workflow.channel)
    return channel is not None and facts.may_see(channel, *request.items)


def _is_waited_for(
    request: Request, person: Person, facts: Facts, rules: Ruleset, since: datetime, least: timedelta | None
) -> bool:
    """Tell whether somebody had so much of their time; what they waited for an answer of others does not count."""
    time = passed(facts.agenda(person.id), hours_of(person.id, rules), since, facts.now)
    return least is not None and time - _paused(request, person, facts, rules, since) >= least


def _paused(request: Request, person: Person, facts: Facts, rules: Ruleset, since: datetime) -> timedelta:
    """Give how much of somebody's time went by while they waited for an answer of others."""
    agenda, hours = facts.agenda(person.id), hours_of(person.id, rules)
    waited = ((max(begins, since), ends) for begins, ends in pauses(request, person.id, facts.now) if ends > since)
    return sum((passed(agenda, hours, begins, ends) for begins, ends in waited), timedelta())


def _escalated(
    request: Request,
    able: Sequence[Person],
    there: dict[str, Availability],
    facts: Facts,
    rules: Ruleset,
    after: timedelta,
) -> Call | None:
    """Find who is able and there when those who were asked do not answer, or none of them is there in time."""
    since = _last_step(request)
    waited = any(_is_waited_for(request, one, facts, rules, since, after) for one in able)
    if not waited and any(_comes_by(one, since + after, facts, rules) for one in able):
        return None
    absent = [one for one in able if there[one.id].state in _ABSENT]
    words = Line(text="nobody answered within {0}", parts=(Tainted(text=_hours(after)),))
    why = words if waited else _since(absent, there) or Line(text="nobody is known to be there")
    for one in able:
        if there[one.id].is_here and not request.called(one.id):
            return Call(person=one.id, at=facts.now, kind="escalated", why=why)
    return next(_above(request, able, facts, rules, why), None)


def _above(request: Request, able: Sequence[Person], facts: Facts, rules: Ruleset, why: Line) -> Iterator[Call]:
    """Give the managers, the nearest first, who are there and may answer in the place of whom they manage."""
    for giver in able:
        for name in managers_of(giver.id, rules):
            person = facts.person(name)
            if person is None or request.called(name) or not _now(person, facts, rules).is_here:
                continue
            call = Call(person=name, at=facts.now, kind="escalated", why=why, instead_of=giver.id)
            with_it = msgspec.structs.replace(request, calls=(*request.calls, call))
            if person in _able(with_it, facts, rules):
                yield call


def _next(request: Request, facts: Facts, rules: Ruleset, workflow: WorkflowRule) -> datetime:
    """Say when somebody may have to be called: at the latest when the question expires, which calls nobody."""
    able = _able(request, facts, rules)
    ends = [*(one.until for one in request.snoozes), *(one.ends for one in request.questions)]
    moments: list[datetime | None] = [at for at in ends if at > facts.now]
    for one in able:
        if workflow.remind_after is not None and not request.called(one.id):
            moments.append(_had(request, one, facts, rules, request.asked_at, workflow.remind_after))
        if workflow.escalate_after is not None:
            moments.append(_had(request, one, facts, rules, _last_step(request), workflow.escalate_after))
    soon = facts.now + SOUGHT_AGAIN
    later = [at if at > facts.now else soon for at in moments if at is not None]
    if workflow.escalate_after is not None and not any(_now(one, facts, rules).is_here for one in able):
        later += _back(able, facts, rules)
    return min([*later, request.expires_at])


def _had(
    request: Request, person: Person, facts: Facts, rules: Ruleset, since: datetime, time: timedelta
) -> datetime | None:
    """Give when somebody will have had so much of their time, as far as can be told now."""
    longer = time + _paused(request, person, facts, rules, since)
    return reached(facts.agenda(person.id), hours_of(person.id, rules), since, longer, facts.now)


def _back(able: Sequence[Person], facts: Facts, rules: Ruleset) -> Iterator[datetime]:
    """Give when those come back who may answer, or who are asked in their place."""
    for id_ in {one.id for one in able} | {name for one in able for name in managers_of(one.id, rules)}:
        at = soonest(facts.agenda(id_), hours_of(id_, rules), facts.now)
        if at is not None and at > facts.now:
            yield at


def _last_step(request: Request) -> datetime:
    return max((one.at for one in request.calls if one.kind == "escalated"), default=request.asked_at)


def _comes_by(person: Person, at: datetime, facts: Facts, rules: Ruleset) -> bool:
    back = soonest(facts.agenda(person.id), hours_of(person.id, rules), facts.now)
    return back is not None and back <= max(at, facts.now)


def _since(absent: Sequence[Person], there: dict[str, Availability]) -> Line | None:
    """Say who is not there, and why: the first by name, and how many more."""
    if not absent:
        return None
    first = there[absent[0].id].reason
    shifted = first.text.replace("{1}", "{2}").replace("{0}", "{1}")
    more = f", nor are {len(absent) - 1} more" if len(absent) > 1 else ""
    who = PersonRef(name=absent[0].name, slack=absent[0].slack)
    return Line(text=f"{{0}} is not there ({shifted}){more}", parts=(who, *first.parts))


def _place(person: Person, call: Call) -> str:
    """Name where they are told; who has been shown it in a message of their own gets another one."""
    return f"user:{person.slack}" if call.kind == "asked" else f"user:{person.slack}/again"


def _entry(call: Call, person: Person, request: Request, facts: Facts) -> Entry:
    return Entry(
        kind=_KINDS[call.kind],
        subject=facts.subject,
        at=facts.now,
        text=Line(text=_SAID[call.kind], parts=(PersonRef(name=person.name, slack=person.slack),)),
        about=request.items,
        data={"request": request.id, "call": plain(call)},
        decision=request.asks[0].decision,
        once=f"call:{request.id}:{call.person}",
    )


def _again(snooze: Snooze, person: Person, request: Request, facts: Facts) -> Entry:
    return Entry(
        kind="request.reminded",
        subject=facts.subject,
        at=facts.now,
        text=Line(text="reminded {0}, who wanted it", parts=(PersonRef(name=person.name, slack=person.slack),)),
        about=request.items,
        data={"request": request.id, "snooze": plain(snooze)},
        decision=request.asks[0].decision,
        once=f"snooze:{request.id}:{snooze.person}:{snooze.until:%Y%m%d%H%M%S}",
    )


def _hours(time: timedelta) -> str:
    hours = time // timedelta(hours=1)
    return f"{hours} working hour{'s' * (hours != 1)}"
