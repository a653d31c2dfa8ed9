"""The buttons beside an issue: what they mean, and that a damaged one means nothing."""

import json
from typing import Any

import pytest

from integrations.slack import presses
from integrations.slack.fields import Unreadable


def press(button: str, value: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U0MIKA0001"},
        "channel": {"id": "C01"},
        "container": {"message_ts": "1.1"},
        "response_url": "https://hooks.example/1",
        "actions": [{"action_id": button, "value": json.dumps(value)}],
    }


def test_taking_an_issue_is_a_command_about_it() -> None:
    meaning = presses.pressed(press("item.take", {"subject": "item:10021"}), "slack:1")

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", "item.wanted", "item:10021")
    assert meaning.payload == {"user": "U0MIKA0001", "channel": "C01", "response_url": "https://hooks.example/1"}


def test_giving_an_issue_to_somebody_names_them() -> None:
    meaning = presses.pressed(press("item.take:3", {"subject": "item:10021", "whom": "priya"}), "slack:1")
    assert (meaning.name, meaning.payload["whom"]) == ("item.wanted", "priya")


def test_a_swap_names_the_other_issue_and_who_is_to_have_it() -> None:
    value = {"subject": "item:10021", "whom": "priya", "swap": "10022", "back": "mika", "after": "340"}
    meaning = presses.pressed(press("rescue.want:3", value), "slack:1")
    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", "rescue.wanted", "item:10021")
    chosen = {name: meaning.payload[name] for name in ("whom", "swap", "back", "after")}
    assert chosen == {"whom": "priya", "swap": 10022, "back": "mika", "after": 340}


def test_the_button_of_a_swap_of_an_earlier_version_is_no_half_of_one() -> None:
    value = {"subject": "item:10021", "whom": "priya", "swap": "10022", "back": "mika"}
    meaning = presses.pressed(press("item.take:3", value), "slack:1")
    assert (meaning.name, meaning.payload["swap"], meaning.payload["back"]) == ("rescue.wanted", 10022, "mika")


def test_another_priority_is_wanted_by_its_name() -> None:
    meaning = presses.pressed(press("rescue.want", {"subject": "item:10021", "priority": "High"}), "slack:1")
    assert (meaning.name, meaning.payload["priority"]) == ("rescue.wanted", "High")


def test_asking_for_more_time_and_the_answer_are_about_the_teams_work() -> None:
    value = {"subject": "queue:watch:web", "alert": "a1", "what": "later"}
    asked = presses.pressed(press("rescue.ask:2", value), "slack:1")
    said = presses.pressed(press("rescue.answer", {**value, "choice": "no"}), "slack:1")

    assert (asked.kind, asked.name, str(asked.subject)) == ("command", "rescue.asked", "queue:watch:web")
    assert (said.name, said.payload["alert"], said.payload["yes"]) == ("rescue.answered", "a1", False)


def test_asking_for_help_names_who_is_asked() -> None:
    value = {"subject": "queue:watch:web", "alert": "a1", "what": "help", "whom": "mika"}
    meaning = presses.pressed(press("rescue.ask:2", value), "slack:1")
    assert (meaning.payload["what"], meaning.payload["whom"]) == ("help", "mika")


def test_handling_an_issue_apart_takes_it_out_of_its_batch() -> None:
    meaning = presses.pressed(press("item.split:2", {"subject": "batch:b1", "item": "10021"}), "slack:1")
    assert (meaning.name, str(meaning.subject)) == ("batch.changed", "batch:b1")
    assert meaning.payload["out"] == [10021]


def test_asking_who_could_take_it_is_the_command_of_that_name() -> None:
    meaning = presses.pressed(press("item.who:2", {"key": "WEB-7"}), "slack:1")

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", "command.given", "person:U0MIKA0001")
    assert (meaning.payload["word"], meaning.payload["argument"]) == ("who", "WEB-7")


@pytest.mark.parametrize(
    ("button", "value"),
    [
        ("item.take", {}),
        ("item.take", {"subject": "item:1", "whom": "x", "swap": "1e9", "back": "y"}),
        ("item.take", {"subject": "x"}),
        ("item.split", {"subject": "batch:b1", "item": "ten"}),
        ("item.who", {}),
        ("rescue.ask", {"subject": "queue:watch:web", "what": "later"}),
        ("rescue.answer", {"subject": "queue:watch:web", "alert": "a", "what": "later", "choice": "maybe"}),
        ("item.who", {"key": "../stop"}),
    ],
)
def test_a_damaged_button_is_refused(button: str, value: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        presses.pressed(press(button, value), "slack:1")
