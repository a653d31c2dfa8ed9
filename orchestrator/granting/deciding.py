"""What a look at an item comes to at the gates of the rules: a question, what its answer leads to, its end. Pure.

Nobody but a person opens a gate, whatever the agent's autonomy level says. An answer that was given in Jira, by moving
the item, is a vote like any: it counts only where its giver might have given it in Slack.
"""

from typing import Literal

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.voting import cast
from orchestrator.carrying import ask_anew, held
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts
from orchestrator.granting.gates import Gate, asked_at, gate_of, gates_of, is_before, is_settled, open_questions
from orchestrator.granting.proposing import answered, lapsed, proposal_for
from orchestrator.judging import decided, decision_on, is_stopped, reasons, reference
from orchestrator.recording import asked, closed, planned
from rules.canonical import plain
from rules.decisions import Proposal, Verdict
from rules.model import Event, Line, PersonRef, Tainted
from rules.requests import Ask, Request, RequestState
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


def leave(facts: Facts, rules: Ruleset) -> Changes:
    """Close the open questions about an item that has left their gate: decided in Jira, or of no use any more."""
    changes = Changes()
    if not facts.fresh or facts.item is None or facts.item.deleted:
        return changes
    for gate, request in open_questions(facts, rules):
        if not is_before(gate, facts, rules):
            changes += _left(gate, request, facts, rules)
    return changes


def finish(facts: Facts, rules: Ruleset) -> Changes:
    """Do what the rules say of a no, and of no answer at all."""
    changes = Changes()
    for gate, request in _unfinished(facts, rules):
        rejected = request.state is RequestState.REJECTED
        proposal = answered(gate, request, facts, "reject") if rejected else lapsed(gate, facts)
        changes += _done(request, proposal, facts, rules)
    return changes


def carry_out(gate: Gate, request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Let an item through if what people agreed to is still what would be done."""
    proposal = proposal_for(gate, facts, rules) if is_before(gate, facts, rules) else None
    if proposal is None:
        why = "it stands no longer before the gate, or Jira offers no transition that lets it through"
        return closed(request, facts, RequestState.WITHDRAWN, why)
    if proposal.payload.hash != request.asks[0].hash:
        return ask_anew(request, msgspec.structs.replace(proposal, requester=request.requester), facts, rules)
    return _done(request, answered(gate, request, facts, "approve"), facts, rules)


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


def _done(request: Request, proposal: Proposal | None, facts: Facts, rules: Ruleset) -> Changes:
    """Plan what an answer comes to, hold it while work is stopped, or leave it where the rules deny it."""
    if proposal is None:
        return Changes(requests=(msgspec.structs.replace(request, finished=True),))
    decision = decision_on(proposal, facts, rules, request.workflow, answered=True)
    first = request.asks[0].decision
    recorded = Changes(entries=(decided(decision, facts, reviews=first),))
    if is_stopped(decision):
        return recorded + held(request, reasons(decision))
    if decision.verdict is Verdict.DENY and request.state is RequestState.APPROVED and not request.finished:
        return recorded + closed(request, facts, RequestState.WITHDRAWN, reasons(decision))
    if decision.verdict is Verdict.DENY:
        return recorded + Changes(requests=(msgspec.structs.replace(request, finished=True),))
    payload = proposal.payload
    asks = (Ask(decision=first, payload=payload, hash=payload.hash),)
    return recorded + planned(msgspec.structs.replace(request, asks=asks), proposal.agent)


def _left(gate: Gate, request: Request, facts: Facts, rules: Ruleset) -> Changes:
    choice = _choice(gate, facts)
    mover = facts.arrival.author if facts.arrival is not None else None
    person = facts.person(mover)
    who = person.name if person is not None else "somebody"
    status = facts.item.status.name if facts.item is not None else ""
    if choice is None or mover is None or facts.arrival is None:
        return closed(request, facts, RequestState.WITHDRAWN, f"{who} moved the issue to {status} in Jira")
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
    return Changes(requests=(ended,)) + _done(ended, answered(gate, ended, facts, choice, by_hand=True), facts, rules)


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
