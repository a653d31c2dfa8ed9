"""Looks that go wrong: with the real store, and an engine that breaks as told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from integrations.durable import LookQueue
from integrations.looking import PATIENCE, Looker, back_off
from integrations.store.intake import PostgresIntake
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from integrations.store.sweeping import PostgresSweep
from integrations.store.troubles import PostgresTroubles
from orchestrator.changes import Changes
from orchestrator.engine import Engine
from orchestrator.execution import Later
from orchestrator.memory import Outdated
from orchestrator.ports import GatewayError
from rules.model import Event, Subject
from tests.integrations.store.stored import ITEM, NOON, clear_jobs, database, event, jobs, kinds


@dataclass
class Scripted:
    """An engine that hands events over to be handled unless `breaks` raises."""

    journal: PostgresJournal
    breaks: Callable[[Sequence[Event]], None] = lambda _: None
    looks: list[list[str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def look(self, subject: Subject, events: Sequence[Event]) -> None:
        self.looks.append([one.id for one in events])
        self.breaks(events)
        self.journal.commit(subject, events, Changes())

    def put_off(self, events: Sequence[Event]) -> None:
        self.told += [one.id for one in events]


@dataclass
class Noon:
    def now(self) -> datetime:
        return NOON


@dataclass
class Yard:
    store: Database
    code: str = "1.0"

    def __post_init__(self) -> None:
        queue = LookQueue()
        self.intake = PostgresIntake(self.store, queue)
        self.records = PostgresRecords(self.store)
        self.troubles = PostgresTroubles(self.store, queue)
        self.sweep = PostgresSweep(self.store, queue)
        self.engine = Scripted(PostgresJournal(self.store, queue))
        self.looker = Looker(
            engine=cast("Engine", self.engine),
            records=self.records,
            troubles=self.troubles,
            clock=Noon(),
            version=lambda: self.code,
        )

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.looker.look(ITEM)

    def look_until_still(self) -> None:
        """Look as workers would: whenever a look is queued or a wait is over (which we do not wait for)."""
        for _ in range(60):
            self.pass_time()
            self.sweep.timers(NOON)
            if not jobs(self.store):
                return
            clear_jobs(self.store)
            self.look()
        raise AssertionError("it never came to rest")

    def pass_time(self) -> None:
        with self.store.begin() as connection:
            connection.execute(text("UPDATE subjects SET retry_at = now() WHERE retry_at IS NOT NULL"))

    def row(self) -> dict[str, Any]:
        with self.store.connect() as connection:
            return dict(connection.execute(text("SELECT * FROM subjects")).mappings().one())


@pytest.fixture
def yard(database_url: str) -> Iterator[Yard]:
    with database(database_url) as store:
        yield Yard(store)


def poison(*bad: str) -> Callable[[Sequence[Event]], None]:
    def breaks(events: Sequence[Event]) -> None:
        if any(one.id in bad for one in events):
            raise KeyError("a text that must not be logged")

    return breaks


def test_a_good_look_forgets_earlier_trouble(yard: Yard) -> None:
    yard.intake.put(event("e1"))
    yard.engine.breaks = poison("e1")
    yard.look()
    yard.engine.breaks = lambda _: None

    yard.look()

    row = yard.row()
    assert (row["failures"], row["retry_at"], row["error"]) == (0, None, None)
    assert yard.records.unhandled(ITEM) == ()


@pytest.mark.parametrize("mark", ["retry_at = now()", "waits = 1", "failures = 1", "share = 1", "error = 'words'"])
def test_nothing_that_was_noted_of_a_subject_outlives_a_good_look(yard: Yard, mark: str) -> None:
    yard.look()
    with yard.store.begin() as connection:
        connection.execute(text(f"UPDATE subjects SET {mark}"))

    yard.look()

    with yard.store.connect() as connection:
        left = "SELECT retry_at, waits, failures, share, error FROM subjects"
        assert connection.execute(text(left)).all() == [(None, 0, 0, None, None)]


@pytest.mark.parametrize(
    "trouble",
    [
        Later("an action is in doubt", 5.0),
        Outdated("somebody else wrote"),
        GatewayError("Jira does not answer", retryable=True),
        GatewayError("Jira says 400", retryable=False),
    ],
)
def test_a_look_that_has_to_wait_is_done_again_and_nothing_is_ever_buried_for_it(
    yard: Yard, trouble: Exception
) -> None:
    def breaks(_: Sequence[Event]) -> None:
        raise trouble

    yard.intake.put(event("e1"))
    yard.engine.breaks = breaks

    yard.look(PATIENCE * 3)

    row = yard.row()
    assert row["waits"] == PATIENCE * 3
    assert row["failures"] == 0
    assert row["retry_at"] is not None
    assert row["quarantined_by"] is None
    assert [one.id for one in yard.records.unhandled(ITEM)] == ["e1"]


def test_a_vendor_that_asks_for_time_gets_it(yard: Yard) -> None:
    def breaks(_: Sequence[Event]) -> None:
        raise GatewayError("429", retryable=True, retry_after=300.0)

    yard.intake.put(event("e1"))
    yard.engine.breaks = breaks

    yard.look()

    with yard.store.connect() as connection:
        wait = connection.execute(text("SELECT extract(epoch FROM retry_at - now()) FROM subjects")).scalar_one()
    assert 280 < wait <= 300


SILENT = GatewayError("Jira did not answer in time", retryable=True, outage=True)
BUSY = GatewayError("Jira is asked too often", retryable=True)


@pytest.mark.parametrize(("failure", "looks"), [(SILENT, 1), (BUSY, PATIENCE + 1)])
def test_who_waits_for_a_vendor_is_told_once(yard: Yard, failure: GatewayError, looks: int) -> None:
    def breaks(_: Sequence[Event]) -> None:
        raise failure

    yard.engine.breaks = breaks
    yard.intake.put(event("e1"))
    yard.look(looks - 1)
    before = list(yard.engine.told)

    yard.look(3)
    yard.intake.put(event("e2"))
    yard.look()

    assert before == []
    assert yard.engine.told == ["e1", "e2"]


@pytest.mark.parametrize(("failure", "lines"), [(SILENT, 0), (BUSY, 1)])
def test_a_subject_that_waits_does_not_fill_the_log(
    yard: Yard, failure: GatewayError, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_: Sequence[Event]) -> None:
        raise failure

    yard.engine.breaks = breaks
    yard.intake.put(event("e1"))

    yard.look(5)

    assert len(caplog.records) == lines


@pytest.mark.parametrize("bad", [["e0"], ["e4"], ["e2", "e3"], ["e0", "e1", "e2", "e3", "e4"]])
def test_a_poisoned_event_is_found_and_buried_and_the_others_are_handled(yard: Yard, bad: list[str]) -> None:
    for number in range(5):
        yard.intake.put(event(f"e{number}"))
    yard.engine.breaks = poison(*bad)

    yard.look_until_still()

    assert yard.records.unhandled(ITEM) == ()
    assert [one.event.id for one in yard.intake.unhandled(10)] == bad
    assert kinds(yard.store).count("event.buried") == len(bad)
    assert yard.row()["share"] is None


def test_a_subject_that_breaks_without_any_event_is_quarantined_until_code_or_rules_change(yard: Yard) -> None:
    def breaks(_: Sequence[Event]) -> None:
        raise ValueError("broken state")

    yard.engine.breaks = breaks
    yard.look(PATIENCE)
    looked = len(yard.engine.looks)
    assert "subject.quarantined" in kinds(yard.store)

    yard.look()
    yard.intake.put(event("e1"))
    yard.look()
    assert len(yard.engine.looks) == looked
    assert yard.sweep.quarantined("1.0") == 0

    clear_jobs(yard.store)
    yard.code, yard.engine.breaks = "1.1", lambda _: None
    assert yard.sweep.quarantined("1.1") == 1
    yard.look()
    assert yard.records.unhandled(ITEM) == ()
    assert yard.row()["quarantined_by"] is None


def test_the_words_of_an_error_do_not_reach_the_log(yard: Yard, caplog: pytest.LogCaptureFixture) -> None:
    yard.intake.put(event("e1"))
    yard.engine.breaks = poison("e1")

    yard.look()

    assert "KeyError at test_looking.py" in caplog.text
    assert "must not be logged" not in caplog.text


def test_waiting_doubles_up_to_a_minute() -> None:
    assert [back_off(earlier, 0.5) for earlier in (0, 1, 2, 7, 1000)] == [0.5, 1.0, 2.0, 60.0, 60.0]


def test_what_has_waited_without_a_job_is_found(yard: Yard) -> None:
    yard.intake.put(event("e1"))
    clear_jobs(yard.store)

    assert yard.sweep.stranded(60) == 0
    assert yard.sweep.stranded(0) == 1
    assert [subject for subject, *_ in jobs(yard.store)] == ["item:7"]


def test_what_waits_for_its_time_is_not_taken_for_stranded(yard: Yard) -> None:
    yard.intake.put(event("e1"))
    yard.troubles.wait(ITEM, 60, "not yet")
    clear_jobs(yard.store)

    assert yard.sweep.stranded(0) == 0
    assert yard.sweep.timers(NOON) == 0


def test_a_timer_in_domain_time_is_looked_at_when_it_is_due(yard: Yard) -> None:
    yard.engine.journal.commit(ITEM, (), Changes(next_look_at=NOON))

    assert yard.sweep.timers(NOON.replace(hour=11)) == 0
    assert yard.sweep.timers(NOON) == 1

    yard.engine.journal.commit(ITEM, (), Changes())
    assert yard.sweep.timers(NOON) == 0


def test_a_timer_that_is_due_waits_as_long_as_a_failed_look_has_to(yard: Yard) -> None:
    yard.engine.journal.commit(ITEM, (), Changes(next_look_at=NOON))
    yard.troubles.wait(ITEM, 60, "not yet")

    assert yard.sweep.timers(NOON) == 0
