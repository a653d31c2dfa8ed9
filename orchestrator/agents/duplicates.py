"""Notices that an item repeats a known one: proposes to link it, to tell its reporter, and to close it as a duplicate.

Pure: reads facts, returns proposals. It never looks for candidates itself; they stand in the facts.
"""

from orchestrator.facts import Facts, Known
from orchestrator.related.recurring import recurs, same_title
from orchestrator.wording import filled
from rules.actions import (
    Action,
    CommentAction,
    LinkAction,
    OpenTransition,
    Payload,
    Precondition,
    ScreenField,
    TransitionAction,
)
from rules.decisions import Proposal
from rules.model import Item, ItemRef, Line, Tainted
from rules.ruleset import AgentRule, CloseAs, WorkflowRule

NAME = "duplicates"


def propose(facts: Facts, agent: AgentRule, workflow: WorkflowRule) -> tuple[Proposal, ...]:
    """Propose to couple the item with the likeliest known one, if that is likely enough.

    Under a title that recurs each issue is a piece of work of its own: of these none is proposed.
    """
    item = facts.item
    if item is None or item.deleted:
        return ()
    chore = recurs(item, [one.item for one in facts.known], workflow.link_type, facts.refusals)
    likely = [one for one in facts.known if one.confidence >= agent.asks_from and _may_be_repeated(item, one)]
    likely = [one for one in likely if not (chore and same_title(one.item, item))]
    best = sorted(likely, key=lambda known: (-known.confidence, known.item.id))[:1]
    return tuple(_proposal(facts, item, known, workflow) for known in best)


def propose_for(facts: Facts, workflow: WorkflowRule, other: int) -> Proposal | None:
    """Propose to couple with one known item whatever its confidence, None when that makes no sense (any more)."""
    known = next((one for one in facts.known if one.item.id == other), None)
    if facts.item is None or facts.item.deleted or known is None or not _may_be_repeated(facts.item, known):
        return None
    return _proposal(facts, facts.item, known, workflow)


def _may_be_repeated(item: Item, known: Known) -> bool:
    """An item may repeat an earlier one that still exists and that it is not linked to already."""
    other = known.item
    earlier = (other.created, other.id) < (item.created, item.id)
    return earlier and not other.deleted and not item.is_linked_to(other.id) and not other.is_linked_to(item.id)


def _proposal(facts: Facts, item: Item, known: Known, workflow: WorkflowRule) -> Proposal:
    closing, notes = ending(item, facts.transitions, workflow.close_as)
    return Proposal(
        agent=NAME,
        kind="couple",
        payload=Payload(
            item=item.id,
            actions=_actions(item, known.item, workflow, closing, summary=_shown_summary(facts, item, known.item)),
            preconditions=_preconditions(item, known.item),
        ),
        confidence=known.confidence,
        evidence=known.evidence,
        other=known.item.id,
        model=known.model,
        notes=notes,
    )


def _shown_summary(facts: Facts, item: Item, other: Item) -> Tainted:
    """Give the known issue's summary for the comment, unless the reporter, who reads it, may not browse that issue."""
    reporter = facts.person(item.reporter)
    seen = reporter is not None and facts.may_see(reporter.id, other.id)
    return other.summary if seen else Tainted(text="(not everybody may see its summary)")


def _actions(
    item: Item, other: Item, workflow: WorkflowRule, closing: TransitionAction | None, summary: Tainted
) -> tuple[Action, ...]:
    text = filled(workflow.comment, {"key": ItemRef(id=other.id, key=other.key), "summary": summary})
    told = (CommentAction(item=item.id, text=text),) if text else ()
    linked = LinkAction(item=item.id, other=other.id, type=workflow.link_type)
    return (linked, *told, closing) if closing else (linked, *told)


def _preconditions(item: Item, other: Item) -> tuple[Precondition, ...]:
    return (
        Precondition(item=item.id, field="status", equals=item.status.name),
        Precondition(item=item.id, field="resolution", equals=item.resolution or ""),
        Precondition(item=item.id, field="project", equals=item.project),
        Precondition(item=other.id, field="key", equals=other.key),
        Precondition(item=other.id, field="status_category", equals=other.status.category),
    )


def ending(
    item: Item, transitions: tuple[OpenTransition, ...], close_as: CloseAs
) -> tuple[TransitionAction | None, tuple[Line, ...]]:
    """Find the transition that ends the item as the rules say, filled as its screen requires, or say why not."""
    if not item.is_open:
        return None, (Line(text="It is closed already, so its status stays."),)
    action = leading_to(item, transitions, close_as.statuses, close_as.resolution)
    if action is None:
        return None, (
            Line(text="Jira offers no transition that would close it as the rules say, so its status stays."),
        )
    return action, ()


def leading_to(
    item: Item, transitions: tuple[OpenTransition, ...], statuses: tuple[str, ...], resolution: str
) -> TransitionAction | None:
    """Find a transition to one of these statuses, the first before the others; None where none can be run by us.

    One that takes the resolution tells more than one that does not; without a resolution none is given.
    """
    offered = [
        (transition, fields)
        for status in statuses
        for transition in transitions
        if transition.to.name == status
        and transition.to.id != item.status.id
        and (fields := _filled(transition, resolution)) is not None
    ]
    if not offered:
        return None
    transition, fields = max(offered, key=lambda one: "resolution" in one[1])
    return TransitionAction(
        item=item.id,
        transition=transition.id,
        name=transition.name,
        before=item.status,
        after=transition.to,
        fields=fields,
    )


def _filled(transition: OpenTransition, resolution: str) -> dict[str, dict[str, str]] | None:
    """Fill what the screen requires, and the resolution where it may be given; None when we cannot."""
    if any(field.id != "resolution" for field in transition.required):
        return None
    asked = [field for field in (*transition.required, *transition.optional) if field.id == "resolution"]
    if not asked:
        return {}
    if _takes(asked[0], resolution):
        return {"resolution": {"name": resolution}}
    return None if asked[0] in transition.required else {}


def _takes(field: ScreenField, value: str) -> bool:
    return bool(value) and (not field.allowed or value in field.allowed)
