from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError

from integrations.durable import LookQueue
from integrations.store.intake import PostgresIntake, store
from integrations.store.journal import PostgresJournal
from integrations.store.looks import hold
from integrations.store.records import PostgresRecords
from orchestrator.changes import Changes
from orchestrator.memory import Outdated
from rules.model import SYSTEM, Subject
from tests.integrations.store.stored import ITEM, clear_jobs, database, event, jobs, kinds


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def intake(engine: Engine) -> PostgresIntake:
    return PostgresIntake(engine, LookQueue())


def test_an_event_is_stored_and_its_subject_is_to_be_looked_at(engine: Engine, intake: PostgresIntake) -> None:
    assert intake.put(event("e1"))

    assert PostgresRecords(engine).unhandled(ITEM) == (event("e1"),)
    assert jobs(engine) == [("item:7", "item:7", 0)]
    assert kinds(engine) == ["event.received"]


def test_an_event_that_comes_twice_is_stored_once(engine: Engine, intake: PostgresIntake) -> None:
    intake.put(event("e1"))
    clear_jobs(engine)

    assert not intake.put(event("e1", payload={"changed": True}))

    assert PostgresRecords(engine).unhandled(ITEM) == (event("e1"),)
    assert jobs(engine) == []
    assert kinds(engine) == ["event.received"]


def test_a_burst_of_signals_costs_one_look(engine: Engine, intake: PostgresIntake) -> None:
    for number in range(20):
        intake.put(event(f"e{number}"))

    assert len(jobs(engine)) == 1
    assert len(PostgresRecords(engine).unhandled(ITEM)) == 20


def test_a_command_makes_a_waiting_look_urgent(engine: Engine, intake: PostgresIntake) -> None:
    intake.put(event("e1"))

    intake.put(event("e2", kind="command", name="vote.cast"))

    assert [priority for *_, priority in jobs(engine)] == [10]


def test_an_event_for_the_record_alone_waits_for_nobody(engine: Engine, intake: PostgresIntake) -> None:
    assert intake.put(event("e1", needs_look=False))

    assert jobs(engine) == []
    assert intake.unhandled(10) == ()
    assert kinds(engine) == ["event.received"]


@pytest.mark.parametrize(
    "words", ["nul \x00 in it", "a lone \ud800 surrogate", "\U0001f682", "'; DROP TABLE events; --"]
)
def test_no_text_keeps_an_event_from_being_stored(engine: Engine, intake: PostgresIntake, words: str) -> None:
    assert intake.put(event("e1", payload={"text": words}))

    assert len(PostgresRecords(engine).unhandled(ITEM)) == 1


def test_events_come_back_in_the_order_in_which_they_were_stored(engine: Engine, intake: PostgresIntake) -> None:
    for id_ in ("z", "a", "m"):
        intake.put(event(id_))

    assert [one.id for one in PostgresRecords(engine).unhandled(ITEM)] == ["z", "a", "m"]


def test_what_was_not_understood_is_kept_and_can_be_put_back_as_it_is_understood_later(
    engine: Engine, intake: PostgresIntake
) -> None:
    strange = event("e1", subject=SYSTEM, name="jira.not_understood", payload={"body": "{}"}, needs_look=False)

    assert intake.bury(strange, "it names no issue")
    assert [(one.state, one.error) for one in intake.unhandled(10)] == [("buried", "it names no issue")]
    assert jobs(engine) == []

    assert intake.put_back("e1", event("other id", payload={"understood": True}))
    assert PostgresRecords(engine).unhandled(ITEM) == (event("e1", payload={"understood": True}),)
    assert [subject for subject, *_ in jobs(engine)] == ["item:7"]
    assert kinds(engine) == ["event.buried", "event.put_back"]


def test_only_what_is_buried_can_be_put_back(intake: PostgresIntake) -> None:
    intake.put(event("e1"))

    assert not intake.put_back("e1", event("e1"))
    assert not intake.put_back("unknown", event("unknown"))


def test_a_look_reads_no_events_before_who_is_storing_one_has_finished(engine: Engine, intake: PostgresIntake) -> None:
    """The job may be there before its event can be seen; without the wait, the event would be stranded."""
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as sender:
            hold(sender, [ITEM])
            store(sender, event("e1"))
            reading = pool.submit(PostgresRecords(engine).unhandled, ITEM)
            with pytest.raises(TimeoutError):
                reading.result(0.3)

        assert reading.result(10) == (event("e1"),)


def test_an_event_is_not_stored_while_a_look_reads(engine: Engine, intake: PostgresIntake) -> None:
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as reader:
            hold(reader, [ITEM])
            storing = pool.submit(intake.put, event("e1"))
            with pytest.raises(TimeoutError):
                storing.result(0.3)

        assert storing.result(10)


def test_an_event_whose_subject_is_in_use_holds_up_no_other(engine: Engine, intake: PostgresIntake) -> None:
    other = Subject(kind="item", id="8")
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as reader:
            hold(reader, [ITEM])
            storing = pool.submit(intake.put, event("e1"))
            for number in range(20):
                assert intake.put(event(f"other {number}", subject=other))
            assert not storing.done()

        assert storing.result(10)


def test_an_event_that_the_database_refuses_takes_no_other_with_it(engine: Engine, intake: PostgresIntake) -> None:
    ids = [f"e{number}" for number in range(30)]
    ids[7] = "nul \x00 in it"

    def put(id_: str) -> bool | None:
        with suppress(DataError):
            return intake.put(event(id_))
        return None

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(put, ids))

    assert stored == [None if number == 7 else True for number in range(30)]
    assert len(PostgresRecords(engine).unhandled(ITEM)) == 29


def test_events_that_come_twice_at_the_same_time_are_stored_once(engine: Engine, intake: PostgresIntake) -> None:
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(intake.put, [event(f"e{number % 10}") for number in range(40)]))

    assert sum(stored) == 10
    assert len(jobs(engine)) == 1
    assert len(kinds(engine)) == 10


def test_no_burst_followed_by_silence_strands_an_event(engine: Engine, intake: PostgresIntake) -> None:
    """Senders and looks race for the same subjects; whatever the order, each event has been read, or a look waits."""
    records, journal = PostgresRecords(engine), PostgresJournal(engine, LookQueue())
    subjects = [Subject(kind="item", id=str(number)) for number in range(40)]

    def send(subject: Subject) -> None:
        for number in range(3):
            intake.put(event(f"{subject}-{number}", subject=subject))

    def look_until_still() -> None:
        while waiting := jobs(engine):
            for name, *_ in waiting:
                _look_once(engine, records, journal, Subject.parse(name))

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, subject) for subject in subjects]
        looked = [pool.submit(look_until_still) for _ in range(2)]
        for future in [*sent, *looked]:
            future.result()
    look_until_still()

    assert intake.unhandled(10) == ()


def _look_once(engine: Engine, records: PostgresRecords, journal: PostgresJournal, subject: Subject) -> None:
    with engine.begin() as connection:
        taken = "DELETE FROM procrastinate_jobs WHERE queueing_lock = :subject AND status = 'todo'"
        connection.execute(text(taken), {"subject": str(subject)})
    with suppress(Outdated):  # two looks at once: one of them has handled the events
        journal.commit(subject, records.unhandled(subject), Changes())
