"""What queues' looks came to is kept, the last word on each item, and an item's look reads it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.allotments import PostgresAllotments
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.assigning.allotment import Allotment, Suitor
from orchestrator.changes import CardWanted, Changes
from rules.model import Line, PersonRef, Subject
from tests.integrations.store.stored import clear_jobs, database, jobs

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUEUE = Subject(kind="queue", id="assigning")
WHY = Line(text="{0} is there", parts=(PersonRef(name="Mika"),))
MIKA = Suitor(person="mika", account="j-mika", name="Mika", points=70, usual=800, words=(WHY,))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def allotted(item: int, person: str | None = "mika") -> Allotment:
    return Allotment(item=item, workflow="assigning", at=NOW, person=person, suitors=(MIKA,), barred=(WHY,), chance=900)


def commit(engine: Engine, *found: Allotment) -> None:
    PostgresJournal(engine, LookQueue()).commit(QUEUE, (), Changes(allotments=found))


def test_the_last_word_on_an_item_counts(engine: Engine) -> None:
    commit(engine, allotted(7), allotted(9))
    commit(engine, allotted(7, None))

    assert PostgresAllotments(engine).allotments([9, 7, 8]) == (allotted(7, None), allotted(9))


def test_a_look_at_the_item_reads_it_and_a_look_at_another_does_not(engine: Engine) -> None:
    commit(engine, allotted(7))
    records = PostgresRecords(engine)

    assert records.about(Subject(kind="item", id="7"), "2026-11-23").allotment == allotted(7)
    assert records.about(Subject(kind="item", id="8"), "2026-11-23").allotment is None


def test_a_look_at_an_item_has_its_own_card_shown_anew(engine: Engine) -> None:
    item, journal = Subject(kind="item", id="7"), PostgresJournal(engine, LookQueue())
    journal.commit(item, (), Changes(cards=(CardWanted(request="item:7", place="C1"),)))
    (card,) = PostgresRecords(engine).cards("item:7")
    clear_jobs(engine)

    journal.commit(Subject(kind="item", id="8"), (), Changes())
    assert jobs(engine) == []

    journal.commit(item, (), Changes())
    assert [subject for subject, *_ in jobs(engine)] == [f"card:{card.id}"]
