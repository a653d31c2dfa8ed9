"""Who joins a problem by the yes of people who said it of those that come later, too. Pure.

Each who joins is judged as if people were asked about it now, and their yes is counted as if they gave it now: where it
would not count, or where more would ask than how far we may go by ourselves, people are asked.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.approvals.quorum import at_least
from orchestrator.approvals.voting import cast, objection
from orchestrator.batching.joiners import waiting
from orchestrator.batching.joining import is_agreed, stands
from orchestrator.batching.proposing import proposal_for
from orchestrator.batching.singly import decision_about
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on
from orchestrator.recording import asked, noted, planned, refused, reply
from rules.decisions import Decision, Verdict
from rules.model import Event, Item, Line, PersonRef
from rules.requests import Ask, Request, RequestState, Vote
from rules.ruleset import BatchRule, Ruleset

#: What a yes answers; whatever else asks about an issue has people asked about it.
_ANSWERED = frozenset({"keep_to_the_autonomy_level", "ask_when_unsure"})
_NOT_SAID = Line(text="Nobody's yes holds for those that come. What comes is asked about anyway.")


def promised(request: Request, rules: Ruleset) -> Request:
    """Note until when a yes holds for those that come: where all who agreed said so."""
    workflow, agreed = rules.workflows.get(request.workflow), _agreed(request)
    rule = workflow.batches if workflow is not None else None
    if rule is None or not agreed or request.state is not RequestState.APPROVED or request.closed_at is None:
        return request
    if request.subject.kind != "batch" or request.follows is not None or not all(one.further for one in agreed):
        return request
    return msgspec.structs.replace(request, further_until=request.closed_at + timedelta(hours=rule.within_hours))


def holding(facts: Facts) -> Request | None:
    """Give the question whose yes holds for those that come now; None where there is none.

    It ends with its time, with a no, with Undo, once one that joined by it was taken out, and when somebody ends it.
    """
    said = [one for one in facts.requests if one.further_until is not None and stands(one, facts)]
    last = max(said, key=lambda one: (one.asked_at, one.id), default=None)
    if last is None or last.further_until is None or facts.now >= last.further_until or not is_agreed(facts):
        return None
    return None if {one.undoes for one in facts.requests} & {one.id for one in joined_by(last, facts)} else last


def joined_by(said: Request, facts: Facts) -> list[Request]:
    """Give what was done by this yes without a question."""
    return [one for one in facts.requests if any(vote.kept_from == said.id for vote in one.votes)]


def may_come(facts: Facts, rule: BatchRule) -> Sequence[Item]:
    """Give the issues that wait and that a yes may hold for; it is not judged yet, so it may be read.

    Those that somebody has to look at are asked about, and so is what somebody took out once.
    """
    said = holding(facts)
    if said is None:
        return ()
    left = rule.further_most - sum(len(one.couplings) for one in joined_by(said, facts))
    alike = {one.item.id: one.confidence for one in facts.known}
    taken_out = {id_ for one in facts.requests for id_ in one.only}
    like = [one for one in waiting(facts) if alike.get(one.id, 0) >= rule.look_at_under and one.id not in taken_out]
    return like[: max(0, left)]


def come(facts: Facts, rules: Ruleset, name: str, rule: BatchRule) -> Changes:
    """Couple those that a yes holds for, each judged by itself and then all together; the others are asked about."""
    said = holding(facts)
    if said is None:
        return Changes()
    single = [(one, decision_about(one, facts, rules, name, rule)) for one in may_come(facts, rule)]
    fit = [one for one, decision in single if decision is not None and _counted(said, decision, (), facts, rules)]
    proposed = proposal_for(fit, facts, rules.workflows[name], rule)
    if proposed is None:
        return Changes()
    decision = decision_on(proposed[0], facts, rules, name)
    agreed = _counted(said, decision, proposed[1], facts, rules)
    if agreed is None:
        return Changes()
    told = asked(agreed, decision, facts, rules.workflows[name])
    entries = (decided(decision, facts), *told.entries, *(_holds(vote, agreed, facts) for vote in agreed.votes))
    return Changes(requests=(agreed,), votes=agreed.votes, entries=entries) + planned(agreed, rule.agent)


def asks_again(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """End that a yes holds for those that come, for somebody who may answer."""
    objected = objection(request, event.payload["user"], facts, rules, request.asks[0].payload.item)
    if objected is None and holding(facts) != request:
        objected = _NOT_SAID
    if objected is not None:
        return refused(event, facts, objected, request)
    ended = msgspec.structs.replace(request, further_until=facts.now)
    words = Line(text="{0} wants those that come to be asked about", parts=(_named(event.payload["user"], facts),))
    entry = noted("further.ended", event, facts, words, request)
    told = reply(event, Line(text="Those that come are asked about again. What joined stays; Undo takes it back."))
    return Changes(requests=(ended,), entries=(entry,)) + told


def _agreed(request: Request) -> list[Vote]:
    return [one for one in request.votes if one.counts and one.choice == "approve"]


def _counted(said: Request, decision: Decision, asks: Sequence[Ask], facts: Facts, rules: Ruleset) -> Request | None:
    """Give what a decision asks for, agreed to by those who said it of what comes; None where that is not enough."""
    rule = rules.workflows[decision.workflow].batches
    beyond = {one.guardrail for one in decision.rulings} - _ANSWERED
    if rule is None or decision.verdict is Verdict.DENY or beyond:
        return None
    question = request_for(decision, facts, rules, RequestState.PENDING)
    bound = tuple(msgspec.structs.replace(ask, decision=decision.id) for ask in asks) or question.asks
    many = sum(len(one.couplings) for one in (said, *joined_by(said, facts))) + len(bound) >= rule.second_person_from
    steps = at_least(question.steps, 2) if many else question.steps
    question = msgspec.structs.replace(question, asks=bound, steps=steps)
    for vote in _agreed(said):
        question = _kept(vote, question, said, facts, rules)
    return question if question.state is RequestState.APPROVED else None


def _kept(vote: Vote, question: Request, said: Request, facts: Facts, rules: Ruleset) -> Request:
    """Count one's yes for another question, if it would count now."""
    person = facts.person(vote.human)
    if person is None or question.state is not RequestState.PENDING:
        return question
    given = Event(
        id=f"{vote.event}/{question.id}",
        kind="command",
        name="vote.cast",
        source="yardmaster",
        subject=facts.subject,
        received_at=facts.now,
        payload={"user": person.slack or person.jira or "", "choice": "approve"},
    )
    result = cast(question, given, facts, rules)
    if result.refusal is not None:
        return question
    kept = msgspec.structs.replace(result.vote, kept_from=said.id)
    return msgspec.structs.replace(result.request, votes=(*question.votes, kept))


def _holds(vote: Vote, agreed: Request, facts: Facts) -> Entry:
    words = Line(text="the yes of {0} holds for it too, as they said", parts=(_named(vote.human, facts),))
    return Entry(
        kind="vote.kept",
        subject=facts.subject,
        at=facts.now,
        text=words,
        about=agreed.items,
        data={"request": agreed.id, "from": vote.kept_from},
        decision=agreed.asks[0].decision,
    )


def _named(who: str, facts: Facts) -> PersonRef:
    person = facts.person(who)
    return PersonRef(name=person.name, slack=person.slack) if person else PersonRef(name=who)
