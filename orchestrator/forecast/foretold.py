"""What is foretold of a running clock. Values only; it is made in `foretelling`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from rules.canonical import Value
from rules.model import Line
from rules.slas import DUE

__all__ = ["CERTAIN", "DAYS_ONE", "DAY_ONE", "DUE_DAY_ONE", "Forecast", "day_one", "likeliest"]

#: Counts of how such promises went, which say something from the first day on.
DAY_ONE: Final = "sla-1"
#: The same of due dates; what is learnt of these is learnt apart.
DUE_DAY_ONE: Final = "due-1"
DAYS_ONE: Final = (DAY_ONE, DUE_DAY_ONE)
CERTAIN: Final = 1000


class Forecast(Value, frozen=True, kw_only=True):
    """How likely it is that a clock breaks which runs about an issue; shares are in per mille.

    `chance`: that it breaks; 1000 once it did, 0 where a change that is asked about stops it in time. `usual`: how many
    such promises of the project break. `half`, `most`: half of such issues need at most so many minutes more in the
    clock's hours, 85 % so many; None where too little is known. `breaches_at`: when it breaks if nothing pauses it.
    `version`: what it was foretold by. `outcomes`: of how many promises that knows. `used`: so much of its time.
    `due`: the day, of a due date.
    """

    item: int
    sla: str
    chance: int
    usual: int
    version: str
    outcomes: int
    half: int | None = None
    most: int | None = None
    used: int | None = None
    breaches_at: datetime | None = None
    due: date | None = None
    reasons: tuple[Line, ...] = ()


def likeliest(forecasts: Iterable[Forecast]) -> int:
    """Give the chance of the clock that is likeliest to break; 0 where none runs.

    A due date that is over is nothing that anybody could still meet: it counts where nothing else runs.
    """
    chances = [(one.due is None or one.chance < CERTAIN, one.chance) for one in forecasts]
    return max(chances, default=(True, 0))[1]


def day_one(sla: str) -> str:
    """Give the counts by which a promise is foretold, from which what is learnt of such starts."""
    return DUE_DAY_ONE if sla == DUE else DAY_ONE
