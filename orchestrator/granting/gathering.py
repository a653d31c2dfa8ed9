"""What gates need to know of an item beside what is known of every one. Pure; asking Jira for it is `gather.py`'s."""

from orchestrator.facts import Facts
from orchestrator.granting.gates import gates_of, is_before
from rules.model import FieldChange, Snapshot
from rules.ruleset import Ruleset


def arrival_in(told: Snapshot) -> FieldChange | None:
    """Give the change that brought an issue into its status; None where the history that was read does not hold it."""
    moves = [one for one in told.changes if one.field == "status"]
    return max(moves, key=lambda one: (one.at, len(one.id), one.id), default=None)


def fields_named(facts: Facts, rules: Ruleset) -> tuple[str, ...]:
    """Give the names of the fields that people agree to at the gates before which the item stands."""
    return tuple(
        dict.fromkeys(name for gate in gates_of(rules) if is_before(gate, facts, rules) for name in gate.rule.fields)
    )
