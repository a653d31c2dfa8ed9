"""One look at an item, decided: from facts and rules to changes, and to nothing else. Pure.

In this order: what people said is heard, what lapsed expires, what was approved is carried out on fresh facts or asked
anew, and what is new is proposed.
"""

import msgspec

from orchestrator.agents import duplicates
from orchestrator.approvals.asking import request_for
from orchestrator.changes import Changes, Entry, Outcome
from orchestrator.facts import Facts, RecordState
from orchestrator.hearing import hear
from orchestrator.judging import decided, decision_on, is_stopped, reasons, reference
from orchestrator.planner import finding, plan
from orchestrator.recording import asked, came_of, closed, planned
from rules.canonical import plain
from rules.guardrails import percent
from rules.model import Decision, Line, Tainted, TransitionAction, Verdict
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset


def wants_fresh(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether this look may come to ask or act, so that Jira has to be read first."""
    waiting = any(is_uncarried(request, facts) for request in facts.requests)
    proposing = facts.stirred and any(plan(facts, rules, name) for name in rules.workflows)
    return bool(facts.commands) or waiting or proposing


def decide(facts: Facts, rules: Ruleset) -> Changes:
    """Decide everything about one item."""
    changes = hear(facts, rules)
    changes += expire(facts.after(changes.requests, changes.records))
    for request in facts.after(changes.requests, changes.records).requests:
        now = facts.after(changes.requests, changes.records)
        if is_uncarried(request, now):
            changes += carry_out(request, now, rules)
    if facts.stirred or facts.commands:
        now = facts.after(changes.requests, changes.records)
        changes += reopened(now)
        for name in rules.workflows:
            changes += propose(now, rules, name)
        changes += Changes(entries=(_looked(facts, rules, changes),))
    pending = [one.expires_at for one in facts.after(changes.requests).requests if one.state is RequestState.PENDING]
    return changes + Changes(next_look_at=min(pending, default=None))


def expire(facts: Facts) -> Changes:
    """Close the questions whose time is over. Expired is not rejected."""
    changes = Changes()
    for request in facts.requests:
        if request.state is not RequestState.PENDING or facts.now < request.expires_at:
            continue
        changes += closed(request, facts, RequestState.EXPIRED, Line(text="Nobody answered in time; nothing was done."))
        for ask in request.asks:
            outcome = Outcome(decision=ask.decision, kind="expired", by=None, at=facts.now)
            changes += came_of(outcome, facts, (ask.payload.item,))
    return changes


def is_uncarried(request: Request, facts: Facts) -> bool:
    """Tell whether a request was approved and nothing of it has been begun."""
    return request.state is RequestState.APPROVED and not facts.records_of(request.id)


def carry_out(request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Judge an approved request again: act if its payload still matches the fresh facts, else ask anew."""
    ask, declared = request.asks[0], rules.workflows.get(request.workflow)
    if declared is None:
        dropped = Line(text="The rules no longer know its workflow.")
        return closed(request, facts, RequestState.WITHDRAWN, dropped)
    proposal = None if ask.other is None else duplicates.propose_for(facts, declared, ask.other)
    if proposal is None:
        gone = Line(text="It is no longer needed: the items are linked already, or one of them is gone.")
        return closed(request, facts, RequestState.WITHDRAWN, gone)
    decision = decision_on(
        msgspec.structs.replace(proposal, requester=request.requester), facts, rules, request.workflow
    )
    recorded = Changes(entries=(decided(decision, facts),))
    if is_stopped(decision):
        return recorded + Changes(held=True)
    if decision.verdict is Verdict.DENY:
        why = Line(text="Not done: {0}.", parts=(Tainted(text=reasons(decision)),))
        return recorded + closed(request, facts, RequestState.WITHDRAWN, why)
    agreed = decision.verdict is Verdict.ALLOW or any(vote.counts for vote in request.votes)
    if agreed and proposal.payload.hash == ask.hash:
        return recorded + planned(request, decision)
    difference = _difference(request, decision) if agreed else "the rules now want a person to agree"
    renewed = msgspec.structs.replace(
        request_for(decision, facts, declared, RequestState.PENDING, replaces=request.id), note=difference
    )
    superseded = Line(text="Asked anew, because {0}.", parts=(Tainted(text=difference),))
    return (
        recorded
        + closed(request, facts, RequestState.SUPERSEDED, superseded)
        + asked(renewed, decision, facts, declared)
    )


def _difference(request: Request, decision: Decision) -> str:
    """Say what changed between the payload that was asked about and the one that would be done now."""
    was = {(one.item, one.field): one.equals for one in request.asks[0].payload.preconditions}
    changed = [
        f"{one.field.replace('_', ' ')} was {was.get((one.item, one.field)) or 'empty'} and is {one.equals or 'empty'}"
        for one in decision.proposal.payload.preconditions
        if was.get((one.item, one.field)) != one.equals
    ]
    return "; ".join(changed) or "what would be done has changed"


def propose(facts: Facts, rules: Ruleset, workflow: str) -> Changes:
    """Judge what the agents propose, and act or ask."""
    changes, declared = Changes(), rules.workflows[workflow]
    for proposal in plan(facts, rules, workflow):
        decision = decision_on(proposal, facts, rules, workflow)
        changes += Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
        if decision.verdict is Verdict.ASK:
            question = request_for(decision, facts, declared, RequestState.PENDING)
            changes += asked(question, decision, facts, declared)
        elif decision.verdict is Verdict.ALLOW:
            allowed = request_for(decision, facts, declared, RequestState.APPROVED)
            allowed = msgspec.structs.replace(allowed, closed_at=facts.now, note="allowed by the rules")
            changes += asked(allowed, decision, facts, declared) + planned(allowed, decision)
    return changes


def reopened(facts: Facts) -> Changes:
    """Record that somebody reopened an item which we had closed."""
    undone = {request.undoes for request in facts.requests}
    changes = Changes()
    for record in facts.records:
        closing = isinstance(record.action, TransitionAction) and record.action.after.category == "done"
        stands = record.state is RecordState.DONE and record.request not in undone
        known = f"reopened:{record.decision}" in facts.outcomes
        if closing and stands and not known and facts.item is not None and facts.item.is_open:
            outcome = Outcome(decision=record.decision, kind="reopened", by=facts.actor, at=facts.now)
            changes += came_of(outcome, facts, (record.action.item,))
    return changes


def _looked(facts: Facts, rules: Ruleset, changes: Changes) -> Entry:
    best = max(facts.known, key=lambda one: one.confidence, default=None)
    nearest = f"nearest known is {{1}} at {percent(best.confidence)}" if best else "nothing known resembles it"
    came_to = f"{len(changes.requests)} questions changed, {len(changes.records)} actions planned"
    item = facts.item
    refs = [reference(facts, one.id) for one in (item, best.item if best else None) if one is not None]
    return Entry(
        kind="look.done",
        subject=facts.subject,
        at=facts.now,
        text=Line(text=f"looked at {{0}}: {nearest}; {came_to}", parts=tuple(refs))
        if item
        else Line(text="looked at an item that is gone"),
        about=(item.id,) if item else (),
        data={
            "known": [{"id": one.item.id, "confidence": one.confidence} for one in facts.known],
            "workflows": {name: plain(finding(facts, rules, name)) for name in rules.workflows},
        },
    )
