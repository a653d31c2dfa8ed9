import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from integrations import durable
from integrations.durable import LookQueue, rescue, work, workers_alive
from integrations.store.intake import PostgresIntake
from rules.model import Subject
from tests.integrations.store.stored import database, event, jobs


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        PostgresIntake(engine, LookQueue()).put(event("e1"))
        yield engine


def fetched_by_a_worker(engine: Engine, heartbeat_age: float) -> None:
    """Have a worker with a heartbeat of that age fetch the look."""
    aged = text("UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :age) WHERE id = :id")
    with engine.begin() as connection:
        worker = connection.execute(text("SELECT worker_id FROM procrastinate_register_worker_v1()")).scalar_one()
        connection.execute(text("SELECT procrastinate_fetch_job_v2(NULL, :worker)"), {"worker": worker})
        connection.execute(aged, {"age": heartbeat_age, "id": worker})


def doing(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(
            connection.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")).scalar_one()
        )


def test_a_look_whose_worker_died_is_done_by_another(engine: Engine) -> None:
    fetched_by_a_worker(engine, heartbeat_age=6)

    assert rescue(engine, LookQueue()) == 1

    assert doing(engine) == 0
    assert [subject for subject, *_ in jobs(engine)] == ["item:7"]
    assert rescue(engine, LookQueue()) == 0


def test_a_look_whose_worker_was_already_forgotten_is_done_by_another(engine: Engine) -> None:
    fetched_by_a_worker(engine, heartbeat_age=0)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_workers"))

    assert rescue(engine, LookQueue()) == 1
    assert [subject for subject, *_ in jobs(engine)] == ["item:7"]


def test_a_look_that_is_wanted_again_already_is_not_doubled_by_the_rescue(engine: Engine) -> None:
    fetched_by_a_worker(engine, heartbeat_age=6)
    PostgresIntake(engine, LookQueue()).put(event("e2"))

    assert rescue(engine, LookQueue()) == 1

    assert [subject for subject, *_ in jobs(engine)] == ["item:7"]


def test_a_look_of_a_living_worker_is_left_to_it(engine: Engine) -> None:
    fetched_by_a_worker(engine, heartbeat_age=3)

    assert rescue(engine, LookQueue()) == 0
    assert doing(engine) == 1
    assert jobs(engine) == []


def test_workers_are_alive_while_their_heart_beats(engine: Engine) -> None:
    assert workers_alive(engine) == 0

    fetched_by_a_worker(engine, heartbeat_age=1)
    fetched_by_a_worker(engine, heartbeat_age=6)

    assert workers_alive(engine) == 1


def test_the_next_look_is_found_without_reading_the_whole_queue(engine: Engine) -> None:
    fetch = text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['looks'], NULL)")
    read = text("""
        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'procrastinate_jobs'
    """)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE procrastinate_jobs"))  # as autovacuum does, mostly of an empty queue
        for _ in range(10):  # until PostgreSQL keeps the plan that it makes for that
            connection.execute(fetch)
        LookQueue().defer(connection, [Subject(kind="item", id=str(number)) for number in range(500)], urgent=False)
        before = int(connection.execute(read).scalar_one())

        assert connection.execute(fetch).scalar() is not None

        assert int(connection.execute(read).scalar_one()) - before < 20


def stop_when_nothing_is_under_way(engine: Engine, left: list[int]) -> None:
    end = time.monotonic() + 60
    while doing(engine) and time.monotonic() < end:
        time.sleep(0.05)
    left.append(doing(engine))
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_look_whose_failure_could_not_be_written_is_not_lost_however_long_it_took(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_WRITTEN_WITHIN_S", 0.2)
    looks: list[Subject] = []

    def look(subject: Subject) -> None:
        looks.append(subject)
        if len(looks) == 1:
            time.sleep(0.3)
            raise OperationalError("UPDATE subjects", {}, ConnectionError())
        threading.Thread(target=stop_when_nothing_is_under_way, args=(engine, [])).start()

    work(database_url, look, 1)

    assert looks == [Subject(kind="item", id="7")] * 2


def test_a_look_ends_although_that_could_not_be_written_at_once(engine: Engine, database_url: str) -> None:
    hurry = text(f"ALTER ROLE CURRENT_USER IN DATABASE {engine.url.database} SET statement_timeout = 1000")
    hang_up = text("""
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE 'LISTEN%'
    """)
    left: list[int] = []

    def lock_for_a_moment() -> None:
        with engine.begin() as connection:
            connection.execute(text("SELECT FROM procrastinate_jobs FOR UPDATE"))
            locked.set()
            time.sleep(1.7)
        stop_when_nothing_is_under_way(engine, left)

    def look(subject: Subject) -> None:
        with engine.begin() as connection:
            connection.execute(hurry)
            connection.execute(hang_up)
        threading.Thread(target=lock_for_a_moment).start()
        assert locked.wait(60)

    locked = threading.Event()
    work(database_url, look, 1)

    assert left == [0]
