"""Which rules spoke about an item, on which facts, and why the others did not."""

import msgspec

from orchestrator.explaining import explained
from rules.guardrails import GUARDRAILS
from rules.ruleset import GuardrailRule, Ruleset
from tests.fakes.rulings import ruleset
from tests.fakes.yard import Yard


def told(yard: Yard, rules: Ruleset, id_: int = 2) -> str:
    item = yard.memory.items.item(id_)
    assert item is not None
    return "\n".join(explained(item, yard.memory.trail(id_, 100), rules, yard.clock.now()))


def test_what_the_conditions_of_workflows_saw_is_told() -> None:
    yard = Yard()
    yard.repeat()

    words = told(yard, ruleset())

    assert "workflow repeats is about it: it holds that item.is_open" in words
    assert "item.is_open is yes" in words


def test_every_guardrail_is_told_of_those_that_objected_first() -> None:
    yard = Yard()
    yard.repeat()

    words = told(yard, ruleset())

    assert all(f" {guardrail.__name__}: " in words for guardrail in GUARDRAILS)
    assert words.index("asks          keep_to_the_autonomy_level") < words.index("no objection  obey_the_switch")
    assert words.endswith("These rules say ASK.")


def test_other_rules_are_heard_on_the_facts_that_were_recorded() -> None:
    yard = Yard()
    yard.repeat()
    own = GuardrailRule(when='item.project == "WEB"', answer="deny", reason="the shop's own people do that")

    words = told(yard, msgspec.structs.replace(ruleset(), guardrails={"not-in-the-shop": own}))

    assert "denies        not-in-the-shop: the shop's own people do that" in words
    assert "item.project is WEB" in words
    assert words.endswith("These rules say DENY; then, ASK was decided.")


def test_an_item_without_a_decision_says_so() -> None:
    yard = Yard()
    yard.repeat()

    assert "No decision was made about it" in told(yard, ruleset(), 1)


def test_a_decision_whose_workflow_is_gone_says_so() -> None:
    yard = Yard()
    yard.repeat()
    renamed = ruleset(workflows={"other": ruleset().workflows["repeats"]})

    assert "Its workflow repeats is not in these rules." in told(yard, renamed)


def test_facts_of_another_version_are_no_crash() -> None:
    yard = Yard()
    yard.repeat()
    item = yard.memory.items.item(2)
    assert item is not None
    rows = [
        msgspec.structs.replace(row, entry=msgspec.structs.replace(row.entry, data={"decision": {}, "facts": 5}))
        for row in yard.memory.trail(2, 100)
    ]

    assert "are not understood any more" in "\n".join(explained(item, rows, ruleset(), yard.clock.now()))
