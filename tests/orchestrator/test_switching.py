"""Who may stop and resume work, and what they and the ledger are told."""

from typing import Any

import msgspec
import pytest

from orchestrator import switching
from rules.model import SYSTEM, Event, Person, Switch
from tests.fakes.clock import NOON
from tests.fakes.rulings import ruleset
from tests.fakes.written import told, written

PRIYA = Person(id="priya", name="Priya", jira="j-priya", slack="UPRIYA", roles=("operator",))
EVERYTHING, PAY = (
    Switch(scope="everything", by="Priya", at=NOON),
    Switch(scope="project", name="PAY", by="Tom", at=NOON),
)


def command(**payload: Any) -> Event:
    given = {"user": "UPRIYA", "word": "stop", **payload}
    return Event(
        id="e1",
        kind="command",
        name="command.given",
        source="slack",
        subject=SYSTEM,
        received_at=NOON,
        payload=given,
    )


def test_an_operator_may() -> None:
    assert switching.operator(PRIYA, "UPRIYA", ruleset()) == PRIYA


def test_an_operator_whose_jira_account_cannot_be_told_now_may_stop_work_all_the_same() -> None:
    priya = msgspec.structs.replace(PRIYA, jira=None)

    assert switching.operator(priya, "UPRIYA", ruleset()) == priya


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (None, "I do not know your Jira account"),
        (msgspec.structs.replace(PRIYA, jira=None, roles=()), "I do not know your Jira account"),
        (msgspec.structs.replace(PRIYA, roles=("triager",)), "This needs somebody who may operate (operator)"),
        (msgspec.structs.replace(PRIYA, roles=("no-such-role",)), "This needs somebody who may operate (operator)"),
        (msgspec.structs.replace(PRIYA, guest=True), "This needs somebody who may operate (operator)"),
    ],
)
def test_nobody_else_may_and_they_are_told_why(person: Person | None, why: str) -> None:
    answer = switching.operator(person, "UPRIYA", ruleset())

    assert not isinstance(answer, Person)
    assert why in told(answer)


def test_where_no_role_may_operate_that_is_told() -> None:
    answer = switching.operator(PRIYA, "UPRIYA", ruleset(roles={}))

    assert not isinstance(answer, Person)
    assert "nobody may" in told(answer)


def test_a_command_names_the_switch_its_giver_and_the_time() -> None:
    switch = switching.switch_of(command(scope="project", name="PAY"), PRIYA)

    assert switch == Switch(scope="project", name="PAY", by="Priya", at=NOON)


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        switching.switch_of(command(scope="weather"), PRIYA)


@pytest.mark.parametrize(
    ("switch", "before", "stopping", "words"),
    [
        (EVERYTHING, (), True, "Everything is stopped"),
        (EVERYTHING, (EVERYTHING,), True, "Everything was stopped already"),
        (EVERYTHING, (EVERYTHING,), False, "Everything goes on"),
        (EVERYTHING, (), False, "Everything was not stopped"),
        (EVERYTHING, (EVERYTHING, PAY), False, "Project PAY is still stopped, by Tom."),
    ],
)
def test_the_giver_is_told_how_things_stand_now(
    switch: Switch, before: tuple[Switch, ...], stopping: bool, words: str
) -> None:
    assert words in written(switching.told(switch, before, stopping=stopping))


def test_the_ledger_tells_who_stopped_and_resumed_what() -> None:
    assert told(switching.threw(PAY, PRIYA)) == "Priya stopped project PAY"
    assert told(switching.lifted(EVERYTHING, PRIYA)) == "Priya resumed everything"
