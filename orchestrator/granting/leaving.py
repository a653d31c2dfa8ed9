"""What becomes of an open question about an item that has left its gate: decided in Jira, or of no use any more. Pure.

An answer that was given by moving the item is a vote like any: it counts only where its giver might have given it in
Slack. An answer to what a service desk asks by itself counts as Jira says.
"""

from typing import Literal

import msgspec

from orchestrator.approvals.voting import cast
from orchestrator.changes import Changes, Entry, Outcome
from orchestrator.facts import Facts
from orchestrator.granting import desk
from orchestrator.granting.doing import done
from orchestrator.granting.gates import Gate, is_before, open_questions
from orchestrator.granting.proposing import answered
from orchestrator.recording import came_of, closed
from rules.canonical import plain
from rules.model import Event, Line, PersonRef, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset


def leave(facts: Facts, rules: Ruleset) -> Changes:
    """Close the open questions about an item that has left their gate: decided in Jira, or of no use any more."""
    changes = Changes()
    if not facts.fresh or facts.item is None or facts.item.deleted:
        return changes
    for gate, request in open_questions(facts, rules):
        if not is_before(gate, facts, rules):
            at_desk = request.portal is not None
            changes += desk.decided(request, facts) if at_desk else _left(gate, request, facts, rules)
    return changes


def _outcome(request: Request, by: str | None, facts: Facts, *, approved: bool) -> Changes:
    kind: Literal["confirmed", "rejected"] = "confirmed" if approved else "rejected"
    outcome = Outcome(decision=request.asks[0].decision, kind=kind, by=by, at=facts.now)
    return came_of(outcome, facts, request.items)


def _left(gate: Gate, request: Request, facts: Facts, rules: Ruleset) -> Changes:
    choice = _choice(gate, facts)
    mover = facts.arrival.author if facts.arrival is not None else None
    person = facts.person(mover)
    who = person.name if person is not None else "somebody"
    status = facts.item.status.name if facts.item is not None else ""
    if choice is None or mover is None or facts.arrival is None:
        return closed(request, facts, RequestState.WITHDRAWN, f"{who} moved the issue to {status} in Jira")
    if choice == "approve" and request.altered:
        why = f"{who} moved the issue to {status} in Jira, without what was to be changed with the yes"
        return closed(request, facts, RequestState.WITHDRAWN, why)
    moved = Event(
        id=f"moved:{facts.arrival.id}:{request.id}",
        kind="command",
        name="vote.cast",
        source="jira",
        subject=facts.subject,
        received_at=facts.arrival.at,
        payload={"user": mover, "choice": choice},
    )
    result = cast(request, moved, facts, rules)
    votes = Changes(votes=(result.vote,))
    if result.refusal is not None:
        why = f"{who} moved the issue to {status} in Jira, which is no answer to it: {result.vote.why_not}"
        return votes + closed(request, facts, RequestState.WITHDRAWN, why)
    votes += Changes(entries=(_moved(result.vote.choice, who, moved, result.request, facts),))
    if result.request.state is RequestState.PENDING:
        why = f"{who} moved the issue to {status} in Jira before everybody had agreed who has to"
        return votes + closed(result.request, facts, RequestState.WITHDRAWN, why)
    return votes + _by_hand(gate, result.request, who, choice, facts, rules)


def _by_hand(
    gate: Gate, request: Request, who: str, choice: Literal["approve", "reject"], facts: Facts, rules: Ruleset
) -> Changes:
    """Record a decision that somebody made by moving the item: nothing is left to be done but to say so on it."""
    ended = msgspec.structs.replace(request, note=f"decided in Jira by {who}", finished=True, closed_at=facts.now)
    recorded = Changes(requests=(ended,)) + _outcome(ended, ended.votes[-1].human, facts, approved=choice == "approve")
    return recorded + done(ended, answered(gate, ended, facts, choice, by_hand=True), facts, rules)


def _choice(gate: Gate, facts: Facts) -> Literal["approve", "reject"] | None:
    status = facts.item.status.name if facts.item is not None else ""
    if status in gate.rule.approved.statuses:
        return "approve"
    return "reject" if status in gate.rule.rejected.statuses else None


def _moved(choice: str, who: str, event: Event, request: Request, facts: Facts) -> Entry:
    said = "approved" if choice == "approve" else "rejected"
    person = facts.person(event.payload["user"])
    return Entry(
        kind="vote.cast",
        subject=facts.subject,
        at=event.received_at,
        text=Line(
            text=f"{{0}} {said} it in Jira, by moving it to {{1}}",
            parts=(
                PersonRef(name=who, slack=person.slack if person else None),
                Tainted(text=facts.item.status.name if facts.item else ""),
            ),
        ),
        about=request.items,
        data={"event": event.id, "request": request.id, "vote": plain(request.votes[-1])},
        decision=request.asks[0].decision,
    )
