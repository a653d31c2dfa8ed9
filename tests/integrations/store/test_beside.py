"""What came in the same hours, found and counted by itself."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from integrations.store import migrate
from integrations.store.items import PostgresItems
from orchestrator.related import terms
from rules.canonical import plain
from tests.integrations.store.seen import DONE, gone, minute, whole
from tests.integrations.store.stored import database

WORDS = terms("Checkout fails", "").ids


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    """Four issues that came an hour apart; the third says something else."""
    known = PostgresItems(engine)
    texts = {1: "Checkout fails", 2: "Checkout fails again", 3: "Wiki loses pages", 4: "Checkout fails"}
    known.merge([whole(id_, summary=said, created=plain(came(id_))) for id_, said in texts.items()])
    return known


def came(item: int) -> datetime:
    return minute(60 * item - 600)


def beside(items: PostgresItems, since: int, until: int, item: int = 0) -> list[int]:
    return sorted(one.id for one in items.beside(WORDS, item, came(since), came(until)))


def test_what_came_in_between_is_found_both_ends_included(items: PostgresItems) -> None:
    assert beside(items, 1, 4) == [1, 2, 4]
    assert beside(items, 2, 3) == [2]


def test_an_issue_is_not_beside_itself(items: PostgresItems) -> None:
    assert beside(items, 1, 4, item=2) == [1, 4]


def test_one_that_is_done_was_there_all_the_same(items: PostgresItems) -> None:
    items.merge([whole(2, at=5, summary="Checkout fails again", created=plain(came(2)), status=DONE)])
    assert beside(items, 2, 2) == [2]


def test_all_that_came_is_counted_whatever_it_says(items: PostgresItems) -> None:
    assert items.came(came(2), came(4)) == 3
    assert items.came(minute(9_000), minute(9_001)) == 0


def test_when_each_word_came_is_told_in_the_order_of_time(items: PostgresItems) -> None:
    checkout, wiki, unheard = (terms(word, "").ids[0] for word in ("checkout", "wiki", "unheard"))
    found = items.times([checkout, wiki, unheard], came(1), came(3))
    seconds = {id_: int(came(id_).timestamp()) for id_ in range(1, 5)}
    assert found == {checkout: (seconds[1], seconds[2]), wiki: (seconds[3],)}


def test_one_that_is_gone_is_not_counted(items: PostgresItems) -> None:
    items.merge([gone(3)])
    assert items.came(came(1), came(4)) == 3


def test_documents_of_before_learn_when_they_were_created(engine: Engine, items: PostgresItems) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE document_terms DROP COLUMN created_at"))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0016").module.upgrade()
    assert beside(items, 2, 4) == [2, 4]
