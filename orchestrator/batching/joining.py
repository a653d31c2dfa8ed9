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
from rules.decisions import Verdict
from rules.model import Item
from rules.requests import RequestState
from rules.ruleset import BatchRule, Ruleset


def may_join(facts: Facts, rules: Ruleset, rule: BatchRule) -> tuple[Item, ...]:
    """Give the issues that wait and that the levels and limits would let join; it is not judged yet, so it may be read.

    Only a problem that people agreed to, and of which nobody rejected or took back anything, is joined like that.
    """
    if rule.asks_first and not is_agreed(facts):
        return ()
    agent = rules.agents[rule.agent]
    kinds = {"link", "comment"}
    if any(agent.level_for(kind) != "act_with_undo" for kind in kinds):
        return ()
    needed = max(rules.limits.confidence_for(kind) for kind in kinds)
    alike = {one.item.id: one.confidence for one in facts.known}
    return tuple(one for one in waiting(facts) if alike.get(one.id, 0) >= needed)


def is_agreed(facts: Facts) -> bool:
    """Tell whether people agreed to something about this batch, and to nothing the contrary; following is neither."""
    followed = {one.id for one in facts.requests if one.follows is not None}
    asked_about = [one for one in facts.requests if not {one.id, one.undoes} & followed]
    against = any(one.state is RequestState.REJECTED or one.undoes is not None for one in asked_about)
    agreed = any(one.state is RequestState.APPROVED and any(vote.counts for vote in one.votes) for one in asked_about)
    return agreed and not against


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
