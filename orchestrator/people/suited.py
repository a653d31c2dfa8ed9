"""Tells who could take what: why each of the best, why not the others. Pure: what was weighed in, words out."""

from orchestrator.messages import Message, Section, led_by
from orchestrator.people import offpolicy
from orchestrator.people.matching import Choice, Match
from orchestrator.people.suiting import Suited
from rules.model import ItemRef, Line, Person, PersonRef, Tainted

__all__ = ["allotted_message", "who_message"]

_NAMED = 15
_SHORT = 80
_RULE = Line(text="Points are a rule of thumb, from what you may browse of the latest issues of this project.")


def who_message(found: Suited) -> Message:
    """Tell who could take the one item that was asked about, with nothing but what the asker may know."""
    (match,) = found.plan.matches
    lines = [line for place, one in enumerate(match.choices, start=1) for line in _choice(place, one, match, found)]
    nobody = Line(text="Nobody whom I know could take it now. Unknown is not available.")
    sections = [Section(lines=tuple(lines) or (nobody,))]
    barred = tuple(led_by("• {0}: ", (_named(found.people[id_]),), why) for id_, why in match.barred)
    if barred:
        sections.append(Section(heading="Not now", lines=barred))
    return Message(
        title=Line(text="Who could take {0}", parts=(_ref(match, found),)), sections=tuple(sections), footer=(_RULE,)
    )


def allotted_message(project: str, found: Suited) -> Message:
    """Tell who could take what waits in a project, all at once."""
    named = found.plan.matches[:_NAMED]
    lines = tuple(_allotted(one, found) for one in named) or (
        Line(text="Nothing that you may browse waits for somebody to take it."),
    )
    more = len(found.plan.matches) - len(named)
    footer = [Line(text=f"and {more} more that wait")] if more else []
    if found.over:
        footer.append(Line(text=f"What waits is {found.over / 60:.0f} h more than those who are there take."))
    if (learnt := offpolicy.told(found.tries)) is not None:
        footer.append(learnt)
    title = Line(text="Who could take what in {0}", parts=(Tainted(text=project, source="slack"),))
    return Message(title=title, sections=(Section(lines=lines),), footer=(*footer, _RULE))


def _allotted(match: Match, found: Suited) -> Line:
    item, holder = found.items[match.item], found.held.get(match.item)
    away = f" (now with {{{2 if match.person is None else 3}}}, who is away)" if holder is not None else ""
    of_holder = (_named(found.people[holder]),) if holder is not None else ()
    summary = Tainted(text=item.summary.text[:_SHORT])
    if match.person is None:
        reason = "those who could have more to do already" if match.choices else "nobody can take it now"
        return Line(text=f"• {{0}} {{1}}: {reason}{away}", parts=(_ref(match, found), summary, *of_holder))
    told = found.skills[match.item][match.person].evidence
    parts = (_ref(match, found), summary, _named(found.people[match.person]), *of_holder)
    return led_by(f"• {{0}} {{1}}: *{{2}}*{away}, ", parts, told)


def _choice(place: int, one: Choice, match: Match, found: Suited) -> list[Line]:
    named = _named(found.people[one.person])
    load, usual = found.loads[one.person], found.usual[match.item].get(one.person, 0)
    limit = f" of {load.limit // 60} h" if load.limit is not None else ", no limit declared"
    lines = [
        led_by(f"{place}. *{{0}}*, {one.points} points: ", (named,), found.skills[match.item][one.person].evidence),
        Line(text=f"    about {load.minutes / 60:.0f} h open{limit}; such work is theirs in {usual / 10:.0f} %"),
        led_by("    ", (), found.there[one.person].reason),
    ]
    told = (found.takings[match.item][one.person].evidence, one.behind)
    return [*lines, *(led_by("    ", (), line) for line in told if line is not None)]


def _ref(match: Match, found: Suited) -> ItemRef:
    return ItemRef(id=match.item, key=found.items[match.item].key)


def _named(person: Person) -> PersonRef:
    """Name somebody without a mention: who is talked about is not called."""
    return PersonRef(name=person.name)
