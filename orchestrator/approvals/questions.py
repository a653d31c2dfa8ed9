"""What who may answer a question asks back before they do, and what they are told. Pure.

It takes no authority from anybody and gives none: the question stays open for all who may answer. What people write is
data. A reply is an answer only from who was asked, or, where nobody in particular was, from anybody but who asked.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from orchestrator.approvals.delegation import Place
from orchestrator.approvals.voting import place_of
from orchestrator.facts import Facts
from rules.canonical import digest, revive
from rules.model import Event, Line, Person, Tainted
from rules.questions import QuestionRule
from rules.requests import Answer, Question, Request, RequestState
from rules.ruleset import Ruleset

LONGEST = 1000
#: How the id of the request of a card begins that shows what was asked back.
QUESTION = "question:"
#: So many questions may be asked back about one request, and so much of what was said to one is kept.
MOST = 5
MOST_ANSWERS = 3


def asked_back(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Question | Line:
    """Give what somebody asks back, or say why they may not."""
    place = place_of(request, event.payload["user"], event.received_at, facts, rules)
    asker = facts.person(event.payload["user"])
    if asker is None or not isinstance(place, Place):
        return place if isinstance(place, Line) else Line(text="I do not know you.")
    text = revive(event.payload["text"], Tainted).text.strip()[:LONGEST]
    if not text:
        return Line(text="There is no question in it.")
    if any(one.by == asker.id and one.ends > event.received_at for one in request.questions):
        return Line(text="Your last question waits for its answer still; one at a time.")
    if len(request.questions) >= MOST:
        return Line(text="Enough was asked about it already; please talk to each other, then answer it.")
    whom = asked_of(request, asker, facts)
    return Question(
        id=digest({"request": request.id, "event": event.id})[:12],
        by=asker.id,
        at=event.received_at,
        text=Tainted(text=text, source="slack"),
        until=event.received_at + _rule(request, rules).pause,
        to=whom.id if whom is not None else None,
        account=whom.jira if whom is not None else None,
    )


def card_of(request: Request, question: Question) -> str:
    """Name what the card of a question shows; `Posts` reads it back."""
    return f"{QUESTION}{request.id}/{question.id}"


def asked_of(request: Request, asker: Person, facts: Facts) -> Person | None:
    """Give who is asked: who asked for it, else who reported the issue.

    Nobody where that is the asker, or unknown, and about a batch, which many have reported: then whoever reads it is.
    """
    if request.subject.kind == "batch":
        return None
    reporter = facts.item.reporter if facts.item is not None else None
    named = (facts.person(id_) for id_ in (request.requester, reporter))
    return next((one for one in named if one is not None and one.id != asker.id), None)


def with_question(request: Request, question: Question, rules: Ruleset) -> Request:
    """Give the request with what was asked back; it expires later where the rules say so."""
    asked = msgspec.structs.replace(request, questions=(*request.questions, question))
    return _expiring(asked, request, question.at, rules)


def waiting_for(request: Request, said_by: Person | None, account: str | None, question: str | None) -> Question | None:
    """Give the question to which somebody's words are an answer: the one named, else the last that they may answer."""
    ids = {said_by.id, said_by.jira} - {None} if said_by is not None else set()
    mine = [one for one in request.questions if question in (None, one.id) and _is_asked(one, ids, account)]
    return next((one for one in reversed(mine) if len(one.answers) < MOST_ANSWERS), None)


def _is_asked(question: Question, ids: set[str | None], account: str | None) -> bool:
    if question.to is None:
        return question.by not in ids and bool(ids or account)
    return question.to in ids or (account is not None and account == question.account)


def with_answer(request: Request, question: Question, answer: Answer, rules: Ruleset) -> Request:
    """Give the request with an answer to what was asked back."""
    told = msgspec.structs.replace(question, answers=(*question.answers, answer))
    answered = msgspec.structs.replace(
        request, questions=tuple(told if one.id == question.id else one for one in request.questions)
    )
    return _expiring(answered, request, answer.at, rules)


def pauses(request: Request, person: str, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give from when to when somebody was not waited for, because they waited for an answer."""
    for one in request.questions:
        if one.by == person and one.at < now:
            yield one.at, min(one.ends, now)


def _expiring(after: Request, before: Request, at: datetime, rules: Ruleset) -> Request:
    """Move the expiry by what an answer is now waited for, longer or shorter than before."""
    moved = _waits(after, at) - _waits(before, at)
    if not moved or after.state is not RequestState.PENDING or not _rule(after, rules).expiry_waits:
        return after
    return msgspec.structs.replace(after, expires_at=after.expires_at + moved)


def _waits(request: Request, at: datetime) -> timedelta:
    """Give for how long after a moment an answer is waited for by anybody."""
    return max((one.ends - at for one in request.questions if one.ends > at), default=timedelta())


def _rule(request: Request, rules: Ruleset) -> QuestionRule:
    workflow = rules.workflows.get(request.workflow)
    return workflow.questions if workflow is not None else QuestionRule()
