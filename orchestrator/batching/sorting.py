"""The look that sorts: which batches the open issues of these hours make up, as they come. Writes through `Changes`.

One look at a time does it for all batches, because they merge and split. It costs what resembles the new issues, not
all that is open. What is asked and done about a batch is decided by the batch's own look.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.batching.beginning import begun, pairs
from orchestrator.batching.crowding import beside, crowd_of
from orchestrator.batching.likeness import likeness
from orchestrator.batching.partition import JOINS_FROM, component, partition, unrefused
from orchestrator.batching.plans import apart_by_plan
from orchestrator.batching.regroup import Batch, regroup
from orchestrator.batching.sureness import seen, sure
from orchestrator.batching.told import Pair, Parting, Words
from orchestrator.changes import Changes, Entry
from orchestrator.memory import Batches, Items, Models
from orchestrator.ports import Clock
from rules.canonical import digest
from rules.model import Event, Item, Line, Subject
from rules.requests import Request, RequestState
from rules.ruleset import BatchRule, Ruleset

SORTING = Subject(kind="batch", id="sorting")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorting:
    """What the rules say about sorting."""

    rule: BatchRule
    asks_from: int
    link_type: str

    @property
    def window(self) -> timedelta:
        """How far apart the issues of one problem come."""
        return timedelta(hours=self.rule.within_hours)


class _Met:
    """The items that one look meets, each read once."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._met: dict[int, Item] = {}

    def items(self, ids: Collection[int]) -> list[Item]:
        """Give several items, in the order of their ids."""
        unmet = [id_ for id_ in ids if id_ not in self._met]
        self._met |= {one.id: one for one in self._items.items(unmet)} if unmet else {}
        return [self._met[id_] for id_ in sorted(ids) if id_ in self._met]


def batching(rules: Ruleset) -> tuple[str, BatchRule] | None:
    """Give the workflow that batches issues, with its rule; None where the rules want no batches."""
    declared = ((name, one.batches) for name, one in rules.workflows.items())
    return next(((name, rule) for name, rule in declared if rule is not None), None)


def within(rules: Ruleset) -> timedelta:
    """Say how far apart the issues of one problem come; no time at all where the rules want no batches."""
    wanted = batching(rules)
    return timedelta(hours=wanted[1].within_hours) if wanted else timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorter:
    """The ports that sorting needs."""

    clock: Clock
    items: Items
    batches: Batches
    models: Models

    def sort(self, events: Sequence[Event], rules: Ruleset) -> Changes:
        """Put the issues that came, or about which something was said, where they belong now."""
        wanted = batching(rules)
        if wanted is None:
            return Changes()
        name, rule = wanted
        now = self.clock.now()
        changes = Changes()
        workflow, agent = rules.workflows[name], rules.agents[rule.agent]
        sorting = _Sorting(rule=rule, asks_from=agent.asks_from, link_type=workflow.link_type)
        came = {int(event.payload["item"]) for event in events if event.name == "item.came"}
        met = _Met(self.items)
        for near, found in self._neighbourhoods(came, met, sorting):
            asked = self.batches.questions(near)
            words = Words((*self.batches.partings(near), *refused(asked)), self.batches.joinings(near))
            open_to = tuple(one for one in found if len(one.members) < rule.most)
            full = {id_ for one in found if one not in open_to for id_ in one.members}
            groups, reached = self._groups(met.items(near - full), came, open_to, words, sorting)
            going_on = pairs(begun(asked, now - sorting.window))
            changed = regroup(groups, reached, rule.from_items, now, words.joined(near), going_on)
            changes += Changes(
                batches=changed,
                entries=tuple(_entry(one, now) for one in changed),
                events=(*(_stirred(one, now) for one in changed), *_left(reached, changed, now)),
            )
        moved, waiting = bool(changes.batches), [event for event in events if event.payload.get("waits")]
        return Changes(events=tuple(_sorted(event, now, moved=moved) for event in waiting)) + changes

    def _neighbourhoods(
        self, came: Collection[int], met: _Met, sorting: _Sorting
    ) -> Iterable[tuple[frozenset[int], tuple[Batch, ...]]]:
        """Give what is sorted together: what came, what resembles or is coupled or joined with it, their batches."""
        near: list[set[int]] = []
        for item in met.items(came):
            around = {item.id} | (set() if item.deleted else beside(self.items, item, sorting.window))
            around |= {id_ for pair in _coupled(met.items(around), sorting.link_type) for id_ in pair}
            around |= self._batched(around)
            said = {id_ for joining in self.batches.joinings(around) for id_ in joining.items}
            around |= said | (self._batched(said) if said - around else set())
            for other in [one for one in near if one & around]:
                near.remove(other)
                around |= other
            near.append(around)
        for ids in near:
            yield frozenset(ids), self.batches.of_items(ids)

    def _batched(self, ids: Collection[int]) -> set[int]:
        return {id_ for batch in self.batches.of_items(ids) for id_ in batch.members}

    def _groups(
        self, items: Iterable[Item], came: Collection[int], found: Sequence[Batch], words: Words, sorting: _Sorting
    ) -> tuple[list[tuple[int, ...]], list[Batch]]:
        """Give the groups, and of the batches those that what came has anything to do with: the others are left alone.

        Of these not all is at hand here that is like them. A group that is not likely enough to be one problem waits
        until it is, unless it goes on a batch, or people coupled or joined any two of it.
        """
        known = [one for one in items if not one.deleted]
        coupled = _coupled(known, sorting.link_type)
        kept = {id_ for batch in found for id_ in batch.members} | {id_ for pair in coupled for id_ in pair}
        alive = {one.id for one in known if one.is_open or one.id in kept}
        crowd = crowd_of(self.items, alive, self.models.active(), sorting.window)
        alike = apart_by_plan(likeness(crowd), known)
        groups = partition(alive, alike, JOINS_FROM, coupled, words)
        groups = unrefused(groups, alike, JOINS_FROM, coupled, words)
        near = component(came, [*alike, *coupled, *words.joined(alive)])
        reached = [one for one in found if not near.isdisjoint(one.members)]
        near = near.union(*(one.members for one in reached))
        told = [set(one.members) for one in found] + [{*pair} for pair in [*coupled, *words.joined(alive)]]

        def is_credible(group: tuple[int, ...]) -> bool:
            return any(len(some.intersection(group)) > 1 for some in told) or (
                sure(seen(group, crowd, alike)) >= sorting.asks_from
            )

        return [one for one in groups if not near.isdisjoint(one) and is_credible(one)], reached


def refused(asked: Iterable[Request]) -> list[Parting]:
    """Give the pairs that people rejected, or had taken apart again after they were coupled."""
    over = [one for one in asked if one.state is RequestState.REJECTED or one.undoes is not None]
    return [
        Parting(id=one.id, ones=(ask.payload.item,), others=(ask.other,), by="", at=one.closed_at or one.asked_at)
        for one in over
        for ask in one.asks
        if ask.other is not None
    ]


def _coupled(items: Iterable[Item], link_type: str) -> list[Pair]:
    """Give the pairs that are linked as repetitions, whoever linked them."""
    return [(item.id, link.other) for item in items for link in item.links if link.type == link_type]


def _stirred(batch: Batch, now: datetime) -> Event:
    return Event(
        id=f"sorted:{batch.id}:{batch.version}:{digest(batch.members)[:12]}",
        kind="signal",
        name="batch.sorted",
        source="yardmaster",
        subject=Subject(kind="batch", id=batch.id),
        received_at=now,
    )


def _sorted(came: Event, now: datetime, *, moved: bool) -> Event:
    """Have the item looked at, which waited for this; `moved`: batches are not as they were."""
    return _of_item(f"sorted:{came.id}", int(came.payload["item"]), now, moved=moved)


def _left(before: Iterable[Batch], changed: Sequence[Batch], now: datetime) -> Iterable[Event]:
    """Have the items looked at that are in no batch any more: they are asked about by themselves again."""
    members = {id_ for one in changed for id_ in one.members}
    after = {one.id: one for one in changed}
    for batch in before:
        for item in sorted(set(batch.members) - members) if batch.id in after else ():
            yield _of_item(f"left:{batch.id}:{batch.version}:{item}", item, now, moved=True)


def _of_item(id_: str, item: int, now: datetime, *, moved: bool) -> Event:
    return Event(
        id=id_,
        kind="signal",
        name="item.sorted",
        source="yardmaster",
        subject=Subject(kind="item", id=str(item)),
        received_at=now,
        payload={"item": item, "moved": moved},
    )


def _entry(batch: Batch, now: datetime) -> Entry:
    words = f"took {len(batch.members)} issues for one problem" if batch.members else "the batch went into another"
    return Entry(
        kind="batch.sorted",
        subject=Subject(kind="batch", id=batch.id),
        at=now,
        text=Line(text=words),
        about=batch.members,
        data={"batch": batch.id, "members": list(batch.members)},
        once=f"sorted:{batch.id}:{batch.version}:{digest(batch.members)[:12]}",
    )
