"""Whose vote counts, and what becomes of the question. Pure.

Expiry is judged by the time of receipt, authority by the time of processing.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from orchestrator.approvals.delegation import Place, is_barred, places_of, standing_in
from orchestrator.approvals.quorum import standing_of
from orchestrator.facts import Facts
from rules.canonical import Value, revive
from rules.model import Event, Line, Moment, Person, PersonRef, Tainted
from rules.requests import CANDIDATE, Request, RequestState, Vote
from rules.ruleset import Ruleset

MAX_REASON = 500
AT_THE_PORTAL = Line(text="Jira asks this itself, and takes the answer only from those it asks, in its portal.")

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
    return unfit(request.roles, user, standing_in(request, facts), rules, *items)


def unfit(needed: frozenset[str], user: str, facts: Facts, rules: Ruleset, *items: int) -> Line | None:
    """Say why this human may not decide as a holder of a role that is needed about these items; None if they may.

    Who says so in Jira is known there by their account, and needs no user of Slack.
    """
    person = facts.person(user)
    if person is None or not (person.linked or user == person.jira):
        return unlinked(person, user)
    if person.guest:
        return Line(text="Guests of the workspace cannot decide.")
    if not any(places_of(person, needed & _approving(rules), (), facts)):
        wanted = Tainted(text=" or ".join(sorted(needed)))
        return Line(text="This needs somebody with the role {0}; you do not have it.", parts=(wanted,))
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
    found = place_of(request, user, event.received_at, facts, rules)
    place = None if isinstance(found, Line) else found
    refusal = found if isinstance(found, Line) else None
    vote = Vote(
        request=request.id,
        human=person.id if person else f"slack:{user}",
        choice=event.payload["choice"],
        at=event.received_at,
        event=event.id,
        reason=reason_of(event),
        counts=refusal is None,
        why_not=None if refusal is None else refusal.text.format(*("..." for _ in refusal.parts)),
        roles=place.roles if place else (),
        instead_of=place.of.id if place and place.of else None,
        together=event.payload.get("together") or 0,
        further=event.payload.get("further") or False,
    )
    if refusal is not None:
        return Cast(request=request, vote=vote, refusal=refusal)
    now = standing_of(request, vote)
    state = RequestState.REJECTED if now.rejected else RequestState.APPROVED if now.approved else RequestState.PENDING
    closed_at = None if state is RequestState.PENDING else event.received_at
    voted = msgspec.structs.replace(request, votes=(*request.votes, vote), state=state, closed_at=closed_at)
    return Cast(request=voted, vote=vote)


def retract(request: Request, event: Event, facts: Facts) -> Cast | Line:
    """Take a human's vote back while the question is open; gives words for them where there is nothing to take back."""
    person = facts.person(event.payload["user"])
    if request.state is not RequestState.PENDING:
        return _closed(request, facts)
    if request.portal is not None:
        return Line(text="Jira keeps what you have answered it.")
    vote = next((one for one in request.votes if person is not None and one.human == person.id), None)
    if vote is None:
        return Line(text="You have not answered it, so there is nothing to take back.")
    left = tuple(one for one in request.votes if one is not vote)
    taken = msgspec.structs.replace(vote, counts=False, why_not="taken back")
    return Cast(request=msgspec.structs.replace(request, votes=left), vote=taken)


def place_of(request: Request, user: str, at: datetime, facts: Facts, rules: Ruleset) -> Place | Line:
    """Give what a Slack user's answer at a moment would count as, or say why it would not count."""
    facts = standing_in(request, facts)
    person = facts.person(user)
    objected = unfit(request.roles, user, facts, rules, *request.items)
    if objected is not None or person is None:
        return objected or unlinked(person, user)
    if is_barred(person, request.excluded, facts):
        return Line(text="You reported, own or proposed this, or stand in for who did: somebody else has to decide it.")
    if request.portal is not None:
        return AT_THE_PORTAL
    if (ended := over(request, at, facts)) is not None:
        return ended
    counted = {one for vote in request.votes for one in (vote.human, vote.instead_of) if one}
    if person.id in counted:
        return Line(text="Your answer counts already; somebody else has to answer as well.")
    places = [one for one in _places(request, person, facts, rules) if one.of is None or one.of.id not in counted]
    steps = standing_of(request).steps
    now = {role for step, one in zip(request.agreement, steps, strict=True) if one.is_open for role in step.roles}
    chosen = next((one for one in places if now & set(one.roles)), None)
    if chosen is not None:
        return chosen
    if places:
        first = next(one.step for one in steps if one.is_open and not one.is_done)
        return Line(text="It is not your turn yet: {0} comes first.", parts=(Tainted(text=first),))
    return Line(text="Whom you stand in for has answered already, or somebody else has in their place.")


def _places(request: Request, person: Person, facts: Facts, rules: Ruleset) -> Iterator[Place]:
    return places_of(person, request.roles & _approving(rules), request.excluded, facts)


def _approving(rules: Ruleset) -> frozenset[str]:
    return frozenset({CANDIDATE, *(name for name, role in rules.roles.items() if "approve" in role.may)})


def over(request: Request, at: datetime, facts: Facts) -> Line | None:
    """Say why nobody may answer any more; None where the question is open."""
    if request.state is not RequestState.PENDING:
        return _closed(request, facts)
    if at >= request.expires_at:
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


def reason_of(event: Event) -> Tainted | None:
    """Give the reason that came with an answer, cut to what is kept."""
    given = event.payload.get("reason")
    text = revive(given, Tainted).text[:MAX_REASON] if given is not None else ""
    return Tainted(text=text, source="slack") if text else None
