"""How much waits for an item: what it blocks, straight or through others, and who else reported it. Pure.

It judges only the items that it is given: what the asker may not browse must not be among them.
"""

from collections.abc import Iterator, Mapping

from orchestrator.messages import Message, Section
from rules.canonical import Value
from rules.model import Item, ItemRef, Line, Tainted

_BLOCKING = frozenset({"blocks", "blocker", "gantt end to start", "causes", "problem/incident"})
_WAITING = frozenset({"depends", "dependency", "dependent", "requires"})
_REPEATING = frozenset({"duplicate", "duplicates"})
_WEIGHTS = {
    **dict.fromkeys(("highest", "blocker", "critical", "p1"), 5),
    **dict.fromkeys(("high", "major", "p2"), 4),
    **dict.fromkeys(("low", "minor", "p4"), 2),
    **dict.fromkeys(("lowest", "trivial", "p5"), 1),
}
_USUAL_WEIGHT = 3
_REPORT_WEIGHT = 2
_PROJECT_WEIGHT = 3
_NAMED = 5


class Impact(Value, frozen=True, kw_only=True):
    """What waits for `item`: open items only.

    `blocked`: each with how many steps away it is, the nearest and weightiest first. `reports`: items that people
    linked as repeating it. `reporters`: how many people reported it or one of those. `points` orders: more weighs more.
    """

    item: Item
    points: int
    blocked: tuple[tuple[Item, int], ...] = ()
    reports: tuple[Item, ...] = ()
    reporters: int = 0
    projects: tuple[str, ...] = ()


def neighbours(item: Item) -> frozenset[int]:
    """Give the ids of what waits for an item straight, and of what repeats it."""
    return frozenset(_blocks(item)) | frozenset(_repeated_by(item))


def impact(item: Item, known: Mapping[int, Item]) -> Impact:
    """Follow the links from `item` through the known items; whatever is not known counts for nothing.

    An open item counts its priority's weight (5 to 1) divided by its distance, rounded up; a report 2; each project
    beside its own 3.
    """
    away = _distances(item, known)
    waiting = [(known[id_], steps) for id_, steps in away.items() if known[id_].is_open and not known[id_].deleted]
    blocked = sorted(waiting, key=lambda each: (each[1], -weight(each[0]), each[0].id))
    reports = sorted((known[id_] for id_ in _repeated_by(item) if id_ in known), key=lambda one: one.id)
    projects = {one.project for one, _ in blocked} | {one.project for one in reports}
    points = sum(-(-weight(one) // steps) for one, steps in blocked) + _REPORT_WEIGHT * len(reports)
    return Impact(
        item=item,
        points=points + _PROJECT_WEIGHT * len(projects - {item.project}),
        blocked=tuple(blocked),
        reports=tuple(reports),
        reporters=len({one.reporter for one in (item, *reports) if one.reporter}),
        projects=tuple(sorted(projects | {item.project})),
    )


def weight(item: Item) -> int:
    """Give what an item's priority weighs, 1 to 5; an unknown priority weighs as a middle one."""
    return _WEIGHTS.get((item.priority or "").casefold(), _USUAL_WEIGHT)


def impact_message(found: Impact) -> Message:
    """Tell the impact in words."""
    title = Line(text="What waits for {0}", parts=(_ref(found.item),))
    lines = tuple(_lines(found)) or (Line(text="Nothing open that you may browse waits for it."),)
    points = f"Weight {found.points}: by priority and distance of what it blocks, reports like it, projects."
    return Message(title=title, sections=(Section(lines=lines),), footer=(Line(text=points),))


def _lines(found: Impact) -> Iterator[Line]:
    if found.blocked:
        straight = sum(steps == 1 for _, steps in found.blocked)
        through = f", {len(found.blocked) - straight} of them through others" if straight < len(found.blocked) else ""
        yield Line(text=f"It blocks {_counted(len(found.blocked), 'open issue')}{through}:")
        for one, _ in found.blocked[:_NAMED]:
            text = "• {0} {1} ({2}, {3})"
            said = (one.summary, Tainted(text=one.priority or "no priority"), Tainted(text=one.status.name))
            yield Line(text=text, parts=(_ref(one), *said))
    if found.reports:
        people = _counted(found.reporters, "person", "people")
        repeat = "repeats" if len(found.reports) == 1 else "repeat"
        yield Line(text=f"{_counted(len(found.reports), 'other report')} {repeat} it; {people} reported it in all.")
    if len(found.projects) > 1:
        yield Line(text="It concerns {0}.", parts=(Tainted(text=", ".join(found.projects)),))


def _distances(item: Item, known: Mapping[int, Item]) -> dict[int, int]:
    """How many steps away each item is that waits; what is done no longer passes the waiting on."""
    away: dict[int, int] = {}
    edge, steps = [item], 0
    while edge:
        steps += 1
        near = {id_ for one in edge for id_ in _blocks(one) if id_ in known and id_ not in away and id_ != item.id}
        away |= dict.fromkeys(sorted(near), steps)
        edge = [known[id_] for id_ in sorted(near) if known[id_].is_open]
    return away


def _blocks(item: Item) -> Iterator[int]:
    for link in item.links:
        kind = link.type.casefold()
        if (kind in _BLOCKING and link.direction == "outward") or (kind in _WAITING and link.direction == "inward"):
            yield link.other


def _repeated_by(item: Item) -> Iterator[int]:
    yield from (link.other for link in item.links if link.type.casefold() in _REPEATING and link.direction == "inward")


def _ref(item: Item) -> ItemRef:
    return ItemRef(id=item.id, key=item.key)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
