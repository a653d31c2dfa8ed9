"""When a word comes far more often than it should: a scan for the stretch of time in which that surprises most. Pure.

It must not know what the word is in, nor who else says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

#: A word has to come so many times to be a sign of anything, and so many times as often as it usually does. Less may be
#: but who writes at such an hour: customers have words that engineers have not.
LEAST_HELD = 3
_LEAST_LIFT = 4.5
#: ... and that has to surprise so much, in nats: a few words of a few issues come together by chance.
_LEAST_SURPRISE = 8.0
#: What is taken for granted of a word before the index tells: that of so many other issues so many hold it. Without it
#: every word of a young index would be unheard of.
_BEFORE, _BEFORE_HELD = 40, 1
#: Without so many issues of the past nothing stands out from it.
_LEAST_PAST = 30
#: The stretches that are tried: all of the time, and these parts of it.
_PARTS = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A word came up from `since` to `until` (seconds), `lift` (the logarithm) times as often as it usually does."""

    since: int
    until: int
    lift: float

    @property
    def weight(self) -> float:
        """How much it tells, in nats: how much oftener it comes than who writes at such an hour may explain."""
        return self.lift - log(_LEAST_LIFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How often a word usually comes: `held` of the `issues` of the past hold it."""

    held: int
    issues: int

    @property
    def share(self) -> float:
        """In which share of issues it is to be expected."""
        return (self.held + _BEFORE_HELD) / (self.issues + _BEFORE)

    def surprise(self, times: int, expected: float) -> float:
        """Say how much it surprises that a word comes so many times where so many were expected, in nats.

        What came before is but an estimate of how often it comes: the fewer held it, the more may be chance. It is half
        the deviance of a negative binomial, a Poisson of which the rate is known only from `held`.
        """
        seen = self.held + _BEFORE_HELD
        return times * log(times / expected) - (times + seen) * log((times + seen) / (expected + seen))


def burst(times: Sequence[int], usual: Usual, pace: float) -> Burst | None:
    """Give the most surprising stretch of time; None where none surprises enough.

    Args:
        times: when each issue that holds the word was created, in seconds, ascending.
        usual: how often the word came before.
        pace: how many issues came a second, whatever they hold.
    """
    if len(times) < LEAST_HELD or usual.issues < _LEAST_PAST:
        return None
    tried = (_densest(times, (times[-1] - times[0]) / part, usual, pace) for part in _PARTS)
    surprise, found = max(tried, key=lambda one: one[0])
    return found if surprise >= _LEAST_SURPRISE and found.lift >= log(_LEAST_LIFT) else None


def _densest(times: Sequence[int], longest: float, usual: Usual, pace: float) -> tuple[float, Burst]:
    """Give the stretch no longer than that into which most fall, with its surprise: of equals the earliest."""
    first = begun = most = 0
    for last, until in enumerate(times):
        while until - times[first] > longest:
            first += 1
        if last - first + 1 > most:
            most, begun = last - first + 1, first
    since, until = times[begun], times[begun + most - 1]
    expected = usual.share * max(float(most), pace * (until - since))
    lift = log(most / expected)
    surprise = usual.surprise(most, expected) if most >= LEAST_HELD and lift > 0 else 0.0
    return surprise, Burst(since=since, until=until, lift=lift)
