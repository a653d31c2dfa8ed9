"""Makes a question of a decision: who may answer it, where it is shown, when it expires. Pure."""

from datetime import timedelta

from orchestrator.changes import CardWanted
from orchestrator.facts import Facts
from rules.actions import NEW
from rules.canonical import digest
from rules.decisions import Decision, Proposal
from rules.model import Person
from rules.requests import Ask, Request, RequestState
from rules.ruleset import WorkflowRule


def excluded(proposal: Proposal, facts: Facts) -> tuple[str, ...]:
    """Name whose votes do not count, by every id that they are known by: who proposed it, who reported the item."""
    barred = {proposal.requester, facts.item.reporter if facts.item else None}
    people = [person for person in map(facts.person, sorted(filter(None, barred))) if person is not None]
    barred |= {id_ for person in people for id_ in (person.id, person.jira, person.slack)}
    return tuple(sorted(filter(None, barred)))


def items_of(proposal: Proposal) -> tuple[int, ...]:
    """Give the ids of all items that a proposal touches or names, the one that it is about first."""
    named = [
        proposal.payload.item,
        proposal.other,
        proposal.follows,
        *(action.item for action in proposal.payload.actions),
    ]
    return tuple(dict.fromkeys(id_ for id_ in named if id_ is not None and id_ != NEW))


def askable(proposal: Proposal, facts: Facts, role: str) -> tuple[Person, ...]:
    """Give who may answer: linked holders of the role, no guests, not excluded, who may browse every item."""
    barred = set(excluded(proposal, facts))
    return tuple(
        person
        for person in facts.holders(role)
        if person.linked
        and not person.guest
        and not barred & {person.id, person.jira, person.slack}
        and facts.may_see(person.id, *items_of(proposal))
    )


def places(proposal: Proposal, facts: Facts, workflow: WorkflowRule) -> tuple[str, ...]:
    """Say where the card goes: to the workflow's channel if all in it may browse the items, else to who is asked."""
    channel = facts.channels.get(workflow.channel)
    if channel is not None and facts.may_see(channel, *items_of(proposal)):
        return (channel,)
    return tuple(f"user:{person.slack}" for person in askable(proposal, facts, workflow.approvers))


def request_for(
    decision: Decision, facts: Facts, workflow: WorkflowRule, state: RequestState, replaces: str | None = None
) -> Request:
    """Bind a question to the decision's exact payload. Its id is made of its content, so a repeated look asks once."""
    proposal = decision.proposal
    nth = sum(1 for one in facts.requests if any(ask.other == proposal.other for ask in one.asks))
    return Request(
        id=digest({"decision": decision.id, "nth": nth, "undoes": proposal.undoes})[:20],
        subject=decision.subject,
        state=state,
        asks=(
            Ask(
                decision=decision.id,
                payload=proposal.payload,
                hash=proposal.payload.hash,
                other=proposal.other,
                confidence=proposal.confidence,
            ),
        ),
        workflow=decision.workflow,
        role=workflow.approvers,
        asked_at=facts.now,
        expires_at=facts.now + timedelta(hours=workflow.expires_after_hours),
        ruleset=decision.ruleset,
        requester=proposal.requester,
        excluded=excluded(proposal, facts),
        item_updated=facts.item.updated if facts.item else None,
        replaces=replaces,
        undoes=proposal.undoes,
        follows=proposal.follows,
    )


def cards_for(request: Request, where: tuple[str, ...]) -> tuple[CardWanted, ...]:
    """Name a copy of the request's card for each place."""
    return tuple(CardWanted(request=request.id, place=place) for place in where)
