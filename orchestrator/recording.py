"""What goes together: a step in a request's life, the ledger entry that tells of it, the answer to who asked. Pure."""

import msgspec

from orchestrator.approvals.asking import cards_for, items_of, places
from orchestrator.changes import Changes, Entry, Outcome, Reply
from orchestrator.facts import ActionRecord, Facts
from orchestrator.judging import reference
from orchestrator.messages import Message, ReplyTo
from rules.actions import kind_of
from rules.canonical import digest, plain
from rules.decisions import Decision
from rules.model import Event, Line, Moment, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import WorkflowRule


def asked(request: Request, decision: Decision, facts: Facts, workflow: WorkflowRule) -> Changes:
    """Put a question to people, or show them what the rules allow without one."""
    pending = request.state is RequestState.PENDING
    where = places(decision.proposal, facts, workflow, request.roles, asks=pending)
    entry = Entry(
        kind="request.asked",
        subject=facts.subject,
        at=facts.now,
        text=Line(
            text="asked a {0} about {1}, until {2}" if pending else f"told a {{0}} about {{1}}, which {_why(request)}",
            parts=(
                Tainted(text=request.role),
                reference(facts, decision.proposal.payload.item),
                Moment(at=request.expires_at),
            ),
        ),
        about=items_of(decision.proposal),
        data={"request": plain(request), "places": list(where)},
        decision=decision.id,
        once=f"request:{request.id}",
    )
    return Changes(requests=(request,), cards=cards_for(request, where), entries=(entry,))


def _why(request: Request) -> str:
    return "was agreed to before" if request.votes else "the rules allow"


def closed(request: Request, facts: Facts, state: RequestState, why: str) -> Changes:
    """End a question without an answer, and say why."""
    ended = msgspec.structs.replace(request, state=state, closed_at=facts.now, note=why)
    entry = Entry(
        kind=f"request.{state}",
        subject=facts.subject,
        at=facts.now,
        text=Line(text=f"{state}: {{0}}", parts=(Tainted(text=why),)),
        about=request.items,
        data={"request": request.id},
        decision=request.asks[0].decision,
    )
    return Changes(requests=(ended,), entries=(entry,))


def planned(request: Request, agent: str) -> Changes:
    """Plan exactly what a request asked for; each key makes its action happen once."""
    wanted = [(ask.decision, action) for ask in request.asks if not ask.drifted for action in ask.payload.actions]
    return Changes(
        records=tuple(
            ActionRecord(
                key=digest({"request": request.id, "position": position, "kind": kind_of(action)})[:32],
                decision=decision,
                request=request.id,
                agent=agent,
                subject=request.subject,
                position=position,
                action=action,
            )
            for position, (decision, action) in enumerate(wanted)
        )
    )


def came_of(outcome: Outcome, facts: Facts, items: tuple[int, ...]) -> Changes:
    """Record what came of a decision, joined to it."""
    by = facts.person(outcome.by)
    entry = Entry(
        kind="outcome.recorded",
        subject=facts.subject,
        at=facts.now,
        text=Line(
            text="the decision was {0} by {1}" if outcome.by else "the decision was {0}",
            parts=(Tainted(text=outcome.kind), Tainted(text=by.name if by else outcome.by or "")),
        ),
        about=items,
        data={"outcome": plain(outcome)},
        decision=outcome.decision,
    )
    return Changes(outcomes=(outcome,), entries=(entry,))


def noted(kind: str, event: Event, facts: Facts, words: Line, request: Request, **data: object) -> Entry:
    """Record what somebody said about a request; `data` tells more of it."""
    return Entry(
        kind=kind,
        subject=facts.subject,
        at=event.received_at,
        text=words,
        about=request.items,
        data={"event": event.id, "request": request.id} | {name: plain(one) for name, one in data.items()},
        decision=request.asks[0].decision,
    )


def reply(event: Event, words: Line, *notes: Line) -> Changes:
    """Answer the person who gave a command, for their eyes only."""
    given = event.payload
    to = ReplyTo(user=given["user"], channel=given.get("channel"), response_url=given.get("response_url"))
    return Changes(replies=(Reply(to=to, message=Message(title=words, footer=notes)),))


def refused(event: Event, facts: Facts, words: Line, request: Request | None = None) -> Changes:
    """Record that a command was not carried out, and tell its giver why."""
    entry = Entry(
        kind="command.refused",
        subject=facts.subject,
        at=facts.now,
        text=words,
        about=request.items if request else (),
        data={"event": event.id, "name": event.name},
        decision=request.asks[0].decision if request else None,
    )
    return Changes(entries=(entry,)) + reply(event, words)
