"""Somebody else takes it: the form in which one is chosen, and what comes of the choice. Pure.

Who decides about the question, or was asked to take the item, may name another of those who could; whoever could may
take it themselves. Whom somebody else names is asked themselves, unless who named them decides about it.
"""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.voting import cast, place_of, unlinked
from orchestrator.assigning.allotment import Allotment
from orchestrator.assigning.deciding import called, open_questions, put_to
from orchestrator.assigning.proposing import proposal_for
from orchestrator.assigning.waiting import waits
from orchestrator.changes import Changes, Entry, Outcome
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on, reasons
from orchestrator.messages import Choice, Form, Input, Message, led_by
from orchestrator.recording import came_of, closed, refused, reply
from orchestrator.rescue.rights import may_move
from rules.canonical import plain
from rules.decisions import Decision, Verdict
from rules.model import Event, Line, Person, PersonRef, Tainted
from rules.requests import CANDIDATE, Request, RequestState
from rules.ruleset import Ruleset

_GONE = Message(title=Line(text="It is decided already."))
_NOBODY = Message(title=Line(text="I know nobody else who could take it now."))
_NOT_THEM = Line(text="They are not among those who could take it now; give it to them in Jira if you want that.")


def form(request: Request, allotment: Allotment | None, giver: Person, carried: Mapping[str, str]) -> Form | Message:
    """Give the form in which somebody chooses who is to take it, or say why there is nobody to choose.

    Args:
        request: the question.
        allotment: who could take the item.
        giver: who chooses.
        carried: where an answer can go.
    """
    if request.state is not RequestState.PENDING:
        return _GONE
    others = [
        one for one in (allotment.suitors if allotment else ()) if one.person not in (request.candidate, giver.id)
    ]
    if not others:
        return _NOBODY
    choices = tuple(
        Choice(value=one.person, label=led_by("{0}: ", (Tainted(text=one.name),), one.words[0])) for one in others
    )
    return Form(
        name="item.given",
        title=Line(text="Who else could take it?"),
        lines=(Line(text="If you decide about it, they get it at once; else they are asked."),),
        submit="Choose",
        inputs=(Input(name="whom", label="Give it to", kind="one", choices=choices),),
        carried={**carried, "request": request.id, "subject": str(request.subject)},
    )


def given(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Ask another of those who could take the item in the place of the first, or give it to them."""
    request = next((one for one in facts.requests if one.id == event.payload.get("request")), None)
    giver = facts.person(event.payload["user"])
    if request is None or request.candidate is None:
        return refused(event, facts, Line(text="I do not know this question; nothing was done."))
    if giver is None or not giver.linked:
        return refused(event, facts, unlinked(giver, event.payload["user"]), request)
    whom = facts.person(event.payload.get("whom") or giver.id)
    place = place_of(request, event.payload["user"], event.received_at, facts, rules)
    could = facts.allotment is not None and whom is not None and facts.allotment.suitor(whom.id) is not None
    if whom is not None and giver.id == whom.id == request.candidate:
        return _counted(event, request, facts, rules)
    if isinstance(place, Line) and (whom is None or giver.id != whom.id or request.state is not RequestState.PENDING):
        return refused(event, facts, place, request)
    if whom is None or not could:
        return refused(event, facts, _NOT_THEM, request)
    return _instead(event, request, giver, whom, facts, rules)


def wanted(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Give an item to who wants it, or to whom they name, though nobody was asked about it.

    Only those may who share the work on its project, or decide about such questions; whom somebody names is asked, but
    by who decides.
    """
    giver = facts.person(event.payload["user"])
    if giver is None or not giver.linked:
        return refused(event, facts, unlinked(giver, event.payload["user"]))
    item = facts.item
    if item is None or item.deleted or not facts.may_see(giver.id, item.id):
        return refused(event, facts, Line(text="I know no such issue that you may browse in Jira."))
    asked = next(iter(open_questions(facts, rules)), None)
    if asked is not None:
        return given(msgspec.structs.replace(event, payload={**event.payload, "request": asked.id}), facts, rules)
    whom = facts.person(event.payload.get("whom") or giver.id)
    workflow = next((name for name in rules.workflows if waits(item, name, rules, facts.now)), None)
    proposal = proposal_for(workflow, whom.id, facts, rules) if workflow and whom else None
    if workflow is None or whom is None or proposal is None or (whom.id == giver.id and item.assignee is not None):
        return refused(event, facts, Line(text="It does not wait for anybody any more."))
    if not may_move(giver, item.project, rules.workflows[workflow].approvers, rules):
        return refused(event, facts, Line(text="Only those take it here who share the work on its project."))
    return _put(event, decision_on(proposal, facts, rules, workflow), (giver, whom), facts, rules)


def _instead(event: Event, request: Request, giver: Person, whom: Person, facts: Facts, rules: Ruleset) -> Changes:
    proposal = proposal_for(request.workflow, whom.id, facts, rules)
    if proposal is None:
        return refused(event, facts, _NOT_THEM, request)
    return _put(event, decision_on(proposal, facts, rules, request.workflow), (giver, whom), facts, rules, request)


def _wish(giver: Person, whom: Person) -> str:
    return f"{giver.name} wants {'to take it' if giver.id == whom.id else f'{whom.name} to take it'}"


def _put(
    event: Event,
    decision: Decision,
    who: tuple[Person, Person],
    facts: Facts,
    rules: Ruleset,
    replaced: Request | None = None,
) -> Changes:
    """Ask whom somebody chose, and count the choice as its giver's yes where they may say it."""
    giver, whom = who
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is Verdict.DENY:
        why = Line(text="Not done: {0}.", parts=(Tainted(text=reasons(decision)),))
        return recorded + refused(event, facts, why, replaced)
    ended = closed(replaced, facts, RequestState.SUPERSEDED, _wish(giver, whom)) if replaced is not None else Changes()
    put = put_to(decision, facts, rules, replaces=replaced.id if replaced is not None else None)
    question = msgspec.structs.replace(put.requests[0], note=_wish(giver, whom))
    place = place_of(question, event.payload["user"], event.received_at, facts, rules)
    counted = _counted(event, question, facts, rules) if isinstance(place, Place) else Changes()
    done = any(one.state is RequestState.APPROVED for one in counted.requests)
    told = Line(text="Done: {0} gets it." if done else "I ask {0}.", parts=(PersonRef(name=whom.name),))
    made = recorded + ended + replace(put, requests=(question,)) + counted
    return called(made, facts) + reply(event, told)


def _counted(event: Event, request: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Count the choice as its giver's yes."""
    vote = msgspec.structs.replace(event, payload={**event.payload, "choice": "approve"})
    result = cast(request, vote, facts, rules)
    if result.refusal is not None:
        return Changes(votes=(result.vote,)) + refused(event, facts, result.refusal, request)
    entry = _voted(event, result.request, facts)
    counted = Changes(requests=(result.request,), votes=(result.vote,), entries=(entry,))
    if result.request.state is not RequestState.APPROVED:
        return counted
    decision = request.asks[0].decision
    outcome = Outcome(decision=decision, kind="confirmed", by=result.vote.human, at=event.received_at)
    return counted + came_of(outcome, facts, request.items)


def _voted(event: Event, request: Request, facts: Facts) -> Entry:
    vote = request.votes[-1]
    person = facts.person(vote.human)
    who = PersonRef(name=person.name, slack=person.slack) if person else PersonRef(name=vote.human)
    said = "takes it" if CANDIDATE in vote.roles else "wants it given to them"
    return Entry(
        kind="vote.cast",
        subject=facts.subject,
        at=event.received_at,
        text=Line(text=f"{{0}} {said}", parts=(who,)),
        about=request.items,
        data={"event": event.id, "request": request.id, "vote": plain(vote)},
        decision=request.asks[0].decision,
    )
