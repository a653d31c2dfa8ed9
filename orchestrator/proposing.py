"""New questions: what agents propose by themselves, and pairs that a person proposes. Pure."""

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.voting import unlinked
from orchestrator.changes import Changes
from orchestrator.conversation import UNKNOWN
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on, is_stopped, reasons, reference
from orchestrator.planner import finding, is_settled, plan, planned_for
from orchestrator.recording import asked, planned, refused, reply
from rules.decisions import Decision, Verdict
from rules.model import Event, Line, Tainted
from rules.requests import RequestState
from rules.ruleset import Ruleset

SENSELESS = Line(text="Only a newer issue can repeat an older one that still exists; nothing was asked.")


def propose(facts: Facts, rules: Ruleset, workflow: str) -> Changes:
    """Judge what the workflow's agent proposes by itself, and act or ask."""
    changes = Changes()
    for proposal in plan(facts, rules, workflow):
        decision = decision_on(proposal, facts, rules, workflow)
        changes += Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
        if decision.verdict is Verdict.ASK:
            changes += ask(decision, facts, rules)
        elif decision.verdict is Verdict.ALLOW:
            changes += _do(decision, facts, rules)
    return changes


def ask(decision: Decision, facts: Facts, rules: Ruleset) -> Changes:
    """Put a decision to people."""
    question = request_for(decision, facts, rules, RequestState.PENDING)
    return asked(question, decision, facts, rules.workflows[decision.workflow])


def _do(decision: Decision, facts: Facts, rules: Ruleset) -> Changes:
    """Plan what the rules allow without a vote; people are shown it all the same, and may undo it."""
    question = request_for(decision, facts, rules, RequestState.APPROVED)
    allowed = msgspec.structs.replace(question, closed_at=facts.now, note="allowed by the rules")
    shown = asked(allowed, decision, facts, rules.workflows[decision.workflow])
    return shown + planned(allowed, decision.proposal.agent)


def suggested(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Ask somebody else about a pair that a person proposed, however sure we are ourselves, or say why not."""
    user, other = event.payload["user"], event.payload["other"]
    person = facts.person(user)
    if person is None or not person.linked:
        return refused(event, facts, unlinked(person, user))
    if facts.item is None or not facts.may_see(person.id, facts.item.id, other):
        return refused(event, facts, UNKNOWN)
    if facts.item.is_linked_to(other):
        return refused(event, facts, Line(text="They are linked already."))
    workflow = _workflow_for(facts, rules)
    proposal = planned_for(facts, rules.workflows[workflow], other) if workflow is not None else None
    if workflow is None or proposal is None:
        return refused(event, facts, SENSELESS)
    proposal = msgspec.structs.replace(proposal, requester=person.id)
    if is_settled(proposal, facts):
        return refused(event, facts, Line(text="It was asked already. `/yard pending` shows what is open."))
    decision = decision_on(proposal, facts, rules, workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is Verdict.DENY:
        return recorded + refused(event, facts, Line(text="Not asked: {0}.", parts=(Tainted(text=reasons(decision)),)))
    words = "I ask somebody else to agree that {0} repeats {1}."
    told = Line(text=words, parts=(reference(facts, facts.item.id), reference(facts, other)))
    return recorded + ask(decision, facts, rules) + reply(event, told)


def _workflow_for(facts: Facts, rules: Ruleset) -> str | None:
    """Give the workflow that is about the item, else the first one; None when there is none at all."""
    coupling = [name for name, workflow in rules.workflows.items() if workflow.couples]
    about = [name for name in coupling if finding(facts, rules, name).holds]
    return next(iter([*about, *coupling]), None)
