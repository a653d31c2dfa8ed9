"""Which threads in Slack are about something of ours."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from integrations.store import threads
from integrations.store.records import PostgresRecords
from orchestrator.talk import Spoken, Thread
from rules.model import Subject, Tainted
from tests.integrations.store.stored import NOON, database

THREAD = Thread(id="C0YARD/17.1", item=7, asked={"r1": "item:7"})


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def test_what_a_thread_is_about_is_found_by_its_conversation(engine: Engine) -> None:
    with engine.begin() as connection:
        threads.write(connection, [THREAD], [])

    records = PostgresRecords(engine)

    assert records.thread("C0YARD/17.1") == THREAD
    assert records.thread("C0YARD/17.2") is None


def reply(ts: str, words: str) -> Spoken:
    return Spoken(thread=THREAD.id, ts=ts, user="U1", text=Tainted(text=words, source="slack"))


def test_the_newest_replies_of_a_thread_come_in_their_order(engine: Engine) -> None:
    with engine.begin() as connection:
        threads.write(connection, [], [reply("17.3", "c"), reply("17.2", "b"), reply("17.4", "d")])
        threads.write(connection, [], [reply("17.3", "C")])

    found = PostgresRecords(engine).spoken(THREAD.id, 2)

    assert [one.text.text for one in found] == ["C", "d"]


def test_an_item_knows_the_threads_that_are_kept_in_step_with_it(engine: Engine) -> None:
    kept = Thread(id="C0YARD/18.1", item=7, since=NOON)
    with engine.begin() as connection:
        threads.write(connection, [THREAD, kept, Thread(id="C0YARD/19.1", item=8, since=NOON)], [])

    recorded = PostgresRecords(engine).about(Subject(kind="item", id="7"), "2026-03-02")

    assert recorded.threads == (kept.id,)


def test_the_last_word_about_a_thread_counts(engine: Engine) -> None:
    later = Thread(id=THREAD.id, item=8)
    with engine.begin() as connection:
        threads.write(connection, [THREAD], [])
        threads.write(connection, [later], [])

    assert PostgresRecords(engine).thread(THREAD.id) == later
