"""When words come far more often than they should: a scan for the stretch of time in which that surprises most. Pure.

It must not know what the words are in, nor who else says them. Thousands of words are gone through for each issue that
comes, so all of them at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]

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
    """How often words usually come: of the `issues` of the past so many `held` each."""

    held: Counts
    issues: int

    @property
    def share(self) -> Numbers:
        """In which share of issues each is to be expected."""
        found: Numbers = (self.held + _BEFORE_HELD) / (self.issues + _BEFORE)
        return found

    def surprise(self, times: Counts, expected: Numbers) -> Numbers:
        """Say how much it surprises that words come so many times where so many were expected, in nats.

        What came before is but an estimate of how often each comes: the fewer held it, the more may be chance. It is
        half the deviance of a negative binomial, a Poisson of which the rate is known only from `held`.
        """
        seen = self.held + _BEFORE_HELD
        found: Numbers = times * np.log(times / expected) - (times + seen) * np.log((times + seen) / (expected + seen))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coming:
    """When words came, one after the other: `times` in seconds, ascending for each; `starts`: where each begins."""

    times: Counts
    starts: Counts
    sizes: Counts

    def densest(self, part: int) -> tuple[Counts, Counts, Counts]:
        """Give how many times at most each word came within such a part of all its time, since when and until when.

        Of stretches in which it came as often the earliest.
        """
        number = len(self.times)
        places, word = np.arange(number), np.repeat(np.arange(len(self.starts)), self.sizes)
        longest = (self.times[self.starts + self.sizes - 1] - self.times[self.starts]) // part
        apart = self.times.max() - self.times.min() + 1
        ordered = word * apart + self.times - self.times.min()
        first = np.searchsorted(ordered, np.maximum(ordered - longest[word], ordered[self.starts][word]))
        held = places - first + 1
        most = np.maximum.reduceat(held, self.starts)
        last = np.minimum.reduceat(np.where(held == most[word], places, number), self.starts)
        return most, self.times[first[last]], self.times[last]


def bursts(times: Mapping[int, Sequence[int]], held: Mapping[int, int], issues: int, pace: float) -> dict[int, Burst]:
    """Give for each word its most surprising stretch of time; words are missing that never surprise enough.

    Args:
        times: when each issue that holds the word was created, in seconds, ascending.
        held: how many issues held it in all, those included; of a word that is missing none did before.
        issues: how many issues came before.
        pace: how many issues came a second, whatever they hold.
    """
    words = [word for word, came in times.items() if len(came) >= LEAST_HELD]
    if not words or issues < _LEAST_PAST:
        return {}
    sizes = np.array([len(times[word]) for word in words])
    before = np.array([held.get(word, 0) for word in words]) - sizes
    usual = Usual(held=np.maximum(before, 0), issues=issues)
    flat = np.fromiter(chain.from_iterable(times[word] for word in words), np.int64, int(sizes.sum()))
    surprise, since, until, lift = _most(_Coming(times=flat, starts=np.cumsum(sizes) - sizes, sizes=sizes), usual, pace)
    found = np.nonzero((surprise >= _LEAST_SURPRISE) & (lift >= log(_LEAST_LIFT)))[0]
    return {
        words[place]: Burst(since=int(since[place]), until=int(until[place]), lift=float(lift[place]))
        for place in found
    }


def _most(came: _Coming, usual: Usual, pace: float) -> tuple[Numbers, Counts, Counts, Numbers]:
    """Give how much the stretch surprises that surprises most, since and until when it is, and the lift in it."""
    tried = [_tried(came, part, usual, pace) for part in _PARTS]
    best = np.argmax([surprise for surprise, *_ in tried], axis=0)
    surprise, since, until, lift = (np.choose(best, parts) for parts in zip(*tried, strict=True))
    return surprise, since, until, lift


def _tried(came: _Coming, part: int, usual: Usual, pace: float) -> tuple[Numbers, Counts, Counts, Numbers]:
    most, since, until = came.densest(part)
    expected = usual.share * np.maximum(most, pace * (until - since))
    lift = np.log(most / expected)
    surprise = np.where((most >= LEAST_HELD) & (lift > 0), usual.surprise(most, expected), 0.0)
    return surprise, since, until, lift
