"""Makes a question of a decision: who may answer it, where it is shown, when it expires. Pure."""

from collections.abc import Sequence
from datetime import datetime

from orchestrator.approvals.delegation import is_barred, places_of
from orchestrator.approvals.policy import candidate_of, steps_of
from orchestrator.bundles.alike import bundle_of
from orchestrator.changes import CardWanted
from orchestrator.facts import Facts
from orchestrator.people.hours import expiry, hours_of
from rules.actions import NEW, AssignAction
from rules.canonical import digest
from rules.decisions import Decision, Proposal
from rules.model import Person
from rules.requests import Ask, Changeable, Request, RequestState, Step
from rules.ruleset import Ruleset, WorkflowRule

#: Who is asked where a service desk asks by itself.
AT_A_DESK = "person whom Jira names"


def excluded(proposal: Proposal, facts: Facts, author: str | None = None) -> tuple[str, ...]:
    """Name whose votes do not count, by every id that they are known by.

    Who proposed it, who reported what it changes or is to do the work on it, who wrote the rule that asks. Who had an
    issue created for others to be linked to did not report the problem. Of who takes an issue, or of a swap, whoever
    has it now may decide as well, and whoever is asked to take it may say yes or no, though they reported it.
    """
    changed = filter(None, map(facts.item_of, {proposal.payload.item, *_changed(proposal)} - facts.made()))
    given = any(isinstance(one, AssignAction) for one in proposal.payload.actions)
    owners = {who for item in changed for who in (item.reporter, None if given else item.assignee)}
    candidate = candidate_of(proposal, facts)
    barred = {proposal.requester, author, *owners} - ({candidate.id, candidate.jira} if candidate else set())
    people = [person for person in map(facts.person, sorted(filter(None, barred))) if person is not None]
    barred |= {id_ for person in people for id_ in (person.id, person.jira, person.slack)}
    return tuple(sorted(filter(None, barred)))


def roles_of(workflow: WorkflowRule) -> frozenset[str]:
    """Give all roles whose holders may be asked about a workflow."""
    steps = workflow.approval.steps if workflow.approval else ()
    return frozenset({workflow.approvers, *(role for step in steps for role in step.roles)})


def items_of(proposal: Proposal) -> tuple[int, ...]:
    """Give the ids of all items that a proposal touches or names, the one that it is about first."""
    named = [
        proposal.payload.item,
        proposal.other,
        proposal.follows,
        *(action.item for action in proposal.payload.actions),
    ]
    return tuple(dict.fromkeys(id_ for id_ in named if id_ is not None and id_ != NEW))


def _changed(proposal: Proposal) -> set[int]:
    return {action.item for action in proposal.payload.actions}


def askable(
    proposal: Proposal, facts: Facts, workflow: WorkflowRule, roles: frozenset[str] | None = None
) -> tuple[Person, ...]:
    """Give who may answer, for themselves or for another: linked, no guests, not excluded, who may browse all.

    `roles`: those of which they need one; any that the workflow asks where they are not told.
    """
    asked = roles_of(workflow) if roles is None else roles
    barred = excluded(proposal, facts, workflow.author)
    candidate = candidate_of(proposal, facts) if workflow.approval is None else None
    return tuple(
        person
        for person in facts.people
        if person.linked
        and not person.guest
        and facts.may_see(person.id, *items_of(proposal))
        and not is_barred(person, barred, facts)
        and (person == candidate or any(places_of(person, asked, barred, facts)))
    )


def places(
    proposal: Proposal, facts: Facts, workflow: WorkflowRule, roles: frozenset[str], *, asks: bool
) -> tuple[str, ...]:
    """Say where the card goes: to the workflow's channel if all in it may browse the items, else to who is asked.

    `roles`: those whose holders are asked about this very proposal.

    Where a card `asks` and some are asked before others, these are called by `calling.py`.
    """
    if proposal.portal is not None:
        asked = map(facts.person, proposal.portal.accounts)
        shown = [one for one in asked if one and one.slack and facts.may_see(one.id, *items_of(proposal))]
        return tuple(f"user:{one.slack}" for one in shown)
    channel = facts.channels.get(workflow.channel)
    if channel is not None and facts.may_see(channel, *items_of(proposal)):
        return (channel,)
    if asks and workflow.approval is not None and workflow.approval.ask_first:
        return ()
    return tuple(f"user:{person.slack}" for person in askable(proposal, facts, workflow, roles))


def request_for(
    decision: Decision, facts: Facts, rules: Ruleset, state: RequestState, replaces: str | None = None
) -> Request:
    """Bind a question to the decision's exact payload. Its id is made of its content, so a repeated look asks once."""
    proposal, workflow = decision.proposal, rules.workflows[decision.workflow]
    steps = _steps(proposal, facts, rules, decision.workflow)
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
        role=workflow.approvers if proposal.portal is None else AT_A_DESK,
        portal=proposal.portal.address if proposal.portal is not None else None,
        at_desk=proposal.portal.accounts if proposal.portal is not None else (),
        asked_at=facts.now,
        expires_at=_expiry(askable(proposal, facts, workflow), facts, rules, workflow),
        ruleset=decision.ruleset,
        requester=proposal.requester,
        excluded=excluded(proposal, facts, workflow.author),
        steps=steps,
        in_order=workflow.approval.in_order if workflow.approval else False,
        refusal=workflow.approval.refusal if workflow.approval else "any",
        item_updated=facts.item.updated if facts.item else None,
        replaces=replaces,
        undoes=proposal.undoes,
        follows=proposal.follows,
        changeable=_changeable(proposal, workflow),
        bundle=_bundle(decision, steps, facts, workflow) if replaces is None else None,
        wording=workflow.gate.asks if workflow.gate is not None and proposal.kind == "approve" else "",
    )


def _changeable(proposal: Proposal, workflow: WorkflowRule) -> tuple[Changeable, ...]:
    """Give what may be changed with a yes: at a gate whose rules say so, unless Jira itself takes the answer."""
    if workflow.gate is None or proposal.kind != "approve" or proposal.portal is not None:
        return ()
    return tuple(
        Changeable(field=name, kind=one.kind, choices=one.choices, keeps_yes_if=one.keeps_yes_if)
        for name, one in workflow.gate.changes.items()
    )


def _bundle(decision: Decision, steps: Sequence[Step], facts: Facts, workflow: WorkflowRule) -> str | None:
    """Name what a question shares its card with, where the rules have those that are alike come together."""
    proposal, bulk = decision.proposal, workflow.gate.bulk if workflow.gate is not None else None
    if bulk is None or proposal.kind != "approve" or proposal.portal is not None:
        return None
    return bundle_of(decision.workflow, steps, bulk, facts.now)


def _expiry(people: Sequence[Person], facts: Facts, rules: Ruleset, workflow: WorkflowRule) -> datetime:
    times = [(facts.agenda(one.id), hours_of(one.id, rules)) for one in people]
    return expiry(times, facts.now, workflow.expires_after_hours, working=workflow.expires_in_working_hours)


def _steps(proposal: Proposal, facts: Facts, rules: Ruleset, workflow: str) -> tuple[Step, ...]:
    if proposal.portal is not None:
        return ()
    return steps_of(proposal, facts, rules, workflow, askable(proposal, facts, rules.workflows[workflow]))


def cards_for(request: Request, where: tuple[str, ...]) -> tuple[CardWanted, ...]:
    """Name a copy of the request's card, or of the one that it shares, for each place."""
    return tuple(CardWanted(request=request.bundle or request.id, place=place) for place in where)
