"""What people said of decisions, joined to what was known when they were made: what learning learns from. Reads only.

What was erased from the ledger is not learned from.
"""

from collections.abc import Iterator
from datetime import UTC

import msgspec
from sqlalchemy import Engine, Row, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from integrations.store.tables import ledger, ledger_payloads, outcomes
from orchestrator.changes import Outcome
from orchestrator.learning import Judged, Pair
from orchestrator.related import Features

__all__ = ["PostgresAnswers"]

_AT_ONCE = 100


class _Named(msgspec.Struct):
    id: int


class _Touched(msgspec.Struct):
    item: int


class _Known(msgspec.Struct):
    item: _Named
    features: Features | None = None


class _Facts(msgspec.Struct):
    item: _Named | None = None
    known: tuple[_Known, ...] = ()


class _Payload(msgspec.Struct):
    item: int
    actions: tuple[_Touched, ...] = ()


class _Proposal(msgspec.Struct):
    kind: str
    payload: _Payload
    other: int | None = None
    requester: str | None = None
    model: str = ""


class _Decision(msgspec.Struct):
    id: str
    proposal: _Proposal


class _Data(msgspec.Struct):
    decision: _Decision
    facts: _Facts


class _Written(msgspec.Struct):
    """The part of a recorded decision that is read here; the rest of it is skipped."""

    data: _Data


_WRITTEN = msgspec.json.Decoder(_Written)


class PostgresAnswers:
    """Reads decisions of which something came, the newest answers first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def judged(self, limit: int) -> Iterator[Judged]:
        """Give at most so many decisions with what came of them, a few at a time."""
        newest = select(outcomes.c.decision).where(outcomes.c.kind != "expired").group_by(outcomes.c.decision)
        newest = newest.order_by(func.max(outcomes.c.at).desc(), outcomes.c.decision).limit(limit)
        with self._engine.connect() as connection:
            decisions = list(connection.execute(newest).scalars())
            for start in range(0, len(decisions), _AT_ONCE):
                some = any_(literal(decisions[start : start + _AT_ONCE], ARRAY(TEXT)))
                came: dict[str, list[Outcome]] = {}
                for row in connection.execute(select(outcomes).where(outcomes.c.decision == some)):
                    came.setdefault(row.decision, []).append(_outcome(row))
                made = select(ledger_payloads.c.payload).join(ledger, ledger.c.seq == ledger_payloads.c.seq)
                recorded = made.where(ledger.c.decision == some, ledger.c.kind == "decision.made")
                for payload in connection.execute(recorded).scalars():
                    if (judged := _judged(payload, came)) is not None:
                        yield judged


def _judged(payload: bytes, came: dict[str, list[Outcome]]) -> Judged | None:
    """Give one decision; None where nothing was seen of its pairs, or nothing can be read."""
    try:
        data = _WRITTEN.decode(payload).data
    except msgspec.MsgspecError:
        return None
    pairs = tuple(_pairs(data))
    if not pairs:
        return None
    proposal = data.decision.proposal
    return Judged(
        decision=data.decision.id,
        model=proposal.model,
        pairs=pairs,
        outcomes=tuple(sorted(came.get(data.decision.id, ()), key=lambda one: (one.at, one.kind, one.item))),
        by_hand=proposal.requester is not None,
        of_burst=proposal.kind == "batch",
    )


def _pairs(data: _Data) -> Iterator[Pair]:
    proposal = data.decision.proposal
    item, other = proposal.payload.item, proposal.other
    seen = {one.item.id: one.features for one in data.facts.known if one.features is not None}
    if other is None:
        return
    if proposal.kind == "couple" and other in seen:
        rivals = tuple(features for id_, features in sorted(seen.items()) if id_ != other)
        yield Pair(item=item, other=other, features=seen[other], rivals=rivals)
    elif proposal.kind == "batch" and data.facts.item is not None and data.facts.item.id == other:
        touched = {one.item for one in proposal.payload.actions}
        for child in sorted(touched & seen.keys()):
            yield Pair(item=child, other=other, features=seen[child])


def _outcome(row: Row[tuple[object, ...]]) -> Outcome:
    return Outcome(
        decision=row.decision, kind=row.kind, by=row.by, at=row.at.astimezone(UTC), reason=row.reason, item=row.item
    )
