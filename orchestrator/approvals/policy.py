"""What has to be agreed to about a proposal, as the rules say, and who could answer at this moment. Pure.

Whoever holds a role only up to an amount is not among those who are asked about more, or about what nobody can tell.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from orchestrator.approvals.wishes import number_in
from orchestrator.facts import Facts
from rules.actions import NEW, AssignAction, CreateAction
from rules.agreement import StepRule
from rules.conditions import PROPOSALS, Activation, check, view_of_proposal
from rules.decisions import Proposal
from rules.model import Item, Person, Status, Tainted, words_of
from rules.requests import CANDIDATE, Step
from rules.ruleset import Ruleset, WorkflowRule


def view_of(proposal: Proposal, facts: Facts, rules: Ruleset, workflow: str) -> dict[str, Any]:
    """Give a value for each word that conditions about a proposal may use."""
    here = facts.now.astimezone(ZoneInfo(rules.limits.time_zone))
    other = facts.item_of(proposal.other or proposal.follows or 0)
    item = facts.item_of(proposal.payload.item) or _to_be(proposal, facts)
    return view_of_proposal(proposal, workflow, item, other, here)


def steps_of(
    proposal: Proposal, facts: Facts, rules: Ruleset, workflow: str, people: Collection[Person]
) -> tuple[Step, ...]:
    """Give what has to be agreed to, by whom of these people: the declared steps, or else one of the approvers."""
    rule = rules.workflows[workflow]
    declared = rule.approval.steps if rule.approval else ()
    seen = PROPOSALS.seen(view_of(proposal, facts, rules, workflow))
    asked = [step for step in declared if _is_asked(step, seen)] or [StepRule(name=rule.approvers)]
    amount = amount_of(proposal.fields, rule)
    found = tuple(_step(step, rule, people, amount) for step in asked)
    candidate = candidate_of(proposal, facts)
    return found if declared or candidate is None else (_with(found[0], candidate),)


def candidate_of(proposal: Proposal, facts: Facts) -> Person | None:
    """Give who is asked whether they take an issue, if they can answer; None where it is about something else."""
    action = next((one for one in proposal.payload.actions if isinstance(one, AssignAction)), None)
    person = facts.person(action.after) if action is not None and proposal.kind == "assign" else None
    can = person is not None and person.linked and not person.guest
    return person if person is not None and can and facts.may_see(person.id, proposal.payload.item) else None


def _with(step: Step, candidate: Person) -> Step:
    """Let the one who is to do it agree as well as those who decide about it."""
    holders = {**step.holders, CANDIDATE: (candidate.id,)}
    return msgspec.structs.replace(step, roles=(*step.roles, CANDIDATE), holders=holders)


def _is_asked(step: StepRule, seen: Activation) -> bool:
    """Ask a step whose condition holds, and one whose condition breaks: what cannot be told leaves nobody out."""
    if step.when is None:
        return True
    found = check(PROPOSALS, step.when, seen)
    return found.holds or found.broken


def amount_of(fields: Mapping[str, str], rule: WorkflowRule) -> Decimal | None:
    """Give the amount that is asked about at a gate, from what its fields hold; None where it cannot be told."""
    named = rule.gate.amount if rule.gate is not None else None
    return None if named is None else number_in(fields.get(named, ""))


def _step(step: StepRule, rule: WorkflowRule, people: Collection[Person], amount: Decimal | None) -> Step:
    over = set(step.too_much_for(amount))
    roles = tuple(role for role in step.roles or (rule.approvers,) if role not in over)
    return Step(
        name=step.name,
        roles=roles,
        people=step.people,
        each=step.each,
        percent=step.percent,
        weight=step.weight,
        weights=dict(step.weights),
        holders={role: tuple(one.id for one in people if role in one.roles) for role in roles},
    )


def _to_be(proposal: Proposal, facts: Facts) -> Item | None:
    """Give the issue that would be created, so that conditions can be about it; None where none would be."""
    create = next((one for one in proposal.payload.actions if isinstance(one, CreateAction)), None)
    if create is None:
        return None
    return Item(
        id=NEW,
        key="",
        project=create.project,
        summary=create.summary,
        type=create.type,
        status=Status(id="", name="", category="new"),
        created=facts.now,
        updated=facts.now,
        description=Tainted(text="\n".join(words_of(part) for part in create.description.parts[:1])),
        reporter=create.reporter,
    )
