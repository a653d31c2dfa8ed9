"""What becomes of an issue that a person wants created: judged as all is, it is planned at once, or refused. Pure.

It is never put to others: a person who may create it in Jira commands it, and what the rules do not let happen without
somebody else is told to them, who can still create it by hand.
"""

from datetime import timedelta

import msgspec

from orchestrator.approvals.asking import items_of, request_for
from orchestrator.approvals.voting import unlinked
from orchestrator.changes import CardWanted, Changes, Entry
from orchestrator.facts import Facts, Wanted
from orchestrator.hearing import NO_REQUEST, tried_again
from orchestrator.judging import decided, decision_on, reasons, reference
from orchestrator.recording import planned, refused, reply
from orchestrator.reporting.forms import AGENT, GIVEN, LONGEST_SUMMARY, NOT_OFFERED, id_of, is_offered
from rules.actions import NEW, Action, CreateAction, LinkAction, Payload
from rules.canonical import plain, revive
from rules.decisions import Decision, Proposal, Verdict
from rules.model import Event, Line, Person, PersonRef, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

#: The commands that are heard here; every other one of a person is a question.
REPORTS = frozenset({"report.submitted", "retry.asked"})
#: For so long, the same words from the same person are the same report.
SAME = timedelta(days=1)


def decide(facts: Facts, rules: Ruleset) -> Changes:
    """Decide about all that one person has asked for."""
    changes = Changes()
    for event in facts.commands:
        hear = _tried_again if event.name == "retry.asked" else _reported
        changes += hear(event, facts.after(changes.requests, changes.records), rules)
    return changes


def _tried_again(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    person = facts.person(event.payload["user"])
    mine = (one for one in facts.requests if one.id == event.payload.get("request"))
    request = next((one for one in mine if person is not None and one.requester == person.id), None)
    return refused(event, facts, NO_REQUEST) if request is None else tried_again(request, event, facts)


def _reported(event: Event, facts: Facts, rules: Ruleset) -> Changes:
    person = facts.person(event.payload["user"])
    wanted = next((one for one in facts.wanted if one.event == event.id), Wanted(event=event.id, project=""))
    if person is None or not person.linked:
        return refused(event, facts, unlinked(person, event.payload["user"]))
    if objected := _objection(event, wanted, person, facts, rules):
        return refused(event, facts, objected)
    workflow = next(name for name, one in rules.workflows.items() if one.couples)
    proposal = _proposal(event, wanted, person, rules.workflows[workflow].link_type)
    if any(_is_same(one, event, proposal, facts) for one in facts.requests):
        return refused(event, facts, _ALREADY)
    decision = decision_on(proposal, facts, rules, workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is not Verdict.ALLOW:
        why = Line(text="Not created: {0}.", parts=(Tainted(text=reasons(decision)),))
        return recorded + refused(event, facts, why)
    return recorded + _begun(event, decision, person, facts, rules)


_ALREADY = Line(text="You have reported exactly this already. What came of it stands in the direct message from me.")


def _objection(event: Event, wanted: Wanted, person: Person, facts: Facts, rules: Ruleset) -> Line | None:
    """Say why it cannot be created, before it is judged whether it may be."""
    project, type_, other = (event.payload.get(name) for name in ("project", "type", "other"))
    named = (Tainted(text=str(type_)), Tainted(text=str(project)))
    if not is_offered(rules):
        return NOT_OFFERED
    if wanted.taken:
        return Line(text="Somebody else is having exactly this message made an issue.")
    if not wanted.may_create:
        words = "You may not create issues in {0}, or Jira could not tell; nothing was created."
        return Line(text=words, parts=named[1:])
    if wanted.form is None:
        return Line(text="Jira lets me create no {0} in {1}; nothing was created.", parts=named)
    if missing := [field.name for field in wanted.form.required if field.id not in GIVEN]:
        words = "For a {0} in {1}, Jira wants more than I can ask for: {2}. Please create it in Jira."
        return Line(text=words, parts=(*named, Tainted(text=", ".join(missing))))
    if other is not None and (facts.item_of(other) is None or not facts.may_see(person.id, other)):
        return Line(text="The issue that it would be linked to is gone, or you may not browse it; nothing was created.")
    return None


def _proposal(event: Event, wanted: Wanted, person: Person, link_type: str) -> Proposal:
    said, other = event.payload, event.payload.get("other")
    summary = revive(said["summary"], Tainted)
    create = CreateAction(
        project=said["project"],
        type=said["type"],
        summary=msgspec.structs.replace(summary, text=" ".join(summary.text.split())[:LONGEST_SUMMARY]),
        description=_description(revive(said["description"], Tainted), person, wanted),
        reporter=person.jira if wanted.takes_a_reporter else None,
        conversation=wanted.conversation,
    )
    links: tuple[Action, ...] = () if other is None else (LinkAction(item=NEW, other=other, type=link_type),)
    return Proposal(
        agent=AGENT,
        kind="report",
        payload=Payload(item=NEW, actions=(create, *links)),
        confidence=1000,
        other=other,
        requester=person.id,
    )


def _description(written: Tainted, person: Person, wanted: Wanted) -> Line:
    """Put under what was written who reported it, since Jira may not let us say so, and where it was talked about."""
    by = PersonRef(name=person.name, slack=person.slack)
    if wanted.permalink is None:
        return Line(text="{0}\n\nReported by {1} in Slack.", parts=(written, by))
    message = Tainted(text=wanted.permalink, source="slack")
    if wanted.author is not None:
        words = "{0}\n\nReported by {1} in Slack, about this message of {3}: {2}"
        return Line(text=words, parts=(written, by, message, wanted.author))
    return Line(text="{0}\n\nReported by {1} in Slack, about this message: {2}", parts=(written, by, message))


def _is_same(request: Request, event: Event, proposal: Proposal, facts: Facts) -> bool:
    alike = request.asks[0].hash == proposal.payload.hash and facts.now - request.asked_at < SAME
    return alike or request.id == id_of(event)


def _begun(event: Event, decision: Decision, person: Person, facts: Facts, rules: Ruleset) -> Changes:
    asked = request_for(decision, facts, rules, RequestState.APPROVED)
    request = msgspec.structs.replace(
        asked, id=id_of(event), closed_at=facts.now, note="a person had it created in their own name"
    )
    words = "I create it in {0} now. Its key comes to you as a direct message."
    told = Line(text=words, parts=(Tainted(text=event.payload["project"]),))
    card = CardWanted(request=request.id, place=f"user:{person.slack}")
    return (
        Changes(requests=(request,), cards=(card,), entries=(_entry(event, request, decision, facts),))
        + planned(request, decision.proposal.agent)
        + reply(event, told)
    )


def _entry(event: Event, request: Request, decision: Decision, facts: Facts) -> Entry:
    proposal = decision.proposal
    who = facts.person(proposal.requester)
    by = PersonRef(name=who.name, slack=who.slack) if who else Tainted(text=proposal.requester or "")
    where = Tainted(text=event.payload["project"])
    linked = () if proposal.other is None else (reference(facts, proposal.other),)
    return Entry(
        kind="report.asked",
        subject=facts.subject,
        at=event.received_at,
        text=Line(
            text="{0} has an issue created in {1}" + (", linked to {2}" if linked else ""), parts=(by, where, *linked)
        ),
        about=items_of(proposal),
        data={"event": event.id, "request": plain(request)},
        decision=decision.id,
        once=f"request:{request.id}",
    )
