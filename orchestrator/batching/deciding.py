"""One look at a batch, decided: who is asked about which of its issues, and what is done once they agree. Pure.

Nobody is asked one by one. The first question comes as soon as the batch is large enough; whoever joins after an
answer is asked about together with others, when none has come for a while. A place where not everybody may browse
an issue is not asked about that one; it is left for a question to those who may.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec

from orchestrator.approvals.calling import is_due, wait
from orchestrator.batching import following
from orchestrator.batching.asking import ask
from orchestrator.batching.creating import fronted, unplaced
from orchestrator.batching.further import come, may_come
from orchestrator.batching.handover import awaited, taken_over
from orchestrator.batching.joiners import due_at, items_of
from orchestrator.batching.joining import join, may_join
from orchestrator.batching.proposing import proposal_for
from orchestrator.batching.regroup import Batch
from orchestrator.batching.singly import denials
from orchestrator.batching.sorting import SORTING, batching
from orchestrator.batching.told import Parting
from orchestrator.carrying import is_uncarried
from orchestrator.changes import CardWanted, Changes
from orchestrator.coupled import kept
from orchestrator.decide import expire, next_look
from orchestrator.facts import Facts
from orchestrator.hearing import hear
from orchestrator.judging import decided, decision_on, is_stopped, reasons
from orchestrator.recording import closed, planned
from rules.canonical import digest
from rules.decisions import Proposal, Verdict
from rules.model import Event
from rules.requests import Ask, Request, RequestState
from rules.ruleset import BatchRule, Ruleset, WorkflowRule


def wants_fresh(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether this look may ask, act or judge what people did, so that Jira has to be read first."""
    wanted = batching(rules)
    if facts.commands or any(unplaced(facts)):
        return True
    if any(is_uncarried(one, facts) or is_due(one, facts.now) for one in facts.requests):
        return True
    if following.due(facts, rules) or following.reopened(facts).outcomes:
        return True
    if wanted is None:
        return False
    due = due_at(facts, wanted[1])
    joining = may_join(facts, rules, wanted[1]) or may_come(facts, wanted[1])
    return bool(joining) or (due is not None and due <= facts.now)


def decide(facts: Facts, rules: Ruleset) -> Changes:
    """Decide everything about one batch."""
    wanted = batching(rules)
    changes = hear(facts, rules)
    changes += _told_apart(facts, changes)
    if not changes.batches:
        changes += fronted(_after(changes, facts))
    if changes.batches:
        return changes + Changes(events=(_turned(facts),))
    changes += expire(_after(changes, facts))
    if wanted is None or facts.item is None or facts.batch is None or not facts.batch.members:
        return changes + _ended(_after(changes, facts))
    name, rule = wanted
    for request in _after(changes, facts).requests:
        if is_uncarried(request, _after(changes, facts)):
            later = _after(changes, facts)
            if request.follows is not None:
                changes += following.carry(request, later, rules)
            else:
                changes += _carry_out(request, later, rules, rule)
    if facts.fresh:
        changes += join(_after(changes, facts), rules, name, rule)
        changes += come(_after(changes, facts), rules, name, rule)
    now_due = due_at(_after(changes, facts), rule)
    if now_due is not None and now_due <= facts.now and facts.fresh:
        changes += ask(_after(changes, facts), rules, name, rule)
    changes += kept(changes, facts, rules)
    changes += following.follow(_after(changes, facts), rules, rule)
    changes += kept(changes, facts, rules) + following.reopened(facts)
    changes += wait(_after(changes, facts), rules)
    return changes + _shown(facts, rules, name, rule) + Changes(next_look_at=_next(_after(changes, facts), rule))


def _turned(facts: Facts) -> Event:
    """Have the batch looked at again, with facts about what somebody made of it."""
    told = {"version": facts.batch.version if facts.batch else 0, "commands": [one.id for one in facts.commands]}
    return Event(
        id=f"turned:{facts.subject.id}:{digest(told)[:24]}",
        kind="signal",
        name="batch.turned",
        source="yardmaster",
        subject=facts.subject,
        received_at=facts.now,
    )


def _after(changes: Changes, facts: Facts) -> Facts:
    return facts.after(changes.requests, changes.records, changes.followed)


def _ended(facts: Facts) -> Changes:
    """Take back what was asked about a batch that is none any more; its issues are asked about where they went."""
    moot = [
        one
        for one in facts.requests
        if one.state is RequestState.PENDING or (one.undoes is None and is_uncarried(one, facts))
    ]
    why = "its issues went into another batch, or are gone"
    return sum((closed(one, facts, RequestState.WITHDRAWN, why) for one in moot), Changes())


def _next(facts: Facts, rule: BatchRule) -> datetime | None:
    due = due_at(facts, rule)
    return min(filter(None, [next_look(facts), due if due is not None and due > facts.now else None]), default=None)


def _carry_out(request: Request, facts: Facts, rules: Ruleset, rule: BatchRule) -> Changes:
    """Do what is still as people agreed to; an issue that changed leaves the question, and is asked about anew."""
    workflow = rules.workflows.get(request.workflow)
    asked_for = {ask.payload.item for ask in request.couplings}
    proposed = _still(request, asked_for, facts, workflow, rule) if workflow else None
    if workflow is None or proposed is None:
        return closed(request, facts, RequestState.WITHDRAWN, "none of it is needed any more")
    as_agreed = {ask.hash for ask in proposed[1]} & {ask.hash for ask in request.asks}
    kept = {ask.payload.item for ask in request.couplings if ask.hash in as_agreed}
    kept -= denials(items_of(facts, kept), facts, rules, request.workflow, rule, answered=True).keys()
    narrowed = _still(request, kept, facts, workflow, rule)
    if narrowed is None:
        return closed(request, facts, RequestState.SUPERSEDED, "all of them have changed since, or are denied by now")
    hashes = {ask.hash for ask in narrowed[1]}
    asks = tuple(msgspec.structs.replace(ask, drifted=ask.hash not in hashes) for ask in request.asks)
    decision = decision_on(narrowed[0], facts, rules, request.workflow, answered=True)
    recorded = Changes(entries=(decided(decision, facts, reviews=request.asks[0].decision),))
    if is_stopped(decision):
        noted = msgspec.structs.replace(request, note=reasons(decision))
        return recorded + Changes(requests=(noted,) if request.note != noted.note else (), held=True)
    if decision.verdict is Verdict.DENY:
        return recorded + closed(request, facts, RequestState.WITHDRAWN, reasons(decision))
    agreed = msgspec.structs.replace(request, asks=asks)
    return recorded + Changes(requests=(agreed,)) + planned(agreed, rule.agent)


def _still(
    request: Request, items: Collection[int], facts: Facts, workflow: WorkflowRule, rule: BatchRule
) -> tuple[Proposal, tuple[Ask, ...]] | None:
    """Give what would be proposed about these issues now, in the words that were agreed to."""
    return proposal_for(items_of(facts, items), facts, workflow, rule, request.asks[0].count)


def _told_apart(facts: Facts, changes: Changes) -> Changes:
    """Remember what people rejected or took apart, and have the issues sorted again."""
    told = Changes()
    before = {one.id: one.state for one in facts.requests}
    undoing = {one.undoes for one in changes.requests}
    taken_back = {id_ for one in facts.requests if one.id in undoing for id_ in one.items}
    for request in changes.requests:
        undone = next((one for one in facts.requests if request.takes_back(one.id)), None)
        if request.follows is not None or (undone is not None and undone.follows is not None):
            continue
        if request.state is RequestState.REJECTED and before.get(request.id) is not RequestState.REJECTED:
            told += _parting(request, facts, request.items)
        elif undone is not None and request.id not in before:
            told += _parting(request, facts, undone.items, tuple(taken_back))
    return told


def _parting(request: Request, facts: Facts, ones: tuple[int, ...], others: tuple[int, ...] = ()) -> Changes:
    by = request.requester or next((vote.human for vote in request.votes if vote.counts), "")
    apart = Parting(
        id=request.id,
        ones=tuple(sorted(ones)),
        others=tuple(sorted(others or ones)),
        by=by,
        at=request.closed_at or facts.now,
    )
    again = Event(
        id=f"parted:{request.id}",
        kind="signal",
        name="item.came",
        source="yardmaster",
        subject=SORTING,
        received_at=facts.now,
        payload={"item": min(ones)},
    )
    return Changes(partings=(apart,), events=(again,))


def _shown(facts: Facts, rules: Ruleset, name: str, rule: BatchRule) -> Changes:
    """Have the one card stand in the channel as soon as the batch is large enough, or goes on what was asked."""
    channel, taken = facts.channels.get(rules.workflows[name].channel), taken_over(facts)
    if channel is None or facts.batch is None or not _is_shown(facts.batch, facts, rule):
        return taken
    return taken + Changes(cards=(CardWanted(request=str(facts.subject), place=channel),))


def _is_shown(batch: Batch, facts: Facts, rule: BatchRule) -> bool:
    if awaited(facts):
        return False
    if len(batch.members) >= rule.from_items or facts.begun:
        return True
    return len(batch.members) > 1 and batch.changed_at is not None
