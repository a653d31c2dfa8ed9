"""The look at a queue: matches all that waits in it with all who could take it, at once. Writes through `Changes`.

It only says who is to be asked about which item; asking and doing is decided by the item's own look, which is told.
Who is asked already keeps the question for as long as they can take it, so that nothing goes from hand to hand.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from orchestrator.assigning.allotment import Allotment
from orchestrator.assigning.asked import Asked, asked_so_far
from orchestrator.assigning.telling import allotment_of
from orchestrator.assigning.waiting import Waiting, waits
from orchestrator.changes import Changes, Entry
from orchestrator.memory import Batches
from orchestrator.people.learnt import Lore
from orchestrator.people.matching import handed_back
from orchestrator.people.merits import Task
from orchestrator.people.suiting import Suited, Suiting, Team, Terms, task_of
from orchestrator.sla.reading import clocked
from rules.assigning import AssignRule
from rules.canonical import digest
from rules.model import Event, Item, Line, Subject
from rules.ruleset import Ruleset

__all__ = ["Allotments", "Allotter"]

_NUMBER = re.compile(r"[0-9.]+")

#: Of each project, so many items are looked at, those on which most waits and whose SLA breaks first.
MOST_WAITING = 200
MOST_PEOPLE = 200
#: What is waited for is matched at most once in a minute, so that what comes in a burst is matched together.
TOGETHER = timedelta(minutes=1)
#: So often it is looked for what no signal told of: who cannot take any more what they were asked, what waits anew.
AGAIN = timedelta(minutes=15)


class Allotments(Protocol):
    """What queues' looks came to. Written by `Journal.commit`."""

    def allotments(self, items: Collection[int]) -> tuple[Allotment, ...]:
        """Give what the last looks at queues came to about these items."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotter:
    """The ports that this needs."""

    suiting: Suiting
    batches: Batches
    kept: Allotments

    def allot(self, subject: Subject, rules: Ruleset) -> Changes:
        """Match what waits in a queue: at once, and what comes in the same minute together at its end.

        Raises:
            GatewayError: who may browse what cannot be told now.
        """
        workflow = rules.workflows.get(subject.id)
        if workflow is None or workflow.assign is None or not workflow.assign.projects:
            return Changes()
        now = self.suiting.clock.now()
        items = self._single(self._queue(workflow.assign, rules))
        seen = tuple(one for one in items.values() if waits(one, subject.id, rules, now))
        asked = asked_so_far(self.batches.questions(items), subject.id)
        before = {one.item: one for one in self.kept.allotments(items)}
        minute = now.replace(second=0, microsecond=0)
        if any(one.at >= minute for one in before.values()):
            return Changes(next_look_at=minute + TOGETHER)
        came = self._matched(subject.id, workflow.assign, seen, asked, rules)
        if came is None:
            return Changes(next_look_at=now + AGAIN)
        waiting, found = came
        fresh = [
            allotment_of(one, subject.id, found, waiting.held.get(one.item), now, rules) for one in found.plan.matches
        ]
        changed = tuple(one for one in fresh if _differs(one, before.get(one.item), asked.get(one.item)))
        return Changes(
            allotments=changed,
            entries=(_entry(subject, changed, found, now),) if changed else (),
            events=tuple(_told(one, now) for one in fresh if one in changed or _is_unasked(one, before, asked)),
            next_look_at=now + AGAIN,
        )

    def _queue(self, rule: AssignRule, rules: Ruleset) -> dict[int, Item]:
        now = self.suiting.clock.now()
        found = [one for key in rule.projects for one in self.suiting.items.queue(key, MOST_WAITING, now)[0]]
        ours = [one for one in found if one.project in rule.projects]
        return {one.id: one for one in clocked(ours, self.suiting.items, rules, now)}

    def _single(self, items: Mapping[int, Item]) -> dict[int, Item]:
        """Leave out what is handled with others as one problem, but for the one that stands in front or came first."""
        batches = self.batches.of_items(items)
        fronts = {batch.head if batch.head is not None else min(batch.members) for batch in batches if batch.members}
        many = {id_ for batch in batches for id_ in batch.members} - fronts
        return {id_: one for id_, one in items.items() if id_ not in many}

    def _matched(
        self, name: str, rule: AssignRule, items: Sequence[Item], asked: Mapping[int, Asked], rules: Ruleset
    ) -> tuple[Waiting, Suited] | None:
        lore = self.suiting.lore(rule.projects, items, rules, None)
        promised = [(one, asked[one.id].person) for one in items if one.id in asked and asked[one.id].is_open]
        team = self.suiting.team(items, lore, rules, promised=[(one, who) for one, who in promised if who])
        waiting = Waiting.of(items, asked, team, lore, rule, self.suiting.clock.now())
        tasks = tuple(self._tasks(waiting, lore, team, rules))
        if not tasks:
            return None
        refused = {(id_, who): why for id_, one in asked.items() for who, why in one.refused.items()}
        terms = Terms(refused=refused, exploring=rule.explore, seed=name)
        return waiting, self.suiting.weighed(waiting.items, tasks, team, lore, rules, terms)

    def _tasks(self, waiting: Waiting, lore: Lore, team: Team, rules: Ruleset) -> Iterable[Task]:
        now = self.suiting.clock.now()
        for item in waiting.items.values():
            task = task_of(item, lore, team, rules, now)
            yield from handed_back((task,), task.holder) if task.holder is not None else (task,)


def _differs(one: Allotment, last: Allotment | None, asked: Asked | None) -> bool:
    """Tell whether people would be asked something else than the last look wanted, or that anew."""
    if last is None or last.workflow != one.workflow:
        return True
    again = asked is not None and asked.withdrawn_of is not None and asked.withdrawn_of >= last.at
    return again or _comes_to(one) != _comes_to(last)


def _comes_to(one: Allotment) -> tuple[object, ...]:
    """Give what people are asked or told by it; that only numbers have changed in why nobody can is not told."""
    why = frozenset((_NUMBER.sub("", line.text), line.parts) for line in one.barred if one.lacking)
    return one.person, one.holder, one.lacking, why


def _is_unasked(one: Allotment, before: Mapping[int, Allotment], asked: Mapping[int, Asked]) -> bool:
    """Tell whether nobody was asked since somebody was found, as where it was taken for one of many at that time."""
    last, question = before.get(one.item), asked.get(one.item)
    return one.person is not None and last is not None and (question is None or question.at < last.at)


def _told(one: Allotment, now: datetime) -> Event:
    return Event(
        id=f"allotted:{one.item}:{digest(one)[:24]}",
        kind="signal",
        name="item.allotted",
        source="yardmaster",
        subject=Subject(kind="item", id=str(one.item)),
        received_at=now,
    )


def _entry(subject: Subject, changed: Sequence[Allotment], found: Suited, now: datetime) -> Entry:
    """Record who is to be asked about what, with how likely each choice was, so that it can be learnt from."""
    given = sum(one.person is not None for one in changed)
    over = f"; what waits is {found.over / 60:.0f} h more than those who are there take" if found.over else ""
    made = [
        {"item": one.item, "person": one.person, "chance": one.chance, "others": one.others, "explored": one.explored}
        | {"risk": found.risks[one.item].as_it_is, "foretold_by": list(found.risks[one.item].versions)}
        for one in changed
    ]
    return Entry(
        kind="queue.matched",
        subject=subject,
        at=now,
        text=Line(text=f"found somebody for {given} of {len(changed)} issues that wait{over}"),
        about=tuple(one.item for one in changed),
        data={"allotted": made, "people": len(found.people), "over_minutes": found.over},
    )
