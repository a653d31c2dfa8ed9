"""What a request's card shows, from the state at sending time. Pure: a view in, a message out."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import msgspec

from orchestrator.approvals.telling import asked_back, by_whom, called, halved, kept, question, wanted
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.granting.telling import Reader, asked_there, buttons_there
from orchestrator.messages import Button, Message, Section, led_by
from rules.actions import (
    Action,
    AssignAction,
    CommentAction,
    CreateAction,
    FieldAction,
    LinkAction,
    PriorityAction,
    TransitionAction,
    kind_of,
)
from rules.canonical import Value
from rules.decisions import Decision
from rules.guardrails import percent
from rules.model import Item, ItemRef, Line, Moment, Part, Person, PersonRef, Tainted
from rules.requests import CANDIDATE, Request, RequestState


class CardView(Value, frozen=True, kw_only=True):
    """All that a card shows. `visible` is False when somebody who would see it may not browse the items.

    `direct`: it is one person's own copy, that of the Slack user `reader`; `answering` tells of them where Jira asks by
    itself.
    """

    request: Request
    decision: Decision
    items: tuple[Item, ...]
    records: tuple[ActionRecord, ...] = ()
    undoing: Request | None = None
    undo_records: tuple[ActionRecord, ...] = ()
    people: tuple[Person, ...] = ()
    undo_until_minutes: int = 10
    now: Moment
    visible: bool = True
    direct: bool = False
    reader: str | None = None
    answering: Reader = Reader()


def card(view: CardView) -> Message:
    """Give the card as it should stand now."""
    if not view.visible:
        return Message(
            title=Line(text="A question that may not be shown here, because not everybody may browse its items.")
        )
    sections = (
        Section(lines=(_standing(view), *_steps(view), *_items(view))),
        *_asked_back(view),
        Section(heading="What changes", lines=_changes(view)),
        Section(heading="Why", lines=_why(view), buttons=_buttons(view)),
    )
    return Message(title=_title(view), sections=sections, footer=_footer(view))


def brief(view: CardView, *marks: Line) -> Section:
    """Give a card as one section among others, with its buttons; `marks` are said about it in that place."""
    told = view.decision.proposal.evidence[1:] if view.decision.proposal.kind == "approve" else ()
    asked = question(view.request, {item.id: item.key for item in view.items})
    begun = _marked(view) if view.records or view.request.altered else ()
    lines = (Line(text=f"*{asked.text}*", parts=asked.parts), *_items(view), *marks, *told, *begun)
    progress = (_standing(view), *_steps(view)) if view.request.votes or not _is_open(view) else _steps(view)
    said = asked_back(view.request, partial(person, view))
    return Section(lines=(*lines, *progress, *said), buttons=_buttons(view))


def _is_open(view: CardView) -> bool:
    return view.undoing is None and view.request.state is RequestState.PENDING


def may_undo_until(view: CardView) -> Moment | None:
    """Give the moment at which the Undo button disappears, None when there is none to show."""
    ended = all(one.state in (RecordState.DONE, RecordState.FAILED) for one in view.records)
    done_at = [one.receipt.at for one in view.records if one.receipt is not None and one.receipt.at is not None]
    if not ended or view.request.finished or view.undoing is not None or not done_at:
        return None
    until = max(done_at) + timedelta(minutes=view.undo_until_minutes)
    return Moment(at=until) if view.now.at < until else None


def ref(view: CardView, id_: int | None) -> ItemRef:
    """Name one of the card's items."""
    key = next((item.key for item in view.items if item.id == id_), f"#{id_}")
    return ItemRef(id=id_ or 0, key=key)


def _title(view: CardView) -> Line:
    ask = view.request.asks[0]
    if view.request.follows is not None:
        parts = (ref(view, ask.payload.item), ref(view, view.request.follows))
        return Line(text="{0} follows {1}", parts=parts)
    if view.decision.proposal.kind == "assign":
        named = Tainted(text=next((one.name for one in ask.payload.actions if isinstance(one, AssignAction)), ""))
        return Line(text="Should {1} take {0}?", parts=(ref(view, ask.payload.item), named))
    if view.decision.proposal.kind == "rescue":
        return question(view.request, {item.id: item.key for item in view.items})
    if view.decision.proposal.kind == "approve" and view.request.wording:
        return Line(text="{0}: {1}", parts=(ref(view, ask.payload.item), Tainted(text=view.request.wording)))
    if view.decision.proposal.kind == "approve":
        return Line(text="{0} waits for a decision", parts=(ref(view, ask.payload.item),))
    if ask.other is None:
        return Line(text="About {0}", parts=(ref(view, ask.payload.item),))
    return Line(text="Is {0} the same problem as {1}?", parts=(ref(view, ask.payload.item), ref(view, ask.other)))


def _standing(view: CardView) -> Line:
    request = view.request
    if view.undoing is not None:
        return _undo_standing(view)
    if request.state is RequestState.PENDING and request.portal is not None:
        return _asked_there(view)[0]
    if request.state is RequestState.PENDING:
        again = Line(text="Asked again, because {0}. *Please decide.*", parts=(Tainted(text=request.note or ""),))
        return again if request.replaces else wanted(request, partial(person, view))[0]
    if request.state is RequestState.REJECTED:
        said, people = by_whom(request, "reject", partial(person, view))
        given = (vote.reason for vote in request.votes if vote.choice == "reject" and vote.reason)
        why = next(given, Tainted(text="no reason given", source="slack"))
        return Line(text=f"Rejected by {said}: {{{len(people)}}}", parts=(*people, why))
    if request.state is RequestState.APPROVED:
        return _progress(view)
    words = {
        RequestState.EXPIRED: "Expired: nobody answered in time, nothing was done.",
        RequestState.SUPERSEDED: "Replaced by a newer question: {0}",
        RequestState.WITHDRAWN: "Withdrawn: {0}",
    }
    return Line(text=words[request.state], parts=(Tainted(text=request.note or ""),))


def _steps(view: CardView) -> tuple[Line, ...]:
    name = partial(person, view)
    if _is_open(view) and view.request.portal is not None:
        return _asked_there(view)[1:]
    said = (*wanted(view.request, name)[1:], *kept(view.request, name), *called(view.request, name))
    return said if _is_open(view) else ()


def _asked_back(view: CardView) -> tuple[Section, ...]:
    lines = asked_back(view.request, partial(person, view))
    return (Section(heading="Asked back", lines=lines),) if lines else ()


def _asked_there(view: CardView) -> tuple[Line, ...]:
    key = ref(view, view.request.asks[0].payload.item)
    there = msgspec.structs.replace(key, address=view.request.portal)
    return asked_there(view.request, view.answering, view.records, there, partial(person, view))


def _progress(view: CardView) -> Line:
    words, people = by_whom(view.request, "approve", partial(person, view))
    by = f"Approved by {words}."
    done = sum(1 for one in view.records if one.state is RecordState.DONE)
    failed = [one for one in view.records if one.state is RecordState.FAILED]
    if failed and view.request.portal is None:
        said = f"{by} {done} of {len(view.records)} done; not done: {{{len(people)}}}"
        return Line(text=said, parts=(*people, Tainted(text="; ".join(one.error or "" for one in failed))))
    if view.request.finished:
        return Line(text=f"{by} It was {{{len(people)}}}.", parts=(*people, Tainted(text=view.request.note or "")))
    if view.records and done == len(view.records):
        return Line(text=f"{by} All done.", parts=people)
    if not view.records:
        said = f"{by} Nothing is done yet: {{{len(people)}}}."
        return Line(text=said, parts=(*people, Tainted(text=view.request.note or "")))
    return Line(text=f"{by} Working on it: {done} of {len(view.records)} done.", parts=people)


def _undo_standing(view: CardView) -> Line:
    if view.undoing is not None and view.undoing.requester is None:
        return halved(view.records, view.undo_records)
    who = person(view, view.undoing.requester or "") if view.undoing else PersonRef(name="")
    failed = [one for one in view.undo_records if one.state is RecordState.FAILED]
    if failed:
        return Line(
            text="Undo by {0} is not complete: {1}",
            parts=(who, Tainted(text="; ".join(one.error or "" for one in failed))),
        )
    if view.undo_records and all(one.state is RecordState.DONE for one in view.undo_records):
        return Line(text="Undone by {0}. History and mails that were sent stay.", parts=(who,))
    return Line(text="{0} is having it undone.", parts=(who,))


def _items(view: CardView) -> tuple[Line, ...]:
    ask = view.request.asks[0]
    ids = [ask.payload.item, ask.other, view.request.follows, *(one.item for one in ask.payload.actions)]
    items = [item for id_ in dict.fromkeys(ids) for item in view.items if item.id == id_]
    return tuple(map(told_of, items))


def told_of(item: Item) -> Line:
    """Name an item with what it is about, how it stands and when it came."""
    parts = (ItemRef(id=item.id, key=item.key), item.summary, Tainted(text=item.status.name), Moment(at=item.created))
    return Line(text="{0} {1} ({2}, {3})", parts=parts)


def _changes(view: CardView) -> tuple[Line, ...]:
    return (*_marked(view), *(led_by("• ", (), note) for note in view.decision.proposal.notes))


def _marked(view: CardView) -> tuple[Line, ...]:
    """Say what changes, each step with how far it is."""
    lines = [change_of(action, partial(ref, view)) for action in _actions(view)]
    undone = bool(view.undo_records) and all(one.state is RecordState.DONE for one in view.undo_records)
    marks = {one.position: "↶" if undone else _MARKS[one.state] for one in view.records}
    return tuple(led_by(f"{marks.get(place, '•')} ", (), line) for place, line in enumerate(lines))


def _actions(view: CardView) -> Sequence[Action]:
    """Give what is asked about; once an answer leads to something else, what it leads to."""
    asked = view.request.asks[0].payload.actions
    begun = [one.action for one in sorted(view.records, key=lambda one: one.position)]
    led = view.decision.proposal.kind == "approve" and view.request.portal is None
    return begun if begun and led else asked


_MARKS = {RecordState.PLANNED: "…", RecordState.CLAIMED: "…", RecordState.DONE: "✓", RecordState.FAILED: "✗"}


def change_of(action: Action, name: Callable[[int], ItemRef]) -> Line:
    """Say what one action changes: before -> after."""
    item = name(action.item)
    if isinstance(action, CreateAction):
        made = (Tainted(text=action.project), Tainted(text=action.type), action.summary)
        return Line(text="{0} new {1}: {2}", parts=made)
    if isinstance(action, LinkAction):
        return Line(text="{0} links: none → _{1}_ of {2}", parts=(item, Tainted(text=action.type), name(action.other)))
    if isinstance(action, CommentAction):
        return _commented(item, action)
    if isinstance(action, FieldAction):
        held = (Tainted(text=action.field), Tainted(text=action.before or "empty"), Tainted(text=action.after))
        return Line(text="{0} {1}: {2} → {3}", parts=(item, *held))
    if isinstance(action, TransitionAction):
        fields: tuple[Part, ...] = tuple(Tainted(text=f"{field}: {_value(to)}") for field, to in action.fields.items())
        more = "".join(f", {{{place}}}" for place in range(3, 3 + len(fields)))
        parts = (item, Tainted(text=action.before.name), Tainted(text=action.after.name), *fields)
        return Line(text=f"{{0}} status: {{1}} → {{2}}{more}", parts=parts)
    if isinstance(action, PriorityAction):
        ranks = (Tainted(text=action.before or "none"), Tainted(text=action.after or "none"))
        return Line(text="{0} priority: {1} → {2}", parts=(item, *ranks))
    if isinstance(action, AssignAction):
        named = (Tainted(text=action.former or "nobody"), Tainted(text=action.name or "nobody"))
        return Line(text="{0} assignee: {1} → {2}", parts=(item, *named))
    return Line(text=f"{{0}} {kind_of(action)}", parts=(item,))


def _commented(item: ItemRef, action: CommentAction) -> Line:
    first = Line(text=action.text.text.split("\n", 1)[0], parts=action.text.parts)
    return led_by("{0} new comment: ", (item,), first)


def _value(field: object) -> str:
    return str(field["name"]) if isinstance(field, dict) and "name" in field else str(field)


def _why(view: CardView) -> tuple[Line, ...]:
    proposal = view.decision.proposal
    if proposal.kind in ("assign", "rescue"):
        return proposal.evidence
    if proposal.kind in ("follow", "approve"):
        return tuple(led_by("• ", (), one) for one in proposal.evidence)
    sure = percent(proposal.confidence)
    who = person(view, proposal.requester) if proposal.requester else None
    first = (
        Line(text=f"{{0}} proposed it. My own estimate: {sure}.", parts=(who,))
        if who
        else Line(text=f"*{sure} sure.* Of 100 such pairs, people confirm about {proposal.confidence // 10}.")
    )
    return (first, *(led_by("• ", (), one) for one in proposal.evidence))


def _buttons(view: CardView) -> tuple[Button, ...]:
    value = value_of(view.request)
    buttons = [Button(action="request.details", label="Details", value=value)]
    if view.request.portal is not None:
        there = buttons_there(view.request, view.answering, view.records, value) if _is_open(view) else ()
        return (*there, *buttons)
    if view.request.state is RequestState.PENDING:
        if view.request.candidate is not None:
            return (*_giving(view, value), *buttons)
        approve = Button(action="request.approve", label="Approve", value=value, style="primary")
        back = [Button(action="request.retract", label="Take my answer back", value=value)] * bool(view.request.votes)
        reject = Button(action="request.reject", label="Reject", value=value, style="danger")
        but = [Button(action="request.alter", label="Yes, but…", value=value)] * bool(view.request.changeable)
        later = Button(action="request.snooze", label="Remind me in 2 hours", value=value)
        another = Button(action="request.pass", label="Ask somebody else", value=value)
        ask = Button(action="request.ask", label="Ask a question", value=value)
        return (approve, *but, reject, *back, ask, *([later, another] if view.direct else []), *buttons)
    if may_undo_until(view) is not None:
        buttons.insert(0, Button(action="request.undo", label="Undo", value=value))
    failed = view.undo_records if view.undoing is not None else view.records
    if any(one.state is RecordState.FAILED for one in failed):
        again = value_of(view.undoing or view.request)
        buttons.insert(0, Button(action="request.retry", label="Try again", value=again))
    return tuple(buttons)


def _giving(view: CardView, value: dict[str, str]) -> tuple[Button, ...]:
    """Give the answers to who takes an issue: for the one who is asked, and for everybody else."""
    whom = next((one for one in view.people if one.id == view.request.candidate), None)
    another = Button(action="request.give", label="Somebody else", value=value)
    ask = Button(action="request.ask", label="Ask a question", value=value)
    if view.reader is not None and whom is not None and view.reader == whom.slack:
        take = Button(action="request.approve", label="Take it", value=value, style="primary")
        return (take, Button(action="request.decline", label="Not me", value=value, style="danger"), another, ask)
    name = whom.name if whom is not None else "them"
    give = Button(action="request.approve", label=f"Give it to {name}", value=value, style="primary")
    mine = Button(action="request.take", label="I take it", value=value)
    back = [Button(action="request.retract", label="Take my answer back", value=value)] * bool(view.request.votes)
    reject = Button(action="request.reject", label="Nobody", value=value, style="danger")
    return (give, mine, another, reject, *back, ask)


def value_of(request: Request) -> dict[str, str]:
    """Give what a button about a request carries."""
    return {"subject": str(request.subject), "request": request.id}


def _footer(view: CardView) -> tuple[Line, ...]:
    request = view.request
    model = view.decision.proposal.model
    named = f"model {model.replace('{', '{{').replace('}', '}}')} · " if model else ""
    asked = Tainted(text=" or ".join(sorted(request.roles - {CANDIDATE})))
    small = Line(text=f"rules {request.ruleset[:8]} · {named}asks {{0}}", parts=(asked,))
    if request.state is RequestState.PENDING:
        then = "nothing is done" if request.candidate is None else "somebody else is asked"
        return (Line(text=f"Expires {{0}}; then {then}.", parts=(Moment(at=request.expires_at),)), small)
    return (small,)


def person(view: CardView, who: str) -> PersonRef:
    """Name somebody by any of their ids."""
    known = next((one for one in view.people if who in (one.id, one.jira, one.slack)), None)
    return PersonRef(name=known.name, slack=known.slack) if known else PersonRef(name=who)
