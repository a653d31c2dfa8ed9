"""What a batch's one card shows, from the state at sending time. Pure: a view in, a message out.

A place is told only of issues that everybody there may browse; of the others it is told how many there are.
"""

from collections.abc import Collection, Iterator, Sequence

from orchestrator.approvals.quorum import standing_of
from orchestrator.batching.buttons import buttons
from orchestrator.batching.promising import offered, promised
from orchestrator.batching.stakes import at_stake, differing, in_front
from orchestrator.batching.view import BatchView, is_shown_whole, odd_ones
from orchestrator.facts import RecordState
from orchestrator.impact import counted
from orchestrator.messages import Message, Section, led_by
from rules.actions import CommentAction, CreateAction, PriorityAction, TransitionAction, WatchAction
from rules.decisions import Proposal
from rules.guardrails import percent
from rules.model import Item, ItemRef, Line, Moment, PersonRef, Tainted
from rules.requests import Request, RequestState

#: So many issues are named in one paragraph.
_IN_PARAGRAPH = 20
_MOST_NAMED = 240
_MOST_ODD = 3
_UNDER_WAY = "A new issue is being created{0} to stand in front"


def batch_card(view: BatchView) -> Message:
    """Give the card as it should stand now."""
    sections = (
        Section(
            lines=(
                _standing(view),
                *_gone(view),
                *view.called,
                *_making(view),
                *_taken_back(view),
                *promised(view),
                *_summary(view),
                *_front(view),
            )
        ),
        *_stakes(view),
        *_named(view),
        *([Section(heading="What changes", lines=_changes(view))] if view.latest else []),
        Section(heading="Why", lines=(*_why(view), *_odd(view)), buttons=buttons(view)),
    )
    title = "Told of elsewhere by now" if view.into else f"{view.all} reports look like one problem"
    return Message(title=Line(text=title), sections=sections, footer=_footer(view))


def _standing(view: BatchView) -> Line:
    request = view.latest
    if request is not None and any(one.takes_back(request.id) for one in view.requests):
        return Line(text="Taken back: what was done is being undone, or was.")
    if request is None and not view.live:
        return Line(text="Nobody was asked about it.")
    if request is None:
        return Line(text="They are watched. As soon as no other joins for a while, somebody is asked.")
    if request.state is RequestState.PENDING:
        if not is_shown_whole(view, request):
            return Line(text="Those who may browse all of them are asked. Nothing is done before that.")
        left = sum(max(0, one.need - one.have) for one in standing_of(request).steps)
        return Line(text="*Please decide.*" if left == 1 else f"*Please decide*: {left} people have to agree.")
    if request.state is RequestState.APPROVED:
        return _progress(view)
    return _rejected(view, request) if request.state is RequestState.REJECTED else _unanswered(view, request)


def _gone(view: BatchView) -> Iterator[Line]:
    """Say where the issues went that were this batch's."""
    if view.live:
        return
    if view.into is None:
        yield Line(text="Its issues are not taken for one problem any more.")
    elif view.beside is None:
        yield Line(
            text="Its issues went into batch {0}, which has a card of its own.", parts=(Tainted(text=view.into),)
        )
    else:
        parts = (Tainted(text=view.into), ItemRef(id=view.beside.id, key=view.beside.key), view.beside.summary)
        yield Line(text="Its issues went into batch {0}, which has a card of its own: with {1} {2}.", parts=parts)


def _unanswered(view: BatchView, request: Request) -> Line:
    if request.state is RequestState.EXPIRED:
        return Line(text="Nobody answered in time; nothing was done.")
    words = "Taken back: {0}."
    if request.state is RequestState.SUPERSEDED and view.live:
        words = "It is asked anew in a moment: {0}."
    return Line(text=words, parts=(Tainted(text=request.note or "it makes no sense any more"),))


def _rejected(view: BatchView, request: Request) -> Line:
    why = next((vote.reason for vote in request.votes if vote.counts and vote.reason is not None), None)
    who = view.voter or PersonRef(name="nobody")
    return Line(text="Rejected by {0}: {1}", parts=(who, why or Tainted(text="no reason given", source="slack")))


def _progress(view: BatchView) -> Line:
    who = view.voter or PersonRef(name="the rules")
    states = [one.state for one in view.records]
    done, failed = states.count(RecordState.DONE), states.count(RecordState.FAILED)
    if failed:
        return Line(text=f"Agreed to by {{0}}. {done} of {len(states)} steps done, {failed} failed.", parts=(who,))
    if done < len(states) or not states:
        return Line(text=f"Agreed to by {{0}}. Working on it: {done} of {len(states)} steps done.", parts=(who,))
    return Line(text="Agreed to by {0}. All done: everybody is answered.", parts=(who,))


def _making(view: BatchView) -> Iterator[Line]:
    """Say what becomes of the new issue that is to stand in front; where, if all there may browse issues of there."""
    making = view.making
    action = making.action if making is not None else None
    if making is None or making.state is RecordState.DONE or not isinstance(action, CreateAction):
        return
    shown = any(item.project == action.project for item in view.items)
    where, said = (f" in {action.project}", making.error) if shown else ("", None)
    words = "The new issue was not created{0}" if making.state is RecordState.FAILED else _UNDER_WAY
    yield Line(text=f"{words}: {{1}}" if said else f"{words}.", parts=(Tainted(text=where), Tainted(text=said or "")))


def _taken_back(view: BatchView) -> Iterator[Line]:
    """Say how far what was done to issues that somebody took out, or put in front, is taken back."""
    states = [one.state for one in view.taken_back]
    done, failed = states.count(RecordState.DONE), states.count(RecordState.FAILED)
    if failed:
        yield Line(text=f"Changed since: {done} of {len(states)} steps taken back, {failed} failed.")
    elif states:
        yield Line(text=f"Changed since: {done} of {len(states)} steps taken back.")


def _summary(view: BatchView) -> Iterator[Line]:
    reports = [item for item in view.items if item.id not in view.made]
    projects, people = {item.project for item in reports}, {item.reporter for item in reports if item.reporter}
    by = counted(len(people), "person", "people")
    if not view.all:
        return
    yield Line(text=f"*{view.all} reports* in {counted(len(projects), 'project')}, reported by {by}.")
    if hidden := view.all - len(reports):
        yield Line(text=f"{hidden} of them not everybody here may browse; they are counted and not told of here.")
    if reports:
        times = sorted(item.created for item in reports)
        yield Line(text="The first came {0}, the last {1}.", parts=(Moment(at=times[0]), Moment(at=times[-1])))


def _front(view: BatchView) -> Iterator[Line]:
    if view.head is not None and view.head in view.items:
        yield in_front(view.head, view.items, chosen=view.chosen)


def _stakes(view: BatchView) -> Iterator[Section]:
    lines = tuple(at_stake(view.impact, view.unseen)) if view.impact else ()
    if lines:
        yield Section(heading="What waits", lines=lines)


def _named(view: BatchView) -> Iterator[Section]:
    """Name all issues, those that are answered apart from those that are asked about and those that wait."""
    head, request, odd = view.head, view.latest, {item.id for item, _ in odd_ones(view)}
    asked = {ask.payload.item for ask in request.couplings} if request else set()
    fronts = {ask.other for one in view.requests for ask in one.couplings} | ({head.id} if head else set())
    linked = {item.id for item in view.items if any(link.other in fronts for link in item.links)}
    coupled = linked | ({head.id} if head else set())
    is_open = request is not None and request.state is RequestState.PENDING
    groups = (
        ("Coupled", coupled if linked else set()),
        ("Asked about" if is_open else "Agreed to", asked - coupled),
        ("Joined since", {item.id for item in view.items} - asked - coupled),
    )
    for heading, ids in groups:
        some = sorted((item for item in view.items if item.id in ids), key=lambda one: one.id)[:_MOST_NAMED]
        for start in range(0, len(some), _IN_PARAGRAPH):
            part = some[start : start + _IN_PARAGRAPH]
            yield Section(heading=f"{heading} ({len(some)})" if start == 0 else "", lines=(_listed(part, odd),))


def _listed(items: Sequence[Item], odd: Collection[int]) -> Line:
    marks = [" (unlike)" if item.id in odd else "" for item in items]
    places = " · ".join(f"{{{place}}}{mark}" for place, mark in enumerate(marks))
    return Line(text=places, parts=tuple(ItemRef(id=item.id, key=item.key) for item in items))


def _changes(view: BatchView) -> tuple[Line, ...]:
    request = view.latest
    if view.decision is not None and view.decision.proposal.kind == "follow":
        return _following(view, view.decision.proposal)
    count = len(request.couplings) if request else 0
    front = next((ask.other for ask in request.couplings), None) if request else None
    head = next((item for item in view.items if item.id == front), None)
    whom = ItemRef(id=head.id, key=head.key) if head else Tainted(text="the one in front")
    linked = f"{counted(count, 'issue')} {'is' if count == 1 else 'are'} linked"
    told = Line(text=f"• {linked} to {{0}}, and each gets one comment.", parts=(whom,))
    actions = view.decision.proposal.payload.actions if view.decision and isinstance(whom, ItemRef) else ()
    said = next((one.text for one in actions if isinstance(one, CommentAction)), None)
    lines = [told]
    if said is not None:
        lines.append(led_by("• the comment: ", (), Line(text=said.text.split("\n", 1)[0], parts=said.parts)))
    if watching := sum(isinstance(one, WatchAction) for one in actions):
        text = f"• {watching} of those who reported them are told of what happens to {{0}}."
        lines.append(Line(text=text, parts=(whom,)))
    for one in actions:
        if isinstance(one, PriorityAction):
            named = (whom, Tainted(text=one.before or "none"), Tainted(text=one.after or "none"))
            lines.append(Line(text="• the priority of {0}: {1} → {2}, for what waits for all of them.", parts=named))
    return (*lines, *offered(view))


def _following(view: BatchView, proposal: Proposal) -> tuple[Line, ...]:
    """Say what issues do that follow one that moved."""
    actions = proposal.payload.actions
    parent = next((item for item in view.items if item.id == proposal.follows), None)
    whom = ItemRef(id=parent.id, key=parent.key) if parent else Tainted(text="one that not everybody here may browse")
    count = len({action.item for action in actions})
    moving = sum(isinstance(one, TransitionAction) for one in actions)
    ends = f", and {moving} of them change their status" if moving else ""
    told = Line(text=f"• {count} issues follow {{0}}: each gets one comment{ends}.", parts=(whom,))
    said = next((one.text for one in actions if isinstance(one, CommentAction)), None)
    if said is None or parent is None:
        return (told,)
    return (told, led_by("• the comment: ", (), Line(text=said.text.split("\n", 1)[0], parts=said.parts)))


def _why(view: BatchView) -> tuple[Line, ...]:
    if view.decision is None:
        return (Line(text="Their texts share words that hardly ever came before."),)
    proposal = view.decision.proposal
    if proposal.kind == "follow":
        shown = {proposal.follows, proposal.payload.item} <= {item.id for item in view.items}
        return tuple(led_by("• ", (), one) for one in proposal.evidence if shown)
    sure = f"Two of them are the same problem with {percent(proposal.confidence)} on average; it is an estimate."
    return (Line(text=sure), *(led_by("• ", (), one) for one in proposal.evidence))


def _odd(view: BatchView) -> Iterator[Line]:
    """Name those that are least like the others, with what differs, so that somebody looks at them."""
    for item, confidence in odd_ones(view)[:_MOST_ODD]:
        words = f"• Least like the others ({percent(confidence)}): {{0}} {{1}}"
        yield Line(text=words, parts=(ItemRef(id=item.id, key=item.key), item.summary))
        others = [one for one in view.items if one.id != item.id]
        yield from filter(None, [differing(item, others, silent=item.id in view.silent)])


def _footer(view: BatchView) -> tuple[Line, ...]:
    request = view.latest
    small = Line(text="batch {0}", parts=(Tainted(text=view.name),))
    if request is not None and request.state is RequestState.PENDING:
        return (Line(text="Expires {0}; then nothing is done.", parts=(Moment(at=request.expires_at),)), small)
    return (small,)
