"""A form keeps Slack's limits whatever stands in it, and what is filled in comes back as it was."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack import blocks
from integrations.slack.forms import asked_by, filled
from orchestrator.messages import Choice, Form, Input
from rules.model import Line, Tainted
from tests.integrations.slack.test_blocks import lines, schema, words
from tests.integrations.slack.test_mrkdwn import url_of

choices = st.builds(
    lambda number, label: Choice(value=f"v{number}", label=Line(text="{0}", parts=(Tainted(text=label),))),
    st.integers(0, 9),
    words,
)
inputs = st.builds(
    Input,
    name=st.sampled_from(["summary", "type:PAY"]),
    label=st.just("Summary"),
    kind=st.sampled_from(["text", "lines", "one"]),
    hint=st.sampled_from(["", "In a few words."]),
    choices=st.lists(choices, min_size=1, max_size=120, unique_by=lambda one: one.value).map(tuple),
    given=words | st.just("v1"),
    longest=st.just(255),
    tells=st.sampled_from([None, "report.place"]),
)
forms = st.builds(
    Form,
    name=st.just("report.submitted"),
    title=lines,
    submit=st.just("Report"),
    inputs=st.lists(inputs, max_size=4, unique_by=lambda one: one.name).map(tuple),
    lines=st.lists(lines, max_size=3).map(tuple),
    carried=st.dictionaries(st.sampled_from(["asked", "other"]), st.text("abc:123", max_size=40), max_size=2),
)
CHOICES = (Choice(value="PAY", label=Line(text="Payments")), Choice(value="WEB", label=Line(text="Web")))
FORM = Form(
    name="report.submitted",
    title=Line(text="Report it"),
    submit="Report",
    inputs=(
        Input(name="project", label="Project", kind="one", choices=CHOICES, given="WEB", tells="report.place"),
        Input(name="type:WEB", label="Type", kind="one", choices=(Choice(value="Bug", label=Line(text="Bug")),)),
        Input(name="summary", label="Summary", kind="text", given="Since <noon>", longest=255),
        Input(name="description", label="Description", kind="lines"),
    ),
    carried={"asked": "slack:1", "other": "12"},
)


@given(forms)
def test_any_form_is_what_slacks_schema_allows(form: Form) -> None:
    schema("S_modal_view").validate(blocks.form_view(form, url_of, "slack:1.2.a"))


def places(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_what_is_known_already_stands_in_its_place() -> None:
    shown = places(blocks.form_view(FORM, url_of, "slack:1"))

    assert shown["project"]["element"]["initial_option"]["value"] == "WEB"
    assert shown["summary"]["element"]["initial_value"] == "Since <noon>"
    assert "initial_value" not in shown["description"]["element"]


def test_only_what_is_to_be_told_at_once_is_told_at_once() -> None:
    shown = places(blocks.form_view(FORM, url_of, "slack:1"))

    assert [name for name, block in shown.items() if block.get("dispatch_action")] == ["project"]
    assert shown["project"]["element"]["action_id"] == "report.place"


def test_a_form_carries_what_it_is_about_to_its_submission() -> None:
    view = blocks.form_view(FORM, url_of, "slack:1")

    assert (view["callback_id"], view["private_metadata"]) == ("report.submitted", '{"asked":"slack:1","other":"12"}')


def test_what_was_filled_in_comes_back_by_its_names() -> None:
    values = {
        "project": {"report.place": {"type": "static_select", "selected_option": {"value": "WEB"}}},
        "type:WEB": {"type:WEB": {"type": "static_select", "selected_option": {"value": "Bug"}}},
        "summary": {"summary": {"type": "plain_text_input", "value": "  Since noon \0"}},
        "description": {"description": {"type": "plain_text_input", "value": None}},
    }

    got = filled({"state": {"values": values}})

    assert got == {"project": "WEB", "type": "Bug", "summary": "Since noon", "description": ""}
    assert asked_by({"state": {"values": values}})["type"] == "type:WEB"


@pytest.mark.parametrize("values", [None, [], {"x": None}, {"x": {"y": None}}, {"x": {"y": {"value": 5}}}, {"x": {}}])
def test_a_damaged_answer_fills_nothing_in(values: Any) -> None:
    assert not any(filled({"state": {"values": values}}).values())
