"""What comes of a question that somebody asks back, and of the answer: who is told, where, and what is recorded. Pure.

It is put where who is asked reads it: in the thread of the card, in a message of their own, in a comment on the issue.
"""

from collections.abc import Iterator

import msgspec

from orchestrator.approvals.questions import (
    QUESTION,
    asked_back,
    asked_of,
    card_of,
    waiting_for,
    with_answer,
    with_question,
)
from orchestrator.changes import CardWanted, Changes, Entry
from orchestrator.facts import ActionRecord, Facts
from orchestrator.granting.gates import gate_of
from orchestrator.judging import decided, decision_on, reference
from orchestrator.recording import noted, refused, reply
from orchestrator.talk import Thread
from rules.actions import CommentAction, Payload
from rules.canonical import digest, revive
from rules.decisions import Proposal, Verdict
from rules.model import Event, Line, Moment, Part, Person, PersonRef, Tainted
from rules.requests import Answer, Question, Request, RequestState
from rules.ruleset import Ruleset

#: The agent in whose name, with whose tools and out of whose budget people's words are written to issues.
SCRIBE = "scribe"


def ask_back(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Ask what somebody wants to know before they answer."""
    question = asked_back(request, event, facts, rules)
    asker = facts.person(event.payload["user"])
    if isinstance(question, Line) or asker is None:
        return refused(event, facts, question if isinstance(question, Line) else _NOBODY, request)
    whom = asked_of(request, asker, facts)
    written = _written(request, question, (asker, whom), facts, rules)
    ways = tuple(_ways(request, whom, facts, bool(written.records)))
    if not ways:
        return refused(event, facts, _NOBODY, request)
    cards = tuple(CardWanted(request=card_of(request, question), place=to) for to, _ in ways if to)
    threads = tuple(
        Thread(id=id_, item=_item(request), asked=spot.asked | {request.id: str(request.subject)})
        for id_, spot in facts.spots.items()
    )
    said = Line(text="{0} asked back: {1}", parts=(_named(asker), question.text))
    paused = Line(text="You are not reminded until they answer, or until {0}.", parts=(Moment(at=question.until),))
    return (
        Changes(
            requests=(with_question(request, question, rules),),
            cards=cards,
            threads=threads,
            entries=(_entry("question.asked", event, facts, said, request, question=question),),
        )
        + written
        + reply(event, _told(whom, [words for _, words in ways]), paused)
    )


_NOBODY = Line(
    text="I cannot reach anybody whom I could ask: who asked for it, or reported it, is not known to me in Slack, or "
    "may not browse it, and its card stands in no channel."
)


def answered(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Take what somebody wrote, in the thread or by the button, for the answer that was waited for."""
    person, user = facts.person(event.payload["user"]), event.payload["user"]
    question = waiting_for(request, person, None, event.payload.get("question"))
    said = revive(event.payload["text"], Tainted)
    by_button, is_over = event.payload.get("question") is not None, request.state is not RequestState.PENDING
    if person is None or question is None or is_over or not said.text.strip():
        return refused(event, facts, _OVER if is_over else _NOT_YOURS, request) if by_button else Changes()
    answer = Answer(by=person.id, at=event.received_at, text=said)
    told = _taken(request, question, answer, event, facts, rules)
    if not by_button:
        return told
    asker = facts.person(question.by)
    return told + reply(event, Line(text="I tell {0}.", parts=(_named(asker) if asker else Tainted(text=user),)))


_OVER = Line(text="It is decided already, so nobody waits for the answer any more.")
_NOT_YOURS = Line(text="Somebody else was asked this, or it was answered already.")


def answered_in_jira(facts: Facts, rules: Ruleset) -> Changes:
    """Take comments of those who were asked for the answers that are waited for."""
    changes = Changes()
    for event in facts.comments:
        after = facts.after(changes.requests)
        said = event.payload["comment"]
        for request in after.requests:
            author = said.get("author")
            person = facts.person(author)
            question = waiting_for(request, person, author, None)
            if question is None or question.at > event.received_at or request.state is not RequestState.PENDING:
                continue
            by = person.id if person is not None else question.to or author or ""
            public = said.get("public", False)
            words = Tainted(text=said["text"]["text"] if public else "")  # what is hidden there is not kept here
            answer = Answer(by=by, at=event.received_at, text=words, public=public)
            changes += _taken(request, question, answer, event, after, rules)
    return changes


def _taken(request: Request, question: Question, answer: Answer, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Show an answer on every copy of the card, and tell who asked by a copy of their own, once."""
    asker, by = facts.person(question.by), facts.person(answer.by)
    first = not question.answers and request.state is RequestState.PENDING
    told = (CardWanted(request=request.card, place=f"user:{asker.slack}/{question.id}"),) if first and asker else ()
    shown = answer.text if answer.public else Tainted(text="(in a comment that is not public)")
    said = Line(text="{0} answered: {1}", parts=(_named(by) if by else Tainted(text=answer.by), shown))
    return Changes(
        requests=(with_answer(request, question, answer, rules),),
        cards=told,
        entries=(_entry("question.answered", event, facts, said, request, question=question, answer=answer),),
    )


def _ways(request: Request, whom: Person | None, facts: Facts, written: bool) -> Iterator[tuple[str, Line]]:
    """Give each place where the question is put, and words for it; a comment has no place of ours."""
    for spot in facts.spots:
        yield spot, Line(text="in the thread of the card")
    there = {user for spot in facts.spots.values() for user in spot.members}
    user = whom.slack if whom is not None and facts.may_see(whom.id, *request.items) else None
    if user is not None and user not in there:
        yield f"user:{user}", Line(text="in a message of their own")
    if written:
        yield "", Line(text="in a comment on {0}", parts=(reference(facts, _item(request)),))


def _written(
    request: Request, question: Question, pair: tuple[Person, Person | None], facts: Facts, rules: Ruleset
) -> Changes:
    """Plan the comment by which who works in Jira is asked, if the rules let us: internal where customers read it."""
    asker, whom = pair
    in_jira = gate_of(request, rules) is not None or (whom is not None and whom.jira is not None and whom.slack is None)
    plainly = next((name for name, one in rules.workflows.items() if one.gate is None), None)
    if not in_jira or SCRIBE not in rules.agents or plainly is None:
        return Changes()
    parts = (_named(asker), _named(whom) if whom else Tainted(text="whoever knows"), question.text)
    words = "{0} is to decide about this, and asks {1} first:\n\n{2}\n\nPlease answer in a comment."
    text = Line(text=words, parts=parts)
    comment = CommentAction(item=_item(request), text=text, internal=True, whole=True)
    payload = Payload(item=comment.item, actions=(comment,))
    decision = decision_on(
        Proposal(agent=SCRIBE, kind="say", payload=payload, confidence=1000, requester=asker.id), facts, rules, plainly
    )
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is not Verdict.ALLOW:
        return recorded
    name = f"{QUESTION}{question.id}"
    record = ActionRecord(
        key=digest({"request": name, "kind": "comment"})[:32],
        decision=decision.id,
        request=name,
        agent=SCRIBE,
        subject=facts.subject,
        position=0,
        action=comment,
    )
    return recorded + Changes(records=(record,))


def _told(whom: Person | None, ways: list[Line]) -> Line:
    parts: list[Part] = [_named(whom) if whom is not None else Tainted(text="whoever knows")]
    words = []
    for way in ways:
        words.append(way.text.replace("{0}", f"{{{len(parts)}}}"))
        parts += way.parts
    return Line(text=f"I ask {{0}} {', and '.join(words)}.", parts=tuple(parts))


def _item(request: Request) -> int:
    return request.asks[0].payload.item


def _named(person: Person) -> PersonRef:
    return PersonRef(name=person.name, slack=person.slack)


def _entry(kind: str, event: Event, facts: Facts, words: Line, request: Request, **more: object) -> Entry:
    return msgspec.structs.replace(noted(kind, event, facts, words, request, **more), once=f"{kind}:{event.id}")
