"""Items as last seen, in PostgreSQL."""

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine, text

from integrations.store.items import PostgresItems
from rules.model import Snapshot
from tests.integrations.store.seen import DONE, MONDAY, change, gone, seen, whole
from tests.integrations.store.stored import database

LONG_AGO = MONDAY.replace(year=2000)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    return PostgresItems(engine)


def changes(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, change FROM item_changes ORDER BY id"))
        return [(row[0], row[1]) for row in rows]


def test_an_item_is_what_was_merged(items: PostgresItems) -> None:
    items.merge([whole(7, assignee="acc-dana"), whole(8)])

    item = items.item(7)

    assert item is not None
    assert (item.key, item.assignee, item.summary.text) == ("PAY-7", "acc-dana", "Checkout fails for saved cards")


def test_a_merge_gives_what_is_known_now_of_all_that_it_tells_of(items: PostgresItems) -> None:
    items.merge([whole(8, at=5, summary="Newer")])

    assert items.merge([whole(9), whole(8, summary="Older"), seen(4, summary="Little")]) == items.items([8, 9])
    assert [one.summary.text for one in items.items([8])] == ["Newer"]
    assert items.merge([]) == ()


def test_what_was_merged_apart_is_merged_by_time(items: PostgresItems) -> None:
    items.merge([whole(7, at=2, summary="new")])
    items.merge([seen(7, at=3, status=DONE)])
    items.merge([whole(7, at=1, summary="old")])

    item = items.item(7)

    assert item is not None
    assert (item.summary.text, item.status.name) == ("new", "Done")


def test_several_items_come_in_the_order_of_their_ids(items: PostgresItems) -> None:
    items.merge([whole(9), whole(8), whole(7)])

    assert [item.id for item in items.items([9, 7, 12345, 7])] == [7, 9]


def test_nothing_merged_is_nothing_known(items: PostgresItems) -> None:
    items.merge([])

    assert items.item(7) is None
    assert items.items([]) == ()


def test_too_little_for_an_item_is_kept_until_the_rest_comes(items: PostgresItems) -> None:
    items.merge([seen(7, at=2, summary="Slow")])
    early = items.item(7), items.by_key("PAY-7"), items.items([7]), items.candidates([7])

    items.merge([whole(7, at=1)])

    item = items.item(7)
    assert early == (None, None, (), ())
    assert item is not None
    assert item.summary.text == "Slow"


def test_what_a_read_did_not_find_is_no_item(items: PostgresItems) -> None:
    items.merge([gone(7)])

    assert items.item(7) is None


def test_a_known_item_that_a_read_did_not_find_is_deleted(items: PostgresItems) -> None:
    items.merge([whole(7)])
    items.merge([gone(7)])

    item = items.item(7)

    assert item is not None
    assert item.deleted


@pytest.mark.parametrize("key", ["PAY-3", "pay-3"])
def test_an_item_is_found_by_its_key_in_any_letters(items: PostgresItems, key: str) -> None:
    items.merge([whole(7, key="PAY-3")])

    found = items.by_key(key)

    assert found is not None
    assert found.id == 7


@pytest.mark.parametrize("key", ["PAY-4", "", "\x00", "\ud800", "x" * 100_000])
def test_a_key_that_nobody_bears_finds_nothing(items: PostgresItems, key: str) -> None:
    items.merge([whole(7, key="PAY-3")])

    assert items.by_key(key) is None


@pytest.mark.parametrize("key", ["PAY-3", "OPS-9"])
def test_a_moved_item_is_found_by_its_former_key_too(items: PostgresItems, key: str) -> None:
    items.merge([whole(7, at=1, key="PAY-3")])
    items.merge([whole(7, at=2, key="OPS-9")])

    found = items.by_key(key)

    assert found is not None
    assert found.key == "OPS-9"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_key_that_another_item_took_over_leads_to_who_bore_it_last(
    items: PostgresItems, order: tuple[int, int]
) -> None:
    claims = [whole(7, at=1, key="PAY-3"), whole(8, at=2, key="PAY-3")]
    for place in order:
        items.merge([claims[place]])

    found = items.by_key("PAY-3")

    assert found is not None
    assert found.id == 8


def test_a_key_claimed_twice_in_one_merge_leads_to_who_bore_it_last(items: PostgresItems) -> None:
    items.merge([whole(8, at=2, key="PAY-3"), whole(7, at=1, key="PAY-3")])

    found = items.by_key("PAY-3")

    assert found is not None
    assert found.id == 8


def test_changelogs_are_united_by_id(items: PostgresItems, engine: Engine) -> None:
    first, second, third = change("10:0"), change("10:1"), change("11:0")
    items.merge([Snapshot(id=7, key="PAY-7", changes=(first, second))])
    items.merge([Snapshot(id=7, key="PAY-7", changes=(second, third, third))])

    assert [id_ for id_, _ in changes(engine)] == ["10:0", "10:1", "11:0"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_entry_of_the_changelog_is_dated_as_the_changelog_does(
    items: PostgresItems, engine: Engine, order: tuple[int, int]
) -> None:
    told = [change("10:0", at=1, after_text="log"), change("10:0", at=1.01, after_text="webhook")]
    for place in order:
        items.merge([Snapshot(id=7, key="PAY-7", changes=(told[place],))])

    assert '"after_text":"log"' in changes(engine)[0][1]


def test_text_that_postgresql_cannot_hold_breaks_nothing(items: PostgresItems, engine: Engine) -> None:
    bad = "nul \x00 and half a pair \ud800"
    told = whole(7, key=f"PAY-{bad}", summary=bad, project=bad, type=bad, reporter=bad, components=[bad], labels=[bad])

    items.merge([told, Snapshot(id=7, key="PAY-7", changes=(change(f"1{bad}", after_text=bad),))])
    items.merge([whole(7, at=1, key="PAY-7", summary=bad, description=bad)])

    item = items.item(7)
    assert item is not None
    assert item.summary.text.startswith("nul")
    assert len(changes(engine)) == 1


def test_a_huge_text_is_kept_whole(items: PostgresItems) -> None:
    huge = "stack trace " * 400_000

    items.merge([whole(7, description=huge)])

    item = items.item(7)
    assert item is not None
    assert item.description.text == huge


def test_a_snapshot_of_a_wrong_form_leaves_everything_as_it_was(items: PostgresItems) -> None:
    items.merge([whole(7)])

    with pytest.raises(msgspec.ValidationError, match="labels"):
        items.merge([whole(7, at=1, summary="never"), whole(8, labels="cards")])

    item = items.item(7)
    assert item is not None
    assert item.summary.text == "Checkout fails for saved cards"


def test_many_items_are_merged_in_one_go(items: PostgresItems) -> None:
    items.merge([whole(id_, summary=f"Case {id_}") for id_ in range(1, 1202)])

    assert [item.summary.text for item in items.items(range(1, 1202))] == [f"Case {id_}" for id_ in range(1, 1202)]
    assert items.corpus([]).documents == 1201


def test_one_merge_may_hold_several_payloads_of_one_item(items: PostgresItems) -> None:
    items.merge([whole(7, at=1), seen(7, at=3, summary="third"), seen(7, at=2, summary="second")])

    item = items.item(7)

    assert item is not None
    assert item.summary.text == "third"
