"""Who did what, read back from PostgreSQL."""

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.store.items import PostgresItems
from tests.integrations.store.seen import DONE, change, whole
from tests.integrations.store.stored import database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    return PostgresItems(engine)


def test_the_latest_issues_of_a_project_come_with_their_changes(items: PostgresItems) -> None:
    items.merge([whole(number, status=DONE) for number in (7, 8, 9)])
    items.unite({9: [change("1", 1), msgspec.structs.replace(change("2", 1), field="priority")]})

    found = items.past("PAY", 2)

    assert [one.item.id for one in found] == [8, 9]
    assert [[each.field for each in one.changes] for one in found] == [[], ["status"]]
    assert items.past("PA", 9) == ()


def test_what_people_have_open_is_found_by_their_accounts(items: PostgresItems) -> None:
    items.merge([whole(7, assignee="acc-dana"), whole(8, assignee="acc-dana", status=DONE), whole(9, assignee=None)])
    items.merge([whole(10, assignee="acc-tom", summary='{"assignee":"acc-dana"')])

    assert [one.id for one in items.held(["acc-dana"])] == [7]
    assert [one.id for one in items.held(["acc-dana", "acc-tom"])] == [7, 10]
    assert items.held([]) == ()


def test_how_much_each_account_has_open_is_counted(items: PostgresItems) -> None:
    items.merge([whole(7, assignee="acc-dana"), whole(8, assignee="acc-dana", status=DONE), whole(9, assignee=None)])
    items.merge([whole(10, assignee="acc-tom"), whole(11, assignee="acc-tom")])

    assert items.owners() == {"acc-dana": 1, "acc-tom": 2}


def test_changes_are_read_by_issue_and_field(items: PostgresItems) -> None:
    items.merge([whole(number) for number in (7, 8)])
    items.unite({7: [change("1", 1), msgspec.structs.replace(change("2", 1), field="priority")], 8: [change("3", 2)]})

    found = items.changed([7, 9], ("status",))

    assert {id_: [one.id for one in some] for id_, some in found.items()} == {7: ["1"]}
