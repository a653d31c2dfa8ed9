"""What people do with the form of a yes with a change."""

import json
from typing import Any

import pytest

from integrations.slack import alter_form, blocks, presses
from integrations.slack.fields import Unreadable
from integrations.slack.mrkdwn import no_links
from orchestrator.approvals.wishes import form
from orchestrator.messages import Form
from rules.requests import Request
from tests.fakes.yard import Yard
from tests.orchestrator.test_altering import changing
from tests.orchestrator.test_granting import at_gate

VALUE = {"subject": "item:10021", "request": "r1", "number0": "Amount", "date1": "Due"}


def press() -> dict[str, Any]:
    value = json.dumps({"subject": "item:10021", "request": "r1"})
    action = {"action_id": "request.alter", "value": value}
    return {"type": "block_actions", "user": {"id": "U0MIKA0001"}, "channel": {"id": "D01"}, "actions": [action]}


def submission(written: dict[str, str | None], **carried: str) -> dict[str, Any]:
    view = {
        "callback_id": alter_form.SUBMITTED,
        "private_metadata": json.dumps(VALUE | carried),
        "state": {"values": {place: {place: {"value": value}} for place, value in written.items()}},
    }
    return {"type": "view_submission", "user": {"id": "U0MIKA0001"}, "view": view}


def test_the_button_opens_a_form_for_whoever_pressed_it() -> None:
    meaning = presses.pressed(press(), "slack:1")

    assert (meaning.name, str(meaning.subject)) == ("alter.opened", "person:U0MIKA0001")
    assert meaning.payload == {"user": "U0MIKA0001", "request": "r1", "channel": "D01", "view": "slack:1"}


def test_what_is_wanted_goes_to_what_the_question_is_about_by_the_names_of_fields() -> None:
    meaning = presses.submitted(submission({"number0": "799.50", "date1": None, "reason": "Cheaper"}))

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", "request.altered", "item:10021")
    assert meaning.payload["changes"] == {"Amount": "799.5"}
    assert meaning.payload["reason"] == {"as": "tainted", "text": "Cheaper", "source": "slack"}


@pytest.mark.parametrize(
    ("written", "place", "words"),
    [
        ({"number0": "cheap"}, "number0", "A number"),
        ({"number0": "\u0661"}, "number0", "A number"),
        ({"date1": "2026-02-30"}, "date1", "A day"),
        ({"number0": None, "date1": None}, "number0", "Nothing is changed"),
    ],
)
def test_what_makes_no_sense_keeps_the_form_open_and_is_told_where_it_stands(
    written: dict[str, str | None], place: str, words: str
) -> None:
    body = submission(written)

    assert presses.submitted(body).name == alter_form.INCOMPLETE
    assert words in alter_form.wrong(body["view"])[place]


def test_the_form_as_it_is_shown_comes_back_as_it_is_read() -> None:
    request = asked()
    shown = form(request, {"channel": "D01"})
    assert isinstance(shown, Form)

    view = blocks.form_view(shown, no_links, "v1")
    written = {"number0": {"number0": {"type": "plain_text_input", "value": "750"}}}
    body = {"user": {"id": "U0MIKA0001"}, "view": view | {"state": {"values": written}}}

    meaning = presses.submitted(body)
    assert (meaning.payload["changes"], meaning.payload["request"]) == ({"Amount": "750"}, request.id)


@pytest.mark.parametrize("carried", [{"subject": "nothing"}, {"subject": ""}, {"request": ""}, {"number0": ""}])
def test_a_form_that_does_not_say_what_it_is_about_cannot_be_read(carried: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        presses.submitted(submission({"number0": "1"}, **carried))


def asked() -> Request:
    yard: Yard = at_gate(changing())
    return yard.only_request()
