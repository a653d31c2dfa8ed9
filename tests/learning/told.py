"""Pairs and what people said of them, for the tests of learning."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from orchestrator.changes import Outcome
from orchestrator.learning import Judged, Label, Pair
from orchestrator.learning.fitting import probability
from orchestrator.related import SHIPPED, Features
from orchestrator.related.confidence import Coefficients
from orchestrator.related.features import PIECES, SHARES

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ELSEWHERE = replace(SHIPPED.table, constant=-2.5, titles=0.5)
"""What is true of a company whose people confirm far more than the defaults expect."""


def seen(*, shared: int = 9, **shares: int) -> Features:
    return Features(pieces=dict.fromkeys(PIECES, 0), shares=dict.fromkeys(SHARES, 600) | shares, shared=shared)


def told_by(**pieces: int) -> Features:
    return Features(pieces=dict.fromkeys(PIECES, 0) | pieces, shares=dict.fromkeys(SHARES, 600), shared=9)


def judged(*kinds: str, decision: str = "d1", pairs: int = 1, by_hand: bool = False, **shares: int) -> Judged:
    """A decision about so many pairs, of which these things were said, an hour apart."""
    return Judged(
        decision=decision,
        model=SHIPPED.version,
        pairs=tuple(Pair(item=10 + place, other=1, features=seen(**shares)) for place in range(pairs)),
        outcomes=tuple(
            Outcome(decision=decision, kind=kind, by="mika", at=MONDAY + timedelta(hours=hour))  # type: ignore[arg-type]
            for hour, kind in enumerate(kinds)
        ),
        by_hand=by_hand,
        of_burst=pairs > 1,
    )


def label(number: int, right: bool, features: Features | None = None, model: str = SHIPPED.version) -> Label:
    return Label(
        at=MONDAY + timedelta(hours=number),
        decision=f"d{number:05}",
        pair=Pair(item=number + 2, other=1, features=features or seen()),
        right=right,
        weight=1.0,
        model=model,
    )


def crowd(count: int, table: Coefficients, seed: int = 1, model: str = SHIPPED.version) -> list[Label]:
    """Labels of all sorts of pairs, as people would give them if `table` were the truth."""
    chance = Random(seed)
    found = []
    for number in range(count):
        shares = {name: chance.randrange(1001) for name in SHARES}
        odds = table.constant + sum(getattr(table, name) * value / 1000 for name, value in shares.items())
        found.append(label(number, chance.random() < probability(odds), seen(**shares), model))
    return found
