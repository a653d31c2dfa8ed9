"""What somebody answers here to what a service desk asks them by itself, given to Jira as they. Pure.

Jira alone counts such answers: what is planned here is that it is told, once, by the one whom it asks.
"""

from collections.abc import Iterable

from orchestrator.approvals.voting import over, reason_of, unlinked
from orchestrator.changes import Changes
from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.granting.gates import APPROVAL, Gate, bound_to, gate_of
from orchestrator.judging import decided, decision_on, reasons
from orchestrator.ports import DeskAnswer
from orchestrator.recording import refused, reply
from rules.actions import AnswerAction, Payload
from rules.canonical import digest
from rules.decisions import Proposal, Verdict
from rules.model import Event, Line, Person, Tainted
from rules.requests import Request
from rules.ruleset import Ruleset

_NOT_CONNECTED = Line(
    text="Jira takes this answer from you alone: write `/yard connect` to give it from here, or answer in its portal."
)


def answer_given(request: Request, account: str | None, records: Iterable[ActionRecord]) -> ActionRecord | None:
    """Give the last answer to a question that is, or was, told to Jira as this account."""
    told = [one for one in records if one.request == request.id and isinstance(one.action, AnswerAction)]
    mine = [one for one in told if isinstance(one.action, AnswerAction) and one.action.account == account]
    return max(mine, key=lambda one: one.position, default=None)


def lets_answer(request: Request, rules: Ruleset) -> bool:
    """Tell whether the rules let us tell Jira at all what people answer to this."""
    gate = gate_of(request, rules)
    agent = rules.agents.get(gate.agent) if gate is not None else None
    return agent is not None and "answer" in agent.tools


def answer_here(request: Request, event: Event, facts: Facts, rules: Ruleset) -> Changes:
    """Plan that Jira is told what somebody pressed, in their own name, or say why not."""
    person, gate = facts.person(event.payload["user"]), gate_of(request, rules)
    objected = _objection(request, event, person, facts)
    if objected is not None or person is None or person.jira is None or gate is None:
        return refused(event, facts, objected or Line(text="The rules no longer know its workflow."), request)
    proposal = _proposed(request, event, person.jira, gate, person)
    decision = decision_on(proposal, facts, rules, request.workflow, answered=True)
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is not Verdict.ALLOW:
        why = Line(text="I did not tell Jira: {0}.", parts=(Tainted(text=reasons(decision)),))
        return recorded + refused(event, facts, why, request)
    record = ActionRecord(
        key=digest({"request": request.id, "event": event.id, "kind": "answer"})[:32],
        decision=decision.id,
        request=request.id,
        agent=gate.agent,
        subject=request.subject,
        position=len(facts.records_of(request.id)),
        action=proposal.payload.actions[0],
    )
    return recorded + Changes(records=(record,)) + reply(event, Line(text="I tell Jira, in your own name."))


def _proposed(request: Request, event: Event, account: str, gate: Gate, person: Person) -> Proposal:
    item = request.asks[0].payload.item
    action = AnswerAction(
        item=item,
        approval=bound_to(request, APPROVAL),
        account=account,
        choice=event.payload["choice"],
        why=reason_of(event),
    )
    payload = Payload(item=item, actions=(action,))
    return Proposal(agent=gate.agent, kind="answer", payload=payload, confidence=1000, requester=person.id)


def _objection(request: Request, event: Event, person: Person | None, facts: Facts) -> Line | None:
    if person is None or not person.linked:
        return unlinked(person, event.payload["user"])
    if person.guest:
        return Line(text="Guests of the workspace cannot decide.")
    if (ended := over(request, event.received_at, facts)) is not None:
        return ended
    asked = _asked(request, person, facts)
    if asked is None:
        return Line(text="Jira asks this itself, and does not ask you.")
    told = answer_given(request, person.jira, facts.records)
    if asked.decision != "pending" or (told is not None and told.state is not RecordState.FAILED):
        return Line(text="You have answered it already.")
    if not facts.may_see(person.id, *request.items):
        return Line(text="You may not browse this issue in Jira, or Jira could not tell; nothing was done.")
    return None if person.jira in facts.granted else _NOT_CONNECTED


def _asked(request: Request, person: Person, facts: Facts) -> DeskAnswer | None:
    """Give what Jira says of a person's answer; None where it does not ask them, or asks nobody any more."""
    waiting = [one for one in facts.desk if one.id == bound_to(request, APPROVAL) and one.decision == "pending"]
    return next((answer for one in waiting for answer in one.answers if answer.account == person.jira), None)
