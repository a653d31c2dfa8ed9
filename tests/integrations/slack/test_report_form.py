"""What people do with the form for a new issue becomes a command of theirs, or nothing at all."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.slack.report_form import missing
from integrations.slack.translate import NotUnderstood, event
from orchestrator.sifting import sift
from rules.model import Event

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CARRIED = {"asked": "slack:1.2.a", "other": "12"}
WHERE = {"channel": "C0YARD", "response_url": "https://hooks.slack.com/x"}


def pressed(value: Any = CARRIED, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "trigger_id": "1.2.b",
        "user": {"id": "UTOM"},
        "channel": {"id": "C0YARD"},
        "response_url": "https://hooks.slack.com/x",
        "actions": [{"action_id": "report.open:2", "value": json.dumps(value)}],
        **more,
    }


def place(value: str | None) -> dict[str, Any]:
    return {"x": {"type": "plain_text_input", "value": value}}


def choice(value: str | None) -> dict[str, Any]:
    chosen = None if value is None else {"value": value}
    return {"report.place": {"type": "static_select", "selected_option": chosen}}


def view(**changed: Any) -> dict[str, Any]:
    values = {
        "project": choice("PAY"),
        "type:PAY": choice("Bug"),
        "summary": place("Checkout fails"),
        "description": place("Since noon"),
    }
    return {
        "callback_id": "report.submitted",
        "external_id": "slack:1.2.b",
        "id": "V1",
        "hash": "h",
        "private_metadata": json.dumps(CARRIED | WHERE),
        "state": {"values": values | changed.pop("values", {})},
        **changed,
    }


def submitted(**changed: Any) -> dict[str, Any]:
    return {"type": "view_submission", "trigger_id": "1.2.c", "user": {"id": "UTOM"}, "view": view(**changed)}


def chosen(project: Any = "WEB") -> dict[str, Any]:
    action = {"action_id": "report.place", "block_id": "project", "selected_option": {"value": project}}
    return {"type": "block_actions", "trigger_id": "1.2.d", "user": {"id": "UTOM"}, "view": view(), "actions": [action]}


def understood(body: dict[str, Any]) -> Event:
    """Translate, and have it read as a look reads it."""
    translated = event(body, NOW)
    assert isinstance(translated, Event), translated
    sound, ignored = sift(translated.subject, [translated], NOW)
    assert not ignored.entries
    return sound[0]


def test_the_button_opens_a_form_about_what_was_asked() -> None:
    told = understood(pressed())

    assert (told.kind, told.name, str(told.subject)) == ("command", "report.opened", "person:UTOM")
    assert (told.payload["asked"], told.payload["other"], told.payload["view"]) == ("slack:1.2.a", 12, told.id)


@pytest.mark.parametrize("body", [pressed(), chosen(), submitted()], ids=["pressed", "chosen", "submitted"])
def test_each_step_says_where_it_is_answered(body: dict[str, Any]) -> None:
    assert WHERE.items() <= understood(body).payload.items()


def test_a_project_that_is_chosen_has_the_same_form_shown_again() -> None:
    told = understood(chosen())

    assert (told.name, told.payload["project"], told.payload["view"]) == ("report.opened", "WEB", "slack:1.2.b")
    assert told.payload["other"] == 12


def test_the_form_carries_what_was_filled_in() -> None:
    told = understood(submitted())

    assert (told.kind, told.name, told.needs_look) == ("command", "report.submitted", True)
    assert (told.payload["project"], told.payload["type"], told.payload["other"]) == ("PAY", "Bug", 12)
    assert told.payload["summary"] == {"as": "tainted", "text": "Checkout fails", "source": "slack"}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"summary": place("  ")}, "summary"),
        ({"description": place(None)}, "description"),
        ({"project": choice(None)}, "project"),
        ({"type:PAY": choice(None)}, "type:PAY"),
    ],
)
def test_what_is_left_empty_is_asked_for_where_it_is_missing(values: dict[str, Any], wrong: str) -> None:
    told = event(submitted(values=values), NOW)

    assert isinstance(told, Event)
    assert (told.name, told.needs_look) == ("report.incomplete", False)
    assert list(missing(view(values=values))) == [wrong]


def test_an_incomplete_form_does_not_stand_in_the_way_of_the_same_one_filled_in() -> None:
    incomplete, whole = event(submitted(values={"summary": place("")}), NOW), event(submitted(), NOW)

    assert isinstance(incomplete, Event)
    assert isinstance(whole, Event)
    assert incomplete.id != whole.id


@pytest.mark.parametrize(
    "damaged",
    [
        pressed({"other": "12"}),
        pressed(["asked"]),
        pressed({**CARRIED, "other": "12; DROP"}),
        pressed({**CARRIED, "other": "١٢"}),
        submitted(private_metadata="{}"),
        submitted(private_metadata="no JSON"),
        submitted(external_id=None),
        chosen(None),
        {**submitted(), "user": {}},
    ],
)
def test_what_is_damaged_is_kept_for_an_operator(damaged: dict[str, Any]) -> None:
    assert isinstance(event(damaged, NOW), NotUnderstood)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("see <https://x.test/a?b=1&amp;c=2|the page>", "see the page (https://x.test/a?b=1&c=2)"),
        ("see <https://x.test>", "see https://x.test"),
        ("<@U1|tom> in <#C1|yard>, <!here> and <@U2>", "@tom in #yard, @here and @U2"),
        ("write to <mailto:a@b.test|a@b.test>", "write to a@b.test"),
        ("1 < 2 and <>", "1 < 2 and <>"),
    ],
)
def test_a_message_is_asked_about_as_people_read_it(written: str, read: str) -> None:
    body = {
        "type": "message_action",
        "callback_id": "known.asked",
        "trigger_id": "1.2.a",
        "user": {"id": "UTOM"},
        "channel": {"id": "C0YARD"},
        "message": {"text": written, "ts": "1.1"},
    }

    told = understood(body)

    assert told.payload["said"]["text"] == read
    assert told.payload["ts"] == "1.1"
