"""Puts the issues of a batch that wait to people, all in one question. Pure."""

from collections.abc import Collection
from dataclasses import replace

import msgspec

from orchestrator.approvals.asking import askable, request_for
from orchestrator.approvals.quorum import at_least
from orchestrator.batching.joiners import is_answered, items_of, waiting
from orchestrator.batching.proposing import proposal_for
from orchestrator.batching.singly import denials
from orchestrator.changes import CardWanted, Changes
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on, is_stopped, reasons
from orchestrator.recording import asked, closed
from rules.decisions import Proposal, Verdict
from rules.model import Item
from rules.requests import Ask, RequestState
from rules.ruleset import BatchRule, Ruleset


def ask(facts: Facts, rules: Ruleset, name: str, rule: BatchRule) -> Changes:
    """Ask about all that waits, and about what an open question holds: there is one question at a time.

    What a guardrail denies is left out; of those that it denies for the same reason one is recorded. Where those that
    came since cannot be asked about together with the others, the open question stays, and they come after it.
    """
    open_now = [one for one in facts.requests if one.state is RequestState.PENDING]
    held = {ask.payload.item for one in open_now for ask in one.asks}
    wanted = [*waiting(facts), *items_of(facts, held)]
    denied = denials(wanted, facts, rules, name, rule)
    fit = [one for one in wanted if one.id not in denied]
    why = {reasons(one): one for one in reversed(denied.values())}
    recorded = Changes(entries=tuple(decided(one, facts) for one in why.values()))
    chosen = _chosen(fit, facts, rules, name, rule)
    if chosen is None:
        return recorded
    proposal, asks = chosen
    if any({ask.payload.item for ask in one.couplings} == _coupled(asks) for one in open_now):
        return recorded
    decision = decision_on(proposal, facts, rules, name)
    changes = recorded + Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    if decision.verdict is Verdict.DENY:
        return changes
    for one in open_now:
        changes += closed(one, facts, RequestState.SUPERSEDED, "more issues joined it")
    workflow = rules.workflows[name]
    question = request_for(decision, facts, rules, RequestState.PENDING)
    bound = tuple(msgspec.structs.replace(ask, decision=decision.id) for ask in asks)
    many = len(_coupled(bound)) >= rule.second_person_from
    steps = at_least(question.steps, 2) if many else question.steps
    question = msgspec.structs.replace(question, asks=bound, steps=steps)
    put = asked(question, decision, facts, workflow)
    return changes + replace(
        put, cards=tuple(CardWanted(request=str(facts.subject), place=one.place) for one in put.cards)
    )


def _coupled(asks: Collection[Ask]) -> set[int]:
    return {one.payload.item for one in asks if one.other is not None}


def _chosen(
    items: Collection[Item], facts: Facts, rules: Ruleset, name: str, rule: BatchRule
) -> tuple[Proposal, tuple[Ask, ...]] | None:
    """Choose what one question is about: first what the channel may see, later everything, if one person may see it.

    Fewer questions count more than quick ones once the problem is in hands.
    """
    workflow = rules.workflows[name]
    channel = facts.channels.get(workflow.channel, "")
    seen = [item for item in items if facts.item and facts.may_see(channel, item.id, facts.item.id)]
    for some in [items, seen] if is_answered(facts) else [seen, items]:
        proposed = proposal_for(some, facts, workflow, rule)
        if proposed is not None and askable(proposed[0], facts, workflow):
            return proposed
    return proposal_for(seen or items, facts, workflow, rule)
