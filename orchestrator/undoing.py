"""Takes back what was done: compares what is there with what we left, and restores field by field. Pure.

What cannot be restored is named: history, mails that were sent, resolution dates; and what somebody changed since.
"""

from collections.abc import Collection, Iterator

from orchestrator.facts import ActionRecord, Facts, RecordState
from orchestrator.standing import standing
from rules.actions import (
    Action,
    AssignAction,
    CommentAction,
    CreateAction,
    FieldAction,
    LinkAction,
    OpenTransition,
    Payload,
    Precondition,
    PriorityAction,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.decisions import Proposal
from rules.model import Line
from rules.requests import Request

LASTING = Line(
    text="Jira's history and mails that were sent stay. Whether the resolution goes too is up to Jira's workflow."
)

#: An issue is not deleted: that could not be undone, and takes along what people wrote in it meanwhile.
STAYS = Line(text="The issue that was created stays; close it in Jira if it is not wanted.")


def standing_with(request: Request, facts: Facts) -> tuple[Request, ...]:
    """Give what is taken back together with a request, the last first: of a batch all that was done and stands.

    What only follows another issue is taken back alone.
    """
    undone = {one.undoes for one in facts.requests if not one.only}
    stands = [one for one in facts.requests if one.undoes is None and one.id not in undone and facts.records_of(one.id)]
    if request.subject.kind != "batch" or request.follows is not None or request not in stands:
        return (request,)
    return tuple(sorted(stands, key=lambda one: (one.asked_at, one.id), reverse=True))


def undo_of(
    request: Request,
    facts: Facts,
    requester: str,
    together: tuple[Request, ...] = (),
    only: Collection[int] = frozenset(),
) -> Proposal | None:
    """Propose to take back what a request did, last action first; None when nothing of it can be taken back.

    `together`: all requests that are taken back with it. `only`: what was done for these issues, where any are named.
    """
    item = facts.item
    done = [record for record in standing(request, facts, only) if record.state is RecordState.DONE]
    if item is None or item.deleted or not done:
        return None
    raises = [one for each in reversed(together or (request,)) for one in _raises(each, facts)]
    steps = [step for record in reversed(done) for step in _inverse(record, facts, raises)]
    actions = tuple(step for step in steps if not isinstance(step, Line))
    if not actions:
        return None
    return Proposal(
        agent=done[0].agent,
        kind="undo",
        payload=Payload(
            item=item.id,
            actions=actions,
            preconditions=(Precondition(item=item.id, field="status", equals=item.status.name),),
        ),
        confidence=1000,
        other=request.asks[0].other,
        requester=requester,
        undoes=request.id,
        notes=(*(step for step in steps if isinstance(step, Line)), LASTING),
    )


def _raises(request: Request, facts: Facts) -> list[ActionRecord]:
    """Give the changes of priority that a request made, in their order."""
    done = (one for one in facts.records_of(request.id) if one.state is RecordState.DONE)
    return [one for one in done if isinstance(one.action, PriorityAction)]


def _inverse(record: ActionRecord, facts: Facts, raises: list[ActionRecord]) -> Iterator[Action | Line]:
    if isinstance(record.action, PriorityAction):
        yield from _former_priority(record, facts, [one for one in raises if one.action.item == record.action.item])
    else:
        yield _taken_back(record, facts)


def _taken_back(record: ActionRecord, facts: Facts) -> Action | Line:
    action = record.action
    if isinstance(action, CreateAction):
        return STAYS
    if isinstance(action, LinkAction):
        return _unlinking(action, record, facts)
    if isinstance(action, CommentAction) and record.receipt is not None and record.receipt.id:
        return UncommentAction(item=action.item, comment=record.receipt.id, text=action.text, whole=action.whole)
    if isinstance(action, TransitionAction):
        return way_back(action, facts)
    if isinstance(action, FieldAction):
        return FieldAction(item=action.item, field=action.field, before=action.after, after=action.before)
    if isinstance(action, WatchAction):
        return _unwatching(action, record)
    if isinstance(action, AssignAction):
        return _former_assignee(action, facts)
    return Line(text="A step that took something back is not taken back again.")


def _unlinking(action: LinkAction, record: ActionRecord, facts: Facts) -> Action | Line:
    if record.before.get("linked"):
        return Line(text="The link was there before, so it stays.")
    item = facts.item_of(action.item)
    if item is None or not item.is_linked_to(action.other):
        return Line(text="The link was removed since by somebody else.")
    return UnlinkAction(item=action.item, other=action.other, type=action.type)


def _unwatching(action: WatchAction, record: ActionRecord) -> Action | Line:
    if record.before.get("watching"):
        return Line(text="A reporter watched it before, and still does.")
    return UnwatchAction(item=action.item, account=action.account)


def _former_assignee(action: AssignAction, facts: Facts) -> Action | Line:
    item = facts.item_of(action.item)
    if item is None or item.assignee != action.after:
        return Line(text="Somebody changed since who is responsible for it, so that stays.")
    return AssignAction(
        item=action.item, before=action.after, after=action.before, former=action.name, name=action.former
    )


def _former_priority(record: ActionRecord, facts: Facts, raises: list[ActionRecord]) -> Iterator[Action | Line]:
    """Change the priority back at once to what it was before the first of several changes that are taken back."""
    first, last = raises[0].action, raises[-1].action
    if record.key != raises[-1].key or not isinstance(first, PriorityAction) or not isinstance(last, PriorityAction):
        return
    item = facts.item_of(last.item)
    if item is None or item.priority != last.after:
        yield Line(text="The priority was changed since by somebody else, so it stays.")
    else:
        yield PriorityAction(item=last.item, before=last.after, after=first.before)


def last_move(item: int, facts: Facts) -> ActionRecord | None:
    """Give the last change of an item's status that we made."""
    done = [one for one in facts.records if one.state is RecordState.DONE and isinstance(one.action, TransitionAction)]
    ours = [(one.receipt.at, one) for one in done if one.action.item == item and one.receipt and one.receipt.at]
    return max(ours, key=lambda timed: timed[0], default=(None, None))[1]


def way_back(action: TransitionAction, facts: Facts) -> TransitionAction | Line:
    """Give the transition back to where an item was, or say why there is none."""
    item = facts.item_of(action.item)
    if item is None or item.status.id != action.after.id:
        return Line(text="The status was changed since by somebody else, so it stays.")
    offered = [one for one in facts.offered(item.id) if one.to.id == action.before.id and not one.required]
    if not offered:
        return Line(text="Jira offers no transition back to the former status, so it stays.")
    way: OpenTransition = offered[0]
    return TransitionAction(item=item.id, transition=way.id, name=way.name, before=item.status, after=way.to)
