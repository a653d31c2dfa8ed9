"""One look at an item, decided: from facts and rules to changes, and to nothing else. Pure.

In this order: what makes no sense any more is withdrawn, what people said is heard, what lapsed expires, what was
approved is carried out on fresh facts or asked anew, and what is new is proposed.
"""

from datetime import datetime, timedelta

from orchestrator.approvals.asking_back import answered_in_jira
from orchestrator.approvals.calling import is_due, wait
from orchestrator.assigning import deciding as assigning
from orchestrator.assigning import lacking
from orchestrator.batching.arrivals import crowded_until, is_being_sorted, passed_on
from orchestrator.batching.handover import given_over
from orchestrator.carrying import carry_out, is_uncarried
from orchestrator.changes import Changes, Entry, Outcome
from orchestrator.coupled import due, follow, is_closing, kept
from orchestrator.facts import Facts
from orchestrator.granting import deciding as gates
from orchestrator.granting import desk
from orchestrator.granting.gates import gate_of
from orchestrator.granting.leaving import leave
from orchestrator.hearing import hear
from orchestrator.judging import reference
from orchestrator.news import left
from orchestrator.planner import finding, plan
from orchestrator.proposing import propose
from orchestrator.recording import came_of, closed
from orchestrator.rescue import deciding as rescuing
from orchestrator.undoing import last_move
from orchestrator.watching import coming, writing
from rules.canonical import digest, plain
from rules.guardrails import percent
from rules.model import Event, Item, Line, Subject
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

#: How long after its time a question is closed: an answer that was received in time may still be on its way to us.
GRACE = timedelta(seconds=10)


def wants_fresh(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether this look may come to ask, act or judge what people did, so that Jira has to be read first."""
    if facts.commands or any(is_uncarried(request, facts) for request in facts.requests) or due(facts, rules):
        return True
    if answered_in_jira(facts, rules).requests:
        return True
    if any(each.wants_fresh(facts, rules) for each in (assigning, gates, rescuing)):
        return True
    if any(is_due(request, facts.now) for request in facts.requests):
        return True
    return facts.stirred and (
        bool(reopened(facts).outcomes) or any(plan(facts, rules, name) for name in rules.workflows)
    )


def decide(facts: Facts, rules: Ruleset) -> Changes:
    """Decide everything about one item."""
    changes = withdraw(facts)
    changes += leave(_after(changes, facts), rules) + assigning.leave(_after(changes, facts), rules)
    changes += rescuing.leave(_after(changes, facts), rules)
    changes += desk.heard(_after(changes, facts), rules)
    changes += hear(_after(changes, facts), rules)
    changes += answered_in_jira(_after(changes, facts), rules)
    changes += given_over(_after(changes, facts), rules)
    changes += expire(_after(changes, facts))
    for request in _after(changes, facts).requests:
        if is_uncarried(request, _after(changes, facts)):
            changes += _carried(request, _after(changes, facts), rules)
    changes += gates.finish(_after(changes, facts), rules) + rescuing.mend(_after(changes, facts), rules)
    changes += kept(changes, facts, rules)
    changes += follow(_after(changes, facts), rules)
    changes += gates.ask(_after(changes, facts), rules) + assigning.ask(_after(changes, facts), rules)
    changes += lacking.tell(_after(changes, facts), rules) + writing.write(_after(changes, facts), rules)
    if facts.stirred or facts.commands:
        changes += reopened(_after(changes, facts)) + assigning.came(_after(changes, facts), rules)
        for name in rules.workflows:
            changes += propose(_after(changes, facts), rules, name)
        changes += tell_newer(facts, rules) + passed_on(_after(changes, facts), rules) + coming.came(facts, rules)
        changes += Changes() if is_being_sorted(facts, rules) else Changes(entries=(_looked(facts, rules, changes),))
    changes += kept(changes, facts, rules) + assigning.stir(_after(changes, facts), rules)
    changes += wait(_after(changes, facts), rules)
    quiet = crowded_until(facts, rules)
    return changes + Changes(next_look_at=next_look(_after(changes, facts))) + Changes(next_look_at=quiet)


def next_look(facts: Facts) -> datetime | None:
    """Say when an open question expires, somebody may have to be called about it, or Jira may know more of it."""
    later = [one for one in _pending(facts) if one.look_at is not None and one.look_at < one.expires_at]
    calls = [one.look_at for one in later if one.look_at is not None]
    calls += [facts.now + desk.AGAIN for one in _pending(facts) if desk.waits_for_several(one, facts)]
    return min([*calls, *(one.expires_at + GRACE for one in _pending(facts))], default=None)


def _carried(request: Request, facts: Facts, rules: Ruleset) -> Changes:
    if assigning.is_about_giving(request, rules):
        return assigning.carry_out(request, facts, rules)
    if rescuing.is_about_rescue(request, rules):
        return rescuing.carry_out(request, facts, rules)
    gate = gate_of(request, rules)
    return carry_out(request, facts, rules) if gate is None else gates.carry_out(gate, request, facts, rules)


def _after(changes: Changes, facts: Facts) -> Facts:
    return facts.after(changes.requests, changes.records, changes.followed)


def withdraw(facts: Facts) -> Changes:
    """Take back the questions that no answer could make sense of any more."""
    moot = [(one, why) for one in _pending(facts) if (why := _moot(one, facts))]
    return sum((closed(one, facts, RequestState.WITHDRAWN, why) for one, why in moot), Changes())


def _moot(request: Request, facts: Facts) -> str | None:
    other = request.asks[0].other
    if facts.item is None or facts.item.deleted:
        return "the issue is gone"
    if other is None:
        return None
    if facts.item.is_linked_to(other):
        return "somebody linked them meanwhile"
    gone = next((one.item.deleted for one in facts.known if one.item.id == other), facts.fresh)
    return "the known issue is gone" if gone else None


def expire(facts: Facts) -> Changes:
    """Close the questions whose time is over. Expired is not rejected."""
    changes = Changes()
    for request in _pending(facts):
        if facts.now < request.expires_at + GRACE:
            continue
        changes += closed(request, facts, RequestState.EXPIRED, "nobody answered in time, nothing was done")
        for ask in request.asks:
            outcome = Outcome(decision=ask.decision, kind="expired", by=None, at=facts.now)
            changes += came_of(outcome, facts, (ask.payload.item,))
    return changes


def _pending(facts: Facts) -> tuple[Request, ...]:
    return tuple(one for one in facts.requests if one.state is RequestState.PENDING)


def reopened(facts: Facts) -> Changes:
    """Record that somebody reopened an item which we had closed; it is left alone from then on."""
    item = facts.item
    last = last_move(item.id, facts) if item is not None else None
    if item is None or last is None or not item.is_open or not is_closing(last):
        return Changes()
    undone = any(request.undoes == last.request for request in facts.requests)
    if undone or f"reopened:{last.decision}" in facts.outcomes:
        return Changes()
    outcome = Outcome(decision=last.decision, kind="reopened", by=facts.actor, at=facts.now)
    others = {id_ for request in facts.requests if request.id == last.request for id_ in request.items} - {item.id}
    apart = left(item.id, others, last.decision, facts) if others else Changes()
    return came_of(outcome, facts, (item.id,)) + apart


def tell_newer(facts: Facts, rules: Ruleset) -> Changes:
    """Have newer items that resemble this one looked at: their own look may have come before this one was known.

    Webhooks come in any order. Only the newer one's look decides whether it repeats this one; it is told once.
    """
    item = facts.item
    if item is None or item.deleted:
        return Changes()
    floor = rules.couples_from
    newer = (
        one.item
        for one in facts.known
        if one.confidence >= floor and one.item.is_open and (item.created, item.id) < (one.item.created, one.item.id)
    )
    return Changes(events=tuple(_resembled(other, item, facts) for other in newer if not other.is_linked_to(item.id)))


def _resembled(newer: Item, item: Item, facts: Facts) -> Event:
    return Event(
        id=f"resembled:{newer.id}:{item.id}",
        kind="signal",
        name="item.resembled",
        source="yardmaster",
        subject=Subject(kind="item", id=str(newer.id)),
        received_at=facts.now,
    )


def _looked(facts: Facts, rules: Ruleset, changes: Changes) -> Entry:
    """Record the look; the same look again says nothing new and is not recorded twice.

    It names no other issue: whoever may see this one may not see those that resemble it.
    """
    best = max((one.confidence for one in facts.known), default=None)
    nearest = "nothing known resembles it" if best is None else f"the likeliest known one is at {percent(best)}"
    asked = sum(1 for one in changes.requests if one.state is RequestState.PENDING)
    began = [f"questions asked: {asked}"] * bool(asked) + [f"actions begun: {len(changes.records)}"] * bool(
        changes.records
    )
    came_to = ", ".join(began) or "nothing to do"
    item = facts.item
    data = {
        "known": [{"id": one.item.id, "key": one.item.key, "confidence": one.confidence} for one in facts.known],
        "workflows": {name: plain(finding(facts, rules, name)) for name in rules.workflows},
        "updated": plain(item.updated) if item else None,
    }
    return Entry(
        kind="look.done",
        subject=facts.subject,
        at=facts.now,
        text=Line(text=f"looked at {{0}}: {nearest}; {came_to}", parts=(reference(facts, item.id),))
        if item
        else Line(text="looked at an issue that is gone"),
        about=(item.id,) if item else (),
        data=data,
        once=f"look:{digest([str(facts.subject), data])}",
    )
