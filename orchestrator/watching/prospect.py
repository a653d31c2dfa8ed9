"""Foretells what becomes of a team's queue: reads what waits, what usually comes and takes, and who is there when.

It reads only, and counts nothing with a security level, so that no number tells of it. It shows nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.facts import Facts
from orchestrator.forecast.arriving import Arriving, efforts
from orchestrator.forecast.queueing import SLOT, SLOTS, Open, Outlook, Scene, foresee
from orchestrator.gather import Gatherer
from orchestrator.people.availability import Agenda
from orchestrator.people.hours import hours_of
from orchestrator.people.leaves import zone_of
from orchestrator.people.load import USUAL
from orchestrator.people.past import Gone
from orchestrator.sla.reading import clocked
from orchestrator.watching.crew import Shifts
from rules.canonical import digest
from rules.model import SYSTEM, Item, SlaClock
from rules.ruleset import Ruleset

__all__ = ["Prospect", "Prospects", "last_promise"]

#: Of each project: those by which most waits and whose SLA breaks first, and the latest, open ones or not.
_MOST_OPEN, _MOST_PAST = 200, 500
#: What came in so much time tells what usually comes, and in so much at last, how it is just now.
_USUALLY, _LATELY = timedelta(days=56), timedelta(hours=3)
_LOOKED_BACK = timedelta(days=366)
#: With fewer pieces of work, what nothing is known of counts beside them.
_ENOUGH = 5
_MINUTE = timedelta(minutes=1)
#: What is late is worked on if something happened to it in so much time; else it lies, and takes nobody anything.
_MOVES = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What is foretold, and the time zone of the team.

    `items`: the open issues that it foretells, by their ids; `counted`: the ids of these and of what is late already.
    """

    outlook: Outlook
    items: dict[int, Item]
    counted: frozenset[int]
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """The ports that this needs."""

    gatherer: Gatherer

    def of(self, team: str, projects: Sequence[str], rules: Ruleset, now: datetime) -> Prospect | None:
        """Foretell the queue of a team's projects; None where nothing is promised, or nobody's hours are known.

        Raises:
            GatewayError: people cannot be told now.
        """
        since, until = now - _LOOKED_BACK, now + SLOT * SLOTS
        named = self.gatherer.directory.everyone(rules)
        people = tuple(one for one in named if one.id in rules.people and team in rules.people[one.id].teams)
        told = self.gatherer.attendance.told(Facts(subject=SYSTEM, now=now, people=people), rules)
        at_work = [tuple(_at_work(told.agenda(one.id), rules, now, until)) for one in people]
        if not any(at_work):
            return None
        past = [one for project in projects for one in self.gatherer.items.past(project, _MOST_PAST)]
        promised = self._promised(projects, past, rules, now)
        items = {one.id: one for one in promised if last_promise(one, now) > now}
        if not items:
            return None
        hours = Shifts.of([one.id for one in people], rules, since, until)
        zone = zone_of(people[0].id, rules)
        late = [one.id for one in promised if last_promise(one, now) <= now and now - one.updated < _MOVES]
        created = [one.item.created for one in past if one.item.security_level is None]
        arriving = Arriving.learnt(created, zone, max(now - _USUALLY, min(created, default=now)), now)
        scene = Scene(
            at=now,
            there=_spread(at_work, now),
            open=tuple(Open(item=id_, due=(last_promise(one, now) - now) // SLOT) for id_, one in items.items()),
            late=len(late),
            efforts=_with_usual(efforts(past, hours.worked)),
            rates=[arriving.expected(now + SLOT * slot, SLOT) for slot in range(SLOTS)],
            seen=sum(now - _LATELY <= at <= now for at in created),
            usual=sum(arriving.expected(now - SLOT * slot, SLOT) for slot in range(1, _LATELY // SLOT + 1)),
            promises=[hours.worked(one.created, last_promise(one, now)) // _MINUTE for one in items.values()],
            counted=_spread([tuple(zip(hours.starts, hours.ends, strict=True))], now),
            shift=_shift(at_work, now),
        )
        # What is drawn stays the same for a day, so that numbers change only with what is known.
        outlook = foresee(scene, int(digest([team, now.date().isoformat()])[:8], 16))
        return Prospect(outlook=outlook, items=items, counted=frozenset((*items, *late)), time_zone=zone.key)

    def _promised(self, projects: Sequence[str], past: Sequence[Gone], rules: Ruleset, now: datetime) -> list[Item]:
        """Give what is open, and promised or late already."""
        queued = [one for project in projects for one in self.gatherer.items.queue(project, _MOST_OPEN, now)[0]]
        found = {one.id: one for one in (*queued, *(gone.item for gone in past))}.values()
        mine = [one for one in found if one.project in projects and one.is_open and not one.deleted]
        seen = [one for one in mine if one.security_level is None]
        return [one for one in clocked(seen, self.gatherer.items, rules, now) if any(map(_is_promised, one.slas))]


def _is_promised(clock: SlaClock) -> bool:
    return clock.breached or clock.breaches_at is not None


def last_promise(item: Item, now: datetime) -> datetime:
    """Give when the last of an issue's running promises breaks: with that its work is done; `now` where none runs."""
    return max((one.breaches_at for one in item.slas if one.breaches_at and not one.breached), default=now)


def _with_usual(known: list[int]) -> list[int]:
    """Add what work takes of which nothing is known, where little is: from a quarter of the usual to twice as much."""
    return known if len(known) >= _ENOUGH else [*known, *(USUAL // _MINUTE * part // 4 for part in (1, 2, 4, 8))]


def _at_work(agenda: Agenda, rules: Ruleset, now: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give when somebody is at work, but for their absences."""
    hours = hours_of(agenda.person, rules)
    away = sorted((one.since, one.until) for one in agenda.absences)
    if agenda.presence is not None and agenda.presence.away_until is not None:
        away = sorted([*away, (now, agenda.presence.away_until)])
    for begins, ends in hours.spans(now, until) if hours is not None else ():
        for gone, back in away:
            if gone < ends and back > begins:
                if begins < gone:
                    yield begins, gone
                begins = max(begins, back)  # noqa: PLW2901 - what is left of the interval
        if begins < ends:
            yield begins, ends


def _spread(people: Iterable[Sequence[tuple[datetime, datetime]]], now: datetime) -> list[float]:
    """Give how many are there in each slot, parts of it counted as parts."""
    there = [0.0] * SLOTS
    for begins, ends in (span for one in people for span in one):
        first, last = max(begins - now, timedelta()) / SLOT, min((ends - now) / SLOT, float(SLOTS))
        for slot in range(int(first), min(int(last) + 1, SLOTS)):
            there[slot] += max(0.0, min(last, slot + 1.0) - max(first, float(slot)))
    return there


def _shift(people: Iterable[Sequence[tuple[datetime, datetime]]], now: datetime) -> int:
    """Give the slot in which those have gone who are there now, or next, one after the other."""
    ends: datetime | None = None
    for begins, gone in sorted(span for one in people for span in one):
        if ends is not None and begins > ends:
            break
        ends = gone if ends is None else max(ends, gone)
    return 0 if ends is None else min(SLOTS, -(-(ends - now) // SLOT))
