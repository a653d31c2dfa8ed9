"""Which items stand before a gate of the rules, and what has been asked about them there. Pure."""

from collections.abc import Iterator

from orchestrator.facts import Facts
from orchestrator.planner import finding
from rules.canonical import Value
from rules.gates import GateRule
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

#: The field of a precondition that names the change which brought the item before the gate.
ARRIVAL = "arrival"

#: The field of a precondition that names the approval which a service desk asks for by itself.
APPROVAL = "approval"


class Gate(Value, frozen=True, kw_only=True):
    """A gate of the rules, with the name of its workflow and the agent that opens it."""

    workflow: str
    agent: str
    rule: GateRule


def gates_of(rules: Ruleset) -> Iterator[Gate]:
    """Give all gates."""
    for name, workflow in rules.workflows.items():
        if workflow.gate is not None:
            yield Gate(workflow=name, agent=workflow.agent, rule=workflow.gate)


def gate_of(request: Request, rules: Ruleset) -> Gate | None:
    """Give the gate that a question is about; None for any other question, and for what takes one back."""
    if request.undoes is not None or request.follows is not None:
        return None
    return next((one for one in gates_of(rules) if one.workflow == request.workflow), None)


def is_before(gate: Gate, facts: Facts, rules: Ruleset) -> bool:
    """Tell whether the item stands before a gate now."""
    item = facts.item
    if item is None or item.deleted or item.status.name != gate.rule.on_status:
        return False
    return finding(facts, rules, gate.workflow).holds


def asked_at(gate: Gate, facts: Facts, rules: Ruleset) -> tuple[Request, ...]:
    """Give the questions that were asked at a gate, the first first."""
    asked = [one for one in facts.requests if gate_of(one, rules) == gate]
    return tuple(sorted(asked, key=lambda one: (one.asked_at, one.state is not RequestState.SUPERSEDED, one.id)))


def open_questions(facts: Facts, rules: Ruleset) -> tuple[tuple[Gate, Request], ...]:
    """Give the questions about the item that are open, each with its gate."""
    return tuple(
        (gate, one)
        for gate in gates_of(rules)
        for one in asked_at(gate, facts, rules)
        if one.state is RequestState.PENDING
    )


def arrival_of(request: Request | None) -> str:
    """Give the change by which the item had come when a question was asked; blank where nobody knew."""
    if request is None:
        return ""
    return bound_to(request, ARRIVAL)


def bound_to(request: Request, field: str) -> str:
    """Give what a question is bound to in one of its preconditions; blank for nothing."""
    return next((one.equals for one in request.asks[0].payload.preconditions if one.field == field), "")


def arrived(facts: Facts, last: Request | None) -> str:
    """Give the change by which the item came; where Jira's history does not reach back to it, as it was known last."""
    return facts.arrival.id if facts.arrival is not None else arrival_of(last)


def is_settled(last: Request | None, hash_: str, facts: Facts) -> bool:
    """Tell whether the last question at a gate stands for what would be asked now.

    An open question does while it is about the same; an answer does for as long as the item has not come anew; what
    lapsed does until there is something else to ask.
    """
    if last is None:
        return False
    same = last.asks[0].hash == hash_
    if last.state in (RequestState.APPROVED, RequestState.REJECTED):
        return arrived(facts, last) == arrival_of(last)
    return same
