"""What a look at an item comes to about moves that could save its promise: put to people, done, taken back. Pure.

A swap is one question about two issues and done whole: where one half cannot be done, the other is taken back.
"""

from datetime import timedelta

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.voting import unlinked
from orchestrator.carrying import ask_anew, carried
from orchestrator.changes import Changes, Outcome
from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.judging import decided, decision_on, is_stopped, reasons
from orchestrator.recording import asked, came_of, closed, planned, refused
from orchestrator.rescue.asking import workflow_of
from orchestrator.rescue.proposing import RESCUER, Wish, proposal_for, swap_of, wish_in, wish_of
from orchestrator.rescue.rights import may_move
from rules.actions import AssignAction, Payload, PriorityAction, TransitionAction
from rules.decisions import Decision, Proposal, Verdict
from rules.model import Event, Item, Line, Person, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

__all__ = ["carry_out", "is_about_rescue", "leave", "mend", "put", "wants_fresh"]

#: What may not be taken back now is tried again so often.
_AGAIN = timedelta(minutes=15)
_UNKNOWN = Line(text="I know no such issue that you may browse in Jira.")
_CALM = Line(text="No warning about it runs any more.")
_NOT_YOURS = Line(text="Only those choose that here who share the work on its project, or decide about it.")


def is_about_rescue(request: Request, rules: Ruleset) -> bool:
    """Tell whether a question is about what could save a promise."""
    workflow = rules.workflows.get(request.workflow)
    return request.undoes is None and workflow is not None and workflow.rescues


def wants_fresh(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether a look may come to withdraw such a question."""
    return any(_moot(one, facts) for one in _open(facts, rules))


def put(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Put what somebody chose to those who decide about it, or do it where the rules allow it by itself."""
    giver = facts.person(event.payload["user"])
    if giver is None or not giver.linked:
        return refused(event, facts, unlinked(giver, event.payload["user"]))
    wish, item = wish_in(event), facts.item
    if item is None or not facts.may_see(giver.id, item.id, *((wish.swap,) if wish.swap is not None else ())):
        return refused(event, facts, _UNKNOWN)
    workflow = workflow_of(rules)
    if facts.alert is None or workflow is None:
        return refused(event, facts, _CALM)
    agreed = event.source == "yardmaster" and (wish.until is not None or wish.waits)
    if not agreed and (wish.until or wish.waits or not _may_choose(giver, item, workflow, rules)):
        return refused(event, facts, _NOT_YOURS)
    proposal = _proposed(wish, giver, facts, rules)
    if isinstance(proposal, Line):
        return refused(event, facts, proposal)
    return _put(event, decision_on(proposal, facts, rules, workflow), giver, facts, rules)


def leave(facts: Facts, rules: Ruleset) -> Changes:
    """Withdraw the questions that no answer makes sense of any more."""
    moot = [(one, why) for one in _open(facts, rules) if facts.fresh and (why := _moot(one, facts))]
    return sum((closed(one, facts, RequestState.WITHDRAWN, why) for one, why in moot), Changes())


def carry_out(request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Do what people agreed to, if it is still what would be done."""
    wish = wish_of(request, facts)
    proposal = proposal_for(wish, facts, rules) if wish is not None else Line(text="Who would have it is not known.")
    why = _moot(request, facts) or (proposal.text if isinstance(proposal, Line) else None)
    if why is not None or isinstance(proposal, Line):
        return closed(request, facts, RequestState.WITHDRAWN, (why or "").rstrip("."))
    if proposal.payload.hash != request.asks[0].hash:
        return ask_anew(request, proposal, facts, rules)
    return carried(request, decision_on(proposal, facts, rules, request.workflow, answered=True), facts)


def mend(facts: Facts, rules: Ruleset) -> Changes:
    """Take back the half of a swap that was done, where the other could not be: it is done whole or not at all."""
    taken_back = {one.undoes for one in facts.requests}
    halved = [(one, half) for one in facts.requests if (half := _half(one, facts)) and one.id not in taken_back]
    return sum(
        (_taken_back(one, half, facts, rules) for one, half in halved if one.workflow in rules.workflows), Changes()
    )


def _open(facts: Facts, rules: Ruleset) -> list[Request]:
    return [one for one in facts.requests if one.state is RequestState.PENDING and is_about_rescue(one, rules)]


def _may_choose(giver: Person, item: Item, workflow: str, rules: Ruleset) -> bool:
    return may_move(giver, item.project, rules.workflows[workflow].approvers, rules)


def _proposed(wish: Wish, giver: Person, facts: Facts, rules: Ruleset) -> Proposal | Line:
    proposal = proposal_for(wish, facts, rules)
    if isinstance(proposal, Line):
        return proposal
    if any(one.asks[0].hash == proposal.payload.hash for one in _open(facts, rules)):
        return Line(text="That is asked already.")
    later = wish.until is not None or wish.waits
    words = "{0} agrees to a later time." if later else "{0} chose it from the warning."
    chosen, sure = Line(text=words, parts=(Tainted(text=giver.name),)), 1000 if later else proposal.confidence
    return msgspec.structs.replace(proposal, evidence=(*proposal.evidence, chosen), confidence=sure)


def _put(event: Event, decision: Decision, giver: Person, facts: Facts, rules: Ruleset) -> Changes:
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is Verdict.DENY:
        why = Line(text="Not done: {0}.", parts=(Tainted(text=reasons(decision)),))
        return recorded + refused(event, facts, why)
    allowed = decision.verdict is Verdict.ALLOW
    question = request_for(decision, facts, rules, RequestState.APPROVED if allowed else RequestState.PENDING)
    if not allowed:
        return recorded + asked(question, decision, facts, rules.workflows[decision.workflow])
    done = msgspec.structs.replace(question, closed_at=facts.now, note="allowed by the rules")
    shown = asked(done, decision, facts, rules.workflows[decision.workflow])
    return recorded + shown + planned(done, decision.proposal.agent)


def _moot(request: Request, facts: Facts) -> str | None:
    """Say why nobody has to answer any more."""
    if facts.item is None or facts.item.deleted or not facts.item.is_open:
        return "it is closed"
    for action in request.asks[0].payload.actions:
        item = facts.item_of(action.item)
        if isinstance(action, TransitionAction) and item is not None and item.status.id == action.after.id:
            return "it is in that status by now"
        if isinstance(action, PriorityAction) and item is not None and item.priority == action.after:
            return "it has that priority by now"
        if isinstance(action, AssignAction) and (item is None or not item.is_open or item.assignee != action.before):
            return "somebody changed meanwhile who has the two issues, or closed one of them"
    return None


def _half(request: Request, facts: Facts) -> ActionRecord | None:
    """Give the half of a swap that is done while the other has failed; None for everything else."""
    records = facts.records_of(request.id)
    if not swap_of(tuple(one.action for one in records)):
        return None
    states = {one.state: one for one in records}
    return states[RecordState.DONE] if set(states) == {RecordState.DONE, RecordState.FAILED} else None


def _taken_back(request: Request, half: ActionRecord, facts: Facts, rules: Ruleset) -> Changes:
    action = half.action
    if not isinstance(action, AssignAction):
        return Changes()
    back = AssignAction(
        item=action.item, before=action.after, after=action.before, former=action.name, name=action.former
    )
    proposal = Proposal(
        agent=RESCUER,
        kind="undo",
        payload=Payload(item=request.asks[0].payload.item, actions=(back,)),
        confidence=1000,
        evidence=(Line(text="The other half of the swap could not be done."),),
        undoes=request.id,
    )
    decision = decision_on(proposal, facts, rules, request.workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is not Verdict.ALLOW:
        return recorded + Changes(held=is_stopped(decision), next_look_at=facts.now + _AGAIN)
    undoing = msgspec.structs.replace(request_for(decision, facts, rules, RequestState.APPROVED), closed_at=facts.now)
    outcome = Outcome(decision=request.asks[0].decision, kind="undone", by=None, at=facts.now)
    return recorded + Changes(requests=(undoing,)) + planned(undoing, RESCUER) + came_of(outcome, facts, request.items)
