"""What a look at an item comes to at the gates of the rules: a question, what its answer leads to, its end. Pure.

Nobody but a person opens a gate, whatever the agent's autonomy level says.
"""

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.carrying import ask_anew
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts
from orchestrator.granting.doing import done
from orchestrator.granting.gates import Gate, asked_at, gate_of, gates_of, is_before, is_settled, open_questions
from orchestrator.granting.proposing import answered, lapsed, proposal_for
from orchestrator.judging import decided, decision_on, is_stopped, reference
from orchestrator.recording import asked, closed
from rules.decisions import Proposal, Verdict
from rules.model import Line, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

_ENDED = (RequestState.REJECTED, RequestState.EXPIRED)


def wants_fresh(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether a look may come to ask at a gate, or to do what was answered there."""
    if open_questions(facts, rules) or _unfinished(facts, rules):
        return True
    return any(is_before(gate, facts, rules) for gate in gates_of(rules))


def ask(facts: Facts, rules: Ruleset) -> Changes:
    """Have people asked about an item that stands before a gate, or asked again where something has changed."""
    changes = Changes()
    for gate in gates_of(rules):
        if not facts.fresh or not is_before(gate, facts, rules):
            continue
        proposal = proposal_for(gate, facts, rules)
        last = next(iter(asked_at(gate, facts, rules)[::-1]), None)
        if proposal is None:
            changes += _stuck(gate, facts)
        elif is_settled(last, proposal.payload.hash, facts):
            continue
        elif last is not None and last.state is RequestState.PENDING:
            changes += ask_anew(last, proposal, facts, rules)
        else:
            changes += _put(gate, proposal, facts, rules)
    return changes


def finish(facts: Facts, rules: Ruleset) -> Changes:
    """Do what the rules say of a no, and of no answer at all."""
    changes = Changes()
    for gate, request in _unfinished(facts, rules):
        rejected = request.state is RequestState.REJECTED
        proposal = answered(gate, request, facts, "reject") if rejected else lapsed(gate, request, facts)
        changes += done(request, proposal, facts, rules)
    return changes


def carry_out(gate: Gate, request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Let an item through if what people agreed to is still what would be done."""
    proposal = proposal_for(gate, facts, rules, request) if is_before(gate, facts, rules) else None
    if proposal is None:
        why = "it stands no longer before the gate, or Jira offers no transition that lets it through"
        return closed(request, facts, RequestState.WITHDRAWN, why)
    if proposal.payload.hash != request.asks[0].hash:
        return ask_anew(request, msgspec.structs.replace(proposal, requester=request.requester), facts, rules)
    return done(request, answered(gate, request, facts, "approve"), facts, rules)


def _unfinished(facts: Facts, rules: Ruleset) -> tuple[tuple[Gate, Request], ...]:
    ended = [one for one in facts.requests if one.state in _ENDED and not one.finished and not facts.records_of(one.id)]
    return tuple((gate, one) for one in ended if (gate := gate_of(one, rules)) is not None)


def _put(gate: Gate, proposal: Proposal, facts: Facts, rules: Ruleset) -> Changes:
    decision = decision_on(proposal, facts, rules, gate.workflow)
    recorded = Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    if decision.verdict is Verdict.DENY:
        return recorded
    question = request_for(decision, facts, rules, RequestState.PENDING)
    return recorded + asked(question, decision, facts, rules.workflows[gate.workflow])


def _stuck(gate: Gate, facts: Facts) -> Changes:
    """Record, once for each time that it comes there, that nobody is asked because nothing could be done."""
    item = facts.item.id if facts.item is not None else 0
    wanted = ", ".join(gate.rule.approved.statuses)
    came = facts.arrival.id if facts.arrival is not None else ""
    entry = Entry(
        kind="gate.stuck",
        subject=facts.subject,
        at=facts.now,
        text=Line(
            text="{0} waits for a decision, and nobody is asked: Jira offers me no transition of it to {1}",
            parts=(reference(facts, item), Tainted(text=wanted)),
        ),
        about=(item,),
        once=f"gate.stuck:{gate.workflow}:{item}:{came}",
    )
    return Changes(entries=(entry,))
