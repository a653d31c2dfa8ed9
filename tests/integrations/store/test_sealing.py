from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import IntegrityError

from integrations.store.ledger import PostgresLedger, append
from integrations.store.sealing import Sealer, verify
from integrations.store.tables import seals
from orchestrator.changes import Entry
from rules.model import Line, Subject

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def entries(*words: str, **more: Any) -> list[Entry]:
    subject = Subject(kind="item", id="7")
    named: dict[str, Any] = {"kind": "event.received", "about": (7,)} | more
    return [Entry(subject=subject, at=NOW, text=Line(text=one), **named) for one in words]


def write(engine: Engine, *words: str, **more: Any) -> None:
    with engine.begin() as connection:
        append(connection, entries(*words, **more))


def sealed_words(engine: Engine) -> list[str]:
    return [row.entry.text.text for row in PostgresLedger(engine).entries_after(0, 1000)]


def test_what_waits_is_sealed_in_the_order_of_appends(engine: Engine) -> None:
    write(engine, "first", "second")
    write(engine, "third")

    assert (Sealer(engine).seal(), Sealer(engine).seal()) == (3, 0)
    assert sealed_words(engine) == ["first", "second", "third"]
    assert PostgresLedger(engine).counts() == (3, 0)


def test_a_sealer_takes_no_more_than_it_is_told(engine: Engine) -> None:
    write(engine, "1", "2", "3")

    assert [Sealer(engine).seal(limit=2) for _ in range(3)] == [2, 1, 0]
    assert (sealed_words(engine), verify(engine).findings) == (["1", "2", "3"], ())


def test_a_row_that_is_committed_late_gets_a_later_position(engine: Engine) -> None:
    with engine.begin() as slow:
        append(slow, entries("begun first"))
        write(engine, "committed first")
        Sealer(engine).seal()
    Sealer(engine).seal()

    assert sealed_words(engine) == ["committed first", "begun first"]
    assert verify(engine).findings == ()


def test_sealed_rows_are_told_from_a_position_on(engine: Engine) -> None:
    write(engine, *"abcde")
    Sealer(engine).seal()
    told = PostgresLedger(engine)

    assert [(row.seq, row.entry.text.text) for row in told.entries_after(2, 2)] == [(3, "c"), (4, "d")]
    assert (told.last(), told.entries_after(5, 9)) == (5, ())


def test_rows_that_wait_are_in_the_trail_and_not_in_the_chain(engine: Engine) -> None:
    write(engine, "waits")

    told = PostgresLedger(engine)
    assert (len(told.trail(7, 5)), told.entries_after(0, 5), told.last()) == (1, (), 0)


def test_tallies_count_what_is_sealed_by_kind(engine: Engine) -> None:
    write(engine, "1", "2", kind="event.received")
    write(engine, "3", kind="decision.made")
    Sealer(engine).seal(limit=2)
    before = PostgresLedger(engine).tallies()
    Sealer(engine).seal()

    assert (before, PostgresLedger(engine).tallies()) == (
        {"event.received": 2},
        {"decision.made": 1, "event.received": 2},
    )


def test_while_one_seals_another_does_nothing(engine: Engine) -> None:
    write(engine, "waits")
    with engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(8801, 2)"))

        assert Sealer(engine).seal() == 0

    assert Sealer(engine).seal() == 1


def test_a_seal_that_fails_half_way_leaves_everything_waiting(engine: Engine) -> None:
    write(engine, "1", "2")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE tallies ADD CONSTRAINT full_up CHECK (entries < 2)"))

    with pytest.raises(IntegrityError, match="full_up"):
        Sealer(engine).seal()

    with engine.connect() as connection:
        assert connection.execute(select(seals)).all() == []
    assert PostgresLedger(engine).counts() == (2, 2)


def test_sealers_at_once_make_one_chain(engine: Engine) -> None:
    write(engine, *(str(number) for number in range(300)))
    together = Barrier(4)

    def seal_all() -> int:
        sealer, done = Sealer(engine), 0
        together.wait()
        while PostgresLedger(engine).counts()[1]:
            done += sealer.seal(limit=7)
        return done

    with ThreadPoolExecutor(4) as threads:
        sealed = [one.result() for one in [threads.submit(seal_all) for _ in range(4)]]

    report = verify(engine)
    assert (sum(sealed), report.rows, report.findings) == (300, 300, ())


@given(st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_however_appends_and_seals_interleave_the_chain_holds_every_row_once(
    engine: Engine, data: st.DataObject
) -> None:
    bursts = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 5)), min_size=1, max_size=6)
    work = data.draw(st.lists(bursts, min_size=2, max_size=4))
    limit = data.draw(st.integers(1, 9))
    before = PostgresLedger(engine).counts()[0]

    def append_all(burst: list[tuple[str, int]]) -> None:
        for kind, count in burst:
            write(engine, *[kind] * count, kind=kind)

    with ThreadPoolExecutor(len(work) + 1) as threads:
        running = [threads.submit(append_all, burst) for burst in work]
        while not all(one.done() for one in running):
            Sealer(engine).seal(limit)
    [one.result() for one in running]
    while Sealer(engine).seal(limit):
        pass

    told = PostgresLedger(engine)
    written = before + sum(count for burst in work for _, count in burst)
    rows = told.entries_after(0, 10_000)
    assert [row.seq for row in rows] == list(range(1, written + 1))
    assert told.tallies() == {kind: [row.entry.kind for row in rows].count(kind) for kind in told.tallies()}
    assert (verify(engine).findings, told.counts()) == ((), (written, 0))
