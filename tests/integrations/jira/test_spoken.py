"""Which comments of Jira are answers, and what fields of an issue say in words."""

from typing import Any

import pytest

from integrations.jira.named_fields import values_in
from integrations.jira.spoken import answer_in
from integrations.jira.translate import event
from integrations.jira.values import NotUnderstood
from tests.fakes.clock import SetClock


@pytest.mark.parametrize(
    ("text", "choice", "reason"),
    [
        ("/yard approve", "approve", None),
        ("/yard approve  \r\nThank you all", "approve", None),
        ("/yard reject", "reject", None),
        ("/yard reject Too dear, ask again in May\nTom", "reject", "Too dear, ask again in May"),
        (f"/yard reject {'x' * 10_000}", "reject", "x" * 500),
    ],
)
def test_a_first_line_that_is_an_answer_is_one(text: str, choice: str, reason: str | None) -> None:
    answer = answer_in(text) or {}

    assert answer["choice"] == choice
    assert (answer.get("reason") or {}).get("text") == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n/yard approve",
        " /yard approve",
        "> /yard approve",
        "{quote}/yard approve{quote}",
        "/yard approve please",
        "/yard approved",
        "/YARD APPROVE",
        "To agree, write /yard approve",
        "/yard stop",
        "/yard rejected",
    ],
)
def test_any_other_comment_is_text(text: str) -> None:
    assert answer_in(text) is None


def webhook(happened: str, text: str, **author: str) -> dict[str, Any]:
    comment: dict[str, Any] = {"id": "5", "body": text, "author": author or None}
    return {"webhookEvent": happened, "issue": {"id": "10007"}, "comment": comment, "user": {"accountId": "somebody"}}


def test_a_new_comment_that_answers_is_its_writers_command() -> None:
    taken = event(webhook("comment_created", "/yard reject No money", accountId="a-1"), "d-1", SetClock().now())

    assert (taken.kind, taken.name, str(taken.subject)) == ("command", "vote.written", "item:10007")
    assert taken.payload["user"] == "a-1"
    assert taken.payload["reason"] == {"as": "tainted", "text": "No money"}


@pytest.mark.parametrize(
    "body",
    [
        webhook("comment_updated", "/yard approve", accountId="a-1"),
        webhook("comment_deleted", "/yard approve", accountId="a-1"),
        webhook("comment_created", "/yard approve"),
    ],
)
def test_a_comment_that_was_changed_or_that_nobody_signed_answers_nothing(body: dict[str, Any]) -> None:
    taken = event(body, "d-1", SetClock().now())

    assert taken.kind == "signal"


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (None, ""),
        (" 800 EUR ", "800 EUR"),
        (800.0, "800"),
        (0.5, "0.5"),
        (True, "yes"),
        ({"value": "Finance"}, "Finance"),
        ([{"name": "vpn"}, {"name": "auth"}], "vpn, auth"),
        ({"accountId": "a", "displayName": "Dana"}, "Dana"),
        ({"b": 1, "a": [2]}, '{"a":[2],"b":1}'),
        ("x" * 5_000, "x" * 1_000 + "… (4000 more characters, 91c9568c)"),
    ],
)
def test_what_a_field_holds_is_told_as_a_person_would_read_it(held: object, told: str) -> None:
    body = {"id": "1", "key": "OPS-1", "fields": {"customfield_1": held}}

    assert values_in(body, {"Amount": "customfield_1", "Unknown": None}) == {"Amount": told, "Unknown": ""}


def test_what_is_no_issue_has_no_fields() -> None:
    with pytest.raises(NotUnderstood):
        values_in([], {"Amount": "customfield_1"})
