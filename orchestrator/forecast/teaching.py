"""Learns from how promises went, tries that on later ones, and says what is to be done. Pure; heavy, so done apart.

What is learnt is used only where, on promises that began later than those that taught it, it surprises less than
counting and is as well calibrated. It is not used any more once it surprises more on those that began since.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Final

from orchestrator.forecast.counting import Counts, asked
from orchestrator.forecast.foretold import day_one
from orchestrator.forecast.history import Kept, Promise
from orchestrator.forecast.marks import Told, marks
from orchestrator.forecast.moments import NAMES, Around, traits
from orchestrator.forecast.pattern import Outcome, Pattern
from orchestrator.forecast.survival import between
from orchestrator.forecast.taught import Card, Taught, Trial, taught
from orchestrator.learning.lesson import Act

__all__ = ["NEWEST", "Histories", "Lesson", "lesson"]

#: A promise is asked about when so much of its time is used, as long as it is open then.
SHARES: Final = (0.0, 0.2, 0.4, 0.6, 0.8)
#: Into so many parts the newer half is cut for the trial.
_PARTS: Final = 3
#: Of so many that began one after the other, this share must be known to the end.
_TOGETHER: Final = 50
_KNOWN_OF: Final = 0.95
#: So many promises must have been broken, and as many kept, for anything to be learnt of them.
_OF_EACH: Final = 20
#: How near the chance that is told may be to what was learnt, in per mille; the rest is counting's.
_NEARER: Final = (500, 800, 1000)
#: So many promises since a version came tell whether it got worse.
NEWEST: Final = 40

#: How the promises of all projects had gone by a moment, by project.
Histories = Callable[[datetime], Sequence[Kept]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is to be done and why, in words; `made`: the version to be kept.

    `watched`: how the one in use did since it came; `tried`: how what is learnt now did on later promises.
    """

    act: Act
    why: str
    made: Taught | None = None
    watched: Trial | None = None
    tried: Trial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A promise whose end is known, with what was known at moments of its life. `project`: its history's place."""

    number: int
    project: int
    promise: Promise
    moments: tuple[tuple[float, Outcome], ...]


def lesson(
    base: str, histories: Histories, active: Taught | None, made_so_far: int, from_promises: int, now: datetime
) -> Lesson:
    """Learn as soon as so many promises are known to the end.

    Args:
        base: the counts that it is to be better than; of the promises that these foretell it is learnt.
        histories: how promises had gone by a moment, from the same changelogs each time.
        active: the version in use, None for counting.
        made_so_far: how many versions there are that started from these counts.
        from_promises: how many are needed.
        now: domain time.
    """

    def known(at: datetime) -> Sequence[Kept]:
        return [_of(base, one) for one in histories(at)]

    cases = _cases(known(now))
    if len(cases) < from_promises or not _teach(cases):
        return Lesson(act=Act.WAIT, why=_too_few(cases, from_promises))
    watched = _watched(known, cases, active) if active is not None else None
    if watched is not None and watched.is_worse:
        return Lesson(act=Act.GO_BACK, why=_since(watched), watched=watched)
    tried = _tried(known, cases)
    if tried is None or not tried[1].is_better:
        act = Act.GO_BACK if active is not None and tried is not None and tried[1].is_worse else Act.KEEP
        why = "what was learnt tells later promises no better than counting does"
        return Lesson(act=act, why=why, watched=watched, tried=tried and tried[1])
    nearer, trial = tried
    made = taught(base, made_so_far + 1, _pattern(cases), nearer, _card(cases, trial, now))
    if active is not None and (active.level, active.adds) == (made.level, made.adds):
        return Lesson(act=Act.KEEP, why="the promises since say nothing new", watched=watched, tried=trial)
    told = f"log loss {_in_words(trial, 'log_loss')}, calibration error {_in_words(trial, 'calibration_error')}"
    why = f"learnt from {len(cases)} promises; on {trial.promises} later ones {told}"
    return Lesson(act=Act.USE, why=why, made=made, watched=watched, tried=trial)


def _of(base: str, kept: Kept) -> Kept:
    """Leave of what is known the promises that these counts foretell."""
    return replace(kept, own={sla: those for sla, those in kept.own.items() if day_one(sla) == base})


def _teach(cases: Sequence[_Case]) -> bool:
    broken = sum(one.promise.run.share > 1 for one in cases)
    return min(broken, len(cases) - broken) >= _OF_EACH


def _too_few(cases: Sequence[_Case], needed: int) -> str:
    broken = sum(one.promise.run.share > 1 for one in cases)
    return (
        f"{len(cases)} promises are old enough for it to be known how they went, {broken} of them broken; "
        f"{needed} are needed, {_OF_EACH} broken and {_OF_EACH} kept"
    )


def _in_words(trial: Trial, name: str) -> str:
    before, after = (getattr(one, name).value / 10_000 for one in (trial.counted, trial.learnt))
    return f"{after:.3f} instead of {before:.3f} by counting"


def _since(watched: Trial) -> str:
    told = f"of {watched.learnt.told / 100:.0f} % that it told, {watched.learnt.came / 100:.0f} % broke"
    return f"on the {watched.promises} promises since it came: log loss {_in_words(watched, 'log_loss')}; {told}"


def _cases(known: Sequence[Kept]) -> list[_Case]:
    """Give the promises that teach, in the order in which they began."""
    each = [(place, one) for place, kept in enumerate(known) for promises in kept.own.values() for one in promises]
    each.sort(key=lambda it: (it[1].cycle.started, it[1].id, it[1].sla))
    around = [{sla: Around(promises) for sla, promises in kept.own.items()} for kept in known]
    told = [(place, one) for place, one in each[: old_enough([_is_known(one) for _, one in each])] if _is_known(one)]
    return [
        _Case(number=number, project=place, promise=one, moments=tuple(_moments(one, around[place][one.sla])))
        for number, (place, one) in enumerate(told)
    ]


def old_enough(known: Sequence[bool]) -> int:
    """Give how many of the promises, in the order in which they began, are so old that nearly all are known to the end.

    Of younger ones only the quick are known, which must not pass for all.
    """
    so_far = list(accumulate(known, initial=0))
    fits = (
        end
        for end in range(len(known), 0, -1)
        if so_far[end] - so_far[max(0, end - _TOGETHER)] >= _KNOWN_OF * min(end, _TOGETHER)
    )
    return next(fits, 0)


def _is_known(promise: Promise) -> bool:
    """Tell whether it is known how it went: it broke, or ended in time."""
    return promise.run.share > 1 or not promise.run.is_open


def _moments(promise: Promise, around: Around) -> Iterator[tuple[float, Outcome]]:
    open_at = [share for share in SHARES if promise.run.share > share and promise.stands(share)]
    for share in open_at:
        at = promise.moment(share)
        if at is not None:
            known = traits(promise, share, at, around, at)
            broke = promise.run.share > 1
            yield share, Outcome(began=at, traits=known, broke=broke, weight=1 / len(open_at))


def _pattern(cases: Iterable[_Case]) -> Pattern:
    return Pattern.learnt(outcome for case in cases for _, outcome in case.moments)


def _tried(histories: Histories, cases: Sequence[_Case]) -> tuple[int, Trial] | None:
    """Tell the newer half in parts, each by what was known when it began, and how near to what was learnt is best."""
    half = cases[len(cases) // 2 :]
    cuts = sorted({half[len(half) * part // _PARTS].promise.cycle.started for part in range(_PARTS)})
    ends = [*cuts, cases[-1].promise.cycle.started + timedelta(microseconds=1)]
    both: list[tuple[Told, float]] = []
    for since, until in pairwise(ends):
        known = histories(since)
        taught_by = _cases(known)
        if _teach(taught_by):
            later = [one for one in half if since <= one.promise.cycle.started < until]
            both += _told(later, known, _pattern(taught_by))
    found = [(nearer, _trial(both, nearer)) for nearer in _NEARER] if both else []
    return min(found, key=lambda one: one[1].learnt.log_loss.value, default=None)


def _watched(histories: Histories, cases: Sequence[_Case], active: Taught) -> Trial | None:
    """Tell those that began since the version in use came."""
    later = [one for one in cases if one.promise.cycle.started >= active.card.made_at]
    if len(later) < NEWEST:
        return None
    both = list(_told(later, histories(active.card.made_at), active.pattern))
    return _trial(both, active.nearer)


def _told(cases: Iterable[_Case], known: Sequence[Kept], pattern: Pattern) -> Iterator[tuple[Told, float]]:
    """Give what counting tells at each moment, and what the pattern does."""
    counts = [Counts(one) for one in known]
    for case in cases:
        for share, outcome in case.moments:
            then = asked(case.promise, share, case.promise.at(share))
            chance = counts[case.project].of(case.promise.sla, then, case.promise.id).chance
            told = Told(promise=case.number, chance=chance, broke=outcome.broke, weight=outcome.weight)
            yield told, pattern.chance(outcome.traits)


def _trial(both: Sequence[tuple[Told, float]], nearer: int) -> Trial:
    counted = [told for told, _ in both]
    learnt = [replace(told, chance=between(told.chance, chance, nearer / 1000)) for told, chance in both]
    return Trial(promises=len({one.promise for one in counted}), counted=marks(counted), learnt=marks(learnt))


def _card(cases: Sequence[_Case], trial: Trial, now: datetime) -> Card:
    return Card(
        made_at=now,
        since=cases[0].promise.cycle.started,
        until=cases[-1].promise.cycle.started,
        promises=len(cases),
        broken=sum(one.promise.run.share > 1 for one in cases),
        looks_at=tuple(NAMES),
        trial=trial,
    )
