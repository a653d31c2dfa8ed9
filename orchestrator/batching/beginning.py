"""Which questions about two issues a batch of both goes on. Pure; what becomes of them is decided by `handover`."""

from collections.abc import Iterable
from datetime import datetime

from orchestrator.batching.told import Pair
from rules.requests import Request, RequestState


def begun(asked: Iterable[Request], since: datetime) -> tuple[Request, ...]:
    """Give the questions about two issues, asked since a moment, that a batch of both goes on.

    Those that are open, or were agreed to and not taken back. What a person proposed is theirs to see to its end.
    """
    known = tuple(asked)
    return tuple(one for one in known if _is_begun(one) and one.asked_at >= since and not _is_undone(one, known))


def pairs(asked: Iterable[Request]) -> list[Pair]:
    """Give what the questions are about."""
    return [(ask.payload.item, ask.other) for one in asked for ask in one.asks if ask.other is not None]


def _is_begun(request: Request) -> bool:
    alive = request.state in (RequestState.PENDING, RequestState.APPROVED)
    plain = request.undoes is None and request.follows is None and request.requester is None
    return alive and plain and len(request.asks) == 1 and request.asks[0].other is not None


def _is_undone(request: Request, asked: Iterable[Request]) -> bool:
    return any(one.takes_back(request.id) for one in asked)
