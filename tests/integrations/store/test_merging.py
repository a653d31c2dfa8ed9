"""What payloads said, merged."""

from functools import reduce
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.store.merging import Known, item_of, merged
from rules.model import Item, Snapshot
from tests.integrations.store.seen import DONE, MONDAY, OPEN, gone, minute, seen, whole, words

VALUES: dict[str, list[Any]] = {
    "summary": [words("one"), words("two"), words("")],
    "description": [words("long"), words("longer")],
    "status": [OPEN, DONE],
    "assignee": [None, "acc-dana", "acc-eli"],
    "labels": [[], ["cards"]],
    "resolved_at": [None, "2026-03-02T09:00:00Z"],
}


def known_from(*snapshots: Snapshot) -> Known:
    return reduce(merged, snapshots, Known())


def item_from(*snapshots: Snapshot) -> Item:
    item = item_of(7, known_from(*snapshots))
    assert item is not None
    return item


@st.composite
def histories(draw: st.DrawFn) -> list[Snapshot]:
    """Payloads of one issue, each of a time of its own, with some fields each, now and then a deletion."""
    minutes = draw(st.lists(st.integers(0, 40), min_size=1, max_size=6, unique=True))
    several = []
    for at in minutes:
        names = draw(st.sets(st.sampled_from(sorted(VALUES))))
        fields = {name: draw(st.sampled_from(VALUES[name])) for name in sorted(names)}
        key = draw(st.sampled_from(["PAY-7", "OPS-9"]))
        several.append(
            Snapshot(
                id=7,
                key=key,
                updated=minute(at),
                fields=whole(at=at).fields | fields if draw(st.booleans()) else fields,
                deleted=draw(st.integers(0, 5)) == 0,
            )
        )
    return several


@given(st.data(), histories())
def test_payloads_in_any_order_and_any_number_make_the_same_item(data: st.DataObject, history: list[Snapshot]) -> None:
    shuffled = data.draw(st.permutations(history))
    repeated = data.draw(st.lists(st.sampled_from(history), max_size=6))

    assert known_from(*shuffled, *repeated) == known_from(*history)


def test_a_newer_payload_overwrites_only_the_fields_that_it_holds() -> None:
    item = item_from(whole(at=1, assignee="acc-dana"), seen(at=2, status=DONE))

    assert (item.status.name, item.assignee, item.updated) == ("Done", "acc-dana", minute(2))


def test_an_older_payload_overwrites_nothing() -> None:
    assert item_from(whole(at=2, summary="new"), whole(at=1, summary="old")).summary.text == "new"


def test_an_older_payload_still_tells_of_what_no_newer_one_held() -> None:
    item = item_from(whole(at=2), seen(at=1, assignee="acc-dana", summary="old"))

    assert (item.assignee, item.summary.text) == ("acc-dana", "Checkout fails for saved cards")


def test_of_two_payloads_of_the_same_moment_the_later_arrival_counts() -> None:
    link = {"id": "1", "type": "Duplicate", "direction": "outward", "other": 8, "other_key": "PAY-8"}

    assert item_from(whole(links=[link]), whole(links=[])).links == ()


def test_a_payload_without_a_time_overwrites_nothing() -> None:
    assert item_from(whole(at=1), seen(at=None, summary="whenever")).summary.text == "Checkout fails for saved cards"


def test_a_payload_without_a_time_fills_what_is_unknown() -> None:
    assert item_from(whole(at=1), seen(at=None, assignee="acc-dana")).assignee == "acc-dana"


@pytest.mark.parametrize("lacking", ["project", "summary", "type", "status", "created"])
def test_what_lacks_a_field_that_every_item_has_is_no_item(lacking: str) -> None:
    fields = {name: value for name, value in whole().fields.items() if name != lacking}

    assert item_of(7, known_from(Snapshot(id=7, key="PAY-7", updated=MONDAY, fields=fields))) is None


def test_a_payload_without_a_time_alone_makes_no_item() -> None:
    assert item_of(7, known_from(seen(at=None, **VALUES_OF_ALL))) is None


def test_parts_from_several_payloads_make_an_item() -> None:
    rest = Snapshot(id=7, key="PAY-7", updated=MONDAY, fields={"summary": words("Slow")})
    first = {name: value for name, value in whole().fields.items() if name != "summary"}

    assert item_from(rest, Snapshot(id=7, key="", updated=MONDAY, fields=first)).summary.text == "Slow"


def test_a_moved_issue_has_its_newest_key() -> None:
    assert item_from(whole(at=2, key="OPS-9"), whole(at=1, key="PAY-7")).key == "OPS-9"


def test_a_field_that_no_item_has_is_passed_over() -> None:
    assert item_from(whole(sprint="12", id=99, deleted=True)).id == 7


def test_a_field_of_a_wrong_form_is_named() -> None:
    with pytest.raises(msgspec.ValidationError, match="labels"):
        item_from(whole(labels="cards"))


def test_a_deletion_is_final_against_payloads_of_its_moment() -> None:
    assert item_from(whole(at=3, deleted=True), whole(at=3)).deleted


def test_only_a_newer_payload_shows_a_deleted_issue_alive() -> None:
    assert not item_from(whole(at=3, deleted=True), whole(at=4)).deleted


def test_a_deletion_older_than_what_is_known_deletes_nothing() -> None:
    assert not item_from(whole(at=4), whole(at=3, deleted=True)).deleted


def test_an_issue_that_a_read_did_not_find_is_gone_whatever_was_known() -> None:
    assert item_from(whole(at=4), gone()).deleted


def test_an_issue_that_a_read_did_not_find_keeps_what_was_known_of_it() -> None:
    item = item_from(whole(at=4), gone())

    assert (item.key, item.summary.text) == ("PAY-7", "Checkout fails for saved cards")


def test_an_issue_that_a_read_finds_again_is_back_though_nobody_changed_it() -> None:
    assert not item_from(whole(at=4), gone(), whole(at=4)).deleted


def test_an_old_payload_does_not_bring_back_what_a_read_did_not_find() -> None:
    assert item_from(whole(at=4), gone(), whole(at=3)).deleted


def test_what_a_read_finds_again_stays_deleted_if_its_deletion_was_told() -> None:
    assert item_from(whole(at=4, deleted=True), gone(), whole(at=4)).deleted


VALUES_OF_ALL = {name: value for name, value in whole(summary="").fields.items() if name not in {"updated", "summary"}}
