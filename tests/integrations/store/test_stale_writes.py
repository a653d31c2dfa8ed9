"""What a process writes that was stopped, given up for dead, and woke up again after another had taken over."""

import time
from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from integrations.store.looks import hold
from integrations.store.polls import PostgresPolls
from integrations.store.records import PostgresRecords
from orchestrator.changes import CardWanted, Changes
from orchestrator.execution import DOUBT, Later
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.memory import CardRow, Outdated
from orchestrator.ports import Receipt
from rules.model import Subject
from tests.integrations.store.stored import ITEM, NOON, database, kinds, record, request
from tests.sandbox.ear import eventually

DAY = "2026-03-02"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def journal(engine: Engine) -> PostgresJournal:
    journal = PostgresJournal(engine, LookQueue())
    wanted = CardWanted(request="r1", place="C1")
    journal.commit(ITEM, (), Changes(requests=(request(),), records=(record("k1"),), cards=(wanted,)))
    return journal


@pytest.fixture
def records(engine: Engine) -> PostgresRecords:
    return PostgresRecords(engine)


@pytest.fixture
def card(records: PostgresRecords, journal: PostgresJournal) -> CardRow:
    (card,) = records.cards("r1")
    return card


def action(records: PostgresRecords) -> ActionRecord:
    return next(iter(records.actions(ITEM)))


def taken_over(journal: PostgresJournal, records: PostgresRecords) -> None:
    """One claims and falls silent; when the doubt is over, another claims and is in the middle of its call."""
    journal.claim(record("k1"), {}, 10, DAY, NOON)
    journal.claim(action(records), {}, 10, DAY, NOON)


@pytest.mark.parametrize("word", ["fail", "release"])
def test_who_wakes_up_late_takes_no_action_out_of_the_hands_of_who_does_it_now(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords, word: str
) -> None:
    taken_over(journal, records)
    told = kinds(engine)

    getattr(journal, word)(record("k1"), "Jira said 429", NOON)

    assert (action(records).state, action(records).attempts) == (RecordState.CLAIMED, 2)
    assert kinds(engine) == told


def test_what_was_done_is_done_whoever_says_so(journal: PostgresJournal, records: PostgresRecords) -> None:
    taken_over(journal, records)

    journal.finish(record("k1"), Receipt(id="c1"), NOON)

    assert action(records).state is RecordState.DONE


def test_a_process_that_stops_in_the_middle_does_not_keep_its_locks_for_good(engine: Engine) -> None:
    with engine.begin() as connection:
        hold(connection, [ITEM])
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "10s"
    with engine.begin() as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "0"


def test_a_card_is_about_to_be_posted_by_one_at_a_time(
    journal: PostgresJournal, records: PostgresRecords, card: CardRow
) -> None:
    began = time.monotonic()
    journal.card_trying(card, "C1", NOON)

    with pytest.raises(Outdated):
        journal.card_trying(card, "C1", NOON)

    trying = records.card(card.id)
    assert trying is not None
    with pytest.raises(Later) as later:
        journal.card_trying(trying, "C1", NOON)
    assert DOUBT - (time.monotonic() - began) < later.value.seconds < DOUBT + 1


def test_a_card_that_may_have_been_posted_is_tried_again_when_that_is_no_longer_in_doubt(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords, card: CardRow
) -> None:
    journal.card_trying(card, "C1", NOON)
    trying = records.card(card.id)
    assert trying is not None
    passed = text("UPDATE subjects SET retry_at = now() - interval '1 second' WHERE subject = :card")
    with engine.begin() as connection:
        connection.execute(passed, {"card": str(Subject(kind="card", id=card.id))})

    journal.card_trying(trying, "C1", NOON.replace(hour=13))

    assert records.card(card.id) == msgspec.structs.replace(trying, trying_since=NOON)


def test_a_card_that_stands_is_not_looked_at_again_for_the_sake_of_its_try(
    engine: Engine, journal: PostgresJournal, card: CardRow
) -> None:
    journal.card_trying(card, "C1", NOON)

    journal.card_shown(card, "C1", "17.5", "hash", None)

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM subjects WHERE retry_at IS NOT NULL")).scalar() == 0


def test_a_turn_is_not_waited_for_for_good(engine: Engine) -> None:
    with pytest.raises(OperationalError), PostgresPolls(engine, longest=0.2).turn("jira.poll", 0.0):
        eventually(lambda: is_given(PostgresPolls(engine)))

    assert is_given(PostgresPolls(engine))


def test_a_turn_that_ended_in_time_ends_no_connection(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    is_given(PostgresPolls(engine, longest=60.0))

    with engine.connect() as connection:
        assert connection.execute(text("SHOW idle_session_timeout")).scalar() == "0"


def is_given(polls: PostgresPolls) -> bool:
    with polls.turn("jira.poll", 0.0) as ours:
        return ours


@pytest.mark.slow
def test_who_was_asleep_between_the_try_and_the_post_does_not_post(
    engine: Engine, journal: PostgresJournal, card: CardRow
) -> None:
    """The commit takes as long as a process sleeps that is stopped in it."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM pg_sleep(3.2); RETURN NULL; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER sleepy AFTER UPDATE ON cards "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sleep()"
            )
        )

    with pytest.raises(Later, match="stale"):
        journal.card_trying(card, "C1", NOON)
