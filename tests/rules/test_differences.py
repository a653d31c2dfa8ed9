"""How two rulesets differ, in words."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.differences import LONGEST, differences, shown
from rules.loader import load
from rules.ruleset import Ruleset
from tests.fakes.rulings import ruleset
from tests.rules.test_loader import shipped


def between(below: str, above: str) -> list[str]:
    before, after = (load([*shipped(), ("own", text)]) for text in (below, above))
    return [str(one) for one in differences(before, after)]


def test_the_same_rules_do_not_differ() -> None:
    assert differences(ruleset(), ruleset()) == ()


@pytest.mark.parametrize(
    ("below", "above", "told"),
    [
        ("", "limits: {undo_button_minutes: 3}", "limits.undo_button_minutes: 10 becomes 3"),
        ("", "people: {mika: {name: Mika}}", "people.mika: new, {name: Mika}"),
        ("people: {mika: {name: Mika}}", "", "people.mika: gone, it was {name: Mika}"),
        ("", "agents: {duplicates: {autonomy: {link: shadow}}}", "agents.duplicates.autonomy.link: ask becomes shadow"),
        (
            "people: {mika: {name: Mika, roles: [triager]}}",
            "people: {mika: {name: Mika, roles: [triager, operator]}}",
            "people.mika.roles: [triager] becomes [triager, operator] (operator comes)",
        ),
        (
            "limits: {projects: [PAY, WEB]}",
            "limits: {projects: [WEB, OPS]}",
            "limits.projects: [PAY, WEB] becomes [WEB, OPS] (OPS comes, PAY goes)",
        ),
        (
            "limits: {projects: [PAY, WEB]}",
            "limits: {projects: [WEB, PAY]}",
            "limits.projects: [PAY, WEB] becomes [WEB, PAY] (another order)",
        ),
        ("", "people: {mika: {name: Mika, slack: U1}}", "people.mika: new, {name: Mika, slack: U1}"),
    ],
)
def test_a_difference_is_told_by_its_path(below: str, above: str, told: str) -> None:
    assert between(below, above) == [told]


def test_every_difference_is_told_in_the_order_of_their_paths() -> None:
    told = between("", "workflows: {duplicates: {channel: '#a'}}\nlimits: {undo_button_minutes: 3, projects: [A]}")

    assert [one.partition(":")[0] for one in told] == [
        "limits.projects",
        "limits.undo_button_minutes",
        "workflows.duplicates.channel",
    ]


@given(st.integers(1, 60), st.integers(1, 60))
def test_rules_differ_exactly_when_their_versions_do(one: int, other: int) -> None:
    def at(minutes: int) -> Ruleset:
        limits = msgspec.structs.replace(ruleset().limits, undo_button_minutes=minutes)
        return msgspec.structs.replace(ruleset(), limits=limits)

    assert bool(differences(at(one), at(other))) == (at(one).version != at(other).version)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_what_is_shown_stands_on_one_short_line(value: object) -> None:
    assert len(shown(value)) <= LONGEST
    assert "\n" not in shown(value)
