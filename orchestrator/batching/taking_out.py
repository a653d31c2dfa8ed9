"""What becomes of the questions about issues that somebody takes out of a batch, and of what was done to them. Pure.

What is not done yet is not done to them; what was done to them is taken back exactly, and the rest stays. Where the one
in front is taken out, everything that was linked to it is taken back. What comes to stand in front follows no other.
"""

from collections.abc import Collection
from typing import Literal

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.carrying import is_uncarried
from orchestrator.changes import Changes, Outcome
from orchestrator.facts import Facts, RecordState
from orchestrator.judging import decided, decision_on, reasons
from orchestrator.recording import came_of, closed, planned
from orchestrator.undoing import undo_of
from rules.decisions import Verdict
from rules.model import Event, Line, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset


def taken_out(
    out: Collection[int], head: int | None, event: Event, facts: Facts, rules: Ruleset, by: str
) -> Changes | Line:
    """Take issues out of all that was asked and done; gives the reason where something may not be taken back.

    `head` is put in front: what links it to the former one is taken back too, which is no mistake. `by`: the id of the
    person who wants it.
    """
    changes = Changes()
    for request in facts.requests:
        wrong = _of(request, out)
        mine = wrong | {ask.payload.item for ask in request.couplings if ask.payload.item == head}
        if not mine or request.undoes is not None or any(one.takes_back(request.id) for one in facts.requests):
            continue
        if request.state is RequestState.PENDING:
            changes += _came(request, wrong & set(out), "rejected", event, facts, by)
        elif is_uncarried(request, facts):
            changes += _left(request, mine, facts) + _came(request, wrong & set(out), "rejected", event, facts, by)
        elif request.state is RequestState.APPROVED:
            undone = _undone(request, mine, facts, rules, by)
            if isinstance(undone, Line):
                return undone
            changes += undone + _came(request, wrong, "undone", event, facts, by)
    return changes


def still_under_way(out: Collection[int], facts: Facts) -> bool:
    """Tell whether something that concerns them is planned or being done just now."""
    busy = {one.request for one in facts.records if one.state in (RecordState.PLANNED, RecordState.CLAIMED)}
    return any(_of(request, out) for request in facts.requests if request.id in busy)


def _of(request: Request, out: Collection[int]) -> set[int]:
    """Give the issues of a question that leave it with those that are taken out."""
    asked = [ask for ask in request.asks if not ask.drifted]
    if request.follows in out or any(ask.other in out for ask in asked):
        return {ask.payload.item for ask in asked}
    return {ask.payload.item for ask in asked if ask.payload.item in out}


def _left(request: Request, mine: set[int], facts: Facts) -> Changes:
    """Have what was agreed to and not begun yet no longer be about them."""
    asks = tuple(
        msgspec.structs.replace(ask, drifted=True) if ask.payload.item in mine else ask for ask in request.asks
    )
    if all(ask.drifted for ask in asks):
        return closed(request, facts, RequestState.WITHDRAWN, "somebody took all of them out")
    return Changes(requests=(msgspec.structs.replace(request, asks=asks),))


def _undone(request: Request, mine: set[int], facts: Facts, rules: Ruleset, by: str) -> Changes | Line:
    """Have what was done to them taken back, if the rules let it be."""
    proposal = undo_of(request, facts, by, only=mine)
    if proposal is None:
        return Changes()
    if request.workflow not in rules.workflows:
        return Line(text="The rules no longer know its workflow.")
    decision = decision_on(proposal, facts, rules, request.workflow)
    if decision.verdict is not Verdict.ALLOW:
        return Line(text="Not taken out: {0}.", parts=(Tainted(text=reasons(decision)),))
    question = request_for(decision, facts, rules, RequestState.APPROVED)
    undoing = msgspec.structs.replace(question, closed_at=facts.now, only=tuple(sorted(mine)))
    return Changes(entries=(decided(decision, facts),), requests=(undoing,)) + planned(undoing, proposal.agent)


def _came(
    request: Request, items: Collection[int], kind: Literal["rejected", "undone"], event: Event, facts: Facts, by: str
) -> Changes:
    """Record for each pair by itself what came of it."""
    changes = Changes()
    for ask in request.asks:
        if ask.payload.item in items:
            about = tuple(id_ for id_ in (ask.payload.item, ask.other) if id_ is not None)
            outcome = Outcome(
                decision=ask.decision, kind=kind, by=by or None, at=event.received_at, item=ask.payload.item
            )
            changes += came_of(outcome, facts, about)
    return changes
