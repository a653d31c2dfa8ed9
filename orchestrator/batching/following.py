"""A look at a batch, as far as its issues follow the one in front: all of them in one question, or in none. Pure."""

from collections.abc import Collection
from dataclasses import replace

import msgspec

from orchestrator.approvals.asking import askable, request_for
from orchestrator.approvals.quorum import at_least
from orchestrator.carrying import carried
from orchestrator.changes import CardWanted, Changes, Outcome
from orchestrator.coupled import MOOT, allowed, is_closing, open_now
from orchestrator.facts import Facts
from orchestrator.following import Following, Lag, following, lags, noticed, proposal_for, reached, state_in
from orchestrator.judging import decided, decision_on, is_stopped
from orchestrator.news import left
from orchestrator.recording import asked, came_of, closed, planned
from orchestrator.undoing import last_move
from rules.decisions import Decision, Proposal, Verdict
from rules.model import Item
from rules.requests import Ask, Request, RequestState
from rules.ruleset import BatchRule, Ruleset


def due(facts: Facts, rules: Ruleset) -> list[list[Lag]]:
    """Give what issues of the batch have to follow and nobody is asked about yet, those of one move together."""
    wanted = following(rules)
    if wanted is None:
        return []
    asked_about = {
        (ask.payload.item, one.follows, state_in(one)) for one in open_now(facts) for ask in one.asks if not ask.drifted
    }
    groups: dict[tuple[int, str, str], list[Lag]] = {}
    for lag in lags(members(facts), facts, wanted):
        if (lag.item.id, lag.parent.id, lag.state) not in asked_about:
            groups.setdefault((lag.parent.id, lag.state, lag.move), []).append(lag)
    return list(groups.values())


def follow(facts: Facts, rules: Ruleset, rule: BatchRule) -> Changes:
    """Have the issues follow; while people are asked something else about the batch, they are not asked this too."""
    wanted = following(rules)
    if wanted is None:
        return Changes()
    changes = Changes(followed=noticed(members(facts), facts, wanted)) + _moot(facts, wanted)
    for group in due(facts, rules) if facts.fresh else []:
        told, judged = _judged(group, facts, rules, wanted)
        changes += told
        for some in (one for alike in judged for one in _askable(alike, facts, rules, wanted)):
            changes += _followed(some, facts.after(changes.requests), rules, wanted, rule)
    return changes


def carry(request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Do what is still as people agreed to; an issue that changed leaves the question, and is asked about anew."""
    wanted = following(rules)
    proposed = _again(request, {ask.payload.item for ask in request.asks}, facts, wanted) if wanted else None
    if proposed is None:
        return closed(request, facts, RequestState.WITHDRAWN, MOOT)
    hashes = {ask.hash for ask in proposed[1]}
    asks = tuple(msgspec.structs.replace(ask, drifted=ask.hash not in hashes) for ask in request.asks)
    kept = {ask.payload.item for ask in asks if not ask.drifted}
    narrowed = _again(request, kept, facts, wanted) if wanted else None
    if narrowed is None:
        return closed(request, facts, RequestState.SUPERSEDED, "all of them have changed since")
    decision = decision_on(narrowed[0], facts, rules, request.workflow, answered=True)
    agreed = msgspec.structs.replace(request, asks=asks)
    came = carried(agreed, decision, facts)
    return Changes(requests=(agreed,)) + came if came.records else came


def reopened(facts: Facts) -> Changes:
    """Record which issues somebody opened again that we had closed; each leaves the batch, and is left alone."""
    changes = Changes()
    undone = {one.undoes for one in facts.requests if not one.only}
    for item in members(facts):
        last = last_move(item.id, facts) if item.is_open and not item.deleted else None
        if last is None or not is_closing(last) or last.request in undone:
            continue
        if f"reopened:{last.decision}:{item.id}" not in facts.outcomes:
            outcome = Outcome(decision=last.decision, kind="reopened", by=None, at=facts.now, item=item.id)
            rest = (one.id for one in members(facts))
            changes += came_of(outcome, facts, (item.id,)) + left(item.id, rest, last.decision, facts)
    return changes


def members(facts: Facts) -> list[Item]:
    """Give the issues of the batch."""
    ids = set(facts.batch.members) if facts.batch else set()
    return [one.item for one in facts.known if one.item.id in ids]


def _moot(facts: Facts, wanted: Following) -> Changes:
    """Take back the questions about a state that the parent has left."""
    behind = {(one.parent.id, one.state) for one in lags(members(facts), facts, wanted)}
    moot = [one for one in open_now(facts) if (one.follows, state_in(one)) not in behind]
    return sum((closed(one, facts, RequestState.WITHDRAWN, MOOT) for one in moot), Changes())


def _judged(group: list[Lag], facts: Facts, rules: Ruleset, wanted: Following) -> tuple[Changes, list[list[Lag]]]:
    """Judge each alone: what a guardrail denies about one keeps no other back, and what is asked about one waits alone.

    Where all are denied they stay together, so that it is told once.
    """
    told, fit = Changes(), {Verdict.ALLOW: list[Lag](), Verdict.ASK: list[Lag](), Verdict.DENY: list[Lag]()}
    denied = Changes()
    for lag in group:
        proposed = proposal_for([lag], facts, wanted)
        if proposed is None:
            told += Changes(followed=(reached(lag.item.id, lag.parent.id, lag.state, facts),))
            continue
        decision = decision_on(proposed[0], facts, rules, wanted.workflow)
        fit[decision.verdict].append(lag)
        if decision.verdict is Verdict.DENY:
            denied += Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    some = [fit[verdict] for verdict in (Verdict.ALLOW, Verdict.ASK) if fit[verdict]]
    if some:
        return told + denied, some
    return told, [fit[Verdict.DENY]] if fit[Verdict.DENY] else []


def _askable(group: list[Lag], facts: Facts, rules: Ruleset, wanted: Following) -> list[list[Lag]]:
    """Keep all together if one person may see all; else those that everybody in the channel may see, and the others."""
    workflow = rules.workflows[wanted.workflow]
    together = proposal_for(group, facts, wanted)
    if together is None or askable(together[0], facts, workflow):
        return [group]
    channel = facts.channels.get(workflow.channel, "")
    seen = [one for one in group if facts.may_see(channel, one.item.id, one.parent.id)]
    return [some for some in (seen, [one for one in group if one not in seen]) if some]


def _followed(some: list[Lag], facts: Facts, rules: Ruleset, wanted: Following, rule: BatchRule) -> Changes:
    proposed = proposal_for(some, facts, wanted)
    if proposed is None:
        return Changes()
    decision = decision_on(proposed[0], facts, rules, wanted.workflow)
    waits = decision.verdict is Verdict.ASK and any(one.state is RequestState.PENDING for one in facts.requests)
    if waits:
        return Changes()
    changes = Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    if decision.verdict is Verdict.ALLOW:
        question = _bound(allowed(decision, facts, rules), decision, proposed[1], 1)
        changes += planned(question, decision.proposal.agent)
    elif decision.verdict is Verdict.ASK:
        people = 2 if len(some) >= rule.second_person_from else 1
        question = _bound(request_for(decision, facts, rules, RequestState.PENDING), decision, proposed[1], people)
    else:
        return changes
    put = asked(question, decision, facts, rules.workflows[wanted.workflow])
    cards = tuple(CardWanted(request=str(facts.subject), place=one.place) for one in put.cards)
    return changes + replace(put, cards=cards)


def _bound(request: Request, decision: Decision, asks: tuple[Ask, ...], people: int) -> Request:
    bound = tuple(msgspec.structs.replace(ask, decision=decision.id) for ask in asks)
    return msgspec.structs.replace(request, asks=bound, steps=at_least(request.steps, people))


def _again(
    request: Request, items: Collection[int], facts: Facts, wanted: Following
) -> tuple[Proposal, tuple[Ask, ...]] | None:
    behind = [one for one in lags(members(facts), facts, wanted) if one.item.id in items]
    move = request.follows, state_in(request)
    return proposal_for([one for one in behind if (one.parent.id, one.state) == move], facts, wanted)
