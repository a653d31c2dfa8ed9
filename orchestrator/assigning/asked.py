"""What people were asked so far about who takes an item, and who has said no to it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from rules.actions import AssignAction
from rules.canonical import Value
from rules.model import Line
from rules.requests import CANDIDATE, Request, RequestState

__all__ = ["Asked", "asked_so_far", "gift"]

_NO = Line(text="said no to it")
_SILENT = Line(text="did not answer in time")


class Asked(Value, frozen=True, kw_only=True):
    """Of one item: whom the last question is about, whether it is open, and who is not asked about it again, and why.

    `settled`: people have decided about it, or left it to themselves, so that nobody is asked any more. `withdrawn_of`:
    when the last question was asked, where no answer made sense of it any more. `at`: when it was asked in any case.
    """

    at: datetime
    person: str | None = None
    withdrawn_of: datetime | None = None
    is_open: bool = False
    settled: bool = False
    refused: Mapping[str, Line] = {}


def asked_so_far(requests: Iterable[Request], workflow: str) -> dict[int, Asked]:
    """Give by item what was asked, from questions in the order in which they were asked."""
    found: dict[int, Asked] = {}
    mine = [one for one in requests if one.workflow == workflow and one.undoes is None and gift(one) is not None]
    for one in mine:
        item = one.asks[0].payload.item
        refused = dict(found[item].refused) if item in found else {}
        if one.candidate is not None and (why := _why_not(one)) is not None:
            refused[one.candidate] = why
        found[item] = Asked(
            at=one.asked_at,
            person=one.candidate,
            is_open=one.state is RequestState.PENDING,
            settled=_is_settled(one),
            withdrawn_of=one.asked_at if one.state is RequestState.WITHDRAWN else None,
            refused=refused,
        )
    return found


def gift(request: Request) -> AssignAction | None:
    """Give the action by which a question gives an item to somebody; None for any other question."""
    actions = (action for ask in request.asks for action in ask.payload.actions)
    return next((one for one in actions if isinstance(one, AssignAction)), None)


def said_no_themselves(request: Request) -> bool:
    """Tell whether it was refused by nobody but the one who was to take it."""
    against = [vote for vote in request.votes if vote.choice == "reject" and vote.counts]
    return bool(against) and all(vote.roles == (CANDIDATE,) for vote in against)


def _why_not(request: Request) -> Line | None:
    if request.state is RequestState.EXPIRED:
        return _SILENT
    return _NO if request.state is RequestState.REJECTED else None


def _is_settled(request: Request) -> bool:
    """What is agreed to is done; a no of who decides leaves it to people."""
    if request.state is RequestState.APPROVED:
        return True
    return request.state is RequestState.REJECTED and not said_no_themselves(request)
