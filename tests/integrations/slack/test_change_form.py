"""What Slack sends of the form that changes a batch, and what is shown in it."""

import json
from typing import Any

import pytest

from integrations.slack import blocks, change_form, translate
from integrations.slack.mrkdwn import no_links
from orchestrator.messages import Choice, Form, Input
from rules.model import Event, Line
from tests.integrations.slack.yard import NOW


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value}, "value": value}


def submission(**chosen: dict[str, Any]) -> dict[str, Any]:
    values = {name.replace("_", ":"): {name: element} for name, element in chosen.items()}
    carried = {"batch": "b1", "head": "10", "channel": "C1"}
    view = {
        "id": "V1",
        "hash": "h",
        "callback_id": "batch.changed",
        "private_metadata": json.dumps(carried),
        "state": {"values": values},
    }
    return {"type": "view_submission", "user": {"id": "UMIKA"}, "view": view}


def read(body: dict[str, Any]) -> Event:
    found = translate.event(body, NOW)
    assert isinstance(found, Event)
    return found


def test_what_is_chosen_in_several_selects_is_one_wish() -> None:
    event = read(
        submission(
            out_1={"type": "multi_static_select", "selected_options": [option("11"), option("12")]},
            out_2={"type": "multi_static_select", "selected_options": [option("300")]},
            apart={"type": "radio_buttons", "selected_option": option("together")},
            head={"type": "static_select", "selected_option": option("13")},
            merge={"type": "static_select", "selected_option": option("b2")},
        )
    )
    assert (event.name, event.kind, str(event.subject)) == ("batch.changed", "command", "batch:b1")
    wish = {"out": [11, 12, 300], "together": True, "head": 13, "merge": "b2"}
    assert event.payload == {"user": "UMIKA", "channel": "C1", **wish}


def test_the_head_that_stood_there_already_is_no_change() -> None:
    event = read(
        submission(
            out_1={"selected_options": [option("11")]},
            head={"type": "static_select", "selected_option": option("10")},
        )
    )
    assert "head" not in event.payload


@pytest.mark.parametrize(
    ("chosen", "at"),
    [
        ({"out_1": {"selected_options": []}, "head": {"selected_option": option("10")}}, "out:1"),
        ({"out_1": {"selected_options": [option("13")]}, "head": {"selected_option": option("13")}}, "head"),
    ],
)
def test_what_makes_no_sense_keeps_the_form_open_with_a_word_at_its_place(chosen: dict[str, Any], at: str) -> None:
    body = submission(**chosen)
    assert read(body).name == "change.incomplete"
    assert list(change_form.wrong(body["view"])) == [at]


@pytest.mark.parametrize("value", ["x", "", "1; DROP", "9" * 40, "-1", "²"])
def test_an_issue_without_a_number_is_not_understood(value: str) -> None:
    body = submission(out_1={"selected_options": [option(value)]})
    assert isinstance(translate.event(body, NOW), translate.NotUnderstood)


def test_the_form_keeps_to_slacks_shapes() -> None:
    choices = (Choice(value="1", label=Line(text="x" * 200)), Choice(value="2", label=Line(text="b")))
    inputs = (
        Input(name="out:1", label="Out", kind="many", choices=choices, optional=True),
        Input(name="apart", label="Those are", kind="radio", choices=choices, given="2"),
    )
    form = Form(name="batch.changed", title=Line(text="Change"), submit="Change", inputs=inputs)
    view = blocks.form_view(form, no_links, "v1")
    many, radio = (block["element"] for block in view["blocks"][-2:])
    assert (many["type"], len(many["options"][0]["text"]["text"])) == ("multi_static_select", 75)
    assert "initial_option" not in many
    assert (radio["type"], radio["initial_option"]["value"]) == ("radio_buttons", "2")
    assert [block.get("optional") for block in view["blocks"][-2:]] == [True, None]


def test_a_new_issue_in_front_comes_with_its_summary_and_its_modal() -> None:
    body = submission(
        head={"type": "static_select", "selected_option": option("new:WEB")},
        summary={"type": "plain_text_input", "value": " Gift cards  "},
    )
    body["view"]["external_id"] = "slack:1"
    said = {"as": "tainted", "text": "Gift cards", "source": "slack"}
    wish = {"out": [], "together": False, "new": "WEB", "summary": said, "view": "slack:1"}
    assert read(body).payload == {"user": "UMIKA", "channel": "C1", **wish}


@pytest.mark.parametrize(
    ("chosen", "at"),
    [
        ({"head": {"selected_option": option("11")}, "summary": {"value": "x"}}, "summary"),
        ({"head": {"selected_option": option("new:WEB")}, "merge": {"selected_option": option("b2")}}, "merge"),
    ],
)
def test_a_new_issue_that_makes_no_sense_keeps_the_form_open(chosen: dict[str, Any], at: str) -> None:
    assert list(change_form.wrong(submission(**chosen)["view"])) == [at]


@pytest.mark.parametrize("key", ["", "web", "WEB-1", "W EB", "W" * 101])
def test_a_project_without_a_key_is_not_understood(key: str) -> None:
    body = submission(head={"selected_option": option(f"new:{key}")})
    assert isinstance(translate.event(body, NOW), translate.NotUnderstood)
