"""Plans what an answer at a gate comes to, once it was judged again. Pure."""

import msgspec

from orchestrator.carrying import held
from orchestrator.changes import Changes
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on, is_stopped, reasons
from orchestrator.recording import closed, planned
from rules.decisions import Proposal, Verdict
from rules.requests import Ask, Request, RequestState
from rules.ruleset import Ruleset


def done(request: Request, proposal: Proposal | None, facts: Facts, rules: Ruleset) -> Changes:
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
