"""What is proposed for a batch: each issue is linked to the one in front, and whoever reported it is told. Pure.

The one in front is watched from then on by who reported the others and may browse it, and is as urgent as all of them.
"""

from collections.abc import Collection, Iterator

from orchestrator.batching.gathering import MODEL
from orchestrator.batching.raising import raised
from orchestrator.facts import Facts
from orchestrator.wording import filled
from rules.actions import Action, CommentAction, LinkAction, Payload, Precondition, WatchAction
from rules.decisions import Proposal
from rules.model import Item, ItemRef, Line, Part, Tainted
from rules.requests import Ask
from rules.ruleset import BatchRule, WorkflowRule

_HIDDEN = Tainted(text="(not everybody may see its summary)")


def proposal_for(
    items: Collection[Item], facts: Facts, workflow: WorkflowRule, rule: BatchRule, count: int | None = None
) -> tuple[Proposal, tuple[Ask, ...]] | None:
    """Give the proposal about these issues, with what is asked for each; None where nothing is left to do.

    `count`: how many reports the comments speak of; where it is not said, those of the whole batch.
    """
    head = facts.item
    if head is None or head.deleted:
        return None
    open_still = sorted((one for one in items if _is_meant(one, head)), key=lambda one: one.id)
    if not open_still:
        return None
    alike = {one.item.id: one.confidence for one in facts.known}
    members = facts.batch.members if facts.batch else [one.id for one in open_still]
    reports = count or len(set(members) - facts.made())
    coupled = [_coupling(item, head, workflow, _said(item, head, facts, rule, reports)) for item in open_still]
    couplings = tuple(_ask(one, reports, head.id, alike.get(one.item, 0)) for one in coupled)
    asks = (*couplings, *(_ask(one, reports) for one in _on_the_head(open_still, head, facts, rule)))
    proposal = Proposal(
        agent=rule.agent,
        kind="batch",
        payload=Payload(
            item=head.id,
            actions=tuple(action for ask in asks for action in ask.payload.actions),
            preconditions=(Precondition(item=head.id, field="key", equals=head.key),),
        ),
        confidence=sum(ask.confidence for ask in couplings) // len(couplings),
        evidence=next((one.evidence for one in facts.known if one.item.id == head.id), ()),
        other=head.id,
        model=MODEL,
    )
    return proposal, asks


def _is_meant(item: Item, head: Item) -> bool:
    return item.id != head.id and not item.deleted and item.is_open and not item.is_linked_to(head.id)


def _ask(payload: Payload, count: int, other: int | None = None, confidence: int = 0) -> Ask:
    return Ask(decision="", payload=payload, hash=payload.hash, other=other, confidence=confidence, count=count)


def _coupling(item: Item, head: Item, workflow: WorkflowRule, said: CommentAction) -> Payload:
    preconditions = (
        Precondition(item=item.id, field="project", equals=item.project),
        Precondition(item=item.id, field="status_category", equals=item.status.category),
        Precondition(item=head.id, field="key", equals=head.key),
    )
    link = LinkAction(item=item.id, other=head.id, type=workflow.link_type)
    return Payload(item=item.id, actions=(link, said), preconditions=preconditions)


def _said(item: Item, head: Item, facts: Facts, rule: BatchRule, count: int) -> CommentAction:
    """Fill the comment for an issue: the summary only where its reporter, who reads it, may browse the one in front."""
    wanted = rule.comment_in(item.project)
    places: dict[str, Part | None] = {
        "key": ItemRef(id=head.id, key=head.key),
        "summary": head.summary if _sees(item.reporter, head, facts) else _HIDDEN,
        "count": Tainted(text=str(count)),
    }
    words = filled(wanted.text, places) or Line(text="")
    return CommentAction(item=item.id, text=words, internal=wanted.internal)


def _sees(account: str | None, head: Item, facts: Facts) -> bool:
    person = facts.person(account)
    return person is not None and facts.may_see(person.id, head.id)


def _on_the_head(items: Collection[Item], head: Item, facts: Facts, rule: BatchRule) -> Iterator[Payload]:
    """Give what is done to the issue in front, each change by itself, so that each may drift by itself."""
    watching = facts.watchers
    if rule.watch and watching is not None:
        reporters = sorted({one.reporter for one in items if one.reporter} - set(watching))
        yield from (
            _alone(WatchAction(item=head.id, account=account), head)
            for account in reporters
            if _sees(account, head, facts)
        )
    higher = raised(head, facts.points, rule.priority)
    if higher is not None:
        yield _alone(higher, head)


def _alone(action: Action, head: Item) -> Payload:
    return Payload(
        item=head.id, actions=(action,), preconditions=(Precondition(item=head.id, field="key", equals=head.key),)
    )
