"""What people say of their own time: that they are away, that they are back, and who answers in their place. Pure.

Each may speak only for themselves. What somebody hands on is what they hold by the rules, for a time that ends.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts
from orchestrator.people.availability import Absence
from orchestrator.people.spoken import until
from orchestrator.recording import refused, reply
from rules.canonical import digest, plain
from rules.model import Event, Line, Moment, Person, PersonRef, Tainted
from rules.requests import Delegation, Request
from rules.ruleset import Ruleset

LEAVES = frozenset({"away", "delegate"})
#: The signal by which questions are looked at again.
CHANGED = "people.changed"
_LONGEST_NOTE = 120
WHEN = Line(
    text="I could not read until when. Try `until friday`, `until tomorrow 14:00`, `until 2026-12-01`, `2h`, `3 days`."
)


def decide(event: Event, facts: Facts, waiting: Sequence[Request], rules: Ruleset) -> Changes:
    """Carry out what somebody said of their own time.

    Args:
        event: the command.
        facts: in `people` who gave it and who is to answer for them, in `delegations` what the giver handed on so far.
        waiting: the open questions; those that the giver could answer are looked at again.
        rules: the rules in force.
    """
    words = event.payload.get("argument", "").split()
    person = facts.person(event.payload["user"])
    if person is None or not person.linked:
        return refused(event, facts, unlinked(person, event.payload["user"]))
    if event.payload["word"] == "away":
        return _away(event, person, words, facts, rules) + _looked_at(event, person, waiting, facts)
    return _delegate(event, person, words, facts, rules) + _looked_at(event, person, waiting, facts)


def meant(argument: str, rules: Ruleset) -> str | None:
    """Give whom `delegate` names first: a Slack user's id, or the id of a person of the rules; None for nobody."""
    first = next(iter(argument.split()), "").strip("<>@").partition("|")[0]
    if not first or first.casefold() == "off":
        return None
    wanted = first.casefold()
    named = {name: (name, (rule.slack or "").casefold(), _run(rule.name)) for name, rule in rules.people.items()}
    return next((name for name, known in named.items() if wanted in known), first)


def zone_of(person: str, rules: Ruleset) -> ZoneInfo:
    """Give the zone in which somebody tells times: that of their hours, else that of the rules."""
    rule = rules.people.get(person)
    hours = rules.calendars.get(rule.calendar or "") if rule else None
    return ZoneInfo(hours.time_zone if hours else rules.limits.time_zone)


def _away(event: Event, person: Person, words: Sequence[str], facts: Facts, rules: Ruleset) -> Changes:
    if [word.casefold() for word in words] == ["off"]:
        back = Absence(person=person.id, since=facts.now, until=facts.now, source="yard")
        told = Line(text="Welcome back. You count as there again, in your working hours.")
        return _said(event, "absence.ended", facts, Line(text="{0} is back", parts=(_ref(person),)), told, back)
    found = until(words, facts.now, zone_of(person.id, rules))
    if found is None:
        return refused(event, facts, WHEN)
    note = " ".join(found[1])[:_LONGEST_NOTE]
    away = Absence(
        person=person.id, since=facts.now, until=found[0], source="yard", words=Tainted(text=note, source="slack")
    )
    end = Moment(at=found[0])
    told = Line(text="You are away until {0}. Nobody is told to wait for you; `/yard away off` ends it.", parts=(end,))
    return _said(
        event, "absence.told", facts, Line(text="{0} is away until {1}", parts=(_ref(person), end)), told, away
    )


def _delegate(event: Event, person: Person, words: Sequence[str], facts: Facts, rules: Ruleset) -> Changes:
    if [word.casefold() for word in words] == ["off"]:
        return _withdrawn(event, person, facts)
    to = facts.person(meant(event.payload.get("argument", ""), rules))
    objected = _objection(person, to)
    if to is None or objected is not None:
        return refused(
            event, facts, objected or Line(text="I do not know whom you mean. Try `delegate @mika until friday`.")
        )
    found = until(words[1:], facts.now, zone_of(person.id, rules))
    if found is None:
        return refused(event, facts, WHEN)
    end, roles = found[0], tuple(dict.fromkeys(word.casefold() for word in found[1]))
    held = {name for name in person.roles if "approve" in rules.roles[name].may} if person.roles else set()
    if not held or not set(roles) <= held:
        names = Tainted(text=", ".join(sorted(held)) or "none", source="slack")
        return refused(
            event, facts, Line(text="You can hand on only what you decide by the rules: {0}.", parts=(names,))
        )
    made_of = {"giver": person.id, "to": to.id, "event": event.id}
    given = Delegation(id=digest(made_of)[:20], giver=person.id, to=to.id, since=facts.now, until=end, roles=roles)
    what = Tainted(text=", ".join(roles or sorted(held)), source="slack")
    parts = (_ref(person), _ref(to), Moment(at=end), what)
    words_ = Line(text="{0} has {1} answer in their place until {2}, as {3}", parts=parts)
    told = Line(text="{0} answers in your place until {1}, as {2}. `/yard delegate off` ends it.", parts=parts[1:])
    return _handed(event, "delegation.given", facts, words_, told, (given,))


def _withdrawn(event: Event, person: Person, facts: Facts) -> Changes:
    mine = [one for one in facts.delegations if one.giver == person.id and one.until > facts.now]
    if not mine:
        return refused(event, facts, Line(text="Nobody answers in your place, so there is nothing to end."))
    ended = tuple(msgspec.structs.replace(one, until=facts.now) for one in mine)
    words = Line(text="{0} ended what others could answer in their place", parts=(_ref(person),))
    return _handed(event, "delegation.ended", facts, words, Line(text="Nobody answers in your place any more."), ended)


def _objection(person: Person, to: Person | None) -> Line | None:
    if to is None:
        return None
    if to.id == person.id or {to.jira, to.slack} & {person.jira, person.slack}:
        return Line(text="You cannot stand in for yourself.")
    if to.guest:
        return Line(text="Guests of the workspace cannot decide, so nobody can hand anything on to them.")
    if not to.linked:
        return Line(text="I do not know both their Jira account and their Slack user, so they could not answer.")
    return None


def _said(event: Event, kind: str, facts: Facts, words: Line, told: Line, absence: Absence) -> Changes:
    data = {"event": event.id, "person": absence.person, "until": f"{absence.until:%Y-%m-%dT%H:%MZ}"}
    entry = Entry(kind=kind, subject=facts.subject, at=event.received_at, text=words, data=data)
    return Changes(absences=(absence,), entries=(entry,)) + reply(event, told)


def _handed(event: Event, kind: str, facts: Facts, words: Line, told: Line, given: tuple[Delegation, ...]) -> Changes:
    data = {"event": event.id, "delegations": plain(given)}
    entry = Entry(kind=kind, subject=facts.subject, at=event.received_at, text=words, data=data)
    return Changes(delegations=given, entries=(entry,)) + reply(event, told)


def _looked_at(event: Event, person: Person, waiting: Sequence[Request], facts: Facts) -> Changes:
    """Have the open questions looked at: who is to be asked about them may be another now."""
    return Changes(
        events=tuple(
            Event(
                id=f"people.changed:{event.id}:{one.id}",
                kind="signal",
                name=CHANGED,
                source="yardmaster",
                subject=one.subject,
                received_at=facts.now,
            )
            for one in waiting
            if one.roles & set(person.roles)
        )
    )


def _ref(person: Person) -> PersonRef:
    return PersonRef(name=person.name, slack=person.slack)


def _run(name: str) -> str:
    return name.casefold().replace(" ", "")
