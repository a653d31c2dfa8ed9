"""What fields hold, as a person would read it, and nothing of it that could change unseen."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.jira.named_fields import values_in
from tests.integrations.jira.payloads import issue


def held(value: Any) -> str:
    return values_in(issue(customfield_1=value), {"It": "customfield_1"})["It"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (18400.0, "18400"),
        (0.5, "0.5"),
        (True, "yes"),
        (None, ""),
        ({"value": "Company"}, "Company"),
        ([{"name": "a"}, {"name": "b"}], "a, b"),
        ({"nested": {"x": 1}}, '{"nested":{"x":1}}'),
        ("  words ", "words"),
    ],
)
def test_a_value_is_told_as_a_person_would_read_it(value: Any, told: str) -> None:
    assert held(value) == told


def test_a_field_that_the_site_does_not_know_is_blank() -> None:
    assert values_in(issue(), {"It": None, "Else": "customfield_2"}) == {"It": "", "Else": ""}


def test_what_changes_beyond_what_is_kept_of_a_long_text_is_seen_to_change() -> None:
    long = "x" * 1_000

    assert held(long) == long
    assert held(long + "a").startswith(f"{long}… (1 more characters, ")
    assert held(long + "a") != held(long + "b")
