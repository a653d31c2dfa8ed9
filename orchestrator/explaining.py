"""Which rules spoke about an item, on which facts, and why the others did not, in plain lines. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from orchestrator.facts import Facts
from orchestrator.judging import circumstances_of
from orchestrator.memory import TrailRow
from rules.canonical import revive
from rules.conditions import ITEMS, check, said_of, view_of
from rules.decisions import Decision, Verdict
from rules.differences import shown
from rules.guardrails import heard
from rules.model import Item, Subject
from rules.ruleset import Ruleset

_ANSWERS = {Verdict.ALLOW: "no objection", Verdict.ASK: "asks", Verdict.DENY: "denies"}


def explained(item: Item, trail: Sequence[TrailRow], rules: Ruleset, now: datetime) -> Iterator[str]:
    """Explain an item under these rules: what each workflow makes of it now, and how its last decision was judged.

    The guardrails are heard on the facts that were recorded with the decision, so that what is told is what they saw.
    """
    yield f"{item.key} under rules {rules.version[:12]}"
    for name, workflow in rules.workflows.items():
        view = view_of(item, now)
        found = check(ITEMS, workflow.when, ITEMS.seen(view))
        yield f"workflow {name} is {'' if found.holds else 'not '}about it: {found.reason}"
        yield from _facts(workflow.when, view)
    own = Subject(kind="item", id=str(item.id))
    made = [row.entry for row in trail if row.entry.kind == "decision.made"]
    decided = [entry for entry in made if entry.subject == own and entry.data]
    if not decided:
        yield "No decision was made about it: no agent had anything to propose."
        return
    yield from _judged(decided[-1].data or {}, rules)


def _judged(data: Mapping[str, Any], rules: Ruleset) -> Iterator[str]:
    try:
        decision, facts = revive(data["decision"], Decision), revive(data["facts"], Facts)
    except (KeyError, msgspec.ValidationError):
        yield "The last decision about it was recorded by a version whose facts are not understood any more."
        return
    proposal = decision.proposal
    when = f"{decision.at:%Y-%m-%d %H:%M} UTC"
    yield f"decision {decision.id} of {when}, by {proposal.agent}, under rules {decision.ruleset[:12]}"
    if decision.workflow not in rules.workflows:
        yield f"Its workflow {decision.workflow} is not in these rules."
        return
    circumstances = circumstances_of(proposal, facts, rules, decision.workflow)
    rulings = heard(proposal, circumstances, rules)
    verdict = max(ruling.verdict for ruling in rulings)
    for ruling in sorted(rulings, key=lambda one: -one.verdict):
        yield f"  {_ANSWERS[ruling.verdict]:<13} {ruling.guardrail}: {ruling.reason}"
        if (declared := rules.guardrails.get(ruling.guardrail)) is not None:
            yield from _facts(declared.when, circumstances.view)
    yield f"These rules say {verdict.name}" + (
        "." if decision.ruleset == rules.version else f"; then, {decision.verdict.name} was decided."
    )


def _facts(condition: str, view: Mapping[str, Any]) -> Iterator[str]:
    told = ", ".join(f"{word} is {shown(value)}" for word, value in said_of(condition, view))
    if told:
        yield f"                {told}"
