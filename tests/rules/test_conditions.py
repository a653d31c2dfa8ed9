"""Conditions: a finding with its reason, and nothing that breaks ever holds."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions import ITEM_WORDS, ITEMS, MAX_CONDITION, ConditionError, check, view_of
from rules.model import Item, Status, Tainted

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEM = Item(
    id=7,
    key="PAY-7",
    project="PAY",
    summary=Tainted(text="Checkout fails"),
    type="Bug",
    request_type="Report a problem",
    status=Status(id="1", name="Needs triage", category="new"),
    created=NOON.replace(hour=9, minute=30),
    updated=NOON,
    labels=("vip",),
    fix_versions=("8.3.1",),
    organisations=("Acme",),
    customers=("Beta",),
)
VIEW = view_of(ITEM, NOON)
SEEN = ITEMS.seen(VIEW)


@pytest.mark.parametrize(
    "condition",
    [
        "item.is_open",
        'item.key == "PAY-7" && item.project == "PAY" && item.type == "Bug"',
        'item.status in ["Needs triage"] && item.status_category == "new"',
        "item.age_hours == 2",
        '"vip" in item.labels && size(item.components) == 0 && size(item.versions) == 0',
        '"Acme" in item.organisations && "Beta" in item.customers && item.fix_versions == ["8.3.1"]',
        'item.priority == "" && item.resolution == "" && item.description == ""',
        'item.request_type == "Report a problem"',
        'item.summary.contains("Checkout")',
    ],
)
def test_conditions_may_say_this_of_an_item(condition: str) -> None:
    assert check(ITEMS, condition, SEEN).holds


def test_what_does_not_hold_says_so() -> None:
    finding = check(ITEMS, 'item.project == "WEB"', SEEN)

    assert (finding.holds, finding.reason) == (False, 'it does not hold that item.project == "WEB"')


@pytest.mark.parametrize("condition", ["item.nonsense > 1", "1 / 0 == 1", "item.age_hours", "item."])
def test_a_condition_that_breaks_does_not_hold_and_says_so(condition: str) -> None:
    finding = check(ITEMS, condition, SEEN)

    assert (finding.holds, finding.broken) == (False, True)
    assert "could not be evaluated" in finding.reason


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ('item.state == "Open"', "at character 5: there is no word item.state; did you mean item.status?"),
        ('status == "Open"', "at character 1: there is no word status; did you mean item.status?"),
        ("item.is_open &&\n itm.is_open", "at line 2, character 5: there is no word itm.is_open"),
        ("weather == 1", "at character 1: there is no word weather"),
        ('item.age_hours == "2"', "at character 16: == does not fit (int, string)"),
        ("item.key", "must say yes or no, but gives string"),
        ("dyn(item.is_open)", "must say yes or no, but gives dyn"),
        ("item.is_open &&", "Syntax error: mismatched input '<EOF>'"),
        ("", "Syntax error"),
        ("\ud800", "holds one that no text has"),
        ("x" * (MAX_CONDITION + 1), f"is over {MAX_CONDITION} characters"),
    ],
)
def test_what_is_no_condition_is_told_when_it_is_compiled(condition: str, told: str) -> None:
    with pytest.raises(ConditionError) as caught:
        ITEMS.compiled(condition)

    assert told in str(caught.value)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_breaks_the_compiler(text: str) -> None:
    with contextlib.suppress(ConditionError):
        assert ITEMS.compiled(text)


def test_a_view_has_a_value_for_every_word() -> None:
    assert set(VIEW) == set(ITEM_WORDS)


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_in_an_issue_breaks_or_turns_a_condition(text: str) -> None:
    view = {**VIEW, "item.summary": text, "item.description": text}

    assert not check(ITEMS, 'item.project == "WEB" && item.summary != ""', ITEMS.seen(view)).holds


def test_an_item_from_the_future_has_a_negative_age() -> None:
    assert view_of(ITEM, NOON.replace(hour=9, minute=0))["item.age_hours"] == -1
