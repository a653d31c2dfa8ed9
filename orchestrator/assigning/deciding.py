"""What a look at an item comes to where it waits for somebody: who is asked, what their answer leads to. Pure.

Who could take it is its queue's to say, which is told what changes; this asks, does it, and records what came of it.
"""

from datetime import datetime
from typing import Literal

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.calling import told_of
from orchestrator.assigning.asked import gift
from orchestrator.assigning.lacking import is_told
from orchestrator.assigning.proposing import proposal_for
from orchestrator.assigning.waiting import waits
from orchestrator.batching.arrivals import is_being_sorted, is_of_many
from orchestrator.carrying import ask_anew, carried
from orchestrator.changes import Changes, Outcome
from orchestrator.coupled import is_closing
from orchestrator.facts import Facts, RecordState
from orchestrator.judging import decided, decision_on, is_stopped
from orchestrator.recording import asked, came_of, closed, planned
from orchestrator.undoing import last_move
from rules.canonical import digest
from rules.decisions import Decision, Proposal, Verdict
from rules.model import Event, Line, Subject
from rules.requests import Call, Draw, Request, RequestState
from rules.ruleset import Ruleset

#: The signal by which a queue hears that something in it has changed.
WAITS = "item.waits"
_FOR_THEM = Line(text="it is they who would do it")


def wants_fresh(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether a look may come to ask who takes the item, or that nobody has to any more."""
    return (
        bool(_unasked(facts, rules))
        or is_told(facts, rules)
        or any(_moot(one, facts, rules) for one in open_questions(facts, rules))
    )


def is_about_giving(request: Request, rules: Ruleset) -> bool:
    """Tell whether a question is about who takes an item."""
    workflow = rules.workflows.get(request.workflow)
    gives = request.undoes is None and request.follows is None
    return gives and workflow is not None and workflow.assign is not None


def open_questions(facts: Facts, rules: Ruleset) -> tuple[Request, ...]:
    """Give the questions about who takes the item that are open."""
    return tuple(one for one in facts.requests if one.state is RequestState.PENDING and is_about_giving(one, rules))


def leave(facts: Facts, rules: Ruleset) -> Changes:
    """Withdraw the questions to which somebody has given the answer in Jira, or that no answer makes sense of."""
    moot = [(one, why) for one in open_questions(facts, rules) if facts.fresh and (why := _moot(one, facts, rules))]
    return sum((closed(one, facts, RequestState.WITHDRAWN, why) for one, why in moot), Changes())


def ask(facts: Facts, rules: Ruleset) -> Changes:
    """Have somebody asked whether they take the item, as its queue's last look had it."""
    changes = Changes()
    for workflow in _unasked(facts, rules) if facts.fresh else ():
        person = facts.allotment.person if facts.allotment is not None else None
        proposal = proposal_for(workflow, person, facts, rules)
        last = _last(workflow, facts)
        if proposal is None:
            continue
        if last is not None and last.state is RequestState.PENDING:
            changes += called(_drawn(ask_anew(last, proposal, facts, rules), facts), facts)
        else:
            changes += called(_drawn(_put(workflow, proposal, facts, rules), facts), facts)
    return changes


def _drawn(changes: Changes, facts: Facts) -> Changes:
    """Keep with a new question how it was drawn who is asked, where there was a choice."""
    found = facts.allotment
    known = {one.id for one in facts.requests}
    new = [one for one in changes.requests if one.id not in known]
    if found is None or not found.others:
        return changes
    draw = Draw(others=found.others, explored=found.explored)
    return changes + Changes(requests=tuple(msgspec.structs.replace(one, draw=draw) for one in new))


def called(changes: Changes, facts: Facts) -> Changes:
    """Have whom a new question is about asked directly."""
    for request in changes.requests:
        person = facts.person(request.candidate)
        if person is None or request.state is not RequestState.PENDING or request.calls:
            continue
        call = Call(person=person.id, at=facts.now, kind="asked", why=_FOR_THEM)
        changes += told_of(request, (call,), facts)
    return changes


def carry_out(request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Give the item to whom people agreed on, if nobody has it by now but who had it then."""
    why = _moot(request, facts, rules)
    action = gift(request)
    proposal = proposal_for(request.workflow, action.after, facts, rules) if action is not None else None
    if why is not None or proposal is None:
        return closed(request, facts, RequestState.WITHDRAWN, why or "they cannot be found any more")
    if proposal.payload.hash != request.asks[0].hash:
        return called(ask_anew(request, proposal, facts, rules), facts)
    return carried(request, decision_on(proposal, facts, rules, request.workflow, answered=True), facts)


def came(facts: Facts, rules: Ruleset) -> Changes:
    """Record what came of giving the item to somebody: they finished it, or somebody gave it to another."""
    changes = Changes()
    for request in facts.requests:
        action = gift(request)
        done = [one for one in facts.records_of(request.id) if one.state is RecordState.DONE]
        undone = any(one.undoes == request.id for one in facts.requests)
        if action is None or not done or undone or facts.item is None or not is_about_giving(request, rules):
            continue
        ended = not facts.item.is_open and facts.item.assignee == action.after and not _closed_by_us(facts)
        moved = facts.item.is_open and facts.item.assignee != action.after
        kind: Literal["finished", "reassigned"] = "finished" if ended else "reassigned"
        decision = request.asks[0].decision
        if (ended or moved) and not {f"{one}:{decision}" for one in ("finished", "reassigned")} & {*facts.outcomes}:
            outcome = Outcome(decision=decision, kind=kind, by=facts.actor, at=facts.now)
            changes += came_of(outcome, facts, request.items)
    return changes


def _closed_by_us(facts: Facts) -> bool:
    """Tell whether the item ended because it repeats another, and nobody's work did it."""
    last = last_move(facts.item.id, facts) if facts.item is not None else None
    return last is not None and is_closing(last)


def stir(facts: Facts, rules: Ruleset) -> Changes:
    """Have the queues looked at in which the item waits for somebody, and nobody is asked."""
    waiting = [name for name in rules.workflows if _is_free(name, facts, rules)]
    return Changes(events=tuple(_stirred(name, facts) for name in waiting))


def queues_stirred(cause: str, at: datetime, rules: Ruleset) -> tuple[Event, ...]:
    """Have all queues looked at, because of an event that changes who is there."""
    names = [name for name, workflow in rules.workflows.items() if workflow.assign is not None]
    return tuple(_event(name, f"{cause}:{name}", at) for name in names)


def _stirred(workflow: str, facts: Facts) -> Event:
    last = _last(workflow, facts)
    item = facts.item
    told = [facts.subject.id, item.updated if item else None, last.id if last else None, last.state if last else None]
    return _event(workflow, digest([workflow, *told])[:24], facts.now)


def _event(workflow: str, what: str, at: datetime) -> Event:
    queue = Subject(kind="queue", id=workflow)
    return Event(id=f"waits:{what}", kind="signal", name=WAITS, source="yardmaster", subject=queue, received_at=at)


def _is_free(workflow: str, facts: Facts, rules: Ruleset) -> bool:
    item, last = facts.item, _last(workflow, facts)
    if item is None or item.assignee is not None or not item.is_open or _is_others_too(facts, rules):
        return False
    ended = last is None or last.state not in (RequestState.PENDING, RequestState.APPROVED)
    return ended and waits(item, workflow, rules, facts.now)


def _unasked(facts: Facts, rules: Ruleset) -> tuple[str, ...]:
    """Give the workflow by which somebody is to be asked who was not yet; at most one."""
    allotment, item = facts.allotment, facts.item
    if allotment is None or item is None or allotment.person is None or allotment.workflow not in rules.workflows:
        return ()
    if _is_others_too(facts, rules):
        return ()
    asked_since = [
        one
        for one in _asked(allotment.workflow, facts)
        if one.candidate == allotment.person and one.asked_at >= allotment.at
    ]
    last = _last(allotment.workflow, facts)
    stands = last is not None and last.state is RequestState.PENDING and last.candidate == allotment.person
    if asked_since or stands or item.assignee != allotment.holder or not item.is_open:
        return ()
    return (allotment.workflow,) if waits(item, allotment.workflow, rules, facts.now) else ()


def _is_others_too(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether what the item tells of others tell of too, or whether that is still to be said."""
    return is_of_many(facts, rules) or is_being_sorted(facts, rules)


def _asked(workflow: str, facts: Facts) -> list[Request]:
    return [one for one in facts.requests if one.workflow == workflow and gift(one) is not None and one.undoes is None]


def _last(workflow: str, facts: Facts) -> Request | None:
    return max(
        _asked(workflow, facts), key=lambda one: (one.asked_at, one.state is RequestState.PENDING, one.id), default=None
    )


def _moot(request: Request, facts: Facts, rules: Ruleset) -> str | None:
    """Say why nobody has to answer any more."""
    item, action = facts.item, gift(request)
    if item is None or action is None:
        return "the issue is gone"
    if item.assignee != action.before:
        whose = facts.person(item.assignee)
        name = whose.name if whose is not None else "somebody else"
        return f"{name} has it by now" if item.assignee is not None else "nobody has it any more"
    if is_of_many(facts, rules):
        return "it tells of a problem that others tell of too, and is handled with them"
    return None if waits(item, request.workflow, rules, facts.now) else "it does not wait for anybody any more"


def _put(workflow: str, proposal: Proposal, facts: Facts, rules: Ruleset) -> Changes:
    decision = decision_on(proposal, facts, rules, workflow)
    recorded = Changes(entries=(decided(decision, facts),), held=is_stopped(decision))
    if decision.verdict is Verdict.DENY:
        return recorded
    if decision.verdict is Verdict.ALLOW:
        return recorded + _given(decision, facts, rules)
    return recorded + put_to(decision, facts, rules)


def put_to(decision: Decision, facts: Facts, rules: Ruleset, replaces: str | None = None) -> Changes:
    """Put the question to people."""
    question = request_for(decision, facts, rules, RequestState.PENDING, replaces=replaces)
    return asked(question, decision, facts, rules.workflows[decision.workflow])


def _given(decision: Decision, facts: Facts, rules: Ruleset) -> Changes:
    """Give it at once, as the rules allow; people are shown it, and may undo it."""
    question = request_for(decision, facts, rules, RequestState.APPROVED)
    allowed = msgspec.structs.replace(question, closed_at=facts.now, note="allowed by the rules")
    shown = asked(allowed, decision, facts, rules.workflows[decision.workflow])
    return shown + planned(allowed, decision.proposal.agent)


__all__ = [
    "WAITS",
    "ask",
    "called",
    "came",
    "carry_out",
    "is_about_giving",
    "leave",
    "open_questions",
    "put_to",
    "queues_stirred",
    "stir",
    "wants_fresh",
]
