"""What people are told when they ask: `/yard status`, `why`, `related`, `pending`, and the details of a card. Pure."""

from collections.abc import Sequence
from datetime import datetime

from orchestrator.approvals.telling import question
from orchestrator.cards import CardView, person, ref, value_of
from orchestrator.memory import Standing, TrailRow
from orchestrator.messages import Button, Message, Section, led_by
from rules.guardrails import percent
from rules.model import Item, ItemRef, Line, Moment, Tainted
from rules.requests import Request

LONGEST_TRAIL = 25
_SAID = {"approve": "approved", "reject": "rejected"}
#: Kinds of ledger rows that `/yard why` leaves out: they prove that all was in order, not why anything happened.
QUIET = frozenset({"event.received", "action.intended", "decision.reviewed"})


def status(standing: Standing, ruleset: str, model: str) -> Message:
    """Say how things stand."""
    stopped = [
        Line(
            text="Work is stopped for {0} since {1}, by {2}.",
            parts=(
                Tainted(text=f"{switch.scope} {switch.name}".strip(), source="slack"),
                Moment(at=switch.at) if switch.at else Tainted(text="?"),
                Tainted(text=switch.by, source="slack"),
            ),
        )
        for switch in standing.switches
    ]
    failing = [
        Line(text="{0} fails, and is tried again by itself: {1}.", parts=(Tainted(text=what), Tainted(text=why)))
        for what, why in sorted(standing.troubles.items())
    ]
    lines = (
        *failing,
        *(stopped or [Line(text="Working; no switch is thrown.")]),
        Line(text=f"{standing.items:,} items known · {standing.waiting} events waiting · {standing.buried} buried"),
        Line(text=f"Questions open: {standing.pending}"),
        Line(text=f"{standing.open_actions} actions under way, {standing.failed_actions} failed"),
        Line(text=f"{standing.ledger_rows:,} rows in the ledger, {standing.unsealed} not sealed yet"),
    )
    trouble = (
        (
            Line(
                text=f"{standing.quarantined} subjects are quarantined: an operator should look at `yardmaster intake`."
            ),
        )
        if standing.quarantined
        else ()
    )
    return Message(
        title=Line(text="How things stand"),
        sections=(Section(lines=(*lines, *trouble)),),
        footer=(Line(text=f"rules {ruleset[:8]} · model {model}"),),
    )


def not_now(reason: str) -> Message:
    """Say that an answer would need a vendor that did not tell what it has to; `reason` is words for an operator."""
    return Message(
        title=Line(text="I cannot answer that now"),
        sections=(
            Section(lines=(Line(text="Jira or Slack did not tell me what I need. Please ask again in a while."),)),
        ),
        footer=(Line(text="{0}", parts=(Tainted(text=reason),)),),
    )


def why(item: Item, rows: Sequence[TrailRow], undoable: Sequence[Request]) -> Message:
    """Tell what was done to an item and why, oldest first; what can be undone has its button."""
    spoken = [row for row in rows if row.entry.kind not in QUIET]
    told = [row for row in spoken if row.entry.kind != "look.done"][-LONGEST_TRAIL:] or spoken[-1:]
    lines = tuple(led_by("{0} ", (Moment(at=row.entry.at),), row.entry.text) for row in told)
    undo = tuple(
        Button(
            action="request.undo",
            label="Undo",
            value=value_of(one),
            confirm=Line(text="Take back what was done?"),
        )
        for one in undoable
    )
    nothing = (Line(text="I have done nothing about it and nothing was asked."),)
    return Message(
        title=Line(text="Why: {0}", parts=(ItemRef(id=item.id, key=item.key),)),
        sections=(Section(lines=lines or nothing, buttons=undo),),
    )


def related(item: Item, found: Sequence[tuple[Item, int, Sequence[Line]]]) -> Message:
    """Show known items that resemble an item: (item, confidence per mille, evidence), each with a button."""
    sections = tuple(
        Section(
            lines=(
                Line(
                    text=f"*{percent(confidence)}* {{0}} {{1}} ({{2}})",
                    parts=(ItemRef(id=other.id, key=other.key), other.summary, Tainted(text=other.status.name)),
                ),
                *(led_by("• ", (), one) for one in evidence[:3]),
            ),
            buttons=_propose(item, other),
        )
        for other, confidence, evidence in found
    )
    nothing = (Section(lines=(Line(text="Nothing that you may browse resembles it."),)),)
    return Message(
        title=Line(text="Related to {0}", parts=(ItemRef(id=item.id, key=item.key),)), sections=sections or nothing
    )


def _propose(item: Item, other: Item) -> tuple[Button, ...]:
    if item.is_linked_to(other.id) or other.is_linked_to(item.id):
        return ()
    newer, older = sorted((item, other), key=lambda one: (one.created, one.id), reverse=True)
    value = {"subject": f"item:{newer.id}", "other": str(older.id)}
    return (Button(action="couple.propose", label="Same problem: ask to couple", value=value),)


def pending(requests: Sequence[Request], items: Sequence[Item], now: datetime) -> Message:
    """List the open questions that the viewer may see, each with its details."""
    keys = {item.id: item.key for item in items}
    sections = []
    for request in requests:
        hours = max(0, int((request.expires_at - now).total_seconds() // 3600))
        wondered = question(request, keys)
        asks = Line(text=f"Asks {{0}}, {hours} h left.", parts=(Tainted(text=request.role),))
        line = led_by(f"{wondered.text} ", wondered.parts, asks)
        button = Button(action="request.details", label="Details", value=value_of(request))
        sections.append(Section(lines=(line,), buttons=(button,)))
    nothing = (Section(lines=(Line(text="No question is open that you may see."),)),)
    return Message(title=Line(text="Open questions"), sections=tuple(sections) or nothing)


def details(view: CardView) -> Message:
    """Tell everything behind a card: rulings, evidence, the exact payload's hash, who voted."""
    request, decision = view.request, view.decision
    said = tuple(
        Line(
            text="{0}: {1} - {2}",
            parts=(Tainted(text=one.guardrail), Tainted(text=one.verdict.name), Tainted(text=one.reason)),
        )
        for one in decision.rulings
    )
    votes = tuple(
        Line(
            text="{0} {1} it at {2}" + (f", with {vote.together - 1} others at once" if vote.together else ""),
            parts=(person(view, vote.human), Tainted(text=_SAID[vote.choice]), Moment(at=vote.at)),
        )
        for vote in request.votes
    )
    item = ref(view, request.asks[0].payload.item)
    sections = [
        Section(heading="What the guardrails said", lines=said or (Line(text="No guardrail objected."),)),
        Section(heading="Evidence", lines=decision.proposal.evidence or (Line(text="None."),)),
        Section(heading="Votes", lines=votes or (Line(text="None yet."),)),
        Section(
            heading="For the record",
            lines=(
                Line(text=f"decision {decision.id}"),
                Line(text=f"payload {request.asks[0].hash}"),
                Line(text=f"rules {decision.ruleset}"),
                Line(text="model {0}", parts=(Tainted(text=decision.proposal.model),)),
                Line(text="decided at {0}", parts=(Moment(at=decision.at),)),
            ),
        ),
    ]
    return Message(title=Line(text="{0} in detail", parts=(item,)), sections=tuple(sections))
