"""Puts into words why somebody is asked to take an item, and why not the others. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from orchestrator.assigning.allotment import Allotment, Suitor
from orchestrator.assigning.waiting import is_lacking
from orchestrator.messages import led_by
from orchestrator.people.matching import Choice, Match
from orchestrator.people.suiting import Suited
from rules.model import Line, Person, PersonRef
from rules.ruleset import Ruleset

__all__ = ["allotment_of", "reasons_for"]

_RULE = Line(text="Points are a rule of thumb, from the latest issues of this project that all its people may browse.")
_TRIED = Line(text="The points of others may be higher: the risk is low, and I try it to learn who can do such work.")


def allotment_of(
    match: Match, workflow: str, found: Suited, held: tuple[Person, Line] | None, at: datetime, rules: Ruleset
) -> Allotment:
    """Give what the matching came to for one item, told."""
    named = [one for one in match.choices if one.person in rules.people]
    return Allotment(
        item=match.item,
        workflow=workflow,
        at=at,
        person=match.person if match.person in rules.people else None,
        suitors=tuple(_suitor(one, match, found) for one in named),
        barred=tuple(led_by("{0}: ", (_ref(id_, found),), why) for id_, why in match.barred if id_ in rules.people),
        chance=match.chance,
        others=match.others,
        explored=match.explored,
        over=found.over,
        holder=held[0].jira if held is not None else None,
        risk=found.risks[match.item].as_it_is,
        foretold_by=found.risks[match.item].versions,
        lacking=is_lacking(match, workflow, found, at, rules),
        why=led_by("{0} has it now, but ", (PersonRef(name=held[0].name),), held[1]) if held is not None else None,
    )


def reasons_for(allotment: Allotment, person: str) -> Iterator[Line]:
    """Say why this person is asked, why not the others, and what the points are."""
    if allotment.why is not None:
        yield allotment.why
    chosen = allotment.suitor(person)
    if chosen is not None:
        yield _in_words("• *{0}*", chosen, chosen.words)
    for one in allotment.suitors:
        if one.person != person:
            yield _in_words("• {0}", one, (one.words[0], *one.words[2:]))
    yield from (led_by("• Not now: ", (), line) for line in allotment.barred)
    if allotment.over:
        yield Line(text=f"All that waits is about {allotment.over / 60:.0f} h more than those who are there take.")
    if allotment.explored and chosen is not None:
        yield _TRIED
    yield _RULE


def _in_words(name: str, one: Suitor, words: Sequence[Line]) -> Line:
    """Put what speaks for somebody into one line, without a mention: who is talked about is not called."""
    told = led_by(f"{name}, {one.points} points: ", (PersonRef(name=one.name),), words[0])
    for more in words[1:]:
        told = led_by(f"{told.text}; ", told.parts, more)
    return told


def _suitor(one: Choice, match: Match, found: Suited) -> Suitor:
    person, load = found.people[one.person], found.loads[one.person]
    usual = found.usual[match.item].get(one.person, 0)
    limit = f" of {load.limit // 60} h" if load.limit is not None else ""
    often = f", such work is theirs in {usual / 10:.0f} %" if usual else ""
    told = [
        found.skills[match.item][one.person].evidence,
        found.there[one.person].reason,
        Line(text=f"about {load.minutes / 60:.0f} h open{limit}{often}"),
    ]
    told += [line] if (line := found.takings[match.item][one.person].evidence) is not None else []
    return Suitor(
        person=one.person,
        account=person.jira or "",
        name=person.name,
        points=one.points,
        usual=usual,
        words=(*told, *((one.behind,) if one.behind is not None else ())),
    )


def _ref(person: str, found: Suited) -> PersonRef:
    return PersonRef(name=found.people[person].name)
