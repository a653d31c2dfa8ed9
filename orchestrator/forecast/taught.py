"""A pattern that was learnt, as it is kept for good: its numbers, and a card of where it comes from. Values only."""

from datetime import datetime

from orchestrator.forecast.learnt import InUse
from orchestrator.forecast.marks import Marks
from orchestrator.forecast.pattern import Pattern
from rules.canonical import Value

__all__ = ["Card", "Taught", "Trial", "taught"]

_PARTS = 10_000


class Trial(Value, frozen=True, kw_only=True):
    """How the same later promises were told by counting and by what was learnt from all before them."""

    promises: int
    counted: Marks
    learnt: Marks

    @property
    def is_better(self) -> bool:
        """Whether it surprised less, and its calibration error is no higher, or as low as one may ask for."""
        error = max(self.counted.calibration_error.value, GOOD_ERROR)
        return self.learnt.log_loss.value < self.counted.log_loss.value and self.learnt.calibration_error.value <= error

    @property
    def is_worse(self) -> bool:
        """Whether it surprised more."""
        return self.learnt.log_loss.value > self.counted.log_loss.value


#: A calibration error up to this is good, in ten-thousandths.
GOOD_ERROR = 400


class Card(Value, frozen=True, kw_only=True):
    """What a version was learnt from, and how it did on later promises than those that taught it.

    `made_at` is domain time; `since`, `until`: when the first and the last of its promises began. `broken` of them
    broke. `looks_at`: the kinds of traits that it knows.
    """

    made_at: datetime
    since: datetime
    until: datetime
    promises: int
    broken: int
    looks_at: tuple[str, ...]
    trial: Trial


class Taught(Value, frozen=True, kw_only=True):
    """A version. Its numbers are in ten-thousandths of log-odds; `adds`: field, value, and what that adds.

    `nearer`: how near the chance that is told is to the pattern's, in per mille; the rest is counting's.
    """

    version: str
    nearer: int
    level: int
    usual: int
    adds: tuple[tuple[str, str, int], ...]
    card: Card

    @property
    def pattern(self) -> Pattern:
        """Give it as what foretells."""
        return Pattern(
            level=self.level / _PARTS,
            adds={(field, value): added / _PARTS for field, value, added in self.adds},
            outcomes=self.card.promises,
            usual=self.usual / _PARTS,
        )

    @property
    def in_use(self) -> InUse:
        """Give it as what is used."""
        return InUse(version=self.version, pattern=self.pattern, nearer=self.nearer / 1000)


def taught(base: str, number: int, pattern: Pattern, nearer: int, card: Card) -> Taught:
    """Give a pattern as the version with a number of those from the same counts; what adds nothing is left out."""
    adds = ((field, value, round(_PARTS * added)) for (field, value), added in sorted(pattern.adds.items()))
    return Taught(
        version=f"{base}.{number}",
        nearer=nearer,
        level=round(_PARTS * pattern.level),
        usual=round(_PARTS * pattern.usual),
        adds=tuple(one for one in adds if one[2]),
        card=card,
    )
