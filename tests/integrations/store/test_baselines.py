"""Baselines in PostgreSQL: kept once, kept for good, and made of what is stored."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from integrations.store.baselines import PostgresBaselines
from integrations.store.items import PostgresItems
from orchestrator.baseline import Baseline, Window, baseline
from orchestrator.courses import Course
from rules.canonical import plain
from rules.model import FieldChange, Snapshot
from tests.integrations.store.stored import NOON, database, kinds

CATEGORIES = {"1": "new", "3": "indeterminate", "5": "done"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def baselines(engine: Engine) -> PostgresBaselines:
    return PostgresBaselines(engine)


def made(issues: int = 1) -> Baseline:
    courses = [Course(project="PAY", created=NOON, is_open=True)] * issues
    window = Window(since=NOON - timedelta(weeks=2), until=NOON)
    return baseline(courses, [], window=window, categories=CATEGORIES)


def issue(id_: int, status: str = "5", **more: Any) -> Snapshot:
    fields: dict[str, Any] = {
        "project": "PAY",
        "summary": {"as": "tainted", "text": '"field":"status"'},
        "type": "Bug",
        "status": {"id": status, "name": status, "category": CATEGORIES[status]},
        "created": plain(NOON),
        "updated": plain(NOON),
    }
    return Snapshot(id=id_, key=f"PAY-{id_}", updated=NOON, fields=fields | more)


def change(id_: str, hours: int, before: str | None, after: str, field: str = "status") -> FieldChange:
    at = NOON + timedelta(hours=hours)
    return FieldChange(id=id_, at=at, author=None, field=field, before=before, after=after)


def test_courses_are_read_off_what_is_stored(engine: Engine, baselines: PostgresBaselines) -> None:
    items = PostgresItems(engine)
    items.merge([issue(7), issue(8, "1"), Snapshot(id=9, key="PAY-9", updated=NOON)])
    noise = change("3:0", 1, None, '"field":"status"', field="labels")
    items.unite({7: [change("2:0", 5, "3", "5"), change("1:0", 2, "1", "3"), noise]})

    first, second = sorted(baselines.courses(CATEGORIES), key=lambda one: one.is_open)

    assert (first.started, first.finished) == (NOON + timedelta(hours=2), NOON + timedelta(hours=5))
    assert (second.is_open, second.started, second.closings) == (True, None, ())


def test_what_was_deleted_has_no_course(engine: Engine, baselines: PostgresBaselines) -> None:
    items = PostgresItems(engine)
    items.merge([issue(7), issue(8)])
    items.merge([Snapshot(id=7, key="PAY-7", updated=NOON + timedelta(hours=1), deleted=True)])

    assert len(list(baselines.courses(CATEGORIES))) == 1


def test_more_issues_than_are_read_at_once_all_have_a_course(engine: Engine, baselines: PostgresBaselines) -> None:
    PostgresItems(engine).merge([issue(id_) for id_ in range(1, 1502)])

    assert sum(1 for _ in baselines.courses(CATEGORIES)) == 1501


def test_the_first_baseline_is_kept_and_told_in_the_ledger(engine: Engine, baselines: PostgresBaselines) -> None:
    frozen = baselines.freeze(made(), NOON)

    assert frozen is not None
    assert (frozen.number, frozen.frozen_at, frozen.baseline) == (1, NOON, made())
    assert baselines.all() == (frozen,)
    assert kinds(engine) == ["baseline.frozen"]


def test_a_second_one_is_kept_only_where_somebody_wants_it(engine: Engine, baselines: PostgresBaselines) -> None:
    baselines.freeze(made(1), NOON)

    assert baselines.freeze(made(2), NOON) is None
    second = baselines.freeze(made(2), NOON, another=True)

    assert second is not None
    assert [one.baseline.whole.issues for one in baselines.all()] == [1, 2]
    assert kinds(engine) == ["baseline.frozen"] * 2


def test_the_same_one_is_kept_once(engine: Engine, baselines: PostgresBaselines) -> None:
    first = baselines.freeze(made(), NOON)

    again = baselines.freeze(made(), datetime(2027, 1, 1, tzinfo=UTC), another=True)

    assert again == first
    assert kinds(engine) == ["baseline.frozen"]


def test_of_many_that_freeze_the_first_at_once_one_does(engine: Engine, baselines: PostgresBaselines) -> None:
    with ThreadPoolExecutor(4) as several:
        frozen = list(several.map(lambda number: baselines.freeze(made(number), NOON), range(1, 9)))

    assert sum(one is not None for one in frozen) == 1
    assert kinds(engine) == ["baseline.frozen"]


@pytest.mark.parametrize("statement", ["UPDATE baselines SET hash = ''", "DELETE FROM baselines", "TRUNCATE baselines"])
def test_what_was_frozen_cannot_be_changed(engine: Engine, baselines: PostgresBaselines, statement: str) -> None:
    baselines.freeze(made(), NOON)

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))

    assert len(baselines.all()) == 1


def test_the_hash_that_is_stored_is_of_what_is_stored(engine: Engine, baselines: PostgresBaselines) -> None:
    baselines.freeze(made(), NOON)

    with engine.connect() as connection:
        stored = connection.execute(text("SELECT hash FROM baselines")).scalar()

    assert stored == baselines.all()[0].baseline.hash
