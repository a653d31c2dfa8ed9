"""Marks of how far work has come, in PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from integrations.store.progress import PostgresProgress
from tests.integrations.store.stored import database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def progress(engine: Engine) -> PostgresProgress:
    return PostgresProgress(engine)


def test_work_that_never_began_has_no_mark(progress: PostgresProgress) -> None:
    assert progress.read("history") is None


def test_the_mark_that_was_written_last_is_read(progress: PostgresProgress, engine: Engine) -> None:
    progress.write("history", "page 1")
    progress.write("history", "page 2")

    assert PostgresProgress(engine).read("history") == "page 2"


def test_one_work_does_not_move_the_mark_of_another(progress: PostgresProgress) -> None:
    progress.write("history", "page 1")
    progress.write("history of links", "page 9")

    assert progress.read("history") == "page 1"


def test_marks_written_at_once_leave_one_of_them(progress: PostgresProgress) -> None:
    marks = [f"page {number}" for number in range(20)]

    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda mark: progress.write("history", mark), marks))

    assert progress.read("history") in marks


def test_of_many_that_swap_a_mark_at_once_one_does(progress: PostgresProgress) -> None:
    for before, after in (("", "out"), ("out", ""), ("", "out again")):
        with ThreadPoolExecutor(4) as several:
            done = list(several.map(progress.swap, ["Jira"] * 8, [before] * 8, [after] * 8))

        assert sorted(done) == [False] * 7 + [True]
        assert progress.read("Jira") == after


def test_a_mark_that_is_another_by_now_is_left_as_it_is(progress: PostgresProgress) -> None:
    progress.write("Jira", "out")

    assert [progress.swap("Jira", before, "back") for before in ("", "away")] == [False, False]
    assert progress.read("Jira") == "out"
