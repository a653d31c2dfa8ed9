"""What the benchmark asks: items as of their opening, with who took them in the end. Values; nothing is read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestrator.people.work import Trait

__all__ = ["NEVER", "Case", "Split"]

#: When what has no date was opened: all at once.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An item. `who`: the group or person that took it, as far as it is known. `texts`: the shortest first."""

    who: str
    opened: datetime
    traits: tuple[Trait, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What is known at `cut`, what was closed by then, and what was opened from then on; with the data's name.

    `closed` is what the plain baseline learns from: it does not know what is still open. `left_out`: how many later
    items nobody took, as far as is known.
    """

    name: str
    cut: datetime
    known: Sequence[Case]
    closed: Sequence[Case]
    asked: Sequence[Case]
    left_out: int = 0
