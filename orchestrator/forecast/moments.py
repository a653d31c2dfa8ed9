"""What is known of a promise at a moment of its life, as traits to learn from. Pure; nothing of it is known later.

People stand in it by a digest of their accounts, so that what is kept of it names nobody.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import log2
from typing import Final

from orchestrator import related
from orchestrator.forecast.history import Promise, Step
from orchestrator.people.work import Trait
from rules.slas import DUE

__all__ = ["NAMES", "Around", "traits"]

#: What is looked at, and how that is told as a reason; with {0} for what it is.
NAMES: Final = {
    "share": "",
    "goal": "",
    "sla": "",
    "project": "the project {0}",
    "type": "the type {0}",
    "priority": "the priority {0}",
    "component": "the component {0}",
    "status": "the status {0}",
    "statuses": "the way that it came",
    "reporter": "who reported it",
    "held": "whether somebody has it",
    "hand-offs": "how often it was handed on",
    "again": "that it was opened again",
    "moved": "how often its due date was moved",
    "age": "how old it was when the date was set",
    "rested": "how long nothing has happened to it",
    "queue": "how many such issues are open just now",
    "load": "how many such issues its assignee has",
    "hours": "the time of the week",
    "word": "words of its summary",
}
_MOST_STEPS = 4
_HOUR = timedelta(hours=1)


class Around:
    """What else was open at a moment, of the same promise in the same project."""

    def __init__(self, promises: Sequence[Promise]) -> None:
        spans = [(one.cycle.started, one.cycle.stopped) for one in promises]
        self._whole = _Open(spans)
        held: dict[str, list[tuple[datetime, datetime | None]]] = {}
        for one in promises:
            ends = [*(step.at for step in one.steps[1:]), one.cycle.stopped]
            for step, end in zip(one.steps, ends, strict=True):
                if step.item.assignee is not None:
                    held.setdefault(step.item.assignee, []).append((step.at, end))
        self._held = {who: _Open(each) for who, each in held.items()}

    def open(self, at: datetime) -> int:
        """Count what was open."""
        return self._whole.at(at)

    def held(self, account: str, at: datetime) -> int:
        """Count what somebody had of it."""
        return self._held[account].at(at) if account in self._held else 0


class _Open:
    def __init__(self, spans: Sequence[tuple[datetime, datetime | None]]) -> None:
        self._since = sorted(since for since, _ in spans)
        self._until = sorted(until for _, until in spans if until is not None)

    def at(self, at: datetime) -> int:
        return bisect_right(self._since, at) - bisect_right(self._until, at)


def traits(promise: Promise, share: float, at: datetime, around: Around, seen_at: datetime) -> tuple[Trait, ...]:
    """Give what is known of a promise when a share of its time is used.

    Args:
        promise: a cycle; what comes after the moment is passed over.
        share: of its time, which is used at the moment.
        at: the moment.
        around: what else was open.
        seen_at: the moment of which that tells, which may lie a little before.
    """
    so_far = [one for one in promise.steps if one.at <= at] or [promise.steps[0]]
    return tuple(dict.fromkeys(_traits(promise, so_far, share, at, around, seen_at)))


def _traits(
    promise: Promise, so_far: Sequence[Step], share: float, at: datetime, around: Around, seen_at: datetime
) -> Iterator[Trait]:
    item, tenth = so_far[-1].item, str(min(int(10 * share), 10))
    status = item.status.name.casefold()
    yield "sla", promise.sla
    yield "goal", f"{promise.sla}: {promise.cycle.goal}"
    yield "share", tenth
    yield "project", item.project
    yield "type", item.type
    yield "priority", item.priority or ""
    yield from (("component", one) for one in item.components)
    yield "status", status
    yield "share", f"{tenth} in {status}"
    yield "statuses", " > ".join(_path(so_far))
    if item.reporter is not None:
        yield "reporter", _digest(item.reporter)
    yield "held", "no" if item.assignee is None else "yes"
    yield "hand-offs", str(min(3, _handed_on(so_far)))
    if promise.sla == DUE:
        yield "moved", str(min(3, promise.before))
        yield "age", _step_of((promise.cycle.started - item.created) / _HOUR)
    else:
        yield "again", "yes" if promise.cycle.started > item.created else "no"
    yield "rested", _step_of((at - so_far[-1].at) / _HOUR)
    yield "queue", _step_of(around.open(seen_at))
    if item.assignee is not None:
        yield "load", _step_of(around.held(item.assignee, seen_at))
    yield "hours", f"{at.weekday()} {at.hour // 4}"
    yield from (("word", one) for one in _words(item.summary.text))


@lru_cache(maxsize=8_192)
def _words(summary: str) -> tuple[str, ...]:
    return tuple(str(one) for one in related.terms(summary, "").ids)


def _path(so_far: Sequence[Step]) -> list[str]:
    names = [one.item.status.name.casefold() for one in so_far]
    path = [names[0], *(then for before, then in pairwise(names) if then != before)]
    return path[-_MOST_STEPS:]


def _handed_on(so_far: Sequence[Step]) -> int:
    who = [one.item.assignee for one in so_far if one.item.assignee is not None]
    return sum(before != then for before, then in pairwise(who))


def _step_of(number: float) -> str:
    """Give a number as a step, each about half as large again as the one before."""
    return str(round(2 * log2(1 + max(0.0, number))))


def _digest(account: str) -> str:
    return blake2b(account.encode(errors="replace"), digest_size=8).hexdigest()
