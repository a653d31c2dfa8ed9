"""Hears what people said about an item: votes, undo, try again, a pair that they propose.

Commands are applied in their order, each once. Pure.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.voting import cast, objection, unlinked
from orchestrator.changes import Changes, Entry, Outcome, Reply
from orchestrator.facts import Facts, RecordState
from orchestrator.judging import decided, decision_on, reasons, reference
from orchestrator.messages import Message, ReplyTo
from orchestrator.recording import about, came_of, planned
from orchestrator.undoing import undo_of
from rules.canonical import plain
from rules.model import Event, Line, PersonRef, Tainted, Verdict
from rules.requests import Request, RequestState, Vote
from rules.ruleset import Ruleset

NO_REQUEST = Line(text="I do not know this question. It may be from another installation; nothing was done.")


def hear(facts: Facts, rules: Ruleset) -> Changes:
    """Apply all commands in order; later ones see what earlier ones changed."""
    changes = Changes()
    for event in facts.commands:
        listener = _LISTENERS.get(event.name)
        if listener is not None:
            changes += listener(event, facts.after(changes.requests, changes.records), rules)
    return changes


def reply(event: Event, words: Line) -> Changes:
    """Answer the person who gave a command, for their eyes only."""
    given = event.payload
    to = ReplyTo(user=str(given["user"]), channel=given.get("channel"), response_url=given.get("response_url"))
    return Changes(replies=(Reply(to=to, message=Message(title=words)),))


def _request(event: Event, facts: Facts) -> Request | None:
    return next((one for one in facts.requests if one.id == event.payload.get("request")), None)


def _vote(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return _refused(event, facts, NO_REQUEST)
    result = cast(request, event, facts.person(event.payload.get("user")), rules)
    if result.refusal is not None:
        return Changes(votes=(result.vote,)) + _refused(event, facts, result.refusal, request)
    changes = Changes(requests=(result.request,), votes=(result.vote,), entries=(_voted(result.vote, request, facts),))
    kind: Literal["rejected", "confirmed"] = "rejected" if result.vote.choice == "reject" else "confirmed"
    why = result.vote.reason.text if result.vote.reason else ""
    for ask in request.asks:
        outcome = Outcome(decision=ask.decision, kind=kind, by=result.vote.human, at=event.received_at, reason=why)
        changes += came_of(outcome, facts, about(request))
    return changes


def _voted(vote: Vote, request: Request, facts: Facts) -> Entry:
    who = facts.person(vote.human)
    name = PersonRef(name=who.name if who else vote.human, slack=who.slack if who else None)
    verb = "approved" if vote.choice == "approve" else "rejected"
    said = (
        Line(text=f"{{0}} {verb} it: {{1}}", parts=(name, vote.reason))
        if vote.reason
        else Line(text=f"{{0}} {verb} it", parts=(name,))
    )
    return Entry(
        kind="vote.cast",
        subject=facts.subject,
        at=vote.at,
        text=said,
        about=about(request),
        data={"vote": plain(vote)},
        decision=request.asks[0].decision,
    )


def _refused(event: Event, facts: Facts, words: Line, request: Request | None = None) -> Changes:
    entry = Entry(
        kind="command.refused",
        subject=facts.subject,
        at=facts.now,
        text=words,
        about=about(request) if request else (),
        data={"event": event.id, "name": event.name},
        decision=request.asks[0].decision if request else None,
    )
    return Changes(entries=(entry,)) + reply(event, words)


def _undo(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return _refused(event, facts, NO_REQUEST)
    person = facts.person(event.payload.get("user"))
    if objected := objection(request, person, str(event.payload.get("user")), rules):
        return _refused(event, facts, objected, request)
    if any(one.undoes == request.id for one in facts.requests):
        return _refused(event, facts, Line(text="It is being undone already, or was."), request)
    if any(one.state in (RecordState.PLANNED, RecordState.CLAIMED) for one in facts.records_of(request.id)):
        return _refused(event, facts, Line(text="It is still being done. Try again in a moment."), request)
    proposal = undo_of(request, facts, person.id if person else "")
    if proposal is None:
        return _refused(event, facts, Line(text="There is nothing left that could be undone."), request)
    declared = rules.workflows.get(request.workflow)
    if declared is None:
        return _refused(event, facts, Line(text="The rules no longer know its workflow."), request)
    decision = decision_on(proposal, facts, rules, request.workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is not Verdict.ALLOW:
        return recorded + _refused(
            event, facts, Line(text="Not undone: {0}.", parts=(Tainted(text=reasons(decision)),)), request
        )
    undoing = msgspec.structs.replace(
        request_for(decision, facts, declared, RequestState.APPROVED), closed_at=facts.now
    )
    outcome = Outcome(decision=request.asks[0].decision, kind="undone", by=proposal.requester, at=event.received_at)
    told = Line(text="Undoing what was done to {0}.", parts=(reference(facts, proposal.payload.item),))
    changes = recorded + Changes(requests=(undoing,)) + planned(undoing, decision)
    return changes + came_of(outcome, facts, about(request)) + _told(event, told, *proposal.notes)


def _told(event: Event, title: Line, *notes: Line) -> Changes:
    answer = reply(event, title).replies[0]
    return Changes(replies=(msgspec.structs.replace(answer, message=Message(title=title, footer=notes)),))


def _retry(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    request = _request(event, facts)
    if request is None:
        return _refused(event, facts, NO_REQUEST)
    if objected := objection(request, facts.person(event.payload.get("user")), str(event.payload.get("user")), rules):
        return _refused(event, facts, objected, request)
    failed = [one for one in facts.records_of(request.id) if one.state is RecordState.FAILED]
    if not failed:
        return _refused(event, facts, Line(text="Nothing failed that could be tried again."), request)
    again = tuple(msgspec.structs.replace(one, state=RecordState.PLANNED, error=None) for one in failed)
    return Changes(records=again) + reply(event, Line(text="Trying again."))


def _propose(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Say why a pair that a person proposed is not put to anybody; the pair itself stands in the facts as known."""
    user, other = event.payload.get("user"), event.payload.get("other")
    person = facts.person(user)
    if person is None or not person.linked:
        return _refused(event, facts, unlinked(person, str(user)))
    known = next((one for one in facts.known if one.item.id == other), None)
    if known is None or facts.item is None or not facts.may_see(person.id, facts.item.id, known.item.id):
        return _refused(event, facts, Line(text="I do not know both issues, or you may not browse them in Jira."))
    if facts.item.is_linked_to(known.item.id):
        return _refused(event, facts, Line(text="They are linked already."))
    if not any(facts.holders(workflow.approvers) for workflow in rules.workflows.values()):
        return reply(event, Line(text="Nobody has the role that decides this, so nothing was asked."))
    return reply(
        event,
        Line(
            text="I ask somebody else to agree that {0} repeats {1}.",
            parts=(reference(facts, facts.item.id), reference(facts, known.item.id)),
        ),
    )


_LISTENERS: Mapping[str, Callable[[Event, Facts, Ruleset], Changes]] = {
    "vote.cast": _vote,
    "undo.asked": _undo,
    "retry.asked": _retry,
    "couple.proposed": _propose,
}
