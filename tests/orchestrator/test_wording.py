"""Templates of the rules, filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.wording import filled
from rules.model import ItemRef, Line, Tainted

KEY = ItemRef(id=1, key="WEB-1")
HOW = Tainted(text="Fixed")


def test_places_become_parts_and_one_that_comes_twice_is_one_part() -> None:
    line = filled("{key}: {how}, see {key}", {"key": KEY, "how": HOW})
    assert line == Line(text="{0}: {1}, see {0}", parts=(KEY, HOW))


def test_a_line_whose_place_is_empty_is_left_out() -> None:
    line = filled("{key} is done.\nHow: {how}.\nThanks.", {"key": KEY, "how": None})
    assert line == Line(text="{0} is done.\nThanks.", parts=(KEY,))


@pytest.mark.parametrize("template", ["", " \n ", "How: {how}."])
def test_where_nothing_is_left_nothing_is_said(template: str) -> None:
    assert filled(template, {"key": KEY, "how": None}) is None


@given(st.text("a{}0key \n", max_size=60))
def test_whatever_stands_in_a_template_comes_out_as_it_stands(template: str) -> None:
    line = filled(template, {"key": KEY})
    said = line.text.format(*("KEY" for _ in line.parts)) if line else ""
    assert said == "\n".join(template.splitlines()).strip().replace("{key}", "KEY")
