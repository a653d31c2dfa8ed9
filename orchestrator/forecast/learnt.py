"""What a pattern that was learnt adds to counting: a chance between both, and why in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.forecast.counting import Counts
from orchestrator.forecast.history import Promise
from orchestrator.forecast.moments import NAMES, traits
from orchestrator.forecast.pattern import Pattern
from orchestrator.forecast.survival import between
from orchestrator.people.work import Trait
from rules.model import Line, Tainted

__all__ = ["InUse", "with_pattern"]

#: What moves the log-odds by less is not told; of the rest so many reasons are.
_TOLD_FROM, _MOST = 0.15, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """A version in use: its pattern, and by which share the chance that is told is nearer to it than to counting's."""

    version: str
    pattern: Pattern
    nearer: float


def with_pattern(
    counted: float, used: InUse, promise: Promise, known: Counts, now: datetime
) -> tuple[float, tuple[Line, ...]]:
    """Give the chance between what counting tells and what the pattern does, and what moved it most."""
    around = known.around(promise.sla)
    seen = traits(promise, promise.run.share, now, around, min(now, known.kept.at))
    found = used.pattern.reasons(seen, most=len(seen))
    chance = between(counted, used.pattern.chance(seen), used.nearer)
    return chance, tuple(_told(found, used.pattern.outcomes))


def _told(found: Sequence[tuple[Trait, float]], outcomes: int) -> list[Line]:
    said = {NAMES[field]: (value, adds) for (field, value), adds in reversed(found) if NAMES.get(field)}
    first = sorted(((words, *each) for words, each in said.items()), key=lambda each: -abs(each[2]))
    moved = [each for each in first if abs(each[2]) >= _TOLD_FROM][:_MOST]
    if not moved:
        return []
    more = [(words, value) for words, value, adds in moved if adds > 0]
    less = [(words, value) for words, value, adds in moved if adds < 0]
    parts = [Tainted(text=value) for words, value in (*more, *less) if "{0}" in words]
    places = (f"{{{place}}}" for place in range(len(parts)))
    phrases = [words.replace("{0}", next(places)) if "{0}" in words else words for words, _ in (*more, *less)]
    likelier = [f"likelier for {', '.join(phrases[: len(more)])}"] if more else []
    unlikelier = [f"less likely for {', '.join(phrases[len(more) :])}"] if less else []
    said_of = "; ".join([*likelier, *unlikelier])
    return [Line(text=f"By what was learnt from {outcomes:,} promises: {said_of}.", parts=tuple(parts))]
