"""What becomes of a question about two issues once a batch holds both: its card becomes the batch's. Pure.

So a problem has one message, from its second report on. The pair's own look gives the question over, an open one
superseded; the batch's look waits for that, takes the card, and asks about all of them.
"""

from datetime import timedelta

import msgspec

from orchestrator.batching.beginning import begun
from orchestrator.batching.sorting import within
from orchestrator.carrying import is_uncarried
from orchestrator.changes import CardMoved, Changes
from orchestrator.facts import Facts, RecordState
from orchestrator.recording import closed
from rules.model import Event, Subject
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

_WHY = "more issues joined them, and all are asked about together"
_SOON = timedelta(minutes=1)


def given_over(facts: Facts, rules: Ruleset) -> Changes:
    """Give questions about the item and another of its batch over to that, once nothing of them is under way."""
    if facts.in_batch is None:
        return Changes()
    batch = Subject(kind="batch", id=facts.in_batch)
    changes, waits = Changes(), False
    for request in begun(facts.requests, facts.now - within(rules)):
        if request.bundle is not None or request.asks[0].other not in facts.mates:
            continue
        if _is_under_way(request, facts):
            waits = True
            continue
        bound = msgspec.structs.replace(request, bundle=str(batch))
        changes += Changes(requests=(bound,), events=(_told(bound, batch, facts),))
        if request.state is RequestState.PENDING:
            changes += closed(bound, facts, RequestState.SUPERSEDED, _WHY)
    return changes + Changes(next_look_at=facts.now + _SOON if waits else None)


def awaited(facts: Facts) -> tuple[Request, ...]:
    """Give the questions about two of the batch's issues that were not given over yet."""
    return tuple(one for one in facts.begun if one.bundle is None)


def taken_over(facts: Facts) -> Changes:
    """Have the cards of those that were given over show the batch, and the others given over."""
    moved = tuple(CardMoved(request=one.id, to=str(facts.subject)) for one in facts.begun if one.bundle is not None)
    return Changes(moved=moved, events=tuple(_told(one, one.subject, facts) for one in awaited(facts)))


def _is_under_way(request: Request, facts: Facts) -> bool:
    busy = (RecordState.PLANNED, RecordState.CLAIMED)
    return is_uncarried(request, facts) or any(one.state in busy for one in facts.records_of(request.id))


def _told(request: Request, whom: Subject, facts: Facts) -> Event:
    return Event(
        id=f"begun:{request.id}:{whom}:{facts.subject}",
        kind="signal",
        name="batch.begun",
        source="yardmaster",
        subject=whom,
        received_at=facts.now,
        payload={"item": request.asks[0].payload.item},
    )
