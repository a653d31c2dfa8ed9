"""What is at stake in a batch, in sentences: whose it is, what waits, which SLA breaks first, why that one is in front.

Pure. All items here are those that everybody in the place may browse.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from orchestrator.impact import Impact, counted, weight
from orchestrator.waiting import clocks, customers, weighed
from rules.model import Item, ItemRef, Line, Tainted

#: Fields that are compared, with what an item has there.
_COMPARED: Final[tuple[tuple[str, Callable[[Item], tuple[str, ...]]], ...]] = (
    ("project", lambda item: (item.project,)),
    ("type", lambda item: (item.type,)),
    ("component", lambda item: item.components),
    ("version", lambda item: item.versions),
    ("customer", lambda item: (*item.organisations, *item.customers)),
)
_MOST_TOLD = 3


def at_stake(found: Impact, unseen: int) -> Iterator[Line]:
    """Say whose problem the batch is, what waits for it and until when; `unseen` more wait that are only counted."""
    if whose := customers(found):
        yield whose
    if found.blocked:
        yield _downstream(found)
    if unseen:
        yield Line(text=f"{counted(unseen, 'more issue')} may wait for them that not everybody here may browse.")
    yield from clocks(found)
    if found.shares:
        yield Line(text=weighed(found))


def in_front(head: Item, items: Collection[Item], *, chosen: bool = False) -> Line:
    """Say which issue the others are linked to, and why that one."""
    words = f"{{0}} {{1}} ({{2}}) stands for all of them: {why_in_front(head, items, chosen=chosen)}."
    return Line(text=words, parts=(_ref(head), head.summary, Tainted(text=head.status.name)))


def why_in_front(head: Item, items: Collection[Item], *, chosen: bool) -> str:
    """Say why an issue stands in front; `chosen`: because somebody chose it."""
    if chosen and head.is_open:
        return "somebody chose it"
    linked = sum(one.is_linked_to(head.id) for one in items if one.id != head.id)
    if linked:
        return "one of them is linked to it already" if linked == 1 else f"{linked} of them are linked to it already"
    if head.is_open:
        return "it is the oldest that is open and that all here may browse"
    return "none that all here may browse is open, and it is the oldest"


def differing(item: Item, others: Sequence[Item], *, silent: bool) -> Line | None:
    """Say in what an item differs from what at least half of the others have in common; None for nothing.

    `silent`: it names none of the words that hold the others together.
    """
    told, parts = [], list[Tainted]()
    for field, values_of in _COMPARED:
        counts = Counter(value for one in others for value in set(values_of(one)))
        usual = sorted(value for value, number in counts.items() if 2 * number >= len(others))
        own = values_of(item)
        if usual and not set(own) & set(usual):
            told.append(f"{field} {{{len(parts)}}} and not {{{len(parts) + 1}}}")
            parts += [Tainted(text=", ".join(own[:_MOST_TOLD]) or "none"), Tainted(text=", ".join(usual[:_MOST_TOLD]))]
    if silent:
        told.append("none of the words that the others share")
    return Line(text=f"It has {'; '.join(told)}.", parts=tuple(parts)) if told else None


def _downstream(found: Impact) -> Line:
    first = max((one for one, _ in found.blocked), key=lambda one: (weight(one), -one.id))
    parts = (_ref(first), first.summary, Tainted(text=first.priority or "no priority"))
    people = f", and with them {counted(len(found.assignees), 'person', 'people')}" if found.assignees else ""
    if len(found.blocked) == 1:
        return Line(text=f"They block {{0}} {{1}} ({{2}}){people}.", parts=parts)
    projects = counted(len({one.project for one, _ in found.blocked}), "project")
    text = f"They block {len(found.blocked)} open issues in {projects}{people}; the weightiest is {{0}} {{1}} ({{2}})."
    return Line(text=text, parts=parts)


def _ref(item: Item) -> ItemRef:
    return ItemRef(id=item.id, key=item.key)
