"""What was learned, in use: the next question is asked with it, names it, and records what it saw."""

from dataclasses import replace

from orchestrator.learning import Made, Standing, lesson
from orchestrator.related import SHIPPED
from tests.fakes.yard import Yard
from tests.learning.told import ELSEWHERE, MONDAY, crowd


def learned() -> Made:
    found = lesson(crowd(120, ELSEWHERE), Standing(), 50, MONDAY).made
    assert found is not None
    return found


def asked_of(yard: Yard) -> dict[str, object]:
    """The decision behind the only question."""
    recorded = yard.memory.decision(yard.repeat().asks[0].decision)
    assert recorded is not None
    return recorded


def test_the_next_question_is_asked_with_what_was_learned() -> None:
    before, after = Yard(), Yard()
    after.models.model = learned().model

    old, new = asked_of(before), asked_of(after)

    assert new["confidence"] != old["confidence"]
    assert f"model {SHIPPED.version}.1" in after.card()


def test_a_model_that_is_sure_of_nothing_asks_nobody() -> None:
    yard = Yard()
    yard.models.model = replace(SHIPPED, table=replace(SHIPPED.table, constant=-30.0))
    yard.report(1, by="j-tom")
    yard.settle()

    yard.report(2)
    yard.settle()

    assert yard.all_requests() == []


def test_the_status_names_the_model_in_use() -> None:
    yard = Yard()
    yard.models.model = learned().model

    yard.ask("UMIKA", "status")

    assert f"model {SHIPPED.version}.1" in yard.said()
