"""Whether somebody may be asked to save a promise: judged by all guardrails, as what is written into Jira is. Pure."""

from collections import Counter
from collections.abc import Sequence

from orchestrator.changes import Changes, Spent
from orchestrator.facts import Facts
from orchestrator.judging import decided, decision_on, reasons
from orchestrator.remembered import Recorded
from orchestrator.rescue.proposing import RESCUER
from rules.actions import Payload
from rules.decisions import Proposal, Verdict
from rules.model import Event, Item, Line, Person, PersonRef, Subject, Tainted
from rules.ruleset import Ruleset

__all__ = ["day_of", "judged", "workflow_of"]


def day_of(event: Event) -> str:
    """Give the day (YYYY-MM-DD) out of whose budget somebody is asked."""
    return event.received_at.date().isoformat()


def workflow_of(rules: Ruleset) -> str | None:
    """Give the workflow that is about what could save a promise; None where the rules have none."""
    return next((name for name, one in rules.workflows.items() if one.rescues), None)


def judged(
    event: Event, item: Item, people: tuple[Person, Person], told: Recorded, rules: Ruleset, spent: Sequence[Spent]
) -> tuple[Changes, Line | None]:
    """Judge that the first of two people has the second asked; gives what is recorded, and why it is not done.

    `told`: what is known of the item, with the budgets of the day of the event; `spent`: what the same look did.
    """
    giver, whom = people
    workflow = workflow_of(rules)
    if workflow is None:
        return Changes(), Line(text="Not asked: the rules have nobody decide about it.")
    day = day_of(event)
    used = Counter(told.budget_used) + Counter(one.agent for one in spent if one.day == day)
    facts = Facts(
        subject=Subject(kind="item", id=str(item.id)),
        now=event.received_at,
        item=item,
        commands=(event,),
        people=people,
        switches=told.switches,
        budget_left=rules.budgets_left(used),
        alert=told.alert,
    )
    words = Line(text="{0} is to be asked.", parts=(PersonRef(name=whom.name),))
    proposal = Proposal(
        agent=RESCUER,
        kind="plead",
        payload=Payload(item=item.id, actions=()),
        confidence=1000,
        evidence=(words,),
        requester=giver.id,
    )
    decision = decision_on(proposal, facts, rules, workflow)
    recorded = Changes(entries=(decided(decision, facts),))
    if decision.verdict is Verdict.ALLOW:
        limit = rules.agents[RESCUER].actions_per_day
        return recorded + Changes(spent=(Spent(agent=RESCUER, day=day, limit=limit),)), None
    return recorded, Line(text="Not asked: {0}.", parts=(Tainted(text=reasons(decision)),))
