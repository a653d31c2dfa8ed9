"""Tells who could take an item: why each of the best five, why not the others. Pure: what was weighed in, words out."""

from orchestrator.messages import Message, Section, led_by
from orchestrator.people.matching import Choice
from orchestrator.people.suiting import Suited
from rules.model import ItemRef, Line, Person, PersonRef

__all__ = ["who_message"]


def who_message(found: Suited) -> Message:
    """Tell it, with nothing but what the asker may know."""
    lines = [line for place, one in enumerate(found.match.choices, start=1) for line in _choice(place, one, found)]
    nobody = Line(text="Nobody whom I know could take it now. Unknown is not available.")
    sections = [Section(lines=tuple(lines) or (nobody,))]
    barred = tuple(led_by("• {0}: ", (_named(found.people[id_]),), why) for id_, why in found.match.barred)
    if barred:
        sections.append(Section(heading="Not now", lines=barred))
    return Message(
        title=Line(text="Who could take {0}", parts=(ItemRef(id=found.item.id, key=found.item.key),)),
        sections=tuple(sections),
        footer=(
            Line(text="Points are a rule of thumb, from what you may browse of the latest issues of this project."),
        ),
    )


def _choice(place: int, one: Choice, found: Suited) -> list[Line]:
    named = _named(found.people[one.person])
    skill, load = found.skills[one.person], found.loads[one.person]
    usual = found.usual.get(one.person, 0)
    limit = f" of {load.limit // 60} h" if load.limit is not None else ", no limit declared"
    first = led_by(f"{place}. {{0}}, {one.points} points: ", (named,), skill.evidence)
    more = [
        Line(text=f"    {load.items} open, about {load.minutes / 60:.0f} h{limit}"),
        Line(text=f"    such work was theirs in {usual / 10:.0f} %"),
        led_by("    ", (), found.there[one.person].reason),
    ]
    return [first, *more, *([led_by("    ", (), one.behind)] if one.behind is not None else [])]


def _named(person: Person) -> PersonRef:
    """Name somebody without a mention: who is talked about is not called."""
    return PersonRef(name=person.name)
