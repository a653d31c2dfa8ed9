"""What becomes of an approval: judged again on fresh facts, it is carried out, held, withdrawn or asked anew. Pure."""

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.changes import Changes
from orchestrator.coupled import MOOT, proposed_again
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on, is_stopped, reasons
from orchestrator.planner import planned_for
from orchestrator.recording import asked, closed, planned
from rules.actions import Payload, kind_of
from rules.decisions import Decision, Proposal, Verdict
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

_NEEDLESS = "it is no longer needed: the issues are linked already, or one of them is gone"
_WHAT = {
    "link": "how they would be linked",
    "comment": "what the comment would say",
    "transition": "whether and how it would be closed",
    "assign": "who would take it",
    "priority": "its priority",
}


def is_uncarried(request: Request, facts: Facts) -> bool:
    """Tell whether a request was approved and nothing of it has been begun."""
    return request.state is RequestState.APPROVED and not request.finished and not facts.records_of(request.id)


def carry_out(request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Act if the payload that people agreed to is still what would be done and the rules still let it be done."""
    declared = rules.workflows.get(request.workflow)
    if declared is None:
        return closed(request, facts, RequestState.WITHDRAWN, "the rules no longer know its workflow")
    if request.follows is None:
        proposal = planned_for(facts, declared, request.asks[0].other)
    else:
        proposal = proposed_again(request, facts, rules)
    if proposal is None:
        return closed(request, facts, RequestState.WITHDRAWN, _NEEDLESS if request.follows is None else MOOT)
    proposal = msgspec.structs.replace(proposal, requester=request.requester)
    if proposal.payload.hash != request.asks[0].hash:
        return ask_anew(request, proposal, facts, rules)
    return carried(request, decision_on(proposal, facts, rules, request.workflow, answered=True), facts)


def carried(request: Request, decision: Decision, facts: Facts) -> Changes:
    """Plan what people agreed to as it was judged again, hold it, or withdraw it."""
    recorded = Changes(entries=(decided(decision, facts, reviews=request.asks[0].decision),))
    if is_stopped(decision):
        return recorded + held(request, reasons(decision))
    if decision.verdict is Verdict.DENY:
        return recorded + closed(request, facts, RequestState.WITHDRAWN, reasons(decision))
    return recorded + planned(request, decision.proposal.agent)


def held(request: Request, why: str) -> Changes:
    """Leave it approved until work is resumed, and let the card say so."""
    noted = () if request.note == why else (msgspec.structs.replace(request, note=why),)
    return Changes(requests=noted, held=True)


def ask_anew(request: Request, proposal: Proposal, facts: Facts, rules: Ruleset) -> Changes:
    """Replace a question by one about what would be done now, and say what has changed."""
    decision = decision_on(proposal, facts, rules, request.workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if is_stopped(decision):
        return recorded + held(request, reasons(decision))
    if decision.verdict is Verdict.DENY:
        return recorded + closed(request, facts, RequestState.WITHDRAWN, reasons(decision))
    why = difference(request.asks[0].payload, decision)
    superseded = closed(request, facts, RequestState.SUPERSEDED, why)
    declared = rules.workflows[request.workflow]
    question = request_for(decision, facts, rules, RequestState.PENDING, replaces=request.id)
    barred = tuple(sorted({*question.excluded, *request.excluded}))
    return (
        recorded
        + superseded
        + asked(msgspec.structs.replace(question, note=why, excluded=barred), decision, facts, declared)
    )


def difference(was: Payload, decision: Decision) -> str:
    """Say what changed between the payload that was asked about and the one that would be done now."""
    now = decision.proposal.payload
    before = {(one.item, one.field): one.equals for one in was.preconditions}
    changed = [
        "it has come to its status anew"
        if one.field == "arrival"
        else f"{_whose(one.item, now)} {one.field.replace('_', ' ')} was {before.get((one.item, one.field)) or 'empty'}"
        f" and is {one.equals or 'empty'}"
        for one in now.preconditions
        if before.get((one.item, one.field)) != one.equals
    ]
    words = _WHAT | ({"transition": "where it would go"} if decision.proposal.kind == "approve" else {})
    old, new = ({kind_of(action): action for action in payload.actions} for payload in (was, now))
    changed += [
        f"{words.get(kind, kind)} has changed" for kind in sorted({*old, *new}) if old.get(kind) != new.get(kind)
    ]
    return "; ".join(changed)


def _whose(item: int, payload: Payload) -> str:
    return "its" if item == payload.item else "the known issue's"
