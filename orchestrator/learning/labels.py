"""What people said of pairs, out of the decisions and what came of them. Pure.

A pair is known by what the model saw of it when it was decided; nothing is measured again. There are labels only for
what was asked: of pairs under the confidence from which on people are asked, nobody ever says anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orchestrator.changes import Outcome
from orchestrator.related import SHIPPED, Features, Model
from orchestrator.related.features import confident
from orchestrator.related.relations import RELATED_FROM

_AGAINST = frozenset({"rejected", "undone", "reopened"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two issues that a decision was about, and what the model saw of them.

    `rivals`: what it saw of the other known issues that might have been meant.
    """

    item: int
    other: int
    features: Features
    rivals: tuple[Features, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A decision about pairs, and what came of it. `model`: the version that was asked with.

    `by_hand`: a person proposed the pair, whatever the model said of it; `of_burst`: they were found as a batch.
    """

    decision: str
    model: str
    pairs: tuple[Pair, ...]
    outcomes: tuple[Outcome, ...]
    by_hand: bool = False
    of_burst: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A pair that is the same problem, or is not. All pairs of one answer weigh one together.

    `model`: the version that was asked with.
    """

    at: datetime
    decision: str
    pair: Pair
    right: bool
    weight: float
    model: str
    by_hand: bool = False


def labels(judged: Iterable[Judged]) -> tuple[Label, ...]:
    """Give the labels in the order of time.

    Confirmed is right; rejected, taken back and reopened are wrong, whatever was said before; expired says nothing. Of
    a batch those pairs count about which the ranking itself has something to say: that the others are one problem was
    read off a burst, of which this model knows nothing.
    """
    found = [one for each in judged for one in _labels(each)]
    return tuple(sorted(found, key=lambda one: (one.at, one.decision, one.pair.item, one.pair.other)))


def _labels(judged: Judged) -> list[Label]:
    pairs = judged.pairs
    if judged.of_burst:
        pairs = tuple(one for one in pairs if confident(one.features, SHIPPED.table) >= RELATED_FROM)
    told = [(pair, said) for pair in pairs if (said := _said(judged.outcomes, pair))]
    return [
        Label(
            at=max(one.at for one in said),
            decision=judged.decision,
            pair=pair,
            right=not any(one.kind in _AGAINST for one in said),
            weight=1 / len(told),
            model=SHIPPED.version if judged.of_burst else judged.model,
            by_hand=judged.by_hand,
        )
        for pair, said in told
    ]


def _said(outcomes: Iterable[Outcome], pair: Pair) -> list[Outcome]:
    """What was said of the pair, or of the decision as a whole."""
    return [one for one in outcomes if one.kind != "expired" and one.item in (0, pair.item)]


def started_from(told: Iterable[Label], defaults: Model) -> tuple[Label, ...]:
    """Give those that were asked with a model which started from these defaults: they saw the same things."""
    ours = (defaults.version, f"{defaults.version}.")
    return tuple(one for one in told if one.model == ours[0] or one.model.startswith(ours[1]))
