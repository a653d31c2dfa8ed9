"""The one canonical form: the same bytes for the same value, everywhere, and a way back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.actions import UnlinkAction, kind_of
from rules.canonical import canonical, digest, plain, revive
from rules.model import ItemRef, Line, Moment, PersonRef, Subject, Tainted

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
PARTS = st.one_of(
    st.builds(Tainted, text=st.text(), source=st.sampled_from(["jira", "slack"])),
    st.builds(ItemRef, id=st.integers(1, 10**9), key=st.text()),
    st.builds(PersonRef, name=st.text(), slack=st.none() | st.text()),
    st.builds(Moment, at=st.datetimes(timezones=st.just(UTC))),
)


@given(JSON)
def test_plain_data_is_its_own_canonical_value(data: object) -> None:
    assert plain(data) == data


@given(st.dictionaries(st.text(), st.integers(0, 9)))
def test_the_order_of_keys_does_not_matter(data: dict[str, int]) -> None:
    assert digest(data) == digest(dict(reversed(data.items())))


@given(st.builds(Line, text=st.text(), parts=st.lists(PARTS).map(tuple)))
def test_a_sentence_survives_the_way_through_json(line: Line) -> None:
    assert revive(plain(line), Line) == line


@pytest.mark.parametrize("value", [0.5, [1, 0.5], (1, 0.5), {"deep": [{"er": 0.5}]}, {"deep": ({"er": 0.5},)}])
def test_a_float_has_no_canonical_form(value: object) -> None:
    with pytest.raises(TypeError, match="is a float"):
        canonical(value)


def test_moments_are_written_in_utc() -> None:
    assert canonical(Moment(at=datetime(2026, 3, 2, 12, tzinfo=UTC))) == b'{"as":"moment","at":"2026-03-02T12:00:00Z"}'


@pytest.mark.parametrize("text", ["item:7", "card:a:b", "system:yardmaster"])
def test_a_subject_is_read_as_it_is_written(text: str) -> None:
    assert str(Subject.parse(text)) == text


@pytest.mark.parametrize("text", ["", "item", "item:", ":7", "planet:7", "item7"])
def test_what_is_no_subject_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected kind:id"):
        Subject.parse(text)


def test_the_kind_of_an_action_is_its_name_in_rules_and_ledger() -> None:
    assert kind_of(UnlinkAction(item=1, other=2, type="Duplicate")) == "unlink"
