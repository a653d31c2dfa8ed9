"""What an encoder says is kept, and found again; with an encoder that knows what a few words are about."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from integrations.meaning.known import EncodedMeanings, Encoding
from integrations.store.items import PostgresItems
from integrations.store.vectors import PostgresVectors
from orchestrator.meanings import said_by
from rules.model import Item
from tests.fakes.encoder import ThemeEncoder
from tests.integrations.store.seen import minute, whole
from tests.integrations.store.stored import database

LONG_AGO = minute(-10_000)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    return PostgresItems(engine)


@pytest.fixture
def meanings(engine: Engine) -> EncodedMeanings:
    encoder = ThemeEncoder()
    vectors = PostgresVectors(engine, encoder.name, encoder.width)
    vectors.prepare()
    return EncodedMeanings(encoder=encoder, vectors=vectors)


def read(meanings: EncodedMeanings) -> list[str]:
    assert isinstance(meanings.encoder, ThemeEncoder)
    return meanings.encoder.read


def told(items: PostgresItems, id_: int, summary: str) -> Item:
    return items.merge([whole(id_, at=id_, summary=summary)])[0]


def near(meanings: EncodedMeanings, item: Item) -> dict[int, int]:
    return dict(meanings.near(said_by(item), item.id, LONG_AGO, ()))


def test_what_says_the_same_in_other_words_is_near(items: PostgresItems, meanings: EncodedMeanings) -> None:
    near(meanings, told(items, 1, "Gift balance is zero"))
    near(meanings, told(items, 2, "Inbox crawls"))

    found = near(meanings, told(items, 3, "Voucher without money"))

    assert found[1] > 990
    assert found[2] < 100


def test_of_near_twins_the_later_finds_the_earlier(items: PostgresItems, meanings: EncodedMeanings) -> None:
    one, other = told(items, 1, "Voucher is empty"), told(items, 2, "Voucher is empty")

    assert (near(meanings, one), near(meanings, other)) == ({}, {1: 1000})
    assert near(meanings, one) == {2: 1000}


def test_a_text_is_encoded_once(items: PostgresItems, meanings: EncodedMeanings) -> None:
    item = told(items, 1, "Voucher is empty")

    near(meanings, item)
    near(meanings, item)

    assert read(meanings) == ["Voucher is empty"]


def test_a_changed_text_is_encoded_anew(items: PostgresItems, meanings: EncodedMeanings) -> None:
    first, second = told(items, 1, "Voucher is empty"), told(items, 2, "Inbox is slow")
    near(meanings, first)
    near(meanings, second)
    changed = items.merge([whole(1, at=9, summary="Inbox is slow")])[0]

    assert near(meanings, changed) == {2: 1000}
    assert near(meanings, second) == {1: 1000}


def test_a_text_that_says_nothing_is_near_nothing(items: PostgresItems, meanings: EncodedMeanings) -> None:
    near(meanings, told(items, 1, "Voucher is empty"))

    assert near(meanings, told(items, 2, "{code}{code}")) == {}
    assert read(meanings) == ["Voucher is empty"]


def test_a_text_that_is_nobodys_is_not_kept(items: PostgresItems, meanings: EncodedMeanings) -> None:
    near(meanings, told(items, 1, "Voucher is empty"))

    assert dict(meanings.near("gift is zero", 0, LONG_AGO, ())).keys() == {1}
    assert meanings.vectors.of(0, b"") is None
    assert meanings.vectors.missing() == ()


def test_what_was_never_looked_at_is_encoded_in_rounds(items: PostgresItems, meanings: EncodedMeanings) -> None:
    for id_ in range(1, 41):
        told(items, id_, "Inbox is slow" if id_ % 2 else "")
    encoding = Encoding(meanings=meanings, items=items)

    encoding.round()
    left = meanings.vectors.missing(40)
    encoding.round()
    encoding.round()

    assert left == tuple(range(8, 0, -1))
    assert meanings.vectors.missing() == ()
    assert len(read(meanings)) == 20


def test_while_another_process_encodes_a_round_does_nothing(items: PostgresItems, meanings: EncodedMeanings) -> None:
    told(items, 1, "Inbox is slow")

    with meanings.vectors.turn():
        Encoding(meanings=meanings, items=items).round()

    assert read(meanings) == []
