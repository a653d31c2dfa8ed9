"""Has a new issue created that shall stand in front of a batch, in the name of who wants it, and puts it there. Pure.

It is judged as what a person reports is. Once it is there it becomes one of the batch, or the look that sorts would
take it for a report by itself; but it is not counted as a report.
"""

from collections.abc import Collection, Iterator

import msgspec

from orchestrator.approvals.asking import request_for
from orchestrator.batching.regroup import Batch
from orchestrator.batching.sorting import SORTING
from orchestrator.batching.told import Joining
from orchestrator.changes import Changes, Entry
from orchestrator.facts import Facts, RecordState, Wanted, made_by
from orchestrator.judging import decided, decision_on, reasons, reference
from orchestrator.messages import led_by
from orchestrator.recording import closed, planned
from orchestrator.reporting.forms import LONGEST_SUMMARY
from rules.actions import NEW, CreateAction, Payload
from rules.canonical import digest, revive
from rules.decisions import Proposal, Verdict
from rules.model import Event, Item, Line, Person, PersonRef, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import BatchRule, Ruleset

_ALREADY = Line(text="A new issue was asked for already; what becomes of it stands on the card.")


def is_offered(rules: Ruleset, rule: BatchRule) -> bool:
    """Tell whether the rules let issues be created to stand in front of others."""
    agent = rules.agents.get(rule.agent)
    return agent is not None and "create" in agent.tools


def uncreatable(event: Event, left: Collection[int], facts: Facts, rules: Ruleset, rule: BatchRule) -> Line | None:
    """Say why no issue can be created to stand in front of these, before it is judged whether it may be."""
    project = event.payload["new"]
    named, wanted = (Tainted(text=project),), _wanted(event, facts)
    if not is_offered(rules, rule):
        return Line(text="The rules let me create no issue that stands in front; nothing was changed.")
    if any(one.id == _id_of(event) or _is_under_way(one, facts) for one in facts.requests if one.creates):
        return _ALREADY
    if facts.item is not None and facts.item.id in facts.made() & set(left):
        words = "{0} was created to stand in front already; nothing was changed."
        return Line(text=words, parts=(reference(facts, facts.item.id),))
    if len(left) >= rule.most:
        return Line(text=f"A batch may have {rule.most} issues, so there is no room for a new one.")
    if project not in {one.item.project for one in facts.known if one.item.id in left}:
        return Line(text="None of these issues is in {0} any more; nothing was changed.", parts=named)
    if wanted is None or not wanted.may_create:
        words = "You may not create issues in {0}, or Jira could not tell; nothing was changed."
        return Line(text=words, parts=named)
    if wanted.form is None:
        words = "Jira lets me create nothing in {0}, or wants more than I can ask for; nothing was changed."
        return Line(text=words, parts=named)
    return None


def created(
    event: Event, left: Collection[int], facts: Facts, rules: Ruleset, name: str, rule: BatchRule
) -> Changes | Line:
    """Plan the issue that `uncreatable` has nothing against; gives the reason where the guardrails do not let it be."""
    proposal = _proposal(event, left, facts, rule)
    decision = decision_on(proposal, facts, rules, name)
    if decision.verdict is not Verdict.ALLOW:
        return Line(text="Not created: {0}.", parts=(Tainted(text=reasons(decision)),))
    asked = request_for(decision, facts, rules, RequestState.APPROVED)
    note = "a person had it created to stand in front"
    request = msgspec.structs.replace(asked, id=_id_of(event), closed_at=facts.now, note=note)
    recorded = Changes(entries=(decided(decision, facts),), requests=(request,))
    return recorded + planned(request, rule.agent)


def unplaced(facts: Facts) -> Iterator[tuple[Request, int]]:
    """Give the issues that were created for this batch and do not stand in front yet, each with its request."""
    if facts.batch is None or not facts.batch.members:
        return
    for request in facts.requests:
        if request.creates and not request.finished:
            yield from ((request, made) for made in made_by(facts.records_of(request.id)))


def fronted(facts: Facts) -> Changes:
    """Put in front what was created for it, and have people asked anew; first it has to become one of the batch."""
    changes = Changes()
    for request, made in unplaced(facts) if facts.fresh else ():
        item = facts.item_of(made)
        if facts.batch is None or item is None or item.deleted or not item.is_open:
            changes += Changes(requests=(_finished(request),))
        elif made in facts.batch.members:
            changes += _placed(request, item, facts.batch, facts)
        else:
            changes += _joined(request, made, facts.batch, facts)
    return changes


def replaced(request: Request, facts: Facts) -> Line | None:
    """Say why an issue is not to be tried again: another was asked for since; None where it may be."""
    creations = [one for one in facts.requests if one.creates and one.subject.kind == "batch"]
    later = any(one.asked_at > request.asked_at for one in creations) and request in creations
    return Line(text="Another new issue was asked for since; nothing was tried again.") if later else None


def _wanted(event: Event, facts: Facts) -> Wanted | None:
    return next((one for one in facts.wanted if one.event == event.id), None)


def _id_of(event: Event) -> str:
    """Name the request after the form that was filled in, so that one form makes one issue, however often it comes."""
    return digest({"front": event.payload.get("view") or event.id})[:20]


def _is_under_way(request: Request, facts: Facts) -> bool:
    states = {one.state for one in facts.records_of(request.id)}
    return not request.finished and states != {RecordState.FAILED}


def _proposal(event: Event, left: Collection[int], facts: Facts, rule: BatchRule) -> Proposal:
    person, wanted = facts.person(event.payload["user"]), _wanted(event, facts)
    said = event.payload.get("summary")
    written = " ".join(revive(said, Tainted).text.split()) if said is not None else ""
    front = _in_front(left, facts)
    summary = Tainted(text=written, source="slack") if written else front.summary
    create = CreateAction(
        project=event.payload["new"],
        type=wanted.form.type if wanted is not None and wanted.form is not None else front.type,
        summary=msgspec.structs.replace(summary, text=summary.text[:LONGEST_SUMMARY]),
        description=_description(left, front, facts, person),
        reporter=person.jira if person is not None and wanted is not None and wanted.takes_a_reporter else None,
    )
    return Proposal(
        agent=rule.agent,
        kind="report",
        payload=Payload(item=NEW, actions=(create,)),
        confidence=1000,
        requester=person.id if person is not None else None,
    )


def _in_front(left: Collection[int], facts: Facts) -> Item:
    if facts.item is not None and facts.item.id in left:
        return facts.item
    return min((one.item for one in facts.known if one.item.id in left), key=lambda one: (one.created, one.id))


def _description(left: Collection[int], front: Item, facts: Facts, person: Person | None) -> Line:
    """Say of what it is made: how many reports, which words they share, and who wanted it."""
    why = next((line for one in facts.known if one.item.id == front.id for line in one.evidence), Line(text=""))
    of = led_by(
        f"{len(left)} reports look like one problem. They are linked to this issue once people agree. ", (), why
    )
    if person is None:
        return of
    text = f"{of.text.strip()}\n\nCreated for {{{len(of.parts)}}} in Slack."
    return Line(text=text, parts=(*of.parts, PersonRef(name=person.name, slack=person.slack)))


def _finished(request: Request) -> Request:
    return msgspec.structs.replace(request, finished=True)


def _joined(request: Request, made: int, batch: Batch, facts: Facts) -> Changes:
    together = tuple(sorted({*batch.members, made}))
    word = Joining(id=f"{request.id}:made", items=together, by=request.requester or "", at=facts.now)
    came = Event(
        id=f"made:{request.id}:{made}",
        kind="signal",
        name="item.came",
        source="yardmaster",
        subject=SORTING,
        received_at=facts.now,
        payload={"item": made},
    )
    return Changes(joinings=(word,), events=(came,))


def _placed(request: Request, item: Item, batch: Batch, facts: Facts) -> Changes:
    open_now = (one for one in facts.requests if one.state is RequestState.PENDING and one.follows is None)
    why = "a new issue was created to stand in front"
    told = Entry(
        kind="batch.changed",
        subject=facts.subject,
        at=facts.now,
        text=Line(text="{0} was created for the batch, and stands in front", parts=(reference(facts, item.id),)),
        about=(item.id,),
        data={"request": request.id},
        once=f"fronted:{request.id}",
    )
    put = Changes(
        batches=(msgspec.structs.replace(batch, head=item.id, changed_at=facts.now),),
        requests=(_finished(request),),
        entries=(told,),
    )
    return sum((closed(one, facts, RequestState.SUPERSEDED, why) for one in open_now), put)
