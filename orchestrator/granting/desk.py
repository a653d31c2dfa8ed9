"""What people have answered to a service desk that asks by itself, as Jira tells it. Pure.

It counts as Jira says, wherever it was given: in the portal, or here in somebody's own name.
"""

from datetime import timedelta
from typing import Final, Literal

import msgspec

from orchestrator.changes import Changes, Entry, Outcome
from orchestrator.facts import Facts, RecordState
from orchestrator.granting.answering import answer_given
from orchestrator.granting.gates import APPROVAL, bound_to, is_before, open_questions
from orchestrator.ports import DeskApproval
from orchestrator.recording import came_of, closed
from rules.actions import AnswerAction
from rules.canonical import plain
from rules.model import Line, PersonRef
from rules.requests import Request, RequestState, Vote
from rules.ruleset import Ruleset

#: How often Jira is asked about a question that several answer: it may not tell of an answer that decides nothing.
AGAIN: Final = timedelta(minutes=10)


def heard(facts: Facts, rules: Ruleset) -> Changes:
    """Take in what some have answered while the service desk still waits for others."""
    changes = Changes()
    for gate, request in open_questions(facts, rules):
        asked = _asked(request, facts)
        if not facts.fresh or asked is None or not is_before(gate, facts, rules):
            continue
        new = _new(request, asked, facts)
        if new:
            voted = msgspec.structs.replace(request, votes=(*request.votes, *new))
            changes += Changes(requests=(voted,), votes=new) + _told(request, new, facts)
    return changes


def decided(request: Request, facts: Facts) -> Changes:
    """Record what people answered to the service desk, or that it has stopped asking."""
    asked = _asked(request, facts)
    if asked is None or asked.decision == "pending":
        return closed(request, facts, RequestState.WITHDRAWN, "the issue was moved in Jira, which asks no more")
    new = _new(request, asked, facts)
    state = RequestState.APPROVED if asked.decision == "approved" else RequestState.REJECTED
    voted = msgspec.structs.replace(request, votes=(*request.votes, *new), finished=True)
    ended = closed(voted, facts, state, "decided in Jira's portal") + Changes(votes=new)
    kind: Literal["confirmed", "rejected"] = "confirmed" if state is RequestState.APPROVED else "rejected"
    outcome = Outcome(decision=voted.asks[0].decision, kind=kind, by=None, at=facts.now)
    return _told(request, new, facts) + ended + came_of(outcome, facts, voted.items)


def waits_for_several(request: Request, facts: Facts) -> bool:
    """Tell whether Jira has to be asked now and then how far a question is answered."""
    asked = _asked(request, facts) if request.state is RequestState.PENDING and request.portal is not None else None
    return asked is not None and len(asked.answers) > 1


def _asked(request: Request, facts: Facts) -> DeskApproval | None:
    if request.portal is None:
        return None
    return next((one for one in facts.desk if one.id == bound_to(request, APPROVAL)), None)


def _new(request: Request, asked: DeskApproval, facts: Facts) -> tuple[Vote, ...]:
    """Give the answers that were not known; those that were stay as they are."""
    known = {vote.event for vote in request.votes}
    said = [(one.account, one.decision) for one in asked.answers if one.decision != "pending"]
    votes = (_vote(request, account, facts, approved=decision == "approved") for account, decision in said)
    return tuple(vote for vote in votes if vote.event not in known)


def _vote(request: Request, account: str, facts: Facts, *, approved: bool) -> Vote:
    person, told = facts.person(account), _given_here(request, account, facts)
    return Vote(
        request=request.id,
        human=person.id if person is not None else f"jira:{account}",
        choice="approve" if approved else "reject",
        at=facts.now,
        event=f"desk:{request.id}:{account}",
        reason=told.why if told is not None else None,
    )


def _given_here(request: Request, account: str, facts: Facts) -> AnswerAction | None:
    record = answer_given(request, account, facts.records)
    if record is None or record.state is not RecordState.DONE or not isinstance(record.action, AnswerAction):
        return None
    return record.action


def _told(request: Request, votes: tuple[Vote, ...], facts: Facts) -> Changes:
    return Changes(entries=tuple(_entry(request, vote, facts) for vote in votes))


def _entry(request: Request, vote: Vote, facts: Facts) -> Entry:
    person, account = facts.person(vote.human), vote.event.rpartition(":")[2]
    who = PersonRef(name=person.name, slack=person.slack) if person is not None else PersonRef(name=vote.human)
    where = "here, and Jira took it in their own name" if _given_here(request, account, facts) else "in Jira's portal"
    return Entry(
        kind="vote.cast",
        subject=facts.subject,
        at=vote.at,
        text=Line(text=f"{{0}} {'approved' if vote.choice == 'approve' else 'rejected'} it {where}", parts=(who,)),
        about=request.items,
        data={"event": vote.event, "request": request.id, "vote": plain(vote)},
        decision=request.asks[0].decision,
    )
