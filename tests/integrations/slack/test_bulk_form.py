"""What people do with the form that approves several questions at once."""

import json
from typing import Any

import pytest

from integrations.slack import blocks, bulk_form, presses
from integrations.slack.fields import Unreadable
from integrations.slack.mrkdwn import no_links
from orchestrator.messages import Choice, Form, Input
from rules.model import Line

VALUE = {"bundle": "bundle:b1"}


def press() -> dict[str, Any]:
    action = {"action_id": "bulk.open", "value": json.dumps(VALUE)}
    return {"type": "block_actions", "user": {"id": "U0MIKA0001"}, "channel": {"id": "C01"}, "actions": [action]}


def submission(*chosen: str, reason: str | None = None, **carried: str) -> dict[str, Any]:
    which = {"which": {"selected_options": [{"value": one} for one in chosen]}}
    view = {
        "callback_id": bulk_form.SUBMITTED,
        "private_metadata": json.dumps(VALUE | carried),
        "state": {"values": {"which": which, "reason": {"reason": {"value": reason}}}},
    }
    return {"type": "view_submission", "user": {"id": "U0MIKA0001"}, "view": view}


def test_the_button_opens_a_form_for_whoever_pressed_it() -> None:
    meaning = presses.pressed(press(), "slack:1")

    assert (meaning.name, str(meaning.subject)) == ("bulk.opened", "person:U0MIKA0001")
    assert meaning.payload == {"user": "U0MIKA0001", "bundle": "bundle:b1", "channel": "C01", "view": "slack:1"}


def test_what_is_chosen_goes_to_who_chose_it() -> None:
    meaning = presses.submitted(submission("r1", "r2", reason="As planned"))

    assert (meaning.kind, meaning.name, str(meaning.subject)) == ("command", "bulk.approved", "person:U0MIKA0001")
    assert meaning.payload["requests"] == ["r1", "r2"]
    assert meaning.payload["reason"] == {"as": "tainted", "text": "As planned", "source": "slack"}


def test_where_nothing_is_chosen_the_form_stays_open() -> None:
    body = submission()

    assert presses.submitted(body).name == bulk_form.INCOMPLETE
    assert "Nothing is chosen" in bulk_form.wrong(body["view"])["which"]


def test_what_is_chosen_at_first_is_shown_as_chosen() -> None:
    choices = tuple(Choice(value=value, label=Line(text=value)) for value in ("r1", "r2", "r3"))
    which = Input(name="which", label="These", kind="many", choices=choices, chosen=("r1", "r3"))
    form = Form(name="bulk.approved", title=Line(text="Which?"), submit="Approve", inputs=(which,), carried=VALUE)

    view = blocks.form_view(form, no_links, "v1")

    [element] = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert [option["value"] for option in element["initial_options"]] == ["r1", "r3"]


@pytest.mark.parametrize("carried", [{"bundle": ""}])
def test_a_form_that_does_not_say_what_it_is_about_cannot_be_read(carried: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        presses.submitted(submission("r1", **carried))


def test_to_reject_one_of_several_names_it_by_the_question_above_its_button() -> None:
    question = "*May <https://jira.test/browse/OPS-11|OPS-11> go on to In Progress?*\nOPS-11 A chair"
    section = {"type": "section", "block_id": "s1", "text": {"type": "mrkdwn", "text": question}}
    header = {"type": "header", "text": {"type": "plain_text", "text": "3 items wait for a decision"}}
    value = json.dumps({"subject": "item:11", "request": "r1"})
    action = {"action_id": "request.reject", "value": value, "block_id": "a1"}
    blocks_ = [header, section, {"type": "actions", "block_id": "a1", "elements": []}]
    body = {"user": {"id": "U0MIKA0001"}, "message": {"ts": "1.1", "blocks": blocks_}, "actions": [action]}

    assert presses.pressed(body, "slack:1").payload["title"] == "May OPS-11 go on to In Progress?"
