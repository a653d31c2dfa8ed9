"""What is foretold of a promise by counting how others went: useful from the first day on. Pure.

Of the promises that were open when as much of their time was used, some broke. How many of those of the same goal,
then of the same type too, counts as far as there are enough; what is not known is drawn to the larger whole, and that
to what is usual anywhere. Who had them then moves the chance as far as such work goes otherwise with them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from orchestrator.forecast.history import Native, Promise
from orchestrator.forecast.survival import NOBODY, Runs, Seen, broke, drawn_to, needed, shifted
from orchestrator.impact import counted
from rules.model import Item, Line, Tainted

__all__ = ["Asked", "Counted", "Crowd", "Words", "count", "count_native", "crowd", "usual"]

#: What is taken for usual before anything is known: one of five breaks, whatever is left of its time ends evenly.
_PRIOR: Final = 0.2
#: So many promises weigh as much as the larger whole that they are drawn to; the whole itself, as what is usual.
_WEIGHT, _FIRST_WEIGHT = 12.0, 5.0
#: So many promises must have been open for anything to be told of what is needed, or of how often they broke.
_FEW: Final = 8
_HALF, _MOST = 0.5, 0.85
#: What moves the chance by less is not told.
_TOLD_FROM: Final = 0.02
_OVER: Final = Line(text="All of its time is used.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How it is told what is counted: one of them, what came of some, and what those of a goal are like.

    `any_goal`: what those of other goals needed, in shares of their time, says how much one of this goal needs.
    """

    one: str = "such promise"
    came: str = "broke"
    goal: str = ""
    any_goal: bool = True


_PLAIN: Final = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A running clock: its goal's place, the share of its time that is used, and the issue's type and assignee."""

    goal: int
    used: float
    type: str
    assignee: str | None
    words: Words = _PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The chance to break, what is usual, by which shares of its time half and 85 % of such end, and why."""

    chance: float
    usual: float
    half: float | None
    most: float | None
    outcomes: int
    reasons: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Promises that are alike: of a goal, about issues of a type. `seen`: how they went that were open at a share.

    `half`, `most`: by which shares half and 85 % of them had ended; None where too few are known.
    """

    half: float | None = None
    most: float | None = None
    seen: Seen = NOBODY
    goal: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """The promises of an SLA that were open when a share of their time was used: all, and parted by what they were."""

    whole: Lot
    by_goal: Mapping[int, Lot]
    by_type: Mapping[tuple[int, str], Lot]
    by_holder: Mapping[str | None, Lot]


def crowd(promises: Sequence[Promise], runs: Runs, used: float) -> Crowd:
    """Part those that were open when this share was used, as they were then.

    Args:
        promises: in the order of their runs (`survival.in_order`).
        runs: theirs.
        used: the share.
    """
    first = len(runs.shares) - len(runs.open_at(used).shares)
    there = [place for place in range(first, len(promises)) if promises[place].stands(used)]
    goals: dict[int, list[int]] = {}
    types: dict[tuple[int, str], list[int]] = {}
    holders: dict[str | None, list[int]] = {}
    for place in there:
        goal, then = promises[place].cycle.goal, promises[place].at(used)
        goals.setdefault(goal, []).append(place)
        types.setdefault((goal, then.type), []).append(place)
        holders.setdefault(then.assignee, []).append(place)
    return Crowd(
        whole=_lot(runs.some(there), used),
        by_goal={goal: _lot(runs.some(places), used) for goal, places in goals.items()},
        by_type={kind: _lot(runs.some(places), used) for kind, places in types.items()},
        by_holder={who: _lot(runs.some(places), used) for who, places in holders.items()},
    )


def usual(runs: Runs) -> float:
    """Give how many such promises break, drawn to what is usual anywhere."""
    return drawn_to(_PRIOR, broke(runs, 0.0), _FIRST_WEIGHT)


def count(asked: Asked, open_then: Crowd, usually: float, outcomes: int) -> Counted:
    """Foretell one of our own clocks by the promises that were open when as much of their time was used."""
    lots = _lots(asked, open_then)
    told = next((lot for lot in reversed(lots) if lot.seen.of >= _FEW), lots[0])
    needs = told if told is not lots[0] or asked.words.any_goal else Lot()
    chance, reasons = _chance(asked, lots, told, open_then) if asked.used <= 1 else (1.0, (_OVER,))
    return Counted(
        chance=chance,
        usual=usually,
        half=needs.half,
        most=needs.most,
        outcomes=outcomes,
        reasons=reasons,
    )


def count_native(item: Item, used: float, known: Iterable[Native]) -> Counted:
    """Foretell a clock of a service desk by how often those of its name broke, of the issue's type above all.

    Where Jira told for too few how much of their time was used, what is left of it is taken to end evenly.
    """
    whole = [one for one in known if one.item.id != item.id]
    alike = [one for one in whole if one.item.type == item.type]
    usually = drawn_to(_PRIOR, _of(whole), _FIRST_WEIGHT)
    if used > 1:
        chance, reason = 1.0, _OVER
    elif sum(one.run is not None for one in whole) >= _FEW:
        chance, reason = _timed(item, used, whole, alike)
    else:
        chance = drawn_to(usually, _of(alike), _WEIGHT) ** (1 - used)
        enough = len(alike) >= _FEW
        reason = _said(_of(alike if enough else whole), "", item.type if enough else "")
    return Counted(chance=chance, usual=usually, half=None, most=None, outcomes=len(whole), reasons=(reason,))


def _timed(item: Item, used: float, whole: Iterable[Native], alike: Iterable[Native]) -> tuple[float, Line]:
    """Count those of a service desk's clocks that were open when as much of their time was used."""
    of_all, of_type = (broke(Runs.of(one.run for one in lot if one.run), used) for lot in (whole, alike))
    chance = drawn_to(drawn_to(_PRIOR ** (1 - used), of_all, _FIRST_WEIGHT), of_type, _WEIGHT)
    enough = of_type.of >= _FEW
    return chance, _said(of_type if enough else of_all, _when(used), item.type if enough else "")


def _lot(runs: Runs, used: float) -> Lot:
    seen = broke(runs, used)
    half, most = (needed(runs, used, by) if seen.of >= _FEW else None for by in (_HALF, _MOST))
    return Lot(seen=seen, half=half, most=most)


def _lots(asked: Asked, open_then: Crowd) -> tuple[Lot, ...]:
    """Give those that count for a clock, from the whole to what is nearest."""
    of_goal = open_then.by_goal.get(asked.goal, Lot())
    alike = open_then.by_type.get((asked.goal, asked.type), Lot())
    return (
        open_then.whole,
        replace(of_goal, goal=asked.words.goal),
        replace(alike, goal=asked.words.goal, type=asked.type),
    )


def _chance(asked: Asked, lots: Sequence[Lot], told: Lot, open_then: Crowd) -> tuple[float, tuple[Line, ...]]:
    """Give the chance of a clock whose time is not used up, and why."""
    evenly = _PRIOR ** (1 - asked.used)
    chance, weight = evenly, _FIRST_WEIGHT
    for lot in lots:
        chance, weight = drawn_to(chance, lot.seen, weight), _WEIGHT
    anybodys = drawn_to(evenly, lots[0].seen, _FIRST_WEIGHT)
    theirs = open_then.by_holder.get(asked.assignee, Lot()).seen
    part = drawn_to(anybodys, theirs, _WEIGHT)
    why = _said(told.seen, _when(asked.used), told.type, replace(asked.words, goal=told.goal))
    return shifted(chance, part, anybodys), (why, *_who(asked, theirs, part - anybodys))


def _of(those: Sequence[Native]) -> Seen:
    broken = sum(one.broke for one in those)
    return Seen(rate=broken / len(those) if those else 0.0, broken=broken, of=len(those))


def _said(seen: Seen, when: str, type_: str, words: Words = _PLAIN) -> Line:
    about = " about issues of type {0}" if type_ else ""
    parts = (Tainted(text=type_),) if type_ else ()
    if not seen.of:
        return Line(text=f"Nothing is known yet: no {words.one}{when} has ended. One of five is taken for usual.")
    told = f"Of {counted(seen.of, words.one)}{words.goal}{about}{when}, {seen.broken} {words.came}"
    return Line(text=f"{told}." if seen.of >= _FEW else f"Little is known yet. {told}.", parts=parts)


def _when(used: float) -> str:
    return f" that were open when {100 * used:.0f} % of their time was used" if used else ""


def _who(asked: Asked, seen: Seen, adds: float) -> Iterator[Line]:
    """Tell what it adds who has it, where that moves the chance; of nobody by name how their work goes."""
    if seen.of < _FEW or abs(adds) < _TOLD_FROM:
        return
    more = "more" if adds > 0 else "less"
    who = f"Nobody has it: {asked.words.one}s then" if asked.assignee is None else "With who has it, they"
    yield Line(text=f"{who} {asked.words.came} {more} often than otherwise.")
