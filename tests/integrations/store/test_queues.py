"""Which open items a project's queue begins with, in PostgreSQL."""

from collections.abc import Iterator

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from integrations.store import migrate
from integrations.store.items import PostgresItems
from tests.integrations.store.seen import DONE, MONDAY, gone, seen, whole
from tests.integrations.store.stored import database

BEFORE = MONDAY.replace(hour=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    return PostgresItems(engine)


def blocks(*others: int) -> list[dict[str, object]]:
    return [
        {"id": str(other), "type": "Blocks", "direction": "outward", "other": other, "other_key": f"PAY-{other}"}
        for other in others
    ]


def breaking(hour: int) -> list[dict[str, object]]:
    return [{"name": "Resolution", "breaches_at": MONDAY.replace(hour=hour).isoformat()}]


def queue(items: PostgresItems, project: str = "PAY", most: int = 9) -> tuple[list[int], int]:
    found, number = items.queue(project, most, BEFORE)
    return [one.id for one in found], number


def test_a_queue_holds_the_open_items_of_its_project(items: PostgresItems) -> None:
    items.merge([whole(7), whole(8, status=DONE), whole(9, project="WEB")])

    assert queue(items) == ([7], 1)
    assert queue(items, "NONE") == ([], 0)


def test_it_begins_with_those_that_most_waits_for_and_those_whose_sla_breaks_first(items: PostgresItems) -> None:
    late, soon = whole(4, slas=breaking(20)), whole(5, slas=breaking(9))
    items.merge([whole(1), whole(2, links=blocks(1)), whole(3, links=blocks(1, 2)), late, soon])

    assert queue(items, most=1) == ([3, 5], 5)
    assert queue(items, most=2) == ([2, 3, 4, 5], 5)


def test_what_is_done_deleted_or_moved_leaves_and_what_is_reopened_comes_back(items: PostgresItems) -> None:
    items.merge([whole(7), whole(8), whole(9)])
    items.merge([seen(7, at=2, status=DONE), gone(8), seen(9, at=2, project="WEB")])

    assert (queue(items), queue(items, "WEB")) == (([], 0), ([9], 1))

    items.merge([whole(7, at=3)])

    assert queue(items) == ([7], 1)


def test_what_is_said_anew_moves_an_item_up(items: PostgresItems) -> None:
    items.merge([whole(7), whole(8)])
    items.merge([seen(8, at=2, links=blocks(7))])

    assert queue(items, most=1) == ([8], 2)


def test_items_of_before_stand_in_queues_as_if_they_came_now(engine: Engine, items: PostgresItems) -> None:
    items.merge(
        [whole(1), whole(2, links=blocks(1)), whole(3, status=DONE), whole(4), seen(5), whole(6, project="WEB")]
    )
    items.merge([gone(4)])
    rows = text("SELECT id, project, waiting, breaks_at FROM open_items ORDER BY id")
    with engine.begin() as connection:
        now = connection.execute(rows).all()
        connection.execute(text("DROP TABLE open_items"))
        with Operations.context(MigrationContext.configure(connection)):
            ScriptDirectory(str(migrate.MIGRATIONS)).get_revision("0011").module.upgrade()

        assert connection.execute(rows).all() == now
    assert [row.id for row in now] == [1, 2, 6]
