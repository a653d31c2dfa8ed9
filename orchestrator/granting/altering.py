"""A yes with a change: what its giver agrees to takes the place of the question, and is asked of whom it still needs.

Pure. Nobody who agreed to the former question counts for the new one, unless the rules say that it covers the change.
"""

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.delegation import Place
from orchestrator.approvals.quorum import is_reachable
from orchestrator.approvals.telling import altered_words
from orchestrator.approvals.voting import cast, place_of
from orchestrator.approvals.wishes import keeps, values_of, wished
from orchestrator.changes import Changes, Entry
from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.granting.doing import done
from orchestrator.granting.gates import Gate, gate_of, is_before
from orchestrator.granting.proposing import announcement, proposal_for
from orchestrator.judging import decided, decision_on, reasons
from orchestrator.recording import asked, closed, noted
from rules.actions import CommentAction
from rules.canonical import revive
from rules.decisions import Decision, Verdict
from rules.model import Event, Line, Person, PersonRef, Tainted
from rules.requests import Request, RequestState, Vote
from rules.ruleset import Ruleset

_DRIFTED = Line(text="Something about it has changed since you were asked, so it is asked anew. Please look at that.")


def altered(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Changes | Line:
    """Replace a question by one about what somebody would agree to, or say why not.

    The new question comes with the former answers that hold for it; its giver's own is not among them yet.
    """
    gate, person = gate_of(request, rules), facts.person(event.payload["user"])
    place = place_of(_without(request, person), event.payload["user"], event.received_at, facts, rules)
    if isinstance(place, Line):
        return place
    wishes = wished(request, event.payload["changes"])
    if isinstance(wishes, Line):
        return wishes
    if gate is None or person is None or not _is_as_asked(gate, request, facts, rules):
        return _DRIFTED
    proposal = proposal_for(gate, facts, rules, request, wishes)
    if proposal is None:
        return _DRIFTED
    decision = decision_on(proposal, facts, rules, gate.workflow)
    if decision.verdict is Verdict.DENY:
        return Line(text="Not changed: {0}.", parts=(Tainted(text=reasons(decision)),))
    question = _question(gate, request, decision, (person, place), facts, rules)
    if not is_reachable(question.steps, frozenset(question.excluded)):
        return Line(text="Not changed: those who could agree to it are too few.")
    return _replaced(request, question, decision, event, facts, rules)


def announced(request: Request, question: Request, facts: Facts, rules: Ruleset) -> Changes:
    """Have the issue say that something else is asked about it now, for those who answer in Jira.

    `facts` are those from before the change, so that it can be decided again from what is recorded.
    """
    gate = gate_of(request, rules)
    ended = msgspec.structs.replace(request, finished=True)
    return Changes() if gate is None else done(ended, announcement(gate, question, facts), facts, rules)


def is_told(question: Request, event: Event, facts: Facts) -> bool:
    """Tell whether the issue said what is asked, before somebody answered on it: always where nothing was changed."""
    known = {one.id: one for one in facts.requests}
    later = question
    while later.replaces is not None and (former := known.get(later.replaces)) is not None:
        if former.altered != later.altered:
            return any(_was_written(one, event) for one in facts.records_of(former.id))
        later = former
    return True


def _was_written(record: ActionRecord, event: Event) -> bool:
    at = record.receipt.at if record.receipt is not None else None
    told = isinstance(record.action, CommentAction) and record.state is RecordState.DONE
    return told and at is not None and at < event.received_at


def _without(request: Request, person: Person | None) -> Request:
    """Leave out the changer's own answer: it was to what they do not want any more."""
    others = tuple(vote for vote in request.votes if person is None or vote.human != person.id)
    return msgspec.structs.replace(request, votes=others)


def _is_as_asked(gate: Gate, request: Request, facts: Facts, rules: Ruleset) -> bool:
    now = proposal_for(gate, facts, rules, request) if is_before(gate, facts, rules) else None
    return now is not None and now.payload.hash == request.asks[0].hash


def _question(
    gate: Gate, request: Request, decision: Decision, by: tuple[Person, Place], facts: Facts, rules: Ruleset
) -> Request:
    person, place = by
    asked_now = request_for(decision, facts, rules, RequestState.PENDING, replaces=request.id)
    given = [person] if place.of is None else [person, place.of]
    own = {id_ for one in given for id_ in (one.id, one.jira, one.slack) if id_} - set(request.excluded)
    barred = {*asked_now.excluded, *request.excluded, *(() if gate.rule.changer_counts else own)}
    words = altered_words(values_of(request), values_of(asked_now))
    note = f"{person.name}{f' for {place.of.name}' if place.of else ''} says yes with {words}"
    return msgspec.structs.replace(asked_now, note=note, excluded=tuple(sorted(barred)))


def _replaced(
    request: Request, question: Request, decision: Decision, event: Event, facts: Facts, rules: Ruleset
) -> Changes:
    ended = closed(msgspec.structs.replace(request, finished=True), facts, RequestState.SUPERSEDED, question.note or "")
    put = asked(question, decision, facts, rules.workflows[request.workflow])
    kept = _kept(request, question, event, facts, rules)
    told = (_told(request, question, event, facts), *(_holds(vote, question, event, facts) for vote in kept.votes))
    return Changes(entries=(decided(decision, facts),)) + ended + put + kept + Changes(entries=told)


def _kept(request: Request, question: Request, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Count the answers to the former question that hold for the new one; each is judged as if it were given now."""
    changer, votes = facts.person(event.payload["user"]), []
    if not keeps(request, question):
        return Changes()
    for vote in _without(request, changer).votes:
        voter = facts.person(vote.human)
        if vote.choice != "approve" or voter is None or question.state is not RequestState.PENDING:
            continue
        said = {"user": voter.slack or voter.jira or "", "choice": "approve"}
        given = msgspec.structs.replace(event, id=f"{event.id}/{voter.id}", payload=said)
        result = cast(question, given, facts, rules)
        if result.refusal is None:
            votes.append(msgspec.structs.replace(result.vote, kept_from=request.id, reason=vote.reason))
            question = msgspec.structs.replace(result.request, votes=(*question.votes, votes[-1]))
    return Changes(requests=(question,), votes=tuple(votes))


def _told(request: Request, question: Request, event: Event, facts: Facts) -> Entry:
    said = revive(given, Tainted) if (given := event.payload.get("reason")) else None
    words = Line(text="{0}", parts=(Tainted(text=question.note or ""),))
    if said is not None:
        words = Line(text="{0}: {1}", parts=(*words.parts, said))
    was, is_now = values_of(request), values_of(question)
    data = {"question": question.id, "was": was, "is": is_now}
    return noted("request.altered", event, facts, words, request, **data)


def _holds(vote: Vote, question: Request, event: Event, facts: Facts) -> Entry:
    person = facts.person(vote.human)
    who = PersonRef(name=person.name, slack=person.slack) if person else PersonRef(name=vote.human)
    words = Line(text="the yes of {0} holds for it too, as the rules have it", parts=(who,))
    return noted("vote.kept", event, facts, words, question, vote=vote)
