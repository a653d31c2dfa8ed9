"""What is foretold of a promise by counting how others went: useful from the first day on. Pure.

Of the promises that were open when as much of their time was used, some broke. How many of those of the same goal,
then of the same type too, counts as far as there are enough; what is not known is drawn to the larger whole, and that
to what is usual anywhere. Who had them then moves the chance as far as such work goes otherwise with them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from orchestrator.forecast.history import Kept, Native, Promise
from orchestrator.forecast.survival import Seen, broke, drawn_to, needed, shifted
from orchestrator.impact import counted
from orchestrator.sla.telling import span_of_time
from rules.model import Item, Line, Tainted

__all__ = ["Asked", "Counted", "count", "count_native"]

#: What is taken for usual before anything is known: one of five breaks, whatever is left of its time ends evenly.
_PRIOR: Final = 0.2
#: So many promises weigh as much as the larger whole that they are drawn to; the whole itself, as what is usual.
_WEIGHT, _FIRST_WEIGHT = 12.0, 5.0
#: So many promises must have been open for anything to be told of what is needed, or of how often they broke.
_FEW: Final = 8
_HALF, _MOST = 0.5, 0.85
_OVER: Final = Line(text="All of its time is used.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A running clock: the name of its SLA, its goal's place and time, the share of it that is used, the issue now."""

    sla: str
    goal: int
    within: timedelta
    used: float
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The chance to break, what is usual, by which shares of its time half and 85 % of such end, and why."""

    chance: float
    usual: float
    half: float | None
    most: float | None
    outcomes: int
    reasons: tuple[Line, ...]


def count(asked: Asked, known: Kept) -> Counted:
    """Foretell one of our own clocks by how those of the project went; its own issue does not count."""
    whole = [one for one in known.own.get(asked.sla, ()) if one.id != asked.item.id]
    lots = _lots(asked, whole)
    told = next((lot for lot in reversed(lots) if _seen(lot.those, asked.used).of >= _FEW), lots[0])
    chance, reasons = _chance(asked, lots, told) if asked.used <= 1 else (1.0, (_OVER,))
    runs = [one.run for one in told.those] if _seen(told.those, asked.used).of >= _FEW else []
    return Counted(
        chance=chance,
        usual=_drawn(whole, 0.0, _PRIOR, _FIRST_WEIGHT),
        half=needed(runs, asked.used, _HALF),
        most=needed(runs, asked.used, _MOST),
        outcomes=len(whole),
        reasons=reasons,
    )


def count_native(item: Item, sla: str, used: float, known: Kept) -> Counted:
    """Foretell a clock of a service desk by how often those of its name broke, of the issue's type above all.

    What is left of its time is taken to end evenly, because Jira does not tell when such clocks ended.
    """
    whole = [one for one in known.native.get(sla.casefold(), ()) if one.item.id != item.id]
    alike = [one for one in whole if one.item.type == item.type]
    usual = drawn_to(_PRIOR, _of(whole), _FIRST_WEIGHT)
    rate = drawn_to(usual, _of(alike), _WEIGHT)
    chance = rate ** max(0.0, 1 - used)
    enough = len(alike) >= _FEW
    reason = _said(_of(alike if enough else whole), "", "", item.type if enough else "") if used <= 1 else _OVER
    return Counted(chance=chance, usual=usual, half=None, most=None, outcomes=len(whole), reasons=(reason,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lot:
    """Promises that are alike: with the same goal, about issues of the same type."""

    those: Sequence[Promise]
    goal: str = ""
    type: str = ""


def _lots(asked: Asked, whole: Sequence[Promise]) -> tuple[_Lot, ...]:
    """Give those that count for a clock, from the whole to what is nearest."""
    goal = f" of {span_of_time(asked.within)}"
    of_goal = [one for one in whole if one.goal == asked.goal]
    alike = [one for one in of_goal if one.at(asked.used).type == asked.item.type]
    return _Lot(those=whole), _Lot(those=of_goal, goal=goal), _Lot(those=alike, goal=goal, type=asked.item.type)


def _chance(asked: Asked, lots: Sequence[_Lot], told: _Lot) -> tuple[float, tuple[Line, ...]]:
    """Give the chance of a clock whose time is not used up, and why."""
    whole, used = lots[0].those, asked.used
    evenly = _PRIOR ** (1 - used)
    chance, weight = evenly, _FIRST_WEIGHT
    for lot in lots:
        chance, weight = _drawn(lot.those, used, chance, weight), _WEIGHT
    anybodys = _drawn(whole, used, evenly, _FIRST_WEIGHT)
    theirs = [one for one in whole if one.at(used).assignee == asked.item.assignee]
    part = _drawn(theirs, used, anybodys, _WEIGHT)
    when = f" that were open when {100 * used:.0f} % of their time was used" if used else ""
    why = _said(_seen(told.those, used), when, told.goal, told.type)
    return shifted(chance, part, anybodys), (why, *_who(asked.item, _seen(theirs, used), part, anybodys))


def _seen(those: Sequence[Promise], used: float) -> Seen:
    return broke([one.run for one in those], used)


def _drawn(those: Sequence[Promise], used: float, parent: float, weight: float) -> float:
    return drawn_to(parent, _seen(those, used), weight)


def _of(those: Sequence[Native]) -> Seen:
    broken = sum(one.broke for one in those)
    return Seen(rate=broken / len(those) if those else 0.0, broken=broken, of=len(those))


def _said(seen: Seen, when: str, goal: str, type_: str) -> Line:
    about = " about issues of type {0}" if type_ else ""
    parts = (Tainted(text=type_),) if type_ else ()
    if not seen.of:
        return Line(text=f"Nothing is known yet: no such promise{when} has ended. One of five is taken for usual.")
    told = f"Of {counted(seen.of, 'such promise')}{goal}{about}{when}, {seen.broken} broke"
    return Line(text=f"{told}." if seen.of >= _FEW else f"Little is known yet. {told}.", parts=parts)


def _who(item: Item, seen: Seen, part: float, whole: float) -> Iterator[Line]:
    """Tell what it adds who has it, where that moves the chance; of nobody by name how their work goes."""
    if seen.of < _FEW or abs(part - whole) < 0.02:
        return
    more = "more" if part > whole else "less"
    who = "Nobody has it: such promises then broke" if item.assignee is None else "With who has it, they broke"
    yield Line(text=f"{who} {more} often than otherwise.")
