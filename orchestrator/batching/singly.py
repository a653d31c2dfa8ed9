"""Judges each issue of a batch by itself, so that a guardrail about one holds for that one and no other. Pure."""

from collections.abc import Iterable

import msgspec

from orchestrator.batching.proposing import proposal_for
from orchestrator.facts import Facts
from orchestrator.judging import decision_on, is_stopped
from rules.decisions import Decision, Verdict
from rules.model import Item
from rules.ruleset import BatchRule, Ruleset


def decision_about(
    item: Item, facts: Facts, rules: Ruleset, name: str, rule: BatchRule, *, answered: bool = False
) -> Decision | None:
    """Judge what would be done about one issue alone; None where nothing would."""
    proposed = proposal_for([item], facts, rules.workflows[name], rule)
    if proposed is None:
        return None
    payload = msgspec.structs.replace(proposed[0].payload, item=item.id)
    proposal = msgspec.structs.replace(proposed[0], payload=payload)
    return decision_on(proposal, facts, rules, name, answered=answered)


def denials(
    items: Iterable[Item], facts: Facts, rules: Ruleset, name: str, rule: BatchRule, *, answered: bool = False
) -> dict[int, Decision]:
    """Give the issues that a guardrail denies, with why; what is only stopped is not denied, but waits."""
    judged = {one.id: decision_about(one, facts, rules, name, rule, answered=answered) for one in items}
    return {
        id_: decision
        for id_, decision in judged.items()
        if decision is not None and decision.verdict is Verdict.DENY and not is_stopped(decision)
    }
