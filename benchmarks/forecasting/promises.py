"""Reads from the event log of a service desk which promises broke, and what was known at each event of an incident.

What is used of a row was known when it was written. Not used: `resolved_at`, `closed_at`, `resolved_by` and
`closed_code`, which are written into every row afterwards; `made_sla`, of which the last row tells what is asked;
`sys_created_by`, `sys_created_at` and `knowledge`, which tell of the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2
from pathlib import Path

from benchmarks.event_log import OPENING, Logged, logged, usual_cut
from benchmarks.history import UnusableData
from orchestrator.forecast.pattern import Outcome
from orchestrator.people.work import Trait

__all__ = ["Promise", "Split", "read_promises"]

_FIELDS = (*OPENING, "assignment_group", "assigned_to", "u_priority_confirmation", "notify", "incident_state")
#: Counts as of a row; from so many on they are one.
_COUNTS = {"reassignment_count": 6, "reopen_count": 3}
#: The states in which the work on an incident is over.
_OVER = ("Resolved", "Closed")
_KEPT = ("true", "1", "yes")
_BROKEN = ("false", "0", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An incident: its first moment and the later ones, each with what was known then, and whether its SLA broke.

    `left`: how many hours each moment was before its end, which nothing but the worth of alerts is told by.
    """

    opened: datetime
    closed: datetime | None
    broke: bool
    moments: Sequence[tuple[Trait, ...]]
    left: Sequence[float]

    @property
    def first(self) -> Outcome:
        """Give what was known at its first event."""
        return Outcome(began=self.opened, traits=self.moments[0], broke=self.broke)

    @property
    def later(self) -> tuple[Outcome, ...]:
        """Give what was known at each later event; together they weigh as much as one."""
        share = 1 / max(1, len(self.moments) - 1)
        return tuple(
            Outcome(began=self.opened, traits=traits, broke=self.broke, weight=share) for traits in self.moments[1:]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What had ended before the cut, and what was opened from then on."""

    name: str
    cut: datetime
    known: Sequence[Promise]
    asked: Sequence[Promise]


def read_promises(train: Path, test: Path | None, cut: datetime | None) -> Split:
    """Read one log and cut it by time, or two, of which the second is asked about.

    Raises:
        UnusableData: a file lacks a column or holds what is no date, or there is nothing to learn from or to ask.
    """
    first = list(_promises(train))
    later = list(_promises(test)) if test else None
    at = cut or (min(one.opened for one in later) if later else usual_cut([one.opened for one in first]))
    known = first if later is not None else [one for one in first if one.closed is not None and one.closed < at]
    asked = later if later is not None else [one for one in first if one.opened >= at]
    if not known or not asked:
        raise UnusableData(f"{train.name}: nothing ended before {at:%Y-%m-%d}, or nothing was opened after it")
    return Split(name=train.name, cut=at, known=known, asked=asked)


def _promises(path: Path) -> Iterator[Promise]:
    for found in logged(path, ["made_sla"]):
        word = found.rows[-1]["made_sla"].casefold()
        if word in (*_KEPT, *_BROKEN):
            yield Promise(
                opened=found.opened,
                closed=found.closed,
                broke=word in _BROKEN,
                moments=tuple(_moments(found)),
                left=tuple(_left(found)),
            )


def _left(found: Logged) -> Iterator[float]:
    """Give how many hours each row was before the first that says that the work was over."""
    ended = next((row for row in found.rows if row.get("incident_state", "") in _OVER), found.rows[-1])
    return ((found.at(ended) - found.at(row)) / timedelta(hours=1) for row in found.rows)


def _moments(found: Logged) -> Iterator[tuple[Trait, ...]]:
    before = found.opened
    for place, row in enumerate(found.rows):
        at = found.at(row)
        calendar = (("hour", str(found.opened.hour // 3)), ("weekday", str(found.opened.weekday())))
        said = tuple((name, row[name]) for name in _FIELDS if row.get(name))
        yield (*said, *calendar, *(_life(row, found.opened, before, at, place) if place else ()))
        before = at


def _life(row: Mapping[str, str], opened: datetime, before: datetime, at: datetime, place: int) -> Iterator[Trait]:
    """Give what an incident's life so far adds: its age, how long it rested, how often it was handed on."""
    age, state = _length(at - opened), row.get("incident_state", "")
    yield "age", age
    yield "age and state", f"{age} {state}"
    yield "age and priority", f"{age} {row.get('priority', '')}"
    yield "rested", _length(at - before)
    yield "updates", str(round(log2(place + 1)))
    for name, most in _COUNTS.items():
        if row.get(name, "").isdecimal():
            yield name, str(min(int(row[name][:9]), most))


def _length(time: timedelta) -> str:
    """Give a length of time as a step: each half as long again as the one before, from an hour on."""
    return str(round(2 * log2(1 + max(0.0, time / timedelta(hours=1)))))
