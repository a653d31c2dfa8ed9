"""Hears what people said about an item: votes, undo, try again, a pair that they propose.

Commands are applied in their order, each once. What is refused is recorded, and its giver is told why. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.asking_back import answered, ask_back
from orchestrator.approvals.calling import told_of
from orchestrator.approvals.passing import passed
from orchestrator.approvals.snoozing import snoozed
from orchestrator.approvals.voting import cast, objection, place_of, retract
from orchestrator.assigning.choosing import given, wanted
from orchestrator.batching.changing import changed
from orchestrator.batching.creating import replaced
from orchestrator.batching.further import asks_again, promised
from orchestrator.changes import Changes, Entry, Outcome
from orchestrator.facts import Facts, RecordState
from orchestrator.granting.altering import altered, announced, is_told
from orchestrator.granting.answering import answer_here
from orchestrator.granting.gates import open_questions
from orchestrator.judging import decided, decision_on, reasons, reference
from orchestrator.proposing import suggested
from orchestrator.recording import came_of, noted, planned, refused, reply
from orchestrator.rescue.deciding import put
from orchestrator.standing import taken_back
from orchestrator.undoing import standing_with, undo_of
from rules.decisions import Decision, Verdict
from rules.model import Event, Line, Moment, PersonRef, Tainted
from rules.requests import Request, RequestState, Vote
from rules.ruleset import Ruleset

NO_QUESTION = Line(text="No question about it is open, or several are, which can be answered only here.")
UNTOLD = Line(
    text="Something else is asked by now, which the issue did not say yet when you wrote. Please answer again."
)
NO_REQUEST = Line(text="I do not know this question. It may be from another installation; nothing was done.")


def hear(facts: Facts, rules: Ruleset) -> Changes:
    """Apply all commands in order; later ones see what earlier ones changed."""
    changes = Changes()
    for event in facts.commands:
        listener = _LISTENERS.get(event.name)
        if listener is not None:
            changes += listener(
                event, facts.after(changes.requests, changes.records, changes.followed, changes.batches), rules
            )
    return changes


def _request(event: Event, facts: Facts) -> Request | None:
    return next((one for one in facts.requests if one.id == event.payload.get("request")), None)


def _vote(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    if request.portal is not None and event.name == "vote.cast":
        return answer_here(request, event, facts, rules)
    result = cast(request, event, facts, rules)
    if result.refusal is not None:
        return Changes(votes=(result.vote,)) + refused(event, facts, result.refusal, request)
    changes = Changes(
        requests=(promised(result.request, rules),),
        votes=(result.vote,),
        entries=(_voted(event, result.vote, request, facts),),
    )
    if result.request.state is RequestState.PENDING and result.vote.together:
        return changes
    if result.request.state is RequestState.PENDING:
        return changes + reply(event, Line(text="Thank you. Somebody else has to agree as well."))
    kind: Literal["rejected", "confirmed"] = "rejected" if result.vote.choice == "reject" else "confirmed"
    why = result.vote.reason.text if result.vote.reason else ""
    for ask in request.asks:
        outcome = Outcome(decision=ask.decision, kind=kind, by=result.vote.human, at=event.received_at, reason=why)
        changes += came_of(outcome, facts, request.items)
    return changes


def _altered(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Ask about what somebody would agree to in the place of what was asked, and count that as their yes to it."""
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    changes = altered(request, event, facts, rules)
    if isinstance(changes, Line):
        return refused(event, facts, changes, request)
    question = next(one for one in changes.requests if one.replaces == request.id)
    counts = rules.workflows[request.workflow].gate
    if counts is not None and not counts.changer_counts:
        changes += reply(event, Line(text="Others are asked now whether they agree to that."))
    elif question.state is RequestState.PENDING:
        said = event.payload | {"request": question.id, "choice": "approve"}
        changes += _vote(msgspec.structs.replace(event, payload=said), facts.after(changes.requests), rules)
    left = next(one for one in changes.requests if one.id == question.id)
    return changes + announced(request, left, facts, rules) if left.state is RequestState.PENDING else changes


def _written(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Take what somebody wrote in a comment for their answer to the one question that a gate asks about the item.

    They are answered in Slack where they are known there.
    """
    person = facts.person(event.payload["user"])
    linked = person is not None and person.linked
    said = event.payload | ({"user": person.slack} if person is not None and linked else {})
    asked = open_questions(facts, rules)
    if len(asked) == 1:
        said["request"] = asked[0][1].id
    given = msgspec.structs.replace(event, payload=said)
    changes = _counted(given, asked[0][1], facts, rules) if len(asked) == 1 else refused(given, facts, NO_QUESTION)
    return changes if linked else replace(changes, replies=())


def _counted(event: Event, request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Count what was written on the issue, unless it could be an answer to what was asked before."""
    if event.payload["choice"] == "approve" and not is_told(request, event, facts):
        return refused(event, facts, UNTOLD, request)
    return _vote(event, facts, rules)


def _retract(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    result = retract(request, event, facts)
    if isinstance(result, Line):
        return refused(event, facts, result, request)
    words = Line(text="{0} took their answer back", parts=(_named(event, facts),))
    entry = noted("vote.retracted", event, facts, words, request, vote=result.vote)
    told = reply(event, Line(text="Your answer is taken back; you may answer again."))
    return Changes(requests=(result.request,), votes=(result.vote,), entries=(entry,)) + told


def _voted(event: Event, vote: Vote, request: Request, facts: Facts) -> Entry:
    said = f"{{0}} {'approved' if vote.choice == 'approve' else 'rejected'} it"
    who = _named(event, facts)
    words = Line(text=f"{said}: {{1}}", parts=(who, vote.reason)) if vote.reason else Line(text=said, parts=(who,))
    return noted("vote.cast", event, facts, words, request, vote=vote)


def _named(event: Event, facts: Facts) -> PersonRef:
    user = event.payload["user"]
    person = facts.person(user)
    return PersonRef(name=person.name, slack=person.slack) if person else PersonRef(name=user, slack=user)


def _undo(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    together = standing_with(request, facts)
    for one in together:
        if objected := _objection(one, event, facts, rules) or _not_undoable(one, facts, rules):
            return refused(event, facts, objected, one)
    person = facts.person(event.payload["user"])
    proposed = [(one, undo_of(one, facts, person.id if person else "", together)) for one in together]
    proposals = [(one, proposal) for one, proposal in proposed if proposal is not None]
    if not proposals:
        return refused(event, facts, Line(text="There is nothing left that could be undone."), request)
    changes = Changes()
    for one, proposal in proposals:
        decision = decision_on(proposal, facts, rules, one.workflow)
        if decision.verdict is not Verdict.ALLOW:
            why = Line(text="Not undone: {0}.", parts=(Tainted(text=reasons(decision)),))
            return Changes(entries=(decided(decision, facts),)) + refused(event, facts, why, one)
        changes += _undoing(one, decision, event, facts, rules)
    told = Line(text="Undoing what was done to {0}.", parts=(reference(facts, proposals[0][1].payload.item),))
    notes = dict.fromkeys(note for _, proposal in proposals for note in proposal.notes)
    return changes + reply(event, told, *notes)


def _undoing(request: Request, decision: Decision, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Plan what takes a request back, and record that it was taken back."""
    proposal = decision.proposal
    question = request_for(decision, facts, rules, RequestState.APPROVED)
    undoing = msgspec.structs.replace(question, closed_at=facts.now)
    outcome = Outcome(decision=request.asks[0].decision, kind="undone", by=proposal.requester, at=event.received_at)
    recorded = Changes(entries=(decided(decision, facts),), requests=(undoing,))
    return recorded + planned(undoing, proposal.agent) + came_of(outcome, facts, request.items)


def _objection(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Line | None:
    """Say why its giver may not have it undone or tried again; the item is enough to see, its twin may be gone."""
    items = () if request.creates else (request.asks[0].payload.item,)
    return objection(request, event.payload["user"], facts, rules, *items)


def _not_undoable(request: Request, facts: Facts, rules: Ruleset) -> Line | None:
    if any(one.takes_back(request.id) for one in facts.requests):
        return Line(text="It is being undone already, or was.")
    if any(one.state in (RecordState.PLANNED, RecordState.CLAIMED) for one in facts.records_of(request.id)):
        return Line(text="It is still being done. Try again in a moment.")
    if request.workflow not in rules.workflows:
        return Line(text="The rules no longer know its workflow.")
    return None


def _retry(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    if objected := _objection(request, event, facts, rules) or replaced(request, facts):
        return refused(event, facts, objected, request)
    return tried_again(request, event, facts)


def put_off(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Note that somebody wants to be reminded of a question later."""
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    later = snoozed(request, event, facts, rules)
    if isinstance(later, Line):
        return refused(event, facts, later, request)
    end = Moment(at=max(one.until for one in later.snoozes))
    told = Line(text="I remind you {0}. Others are asked meanwhile as the rules say.", parts=(end,))
    entry = noted(
        "reminder.put_off",
        event,
        facts,
        Line(text="{0} wants to be reminded {1}", parts=(_named(event, facts), end)),
        request,
    )
    return Changes(requests=(later,), entries=(entry,)) + reply(event, told)


def pass_on(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Have somebody else asked directly whom one who may answer chose."""
    request = _request(event, facts)
    if request is None:
        return refused(event, facts, NO_REQUEST)
    call = passed(request, event, facts, rules)
    if isinstance(call, Line):
        return refused(event, facts, call, request)
    whom = facts.person(call.person)
    told = Line(text="I ask {0}.", parts=(PersonRef(name=whom.name if whom else call.person),))
    return told_of(request, (call,), facts) + reply(event, told)


def _ask_back(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    return refused(event, facts, NO_REQUEST) if request is None else ask_back(request, event, facts, rules)


def _answered_back(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    return refused(event, facts, NO_REQUEST) if request is None else answered(request, event, facts, rules)


def _ask_again(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    return refused(event, facts, NO_REQUEST) if request is None else asks_again(request, event, facts, rules)


def tried_again(request: Request, event: Event, facts: Facts) -> Changes:
    """Plan again what failed of a request, for somebody who may have that done."""
    if any(one.takes_back(request.id) for one in facts.requests):
        return refused(event, facts, Line(text="It was undone since, so nothing is tried again."), request)
    gone = taken_back(request.id, facts.requests)
    failed = [
        one for one in facts.records_of(request.id) if one.state is RecordState.FAILED and one.action.item not in gone
    ]
    if not failed:
        return refused(event, facts, Line(text="Nothing failed that could be tried again."), request)
    again = tuple(msgspec.structs.replace(one, state=RecordState.PLANNED, error=None) for one in failed)
    told = Line(text=f"{{0}} had what failed tried again: actions: {len(again)}", parts=(_named(event, facts),))
    entry = noted("retry.asked", event, facts, told, request)
    return Changes(records=again, entries=(entry,)) + reply(event, Line(text="Trying again."))


def _rescued(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Put to people what could save a promise, and count that as its giver's yes where they may say it.

    Who agreed to more time is not told why nothing comes of it: they did not ask for it.
    """
    changes = put(event, facts, rules)
    question = next((one for one in changes.requests), None)
    if question is None:
        return changes if event.source != "yardmaster" else replace(changes, replies=())
    if question.state is not RequestState.PENDING:
        return changes + reply(event, Line(text="Doing it."))
    if isinstance(place_of(question, event.payload["user"], event.received_at, facts, rules), Line):
        return changes + reply(event, Line(text="I ask who decides about it."))
    said = event.payload | {"request": question.id, "choice": "approve"}
    counted = _vote(msgspec.structs.replace(event, payload=said), facts.after(changes.requests), rules)
    done = any(one.state is RequestState.APPROVED for one in counted.requests)
    return changes + counted + (reply(event, Line(text="Doing it.")) if done else Changes())


_LISTENERS: Mapping[str, Callable[[Event, Facts, Ruleset], Changes]] = {
    "vote.cast": _vote,
    "vote.written": _written,
    "vote.retracted": _retract,
    "undo.asked": _undo,
    "retry.asked": _retry,
    "reminder.put_off": put_off,
    "request.passed": pass_on,
    "request.altered": _altered,
    "question.asked": _ask_back,
    "question.answered": _answered_back,
    "couple.proposed": suggested,
    "batch.changed": changed,
    "further.ended": _ask_again,
    "item.given": given,
    "item.wanted": wanted,
    "rescue.wanted": _rescued,
}
