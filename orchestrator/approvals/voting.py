"""Whose vote counts, and what becomes of the question. Pure.

Expiry is judged by the time of receipt, authority by the time of processing.
"""

import msgspec

from rules.canonical import Value
from rules.model import Event, Line, Moment, Person, PersonRef, Tainted
from rules.requests import Request, RequestState, Vote
from rules.ruleset import Ruleset

MAX_REASON = 500

_CLOSED = {
    RequestState.APPROVED: "It was approved already.",
    RequestState.REJECTED: "It was rejected already.",
    RequestState.EXPIRED: "It expired without an answer. Nothing was done.",
    RequestState.SUPERSEDED: "It was replaced by a newer question, because something had changed.",
    RequestState.WITHDRAWN: "It was withdrawn.",
}


class Cast(Value, frozen=True, kw_only=True):
    """What became of a vote: the request afterwards, the vote, and words for the voter when it did not count."""

    request: Request
    vote: Vote
    refusal: Line | None = None


def objection(request: Request, person: Person | None, user: str, rules: Ruleset) -> Line | None:
    """Say why this human may not decide the request (approve, reject, undo, retry); None if they may."""
    if person is None or not person.linked:
        return unlinked(person, user)
    if person.guest:
        return Line(text="Guests of the workspace cannot decide.")
    role = rules.roles.get(request.role)
    if role is None or "approve" not in role.may or request.role not in person.roles:
        return Line(text=f"This needs somebody with the role {request.role}; you do not have it.")
    if {person.id, person.jira, person.slack} & set(request.excluded):
        return Line(text="You reported or proposed this, so somebody else has to decide it.")
    return None


def unlinked(person: Person | None, user: str) -> Line:
    """Tell somebody who is not linked across Jira and Slack how to be."""
    missing = "Jira account" if person is None or person.jira is None else "Slack user"
    return Line(
        text=(
            f"I do not know your {missing}, so I cannot take this from you. To be linked, use the same visible e-mail "
            "address in Jira and Slack, or ask an operator to add you to people.yml with "
            "`jira: <your account id>` and `slack: {0}`."
        ),
        parts=(Tainted(text=user, source="slack"),),
    )


def cast(request: Request, event: Event, person: Person | None, rules: Ruleset) -> Cast:
    """Count a vote, or say why it does not count. A human's second vote changes nothing."""
    payload = event.payload
    user = str(payload.get("user", ""))
    refusal = _refusal(request, event, person, user, rules)
    vote = Vote(
        request=request.id,
        human=person.id if person else f"slack:{user}",
        choice="reject" if payload.get("choice") == "reject" else "approve",
        at=event.received_at,
        event=event.id,
        reason=_reason(payload.get("reason")),
        counts=refusal is None,
        why_not=refusal.text.format(*("" for _ in refusal.parts)) if refusal else None,
    )
    if refusal is not None:
        return Cast(request=request, vote=vote, refusal=refusal)
    decided = RequestState.REJECTED if vote.choice == "reject" else RequestState.APPROVED
    voted = msgspec.structs.replace(
        request,
        votes=(*request.votes, vote),
        state=decided,
        closed_at=event.received_at,
    )
    return Cast(request=voted, vote=vote)


def _refusal(request: Request, event: Event, person: Person | None, user: str, rules: Ruleset) -> Line | None:
    if objected := objection(request, person, user, rules):
        return objected
    if request.state is not RequestState.PENDING:
        who = next((vote.human for vote in request.votes if vote.counts), None)
        said = _CLOSED[request.state]
        return Line(text=f"{said} ({{0}})", parts=(PersonRef(name=who),)) if who else Line(text=said)
    if event.received_at >= request.expires_at:
        return Line(text="It expired at {0}, before your answer came.", parts=(Moment(at=request.expires_at),))
    return None


def _reason(data: object) -> Tainted | None:
    text = data.get("text") if isinstance(data, dict) else None
    return Tainted(text=text[:MAX_REASON], source="slack") if isinstance(text, str) and text else None
