"""Whose turn it is, over several processes, in PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from integrations.durable import LookQueue
from integrations.store.intake import PostgresIntake
from integrations.store.polls import PostgresPolls
from tests.integrations.store.stored import database, event

HOUR = 3600.0


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def polls(engine: Engine) -> PostgresPolls:
    return PostgresPolls(engine)


def is_given(polls: PostgresPolls, name: str = "jira.poll", seconds: float = 0.0) -> bool:
    with polls.turn(name, seconds) as ours:
        return ours


def test_the_first_to_ask_gets_the_turn(polls: PostgresPolls) -> None:
    assert is_given(polls)


def test_a_turn_that_another_has_is_not_given(polls: PostgresPolls, engine: Engine) -> None:
    with polls.turn("jira.poll", 0.0) as ours:
        assert (ours, is_given(PostgresPolls(engine))) == (True, False)

    assert is_given(PostgresPolls(engine))


def test_a_turn_is_given_once_in_its_time(polls: PostgresPolls, engine: Engine) -> None:
    assert [is_given(polls, seconds=HOUR), is_given(PostgresPolls(engine), seconds=HOUR)] == [True, False]


def test_turns_of_different_names_do_not_wait_for_each_other(polls: PostgresPolls) -> None:
    with polls.turn("jira.poll", HOUR):
        assert is_given(polls, "jira.gap")


def test_a_turn_that_was_put_off_is_given_to_nobody(polls: PostgresPolls) -> None:
    polls.put_off("jira.poll", HOUR)

    assert not is_given(polls)


def test_a_turn_that_was_put_off_comes(polls: PostgresPolls) -> None:
    polls.put_off("jira.poll", HOUR)
    polls.put_off("jira.poll", -1.0)

    assert is_given(polls)


def test_whoever_breaks_in_a_turn_gives_it_back(polls: PostgresPolls) -> None:
    with pytest.raises(RuntimeError), polls.turn("jira.poll", 0.0):
        raise RuntimeError

    assert is_given(polls)


def hang_up_on_others(polls: PostgresPolls) -> None:
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with polls._engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))


def test_whoever_loses_the_database_in_a_turn_gives_it_back(polls: PostgresPolls, database_url: str) -> None:
    with (
        database(database_url) as lost,
        pytest.raises(OperationalError),
        PostgresPolls(lost).turn("jira.poll", 0.0),
    ):
        hang_up_on_others(polls)

    assert is_given(polls)


def test_of_many_who_ask_at_once_one_gets_the_turn(engine: Engine) -> None:
    start = Barrier(8)

    def ask(_: int) -> bool:
        start.wait()
        return is_given(PostgresPolls(engine), seconds=HOUR)

    with ThreadPoolExecutor(8) as several:
        assert sum(several.map(ask, range(8))) == 1


def test_a_turn_leaves_no_lock_in_the_pool(polls: PostgresPolls, engine: Engine) -> None:
    for _ in range(3):
        assert is_given(polls)

    with engine.connect() as connection:
        held = "locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        assert connection.execute(text(f"SELECT count(*) FROM pg_locks WHERE {held}")).scalar() == 0


def test_the_ids_that_no_event_has_are_unknown(polls: PostgresPolls, engine: Engine) -> None:
    PostgresIntake(engine, LookQueue()).put(event("poll:7:noon"))

    assert polls.unknown(["poll:7:noon", "poll:7:one", "poll:7:one"]) == {"poll:7:one"}


def test_of_no_ids_none_is_unknown(polls: PostgresPolls) -> None:
    assert polls.unknown([]) == frozenset()
