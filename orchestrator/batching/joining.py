"""Which issues join a problem without a question, because the rules let them once people agreed to it. Pure."""

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.batching.joiners import waiting
from orchestrator.batching.proposing import proposal_for
from orchestrator.batching.singly import decision_about
from orchestrator.changes import Changes
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on
from orchestrator.recording import asked, planned
from orchestrator.standing import taken_back
from rules.decisions import Verdict
from rules.model import Item
from rules.requests import Request, RequestState
from rules.ruleset import BatchRule, Ruleset


def may_join(facts: Facts, rules: Ruleset, rule: BatchRule) -> tuple[Item, ...]:
    """Give the issues that wait and that the levels and limits would let join; it is not judged yet, so it may be read.

    Only a problem that people agreed to, and which nobody rejected or took back, is joined like that; what somebody
    took out of it once is asked about.
    """
    if rule.asks_first and not is_agreed(facts):
        return ()
    agent = rules.agents[rule.agent]
    kinds = {"link", "comment"}
    if any(agent.level_for(kind) != "act_with_undo" for kind in kinds):
        return ()
    needed = max(rules.limits.confidence_for(kind) for kind in kinds)
    alike = {one.item.id: one.confidence for one in facts.known}
    taken_out = {id_ for one in facts.requests for id_ in one.only}
    return tuple(one for one in waiting(facts) if one.id not in taken_out and alike.get(one.id, 0) >= needed)


def is_agreed(facts: Facts) -> bool:
    """Tell whether people agreed to something about this batch that stands, and to nothing the contrary.

    Following is neither, and who takes single issues out says nothing about the others.
    """
    followed = {one.id for one in facts.requests if one.follows is not None}
    asked_about = [one for one in facts.requests if not {one.id, one.undoes} & followed]
    against = any(
        one.state is RequestState.REJECTED or (one.undoes is not None and not one.only) for one in asked_about
    )
    return not against and any(stands(one, facts) for one in asked_about if any(vote.counts for vote in one.votes))


def stands(request: Request, facts: Facts) -> bool:
    """Tell whether a question was answered with yes, and not all of its issues were taken out since."""
    left = {ask.payload.item for ask in request.couplings} - taken_back(request.id, facts.requests)
    return request.state is RequestState.APPROVED and bool(left)


def join(facts: Facts, rules: Ruleset, name: str, rule: BatchRule) -> Changes:
    """Couple those that every guardrail lets join, each judged by itself and then all together; the others wait on."""
    judged = [(one, decision_about(one, facts, rules, name, rule)) for one in may_join(facts, rules, rule)]
    sure = [one for one, decision in judged if decision is not None and decision.verdict is Verdict.ALLOW]
    workflow = rules.workflows[name]
    proposed = proposal_for(sure, facts, workflow, rule)
    if proposed is None or len(sure) >= rule.second_person_from:
        return Changes()
    decision = decision_on(proposed[0], facts, rules, name)
    if decision.verdict is not Verdict.ALLOW:
        return Changes()
    question = request_for(decision, facts, rules, RequestState.APPROVED)
    bound = tuple(msgspec.structs.replace(ask, decision=decision.id) for ask in proposed[1])
    allowed = msgspec.structs.replace(question, asks=bound, closed_at=facts.now, note="allowed by the rules")
    told = asked(allowed, decision, facts, workflow)
    return Changes(entries=(decided(decision, facts), *told.entries), requests=told.requests) + planned(
        allowed, rule.agent
    )
