"""What is proposed for a batch: each issue is linked to the one in front, and whoever reported it is told. Pure."""

from collections.abc import Collection

from orchestrator.batching.gathering import MODEL
from orchestrator.facts import Facts
from rules.actions import Action, CommentAction, LinkAction, Payload, Precondition
from rules.decisions import Proposal
from rules.model import Item, ItemRef, Line
from rules.requests import Ask
from rules.ruleset import BatchRule, WorkflowRule


def proposal_for(
    items: Collection[Item], facts: Facts, workflow: WorkflowRule, rule: BatchRule
) -> tuple[Proposal, tuple[Ask, ...]] | None:
    """Give the proposal about these issues, with what is asked for each; None where nothing is left to do."""
    head = facts.item
    if head is None or head.deleted:
        return None
    open_still = sorted((one for one in items if _is_meant(one, head)), key=lambda one: one.id)
    if not open_still:
        return None
    alike = {one.item.id: one.confidence for one in facts.known}
    asks = tuple(_ask(item, head, workflow, rule, alike.get(item.id, 0)) for item in open_still)
    evidence = next((one.evidence for one in facts.known if one.item.id == head.id), ())
    payload = Payload(
        item=head.id,
        actions=tuple(action for ask in asks for action in ask.payload.actions),
        preconditions=(Precondition(item=head.id, field="key", equals=head.key),),
    )
    proposal = Proposal(
        agent=rule.agent,
        kind="batch",
        payload=payload,
        confidence=sum(ask.confidence for ask in asks) // len(asks),
        evidence=evidence,
        other=head.id,
        model=MODEL,
    )
    return proposal, asks


def _is_meant(item: Item, head: Item) -> bool:
    return item.id != head.id and not item.deleted and item.is_open and not item.is_linked_to(head.id)


def _ask(item: Item, head: Item, workflow: WorkflowRule, rule: BatchRule, confidence: int) -> Ask:
    words = rule.comment.replace("{", "{{").replace("}", "}}").replace("{{key}}", "{0}")
    actions: tuple[Action, ...] = (
        LinkAction(item=item.id, other=head.id, type=workflow.link_type),
        CommentAction(item=item.id, text=Line(text=words, parts=(ItemRef(id=head.id, key=head.key),))),
    )
    preconditions = (
        Precondition(item=item.id, field="project", equals=item.project),
        Precondition(item=item.id, field="status_category", equals=item.status.category),
        Precondition(item=head.id, field="key", equals=head.key),
    )
    payload = Payload(item=item.id, actions=actions, preconditions=preconditions)
    return Ask(decision="", payload=payload, hash=payload.hash, other=head.id, confidence=confidence)
