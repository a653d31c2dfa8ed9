"""What an item's look has others looked at for: its children since it moved, its batch, the rest of a problem. Pure.

It decides about none of them.
"""

from collections.abc import Iterable, Mapping

from orchestrator.batching.sorting import SORTING
from orchestrator.batching.told import Parting
from orchestrator.changes import Changes
from orchestrator.facts import Facts, Followed
from orchestrator.following import MOVED, Following, ends_of, lags, state_of
from rules.canonical import digest
from rules.model import Event, Item, Subject


def news(item: Item, facts: Facts, wanted: Following) -> Changes:
    """Tell those that repeat an item of a state that they do not know; its batch of what it has to follow itself."""
    known = {one.item: one for one in facts.followed if one.parent == item.id}
    children = [] if item.deleted else ends_of(item, wanted, "inward")
    events = [
        _moved(child, item, known.get(child), facts, wanted)
        for child in children
        if not facts.apart(child, item.id) and _last_word(known.get(child)) != state_of(item, wanted)
    ]
    if facts.in_batch is not None:
        behind = lags([item], facts, wanted)
        events += [_of_batch(facts.in_batch, one.parent, facts, wanted, f"{item.id}:") for one in behind]
    return Changes(events=tuple({event.id: event for event in events}.values()))


def left(item: int, others: Iterable[int], decision: str, facts: Facts) -> Changes:
    """Have an item that somebody opened again left alone: no longer the same problem as the others, for good."""
    apart = Parting(
        id=f"reopened:{decision}:{item}",
        ones=(item,),
        others=tuple(sorted(set(others) - {item})),
        by=facts.actor or "",
        at=facts.now,
    )
    return Changes(partings=(apart,), events=(_event("item.came", SORTING, apart.id, facts, {"item": item}),))


def _last_word(followed: Followed | None) -> str | None:
    return None if followed is None else followed.asked or followed.state


def _moved(child: int, item: Item, followed: Followed | None, facts: Facts, wanted: Following) -> Event:
    if followed is not None and followed.in_batch is not None:
        return _of_batch(followed.in_batch, item, facts, wanted)
    subject, moved = Subject(kind="item", id=str(child)), item.id in facts.moved
    return _event(MOVED, subject, _version(item, wanted), facts, {"parent": item.id, "moved": moved})


def _of_batch(batch: str, parent: Item, facts: Facts, wanted: Following, by: str = "") -> Event:
    subject, what = Subject(kind="batch", id=batch), by + _version(parent, wanted)
    return _event("batch.item_changed", subject, what, facts, {"item": parent.id})


def _version(item: Item, wanted: Following) -> str:
    return f"{item.id}:{state_of(item, wanted)}:{digest(item.updated)[:12]}"


def _event(name: str, subject: Subject, what: str, facts: Facts, payload: Mapping[str, int]) -> Event:
    return Event(
        id=f"{name}:{subject.id}:{what}",
        kind="signal",
        name=name,
        source="yardmaster",
        subject=subject,
        received_at=facts.now,
        payload=dict(payload),
    )
