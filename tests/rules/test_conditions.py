"""Conditions: a finding with its reason, and nothing that breaks ever holds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions import ConditionError, check, compiled, view_of
from rules.model import Item, Status, Tainted

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEM = Item(
    id=7,
    key="PAY-7",
    project="PAY",
    summary=Tainted(text="Checkout fails"),
    type="Bug",
    status=Status(id="1", name="Needs triage", category="new"),
    created=NOON.replace(hour=9, minute=30),
    updated=NOON,
    labels=("vip",),
)
VIEW = view_of(ITEM, NOON)


@pytest.mark.parametrize(
    "condition",
    [
        "item.is_open",
        'item.key == "PAY-7" && item.project == "PAY" && item.type == "Bug"',
        'item.status in ["Needs triage"] && item.status_category == "new"',
        "item.age_hours == 2",
        '"vip" in item.labels && size(item.components) == 0 && size(item.versions) == 0',
        'item.priority == "" && item.resolution == "" && item.description == ""',
        'item.summary.contains("Checkout")',
    ],
)
def test_conditions_may_say_this_of_an_item(condition: str) -> None:
    assert check(condition, VIEW).holds


def test_what_does_not_hold_says_so() -> None:
    finding = check('item.project == "WEB"', VIEW)

    assert (finding.holds, finding.reason) == (False, 'it does not hold that item.project == "WEB"')


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("item.nonsense > 1", "could not be evaluated"),
        ("item.age_hours > 'x'", "could not be evaluated"),
        ("1 / 0 == 1", "could not be evaluated"),
        ("item.age_hours", "gives no yes or no but 2"),
        ("'true'", "gives no yes or no"),
        ("item.", "could not be evaluated"),
    ],
)
def test_a_condition_that_breaks_or_is_none_does_not_hold(condition: str, reason: str) -> None:
    finding = check(condition, VIEW)

    assert not finding.holds
    assert reason in finding.reason


@pytest.mark.parametrize("condition", ["", "item.", "unknown == 1", "item.is_open &&", "\ud800"])
def test_what_is_no_condition_is_told_when_it_is_compiled(condition: str) -> None:
    with pytest.raises(ConditionError):
        compiled(condition)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_in_an_issue_breaks_or_turns_a_condition(text: str) -> None:
    view = {"item": {**VIEW["item"], "summary": text, "description": text}}

    assert not check('item.project == "WEB" && item.summary != ""', view).holds


def test_an_item_from_the_future_has_a_negative_age() -> None:
    assert view_of(ITEM, NOON.replace(hour=9, minute=0))["item"]["age_hours"] == -1
