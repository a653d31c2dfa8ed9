"""How much waits for an item: what it blocks, straight or through others, for whom, and until when. Pure.

It judges only the items that it is given: what the asker may not browse must not be among them. The points are a
declared rule of thumb to put issues in an order; they are no probability, and nothing was fitted. `docs/impact.md` says
what weighs what.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from rules.canonical import Value
from rules.model import Item, ItemLink, SlaClock

_BLOCKING = frozenset({"blocks", "blocker", "gantt end to start", "causes", "problem/incident"})
_WAITING = frozenset({"depends", "dependency", "dependent", "requires"})
_REPEATING = frozenset({"duplicate", "duplicates"})
_WEIGHTS = {
    **dict.fromkeys(("highest", "blocker", "critical", "p1"), 5),
    **dict.fromkeys(("high", "major", "p2"), 4),
    **dict.fromkeys(("medium", "normal", "p3"), 3),
    **dict.fromkeys(("low", "minor", "p4"), 2),
    **dict.fromkeys(("lowest", "trivial", "p5"), 1),
}
_USUAL_WEIGHT = 3
_REPORT_WEIGHT = 2
_PROJECT_WEIGHT = 3
_CUSTOMER_WEIGHT = 2
_BROKEN_WEIGHT = 8
_URGENT = ((timedelta(hours=1), 8, "the hour"), (timedelta(hours=8), 4, "8 hours"), (timedelta(days=3), 2, "3 days"))
#: What is farther away waits for so much else that it says nothing; and what is read has to end somewhere.
STEPS = 4
_LATEST = datetime.max.replace(tzinfo=UTC)

Place: TypeAlias = tuple[int, int, datetime, date, datetime, int]


class Share(Value, frozen=True, kw_only=True):
    """Some of the points, and what they are for, in words that follow "for"."""

    points: int
    words: str


class Running(Value, frozen=True, kw_only=True):
    """An SLA clock that runs, and whose it is; `at` is when it breaks, or broke."""

    item: Item
    clock: SlaClock
    at: datetime


class Impact(Value, frozen=True, kw_only=True):
    """What waits for `item`: open items only.

    `points` order: more weighs more; `shares` say what they are made of. `blocked`: each with how many steps away it
    is, the nearest and weightiest first. `reports`: what repeats it. `reporters`: how many people reported it or one of
    those. `customers` are named by any of these items; `customer_count` adds who reported it, or one of those, where
    the report names none. `assignees` have their work wait. `breaks`: the clock that breaks first, `broken`: those that
    are broken and run on.
    """

    item: Item
    points: int
    shares: tuple[Share, ...] = ()
    blocked: tuple[tuple[Item, int], ...] = ()
    reports: tuple[Item, ...] = ()
    reporters: int = 0
    projects: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    customer_count: int = 0
    assignees: tuple[str, ...] = ()
    breaks: Running | None = None
    broken: tuple[Running, ...] = ()

    @property
    def place(self) -> Place:
        """Where it stands in a queue, the least first: points, its own priority, its SLA, its due date, its age."""
        clock = self.broken[0].at if self.broken else self.breaks.at if self.breaks else _LATEST
        due = self.item.due or date.max
        return -self.points, -weight(self.item), clock, due, self.item.created, self.item.id


def neighbours(item: Item) -> frozenset[int]:
    """Give the ids of what waits for an item straight, and of what repeats it."""
    return frozenset(_blocks(item)) | frozenset(_repetitions(item, "inward"))


def awaited(item: Item) -> frozenset[int]:
    """Give the ids of those whose neighbour an item is: of what it waits for straight, and of what it repeats."""
    return blocked_by(item) | frozenset(_repetitions(item, "outward"))


def blocked_by(item: Item) -> frozenset[int]:
    """Give the ids of what an item waits for straight."""
    return frozenset(link.other for link in item.links if _blocks_by(link, "inward", "outward"))


def breaks_at(item: Item) -> datetime | None:
    """Give when the first of an item's SLA clocks breaks that run, or when it broke."""
    return min((clock.breaches_at for clock in item.slas if clock.breaches_at), default=None)


def impact(item: Item, known: Mapping[int, Item], now: datetime, reports: Collection[int] = ()) -> Impact:
    """Follow the links from `item`, and from what repeats it, through the known items; all else counts for nothing.

    `reports`: what repeats it though no link says so, as the rest of its batch. An open item that waits counts its
    priority's weight (5 to 1) divided by its distance, rounded up; a report 2; each project beside its own 3; each
    customer beside the first 2; the most urgent SLA clock of all these up to 8.
    """
    repeating = sorted({*_repetitions(item, "inward"), *reports} - {item.id})
    repeats = [known[id_] for id_ in repeating if id_ in known and not known[id_].deleted]
    blocked = _waiting([item, *(one for one in repeats if one.is_open)], known, {item.id, *repeating})
    concerned = [item, *repeats, *(one for one, _ in blocked)]
    names, unnamed = _customers(concerned), {one.reporter for one in (item, *repeats) if not _named(one)} - {None}
    customers = len(names) + len(unnamed)
    running = sorted(_running(concerned), key=lambda one: (one.at, one.item.id, one.clock.name))
    broken = tuple(one for one in running if one.clock.breached or one.at <= now)
    breaks = next((one for one in running if one not in broken), None)
    projects = {one.project for one in concerned}
    shares = (
        Share(points=sum(-(-weight(one) // steps) for one, steps in blocked), words="what it blocks"),
        Share(points=_REPORT_WEIGHT * len(repeats), words=counted(len(repeats), "report") + " like it"),
        Share(points=_PROJECT_WEIGHT * (len(projects) - 1), words=counted(len(projects) - 1, "other project")),
        Share(points=_CUSTOMER_WEIGHT * max(0, customers - 1), words=counted(customers - 1, "other customer")),
        _urgency(breaks, broken, now),
    )
    return Impact(
        item=item,
        points=sum(one.points for one in shares),
        shares=tuple(one for one in shares if one.points),
        blocked=blocked,
        reports=tuple(repeats),
        reporters=len({one.reporter for one in (item, *repeats) if one.reporter}),
        projects=tuple(sorted(projects)),
        customers=names,
        customer_count=customers,
        assignees=tuple(sorted({one.assignee for one, _ in blocked if one.assignee})),
        breaks=breaks,
        broken=broken,
    )


def weight(item: Item) -> int:
    """Give what an item's priority weighs, 1 to 5; an unknown priority weighs as a middle one."""
    return weight_of(item.priority) or _USUAL_WEIGHT


def weight_of(priority: str | None) -> int | None:
    """Give what a priority weighs by its name, 1 to 5; None where the name does not say."""
    return _WEIGHTS.get((priority or "").casefold())


def counted(number: int, one: str, many: str = "") -> str:
    """Give a number with what it counts, in the singular or the plural."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _customers(items: Iterable[Item]) -> tuple[str, ...]:
    """Give the names of customers, each once however it is written."""
    names: dict[str, str] = {}
    for name in (name for item in items for name in _named(item)):
        names.setdefault(name.casefold(), name)
    return tuple(names[name] for name in sorted(names))


def _named(item: Item) -> tuple[str, ...]:
    return (*item.organisations, *item.customers)


def _urgency(breaks: Running | None, broken: Collection[Running], now: datetime) -> Share:
    if broken:
        return Share(points=_BROKEN_WEIGHT, words="an SLA that is broken")
    for within, points, words in _URGENT if breaks else ():
        if breaks and breaks.at - now <= within:
            return Share(points=points, words=f"an SLA that breaks within {words}")
    return Share(points=0, words="")


def _running(items: Iterable[Item]) -> Iterator[Running]:
    for item in items:
        for clock in item.slas if item.is_open else ():
            if clock.breaches_at is not None:
                yield Running(item=item, clock=clock, at=clock.breaches_at)


def _waiting(roots: list[Item], known: Mapping[int, Item], beside: Collection[int]) -> tuple[tuple[Item, int], ...]:
    """Give what waits, each with how many steps away it is; what is done no longer passes the waiting on."""
    away: dict[int, int] = {}
    edge, steps = roots, 0
    while edge and steps < STEPS:
        steps += 1
        near = {id_ for one in edge for id_ in _blocks(one) if id_ in known and id_ not in away and id_ not in beside}
        away |= dict.fromkeys(sorted(near), steps)
        edge = [known[id_] for id_ in sorted(near) if known[id_].is_open]
    waiting = [(known[id_], steps) for id_, steps in away.items() if known[id_].is_open and not known[id_].deleted]
    return tuple(sorted(waiting, key=lambda each: (each[1], -weight(each[0]), each[0].id)))


def _blocks(item: Item) -> Iterator[int]:
    yield from (link.other for link in item.links if _blocks_by(link, "outward", "inward"))


def _blocks_by(link: ItemLink, blocking: str, waiting: str) -> bool:
    """Tell whether a link of a blocking type goes one way, or one of a waiting type the other."""
    kind = link.type.casefold()
    return (kind in _BLOCKING and link.direction == blocking) or (kind in _WAITING and link.direction == waiting)


def _repetitions(item: Item, direction: str) -> Iterator[int]:
    links = (link for link in item.links if link.type.casefold() in _REPEATING)
    yield from (link.other for link in links if link.direction == direction)
