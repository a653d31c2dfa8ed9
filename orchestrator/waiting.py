"""Tells what waits for whom: for one issue, for a queue, for a batch. Pure: impacts in, sentences out."""

from collections.abc import Iterator, Sequence

from orchestrator.impact import Impact, Running, counted
from orchestrator.messages import Message, Section
from rules.model import Item, ItemRef, Line, Moment, Tainted

_NAMED = 5
_LISTED = 15
_SHORT = 80


def impact_message(found: Impact) -> Message:
    """Tell the impact in words."""
    title = Line(text="What waits for {0}", parts=(_ref(found.item),))
    lines = tuple(_lines(found)) or (Line(text="Nothing open that you may browse waits for it."),)
    return Message(title=title, sections=(Section(lines=lines),), footer=(Line(text=weighed(found)),))


def queue_message(project: str, found: Sequence[Impact], number: int) -> Message:
    """Tell the order of a queue, the first in words; `number` is how many open issues the project has."""
    named = found[:_LISTED]
    lines = [_in_queue(place, one) for place, one in enumerate(named, start=1)]
    sections = (Section(lines=tuple(lines[start : start + _NAMED])) for start in range(0, len(lines), _NAMED))
    more = (Line(text=f"and {number - len(named):,} more open"),) if number > len(named) else ()
    order = Line(text="First what most waits for; then by priority, SLA, due date, age. It is a rule of thumb.")
    title = Line(text="What to take first in {0}", parts=(Tainted(text=project, source="slack"),))
    return Message(title=title, sections=tuple(sections), footer=(*more, order))


def unseen_queue(project: str) -> Message:
    """Say that there is nothing that the asker may browse, whether there is anything or not."""
    text = "I know no open issue in {0} that you may browse in Jira."
    return Message(title=Line(text=text, parts=(Tainted(text=project, source="slack"),)))


def weighed(found: Impact) -> str:
    """Say what an issue weighs, and for what."""
    if not found.shares:
        return f"Weight {found.points}."
    return f"Weight {found.points}: {', '.join(f'{one.points} for {one.words}' for one in found.shares)}."


def customers(found: Impact) -> Line | None:
    """Say whose problem it is; None where nobody is named, since reporters are told of elsewhere."""
    if not found.customers:
        return None
    shown = found.customers[:_NAMED]
    more = len(found.customers) - len(shown)
    unnamed = found.customer_count - len(found.customers)
    rest = (f", and {more} more" if more else "") + (
        f"; {counted(unnamed, 'more person', 'more people')} reported it without naming one" if unnamed else ""
    )
    text = f"It concerns {counted(len(found.customers), 'customer')}: {{0}}{rest}."
    return Line(text=text, parts=(Tainted(text=", ".join(shown)),))


def clocks(found: Impact) -> Iterator[Line]:
    """Say which SLA clock breaks first, and how many are broken."""
    if found.breaks:
        yield _of_clock("SLA: {0} of {1} breaks first, {2}.", found.breaks)
    if len(found.broken) == 1:
        yield _of_clock("SLA: {0} of {1} is broken since {2}.", found.broken[0])
    elif found.broken:
        text = f"SLA: {len(found.broken)} clocks are broken, the first, {{0}} of {{1}}, since {{2}}."
        yield _of_clock(text, found.broken[0])


def _in_queue(place: int, found: Impact) -> Line:
    item = found.item
    why = ", ".join(f"{one.points} for {one.words}" for one in found.shares) or "nothing waits for it"
    summary = Tainted(text=item.summary.text[:_SHORT])
    text = f"{place}. *{found.points}* · {{0}} {{1}} ({{2}}): {why}"
    return Line(text=text, parts=(_ref(item), summary, Tainted(text=item.priority or "no priority")))


def _lines(found: Impact) -> Iterator[Line]:
    if found.blocked:
        straight = sum(steps == 1 for _, steps in found.blocked)
        through = f", {len(found.blocked) - straight} of them through others" if straight < len(found.blocked) else ""
        yield Line(text=f"It blocks {counted(len(found.blocked), 'open issue')}{through}{_whom(found)}:")
        yield from (_one(item) for item, _ in found.blocked[:_NAMED])
    if found.reports:
        people = counted(found.reporters, "person", "people")
        repeat = "repeats" if len(found.reports) == 1 else "repeat"
        yield Line(text=f"{counted(len(found.reports), 'other report')} {repeat} it; {people} reported it in all.")
    if len(found.projects) > 1:
        yield Line(text="It concerns {0}.", parts=(Tainted(text=", ".join(found.projects)),))
    if whose := customers(found):
        yield whose
    yield from clocks(found)


def _whom(found: Impact) -> str:
    people = len(found.assignees)
    return f", and with them {counted(people, 'person', 'people')}" if people else ""


def _one(item: Item) -> Line:
    said = (item.summary, Tainted(text=item.priority or "no priority"), Tainted(text=item.status.name))
    return Line(text="• {0} {1} ({2}, {3})", parts=(_ref(item), *said))


def _of_clock(text: str, running: Running) -> Line:
    parts = (Tainted(text=running.clock.name), _ref(running.item), Moment(at=running.at))
    return Line(text=text, parts=parts)


def _ref(item: Item) -> ItemRef:
    return ItemRef(id=item.id, key=item.key)
