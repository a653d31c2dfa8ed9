"""Whose vote counts, and what becomes of the question. Pure.

Expiry is judged by the time of receipt, authority by the time of processing.
"""

import msgspec

from orchestrator.facts import Facts
from rules.canonical import Value, revive
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


def objection(request: Request, user: str, facts: Facts, rules: Ruleset, *items: int) -> Line | None:
    """Say why this human may not decide about the request (answer, undo, try again) and its items; None if they may."""
    person = facts.person(user)
    if person is None or not person.linked:
        return unlinked(person, user)
    if person.guest:
        return Line(text="Guests of the workspace cannot decide.")
    role = rules.roles.get(request.role)
    if role is None or "approve" not in role.may or request.role not in person.roles:
        return Line(
            text="This needs somebody with the role {0}; you do not have it.", parts=(Tainted(text=request.role),)
        )
    if not facts.may_see(person.id, *items):
        return Line(text="You may not browse these issues in Jira, or Jira could not tell; nothing was done.")
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


def cast(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Cast:
    """Count a vote, or say why it does not count. A human's second vote changes nothing."""
    user = event.payload["user"]
    person = facts.person(user)
    refusal = _refusal(request, event, facts, rules)
    vote = Vote(
        request=request.id,
        human=person.id if person else f"slack:{user}",
        choice=event.payload["choice"],
        at=event.received_at,
        event=event.id,
        reason=_reason(event.payload.get("reason")),
        counts=refusal is None,
        why_not=None if refusal is None else refusal.text.format(*("..." for _ in refusal.parts)),
    )
    if refusal is not None:
        return Cast(request=request, vote=vote, refusal=refusal)
    votes = (*request.votes, vote)
    if vote.choice == "approve" and len(votes) < request.needed:
        return Cast(request=msgspec.structs.replace(request, votes=votes), vote=vote)
    state = RequestState.REJECTED if vote.choice == "reject" else RequestState.APPROVED
    voted = msgspec.structs.replace(request, votes=votes, state=state, closed_at=event.received_at)
    return Cast(request=voted, vote=vote)


def _refusal(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Line | None:
    user = event.payload["user"]
    person = facts.person(user)
    if objected := objection(request, user, facts, rules, *request.items):
        return objected
    if person is not None and {person.id, person.jira, person.slack} & set(request.excluded):
        return Line(text="You reported or proposed this, so somebody else has to decide it.")
    if request.state is not RequestState.PENDING:
        return _closed(request, facts)
    if person is not None and any(vote.human == person.id for vote in request.votes):
        return Line(text="You have agreed already; somebody else has to agree as well.")
    if event.received_at >= request.expires_at:
        return Line(text="It expired at {0}, before your answer came.", parts=(Moment(at=request.expires_at),))
    return None


def _closed(request: Request, facts: Facts) -> Line:
    said = _CLOSED[request.state]
    vote = next((vote for vote in request.votes if vote.counts), None)
    if vote is None:
        return Line(text=said)
    voter = facts.person(vote.human)
    who = PersonRef(name=voter.name, slack=voter.slack) if voter else PersonRef(name=vote.human)
    return Line(text=f"{said} ({{0}})", parts=(who,))


def _reason(given: object) -> Tainted | None:
    text = revive(given, Tainted).text[:MAX_REASON] if given is not None else ""
    return Tainted(text=text, source="slack") if text else None
