"""Which threads in Slack are about something of ours."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from integrations.store import threads
from integrations.store.records import PostgresRecords
from orchestrator.talk import Thread
from tests.integrations.store.stored import database

THREAD = Thread(id="C0YARD/17.1", item=7, request="r1")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def test_what_a_thread_is_about_is_found_by_its_conversation(engine: Engine) -> None:
    with engine.begin() as connection:
        threads.write(connection, [THREAD])

    records = PostgresRecords(engine)

    assert records.thread("C0YARD/17.1") == THREAD
    assert records.thread("C0YARD/17.2") is None


def test_the_last_word_about_a_thread_counts(engine: Engine) -> None:
    later = Thread(id=THREAD.id, item=8)
    with engine.begin() as connection:
        threads.write(connection, [THREAD])
        threads.write(connection, [later])

    assert PostgresRecords(engine).thread(THREAD.id) == later
