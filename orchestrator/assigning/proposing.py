"""What would be done to give an item to somebody, and why them. Pure."""

from orchestrator.assigning.telling import reasons_for
from orchestrator.facts import Facts
from rules.actions import AssignAction, Payload, Precondition
from rules.decisions import Proposal
from rules.model import Item, Line, Person
from rules.ruleset import Ruleset

__all__ = ["proposal_for"]

_CHOSEN = Line(text="It was not I who found them for it: they were chosen, or want to take it.")


def proposal_for(workflow: str, person: str | None, facts: Facts, rules: Ruleset) -> Proposal | None:
    """Propose to give the item to a person; None where that makes no sense.

    Their Jira account has to be known. How sure we are is how often such work is theirs.
    """
    item, whom = facts.item, facts.person(person)
    if item is None or item.deleted or whom is None or whom.jira is None or item.assignee == whom.jira:
        return None
    known = facts.allotment if facts.allotment is not None and facts.allotment.workflow == workflow else None
    suitor = known.suitor(whom.id) if known is not None else None
    return Proposal(
        agent=rules.workflows[workflow].agent,
        kind="assign",
        payload=Payload(item=item.id, actions=(_giving(item, whom, facts),), preconditions=(_same_project(item),)),
        confidence=suitor.usual if suitor is not None else 0,
        evidence=tuple(reasons_for(known, whom.id)) if known is not None and suitor is not None else (_CHOSEN,),
    )


def _giving(item: Item, whom: Person, facts: Facts) -> AssignAction:
    holder = facts.person(item.assignee)
    former = holder.name if holder is not None else item.assignee or ""
    return AssignAction(item=item.id, before=item.assignee, after=whom.jira, former=former, name=whom.name)


def _same_project(item: Item) -> Precondition:
    return Precondition(item=item.id, field="project", equals=item.project)
