"""What people do with the form that has somebody else asked."""

import json
from typing import Any

import pytest

from integrations.slack import blocks, pass_form, presses
from integrations.slack.fields import Unreadable
from integrations.slack.mrkdwn import no_links
from orchestrator.messages import Choice, Form, Input
from rules.model import Line

VALUE = {"subject": "item:10021", "request": "r1"}


def press() -> dict[str, Any]:
    action = {"action_id": "request.pass", "value": json.dumps(VALUE)}
    return {"type": "block_actions", "user": {"id": "U0MIKA0001"}, "channel": {"id": "D01"}, "actions": [action]}


def submission(whom: str | None = "priya", **carried: str) -> dict[str, Any]:
    chosen = {"selected_option": {"value": whom}} if whom is not None else {"selected_option": None}
    view = {
        "callback_id": pass_form.SUBMITTED,
        "private_metadata": json.dumps(VALUE | carried),
        "state": {"values": {"whom": {"whom": chosen}}},
    }
    return {"type": "view_submission", "user": {"id": "U0MIKA0001"}, "view": view}


def test_the_button_opens_a_form_for_whoever_pressed_it() -> None:
    meaning = presses.pressed(press(), "slack:1")

    assert (meaning.name, str(meaning.subject)) == ("pass.opened", "person:U0MIKA0001")
    assert meaning.payload == {"user": "U0MIKA0001", "request": "r1", "channel": "D01", "view": "slack:1"}


def test_whom_somebody_chose_goes_to_what_the_question_is_about() -> None:
    meaning = presses.submitted(submission(response_url="https://hooks.slack.com/x"))

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", "request.passed", "item:10021")
    assert (meaning.payload["whom"], meaning.payload["request"]) == ("priya", "r1")


def test_the_form_as_it_is_shown_comes_back_as_it_is_read() -> None:
    choices = (Choice(value="priya", label=Line(text="Priya")),)
    form = Form(
        name="request.passed",
        title=Line(text="Who?"),
        submit="Ask",
        inputs=(Input(name="whom", label="Ask", kind="one", choices=choices),),
        carried=VALUE,
    )

    view = blocks.form_view(form, no_links, "v1")

    assert view["callback_id"] == pass_form.SUBMITTED
    assert json.loads(view["private_metadata"]) == VALUE


@pytest.mark.parametrize("carried", [{"subject": "nothing"}, {"subject": ""}, {"request": ""}])
def test_a_form_that_does_not_say_what_it_is_about_cannot_be_read(carried: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        presses.submitted(submission(**carried))


def test_the_button_for_somebody_else_opens_a_form_and_its_choice_is_about_the_issue() -> None:
    pressed = press()
    pressed["actions"][0]["action_id"] = "request.give"
    filled = submission()
    filled["view"]["callback_id"] = pass_form.GIVEN

    opened, given = presses.pressed(pressed, "slack:1"), presses.submitted(filled)

    assert (opened.name, str(opened.subject), opened.payload["view"]) == ("give.opened", "person:U0MIKA0001", "slack:1")
    assert (given.kind, given.name, str(given.subject)) == ("command", "item.given", "item:10021")
    assert given.payload["whom"] == "priya"


@pytest.mark.parametrize(
    ("button", "name", "more"),
    [("request.take", "item.given", {}), ("request.decline", "vote.cast", {"choice": "reject"})],
)
def test_taking_an_issue_and_not_taking_it_need_no_form(button: str, name: str, more: dict[str, str]) -> None:
    pressed = press()
    pressed["actions"][0]["action_id"] = button

    meaning = presses.pressed(pressed, "slack:1")

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", name, "item:10021")
    assert meaning.payload == {"request": "r1", "user": "U0MIKA0001", "channel": "D01", **more}


def test_a_button_that_does_not_say_which_issue_it_is_about_is_refused() -> None:
    pressed = press()
    pressed["actions"][0] |= {"action_id": "request.take", "value": json.dumps({"request": "r1"})}

    with pytest.raises(Unreadable):
        presses.pressed(pressed, "slack:1")
