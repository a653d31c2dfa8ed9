"""What gates need to know of an item beside what is known of every one. Pure; asking Jira for it is `gather.py`'s."""

from orchestrator.facts import Facts
from orchestrator.granting.gates import gates_of, is_before, open_questions
from rules.model import FieldChange, Snapshot
from rules.ruleset import Ruleset


def arrival_in(told: Snapshot) -> FieldChange | None:
    """Give the change that brought an issue into its status; None where the history that was read does not hold it."""
    moves = [one for one in told.changes if one.field == "status"]
    return max(moves, key=lambda one: (one.at, len(one.id), one.id), default=None)


def fields_named(facts: Facts, rules: Ruleset) -> tuple[str, ...]:
    """Give the names of the fields that people agree to at the gates before which the item stands."""
    return tuple(
        dict.fromkeys(name for gate in gates_of(rules) if is_before(gate, facts, rules) for name in gate.rule.bound)
    )


def asks_at_a_desk(facts: Facts, rules: Ruleset) -> bool:
    """Tell whether a service desk may ask for an approval of the item by itself, or has been seen to."""
    before = any(is_before(gate, facts, rules) for gate in gates_of(rules))
    return before or any(request.portal is not None for _, request in open_questions(facts, rules))


def asked_at_the_desk(facts: Facts) -> tuple[str, ...]:
    """Give the accounts of all whom the service desk has asked."""
    return tuple(dict.fromkeys(answer.account for one in facts.desk for answer in one.answers))
