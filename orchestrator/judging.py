"""From a proposal to a decision: the facts give its circumstances, the guardrails rule, the reasons stay. Pure."""

import msgspec

from orchestrator.approvals.asking import askable, items_of
from orchestrator.approvals.policy import steps_of, view_of
from orchestrator.approvals.quorum import is_reachable
from orchestrator.changes import Entry
from orchestrator.facts import Facts
from rules.actions import CreateAction
from rules.canonical import digest, plain
from rules.decisions import Decision, Proposal, Verdict
from rules.guardrails import COMMANDED, Circumstances, judge, percent
from rules.model import Item, ItemRef, Line, PersonRef, Tainted
from rules.ruleset import Ruleset

_WORDS = {Verdict.ALLOW: "I may do it", Verdict.ASK: "I have to ask", Verdict.DENY: "I must not"}


def decision_on(proposal: Proposal, facts: Facts, rules: Ruleset, workflow: str, *, answered: bool = False) -> Decision:
    """Judge a proposal. The id is made of everything but the time: the same look again gives the same decision.

    `answered`: somebody who may has agreed already, so that nobody has to be found who could be asked.
    """
    verdict, rulings = judge(proposal, circumstances_of(proposal, facts, rules, workflow, answered=answered), rules)
    version = rules.version
    made_of = {"subject": str(facts.subject), "proposal": proposal, "rulings": rulings, "ruleset": version}
    return Decision(
        id=digest(made_of)[:20],
        subject=facts.subject,
        workflow=workflow,
        proposal=proposal,
        verdict=verdict,
        rulings=rulings,
        ruleset=version,
        at=facts.now,
    )


def circumstances_of(
    proposal: Proposal, facts: Facts, rules: Ruleset, workflow: str, *, answered: bool = False
) -> Circumstances:
    """Give what guardrails may know of a proposal beside itself."""
    known = {one.item.id: one.item for one in facts.known} | ({facts.item.id: facts.item} if facts.item else {})
    projects = {action.project for action in proposal.payload.actions if isinstance(action, CreateAction)}
    answered = answered or proposal.portal is not None
    people = askable(proposal, facts, rules.workflows[workflow])
    return Circumstances(
        workflow=workflow,
        view=view_of(proposal, facts, rules, workflow),
        projects=tuple(sorted({*projects, *(known[item].project for item in items_of(proposal) if item in known)})),
        switches=facts.switches,
        askable=1 if answered else len(people),
        enough=answered or is_reachable(steps_of(proposal, facts, rules, workflow, people)),
        budget_left=facts.budget_left.get(proposal.agent, 0),
    )


def is_stopped(decision: Decision) -> bool:
    """Tell whether a switch is among the reasons of a denial, so that the work is held and not dropped."""
    return any(ruling.guardrail == "obey_the_switch" for ruling in decision.rulings)


def reasons(decision: Decision) -> str:
    """Join what the guardrails said that led to the verdict."""
    said = [ruling.reason for ruling in decision.rulings if ruling.verdict is decision.verdict]
    return "; ".join(said) or "no guardrail objects"


def reference(facts: Facts, item: int) -> ItemRef:
    """Name an item of the facts in a sentence."""
    items: list[Item] = [one.item for one in facts.known] + ([facts.item] if facts.item else [])
    return ItemRef(id=item, key=next((one.key for one in items if one.id == item), f"#{item}"))


def decided(decision: Decision, facts: Facts, reviews: str | None = None) -> Entry:
    """Record a decision with every reason and all the facts it was made from.

    `reviews`: the earlier decision that people agreed to, where this one only says whether it may still be done.
    """
    proposal, kind = decision.proposal, "decision.reviewed" if reviews else "decision.made"
    beside = proposal.other or proposal.follows
    other = None if beside is None else reference(facts, beside)
    return Entry(
        kind=kind,
        subject=decision.subject,
        at=facts.now,
        text=_told(decision, facts, "judged again: " if reviews else ""),
        about=items_of(proposal),
        data={
            "agent": proposal.agent,
            "other": None if other is None else {"id": other.id, "key": other.key},
            "confidence": proposal.confidence,
            "verdict": decision.verdict.name,
            "decision": plain(decision),
            "facts": plain(_without_addresses(facts)),
        },
        decision=reviews or decision.id,
        once=f"{kind}:{decision.id}",
    )


def _without_addresses(facts: Facts) -> Facts:
    """Leave out where answers went: such an address is a key to somebody's conversation."""
    commands = tuple(
        msgspec.structs.replace(one, payload={name: of for name, of in one.payload.items() if name != "response_url"})
        for one in facts.commands
    )
    return msgspec.structs.replace(facts, commands=commands)


def _told(decision: Decision, facts: Facts, lead: str) -> Line:
    proposal = decision.proposal
    who, asker = facts.person(proposal.requester), proposal.requester or proposal.agent
    what = "proposes to take {1} for a repetition of {2}"
    if proposal.kind == "report":
        what = "wants a new issue created" + ("" if proposal.other is None else ", linked to {2}")
    elif proposal.kind == "undo":
        what = "wants what was done to {1} undone"
    elif proposal.kind == "follow":
        concerned = len({action.item for action in proposal.payload.actions})
        what = f"proposes that {'{1} follows' if concerned == 1 else f'{concerned} issues follow'} {{2}}"
    elif proposal.kind == "answer":
        what = "wants Jira told their answer about {1}, in their own name"
    elif proposal.kind == "approve":
        what = "has what {1} waits for decided"
    elif proposal.kind == "assign":
        what = "wants {1} to be taken by somebody"
    elif proposal.kind == "rescue":
        what = "wants a promise about {1} saved, as somebody chose"
    elif proposal.kind == "plead":
        what = "wants somebody asked to save a promise about {1}"
    elif proposal.kind == "warn":
        what = "wants Jira told that a promise about {1} is likely to break, or is not any more"
    elif proposal.kind == "batch":
        concerned = len({action.item for action in proposal.payload.actions})
        what = f"proposes to take {concerned} more issues for the same problem as {{2}}"
    sure = (
        ""
        if proposal.kind in COMMANDED | {"follow", "approve", "assign", "warn", "rescue"}
        else f" (confidence {percent(proposal.confidence)})"
    )
    item, beside = reference(facts, proposal.payload.item), proposal.other or proposal.follows
    return Line(
        text=f"{lead}{{0}} {what}{sure}; {_WORDS[decision.verdict]}: {{3}}",
        parts=(
            PersonRef(name=who.name, slack=who.slack) if who else Tainted(text=asker),
            item,
            item if beside is None else reference(facts, beside),
            Tainted(text=reasons(decision)),
        ),
    )
