"""What an item has to follow: how the one moved that it repeats (its parent), and what would be done about it. Pure.

What the parent is now is compared with what was followed already, so a webhook that comes twice, late or in the wrong
order changes nothing. It must not say whether anything may be done, or is asked: guardrails and looks do.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from orchestrator.agents.duplicates import ending
from orchestrator.facts import Facts, Followed
from orchestrator.undoing import last_move, way_back
from orchestrator.wording import filled
from rules.actions import Action, CommentAction, LinkAction, Payload, Precondition, TransitionAction
from rules.canonical import Value
from rules.decisions import Proposal
from rules.model import Item, ItemRef, Line, Part, Tainted
from rules.requests import Ask, Request, RequestState
from rules.ruleset import FollowRule, Ruleset

#: The state of a parent that is resolved; the others are Jira's status categories, and names of statuses.
DONE = "done"
#: The event by which an item is told that its parent moved.
MOVED = "parent.moved"


class Lag(Value, frozen=True, kw_only=True):
    """An item that has not followed its parent into its state yet; `move` is what the parent did, as it sees it."""

    item: Item
    parent: Item
    state: str
    move: Literal["moved", "resolved", "reopened"]


class Following(Value, frozen=True, kw_only=True):
    """How items follow, as the rules say, and by which type of link."""

    workflow: str
    link_type: str
    rule: FollowRule


def following(rules: Ruleset) -> Following | None:
    """Give how items follow; None where the rules want none to."""
    declared = ((name, one) for name, one in rules.workflows.items())
    found = ((name, one.link_type, one.follow) for name, one in declared if one.follow is not None)
    return next((Following(workflow=name, link_type=type_, rule=rule) for name, type_, rule in found), None)


def ends_of(item: Item | None, wanted: Following | None, direction: str = "outward") -> tuple[int, ...]:
    """Give the issues that an item repeats, by their ids; with "inward" those that repeat it."""
    links = item.links if item is not None and wanted is not None else ()
    type_ = wanted.link_type if wanted is not None else ""
    return tuple(sorted({link.other for link in links if (link.type, link.direction) == (type_, direction)}))


def state_of(parent: Item, wanted: Following) -> str:
    """Give the state that is followed."""
    named = parent.is_open and parent.status.name in wanted.rule.statuses
    return parent.status.name if named else parent.status.category


def lags(items: Iterable[Item], facts: Facts, wanted: Following) -> tuple[Lag, ...]:
    """Give what these items have to follow and have not yet, by their ids."""
    pairs = _pairs(items, facts, wanted)
    return tuple(lag for item, parent in pairs if (lag := _lag(item, parent, facts, wanted)) is not None)


def noticed(items: Iterable[Item], facts: Facts, wanted: Following) -> tuple[Followed, ...]:
    """Give what is to be remembered without a word: where the parent stands when it is first seen, or stands again."""
    found = []
    for item, parent in _pairs(items, facts, wanted):
        known, state = _known(item.id, parent.id, facts), state_of(parent, wanted)
        if known is None and parent.id in facts.moved:
            found.append(Followed(item=item.id, parent=parent.id))
        elif known is None:
            found.append(begun(item.id, parent, wanted))
        elif known.state != state and _lag(item, parent, facts, wanted) is None:
            found.append(msgspec.structs.replace(known, state=state))
    return tuple(found)


def begun(item: int, parent: Item, wanted: Following) -> Followed:
    """Give where an item begins that is coupled with a parent as it stands."""
    state = state_of(parent, wanted)
    return Followed(item=item, parent=parent.id, state=state, told=() if state == DONE else (state,))


def reached(item: int, parent: int, state: str, facts: Facts) -> Followed:
    """Give what is remembered once an item has followed its parent, or people do not want it to."""
    known = _known(item, parent, facts)
    told = () if known is None or state == DONE else (*known.told, state)
    return Followed(item=item, parent=parent, state=state, told=told)


def proposal_for(some: Sequence[Lag], facts: Facts, wanted: Following) -> tuple[Proposal, tuple[Ask, ...]] | None:
    """Give what would be done about items that follow one parent, for each; None where that is nothing."""
    made = [(lag, *found) for lag in some if (found := payload_for(lag, facts, wanted)) is not None]
    if not made:
        return None
    parent, payloads = made[0][0].parent, [payload for _, payload, _ in made]
    actions = tuple(action for payload in payloads for action in payload.actions)
    proposal = Proposal(
        agent=wanted.rule.agent,
        kind="follow",
        payload=payloads[0] if len(payloads) == 1 else Payload(item=parent.id, actions=actions),
        confidence=1000,
        evidence=_evidence([lag for lag, _, _ in made]),
        follows=parent.id,
        notes=tuple(dict.fromkeys(note for _, _, notes in made for note in notes)),
    )
    asks = (Ask(decision="", payload=one, hash=one.hash, confidence=1000) for one in payloads)
    return proposal, tuple(asks)


def payload_for(lag: Lag, facts: Facts, wanted: Following) -> tuple[Payload, tuple[Line, ...]] | None:
    """Give the comment and the change of status for one item, with notes; None where neither is wanted."""
    item, parent = lag.item, lag.parent
    moving, notes = _moving(lag, facts, wanted.rule)
    text = filled(getattr(wanted.rule, lag.move), _places(lag, facts))
    told: tuple[Action, ...] = (CommentAction(item=item.id, text=text),) if text else ()
    actions = (*told, moving) if moving else told
    preconditions = (
        Precondition(item=item.id, field="status", equals=item.status.name),
        Precondition(item=item.id, field="project", equals=item.project),
        Precondition(item=parent.id, field="key", equals=parent.key),
        Precondition(item=parent.id, field="state", equals=lag.state),
    )
    return (Payload(item=item.id, actions=actions, preconditions=preconditions), notes) if actions else None


def state_in(request: Request) -> str:
    """Give the state of the parent that a question is about."""
    said = [one for ask in request.asks for one in ask.payload.preconditions if one.item == request.follows]
    return next((one.equals for one in said if one.field == "state"), "")


def coupled_by(actions: Iterable[Action], facts: Facts, wanted: Following) -> list[Followed]:
    """Give what is to be remembered of links that are about to be made."""
    links = [one for one in actions if isinstance(one, LinkAction) and one.type == wanted.link_type]
    parents = [(link.item, facts.item_of(link.other)) for link in links]
    return [begun(item, parent, wanted) for item, parent in parents if parent is not None]


def came_to(request: Request, is_begun: bool, facts: Facts) -> list[Followed]:
    """Give what is to be remembered of a question about following that changed in this look."""
    parent, state = request.follows or 0, state_in(request)
    items = [ask.payload.item for ask in request.asks if not ask.drifted]
    if is_begun or request.state in (RequestState.REJECTED, RequestState.EXPIRED):
        return [reached(item, parent, state, facts) for item in items]
    asked = state if request.state in (RequestState.PENDING, RequestState.APPROVED) else ""
    known = [_known(item, parent, facts) or Followed(item=item, parent=parent) for item in items]
    return [msgspec.structs.replace(one, asked=asked) for one in known]


def _pairs(items: Iterable[Item], facts: Facts, wanted: Following) -> list[tuple[Item, Item]]:
    """Give the items with each parent that they follow: linked so, both there, and not told apart by people."""
    found = []
    for item in sorted(items, key=lambda one: one.id):
        parents = [facts.item_of(id_) for id_ in ends_of(item, wanted) if not facts.apart(item.id, id_)]
        found += [(item, one) for one in parents if one is not None and not one.deleted and not item.deleted]
    return found


def _known(item: int, parent: int, facts: Facts) -> Followed | None:
    return next((one for one in facts.followed if (one.item, one.parent) == (item, parent)), None)


def _lag(item: Item, parent: Item, facts: Facts, wanted: Following) -> Lag | None:
    state, known = state_of(parent, wanted), _known(item.id, parent.id, facts)
    if known is None and parent.id in facts.moved:
        known = Followed(item=item.id, parent=parent.id)
    if known is None or known.state == state:
        return None
    if state == DONE:
        return Lag(item=item, parent=parent, state=state, move="resolved")
    if known.state == DONE:
        return Lag(item=item, parent=parent, state=state, move="reopened")
    return None if state in known.told else Lag(item=item, parent=parent, state=state, move="moved")


def _moving(lag: Lag, facts: Facts, rule: FollowRule) -> tuple[TransitionAction | None, tuple[Line, ...]]:
    item = lag.item
    if lag.move == "resolved" and rule.close_as is not None and item.is_open:
        return ending(item, facts.offered(item.id), rule.close_as)
    closing = _closing(lag, facts) if lag.move == "reopened" and rule.reopen else None
    if closing is None:
        return None, ()
    back = way_back(closing, facts)
    return (None, (back,)) if isinstance(back, Line) else (back, ())


def _closing(lag: Lag, facts: Facts) -> TransitionAction | None:
    """Give how we closed an item because its parent was resolved, if that is what closed it last."""
    undone = {one.undoes for one in facts.requests if not one.only}
    ours = {one.id for one in facts.requests if one.follows == lag.parent.id and one.id not in undone}
    last = last_move(lag.item.id, facts)
    if last is None or last.request not in ours or not isinstance(last.action, TransitionAction):
        return None
    return last.action if last.action.after.category == DONE else None


def _places(lag: Lag, facts: Facts) -> dict[str, Part | None]:
    """Give what a text may name; of a parent that the reporter may not browse nothing but its key."""
    parent, reporter = lag.parent, facts.person(lag.item.reporter)
    told = {
        "status": parent.status.name,
        "resolution": parent.resolution,
        "fix_versions": ", ".join(parent.fix_versions),
    }
    seen = reporter is not None and facts.may_see(reporter.id, parent.id)
    parts = {name: Tainted(text=text) if text and seen else None for name, text in told.items()}
    return {"key": ItemRef(id=parent.id, key=parent.key), **parts}


def _evidence(some: Sequence[Lag]) -> tuple[Line, ...]:
    parent = some[0].parent
    named = ItemRef(id=parent.id, key=parent.key)
    first = Line(
        text="{0} is linked to {1} as a repetition.", parts=(ItemRef(id=some[0].item.id, key=some[0].item.key), named)
    )
    many = Line(text=f"{len(some)} issues are linked to {{0}} as repetitions.", parts=(named,))
    now = Line(text="{0} is now: {1}.", parts=(named, Tainted(text=parent.status.name)))
    return (first if len(some) == 1 else many, now)
