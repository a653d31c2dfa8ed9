"""An index that an earlier release made is renewed whole, and its counts stay those of the documents."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from integrations.store import reindexing
from integrations.store.items import PostgresItems
from integrations.store.reindexing import Reindexing
from orchestrator.related import TERMS_VERSION
from tests.integrations.store.seen import seen, whole
from tests.integrations.store.stored import database
from tests.integrations.store.test_search import counted, found, stated


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    """Three items whose texts changed, as it were, since the index was made."""
    items = PostgresItems(engine)
    items.merge([whole(number, summary="Checkout fails") for number in (1, 2, 3)])
    with engine.begin() as connection:
        connection.execute(text("UPDATE documents SET terms_version = '0'"))
        connection.execute(text("UPDATE items SET item = replace(item::text, 'Checkout', 'Kafka')::jsonb"))
    return items


def versions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT terms_version FROM documents ORDER BY id")).scalars())


def test_an_index_of_an_earlier_release_is_renewed(items: PostgresItems, engine: Engine) -> None:
    Reindexing(engine).round()

    assert versions(engine) == [TERMS_VERSION] * 3
    assert found(items, "kafka") == [1, 2, 3]
    assert found(items, "checkout") == []


def test_the_counts_stay_those_of_the_documents(items: PostgresItems, engine: Engine) -> None:
    Reindexing(engine).round()

    assert stated(items, engine) == counted(engine)


def test_it_goes_on_from_round_to_round(items: PostgresItems, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "AT_ONCE", 2)
    renewing = Reindexing(engine)

    renewing.round()
    assert versions(engine).count("0") == 1
    renewing.round()

    assert versions(engine) == [TERMS_VERSION] * 3
    assert stated(items, engine) == counted(engine)


def test_what_another_process_renews_is_left_to_it(items: PostgresItems, engine: Engine) -> None:
    renewing = Reindexing(engine)

    with engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('reindexing', 0))"))
        renewing.round()
    assert versions(engine) == ["0"] * 3
    renewing.round()

    assert versions(engine) == [TERMS_VERSION] * 3


def test_an_item_that_changes_meanwhile_is_renewed_by_its_own_change(items: PostgresItems, engine: Engine) -> None:
    items.merge([seen(2, at=5, summary="Netty leaks")])

    Reindexing(engine).round()

    assert found(items, "netty") == [2]
    assert stated(items, engine) == counted(engine)
