"""Picks the proposals that serve a workflow's outcome at least cost; what was answered is not asked again. Pure."""

from collections.abc import Iterable

import msgspec

from orchestrator.agents import AGENTS
from orchestrator.batching.arrivals import crowded_until, is_being_sorted
from orchestrator.facts import Facts
from rules.conditions import ITEMS, Finding, check, view_of
from rules.decisions import Proposal
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset, WorkflowRule


def finding(facts: Facts, rules: Ruleset, workflow: str) -> Finding:
    """Tell whether the workflow is about this item now."""
    if facts.item is None or facts.item.deleted:
        return Finding(holds=False, reason="the item is gone")
    return check(ITEMS, rules.workflows[workflow].when, ITEMS.seen(view_of(facts.item, facts.now)))


def plan(facts: Facts, rules: Ruleset, workflow: str) -> tuple[Proposal, ...]:
    """Give what the workflow's agent proposes by itself and is worth judging; an item of a batch is the batch's.

    Nor is anything asked about an item of which it is still to be said whether it belongs to one, or that others which
    resemble it may join.
    """
    declared = rules.workflows[workflow]
    agent, limits = AGENTS.get(declared.agent), rules.agents.get(declared.agent)
    if agent is None or limits is None or not finding(facts, rules, workflow).holds:
        return ()
    if facts.in_batch is not None or is_being_sorted(facts, rules) or crowded_until(facts, rules) is not None:
        return ()
    seen = _together(facts)
    return tuple(one for one in agent.propose(seen, limits, declared) if not is_settled(one, facts))


def _together(facts: Facts) -> Facts:
    """Leave out what people told apart from the item: only a person may propose it again."""
    item = facts.item.id if facts.item else 0
    return msgspec.structs.replace(facts, known=tuple(one for one in facts.known if not facts.apart(item, one.item.id)))


def planned_for(facts: Facts, workflow: WorkflowRule, other: int | None) -> Proposal | None:
    """Give what the workflow's agent would do about one other item now; None when nothing makes sense (any more)."""
    agent = AGENTS.get(workflow.agent)
    return None if agent is None or other is None else agent.propose_for(facts, workflow, other)


def is_settled(proposal: Proposal, facts: Facts) -> bool:
    """Tell whether this pair was asked before, so that it must not be asked again now.

    A pending or carried out request settles it. A rejected or undone one does, until a person proposes the pair. An
    expired or withdrawn one does until the item changes or a person proposes the pair.
    """
    earlier = list(_requests_for(proposal.other, facts.requests))
    if any(request.state in (RequestState.PENDING, RequestState.APPROVED) for request in earlier):
        return not _undone(earlier, facts) or proposal.requester is None
    if proposal.requester is not None:
        return False
    if any(request.state is RequestState.REJECTED for request in earlier):
        return True
    lapsed = [one for one in earlier if one.state in (RequestState.EXPIRED, RequestState.WITHDRAWN)]
    updated = facts.item.updated if facts.item else None
    return any(one.item_updated is None or updated is None or updated <= one.item_updated for one in lapsed)


def _requests_for(other: int | None, requests: Iterable[Request]) -> Iterable[Request]:
    return (one for one in requests if one.undoes is None and any(ask.other == other for ask in one.asks))


def _undone(requests: Iterable[Request], facts: Facts) -> bool:
    live = [one.id for one in requests if one.state in (RequestState.PENDING, RequestState.APPROVED)]
    undone = {one.undoes for one in facts.requests}
    return all(id_ in undone for id_ in live)
