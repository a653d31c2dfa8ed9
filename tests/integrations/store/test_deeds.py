from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from integrations.store.ledger import PostgresLedger
from integrations.store.records import PostgresRecords
from integrations.store.sweeping import PostgresSweep
from integrations.store.switchboard import Switchboard
from orchestrator import switching
from orchestrator.changes import Changes, Entry, Spent
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.memory import Outdated
from orchestrator.ports import Receipt
from rules.actions import AssignAction
from rules.model import SYSTEM, Line, Subject, Switch
from tests.integrations.store.stored import ITEM, NOON, database, event, jobs, kinds, record, request

DAY = "2026-03-02"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def journal(engine: Engine) -> PostgresJournal:
    journal = PostgresJournal(engine, LookQueue())
    journal.commit(ITEM, (), Changes(requests=(request(),), records=(record("k1"), record("k2", position=1))))
    return journal


@pytest.fixture
def records(engine: Engine) -> PostgresRecords:
    return PostgresRecords(engine)


def action(records: PostgresRecords, key: str = "k1") -> ActionRecord:
    return next(one for one in records.actions(ITEM) if one.key == key)


def throw(engine: Engine, scope: str, name: str) -> None:
    switch = msgspec.convert({"scope": scope, "name": name, "by": "Priya", "at": NOON}, Switch)
    stop = event(f"stop {scope} {name}", subject=SYSTEM, kind="command", name="command.given", source="slack")
    entry = switching.entry(stop, "switch.thrown", Line(text="stopped"), switch)
    assert Switchboard(engine, LookQueue()).throw(stop, entry, switch)


def test_the_ledger_says_intended_with_the_image_from_before(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    assert journal.claim(record("k1"), {"status": "Open"}, 10, DAY, NOON) is None

    assert kinds(engine) == ["action.intended"]
    (row,) = PostgresLedger(engine).trail(7, 10)
    assert row.entry.data["before"] == {"status": "Open"}
    claimed = action(records)
    assert (claimed.state, claimed.attempts, claimed.before) == (RecordState.CLAIMED, 1, {"status": "Open"})


def test_an_action_is_claimed_by_one(journal: PostgresJournal) -> None:
    journal.claim(record("k1"), {}, 10, DAY, NOON)

    with pytest.raises(Outdated):
        journal.claim(record("k1"), {}, 10, DAY, NOON)
    with pytest.raises(Outdated):
        journal.claim(record("unknown"), {}, 10, DAY, NOON)


def test_an_action_in_doubt_can_be_claimed_again_by_who_has_read_that(
    journal: PostgresJournal, records: PostgresRecords
) -> None:
    journal.claim(record("k1"), {"status": "Open"}, 10, DAY, NOON)

    assert journal.claim(action(records), {"status": "Closed"}, 10, DAY, NOON) is None

    assert (action(records).attempts, action(records).before) == (2, {"status": "Open"})


@pytest.mark.parametrize(
    ("scope", "name"), [("everything", ""), ("agent", "duplicates"), ("action", "comment"), ("workflow", "repeats")]
)
def test_nothing_is_claimed_under_a_switch_and_the_item_waits_for_it(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords, scope: str, name: str
) -> None:
    throw(engine, scope, name)

    refused = journal.claim(record("k1"), {}, 10, DAY, NOON)

    assert refused == f"work is stopped for {f'{scope} {name}'.strip()}"
    assert action(records).state is RecordState.PLANNED
    assert records.about(ITEM, DAY).budget_used.get("duplicates", 0) == 0


def test_a_look_is_told_at_once_what_else_is_told_piece_by_piece(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    assert journal.claim(record("k1"), {}, 10, DAY, NOON) is None
    throw(engine, "project", "PAY")
    throw(engine, "agent", "dispatcher")

    told = records.about(ITEM, DAY)

    assert (told.requests, told.actions) == (records.requests(ITEM), records.actions(ITEM))
    assert told.switches == records.switches()
    assert [one.name for one in told.switches] == ["dispatcher", "PAY"]
    assert (told.budget_used, records.about(ITEM, "2026-03-03").budget_used) == ({"duplicates": 1}, {})
    assert records.about(Subject(kind="item", id="8"), DAY).actions == ()


def test_a_switch_for_something_else_stops_nothing(engine: Engine, journal: PostgresJournal) -> None:
    throw(engine, "agent", "dispatcher")
    throw(engine, "project", "PAY")

    assert journal.claim(record("k1"), {}, 10, DAY, NOON) is None


def test_what_waited_for_a_switch_is_looked_at_when_work_is_resumed(engine: Engine, journal: PostgresJournal) -> None:
    throw(engine, "everything", "")
    journal.claim(record("k1"), {}, 10, DAY, NOON)
    switch = Switch(scope="everything", by="Priya", at=NOON)
    resume = event("resume", subject=SYSTEM, kind="command", name="command.given", source="slack")

    Switchboard(engine, LookQueue()).lift(resume, switching.entry(resume, "switch.lifted", Line(text="on")), switch)

    assert "item:7" in [subject for subject, *_ in jobs(engine)]
    assert PostgresRecords(engine).switches() == ()


def test_a_budget_is_reserved_once_for_an_action_and_then_used_up(
    journal: PostgresJournal, records: PostgresRecords
) -> None:
    journal.claim(record("k1"), {}, 1, DAY, NOON)
    journal.claim(action(records), {}, 1, DAY, NOON)

    assert (
        journal.claim(record("k2", position=1), {}, 1, DAY, NOON)
        == "duplicates has used up its 1 actions of 2026-03-02"
    )
    assert records.about(ITEM, DAY).budget_used == {"duplicates": 1}
    assert journal.claim(record("k2", position=1), {}, 1, "2026-03-03", NOON) is None


def test_what_a_look_did_counts_against_the_same_budget_and_is_not_written_past_it(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    journal.claim(record("k1"), {}, 3, DAY, NOON)
    spent = Spent(agent="duplicates", day=DAY, limit=3)
    journal.commit(ITEM, (), Changes(spent=(spent,)))
    words = Entry(kind="look.done", subject=ITEM, at=NOON, text=Line(text="looked"))
    before = kinds(engine)

    with pytest.raises(Outdated):
        journal.commit(ITEM, (), Changes(spent=(spent, spent), entries=(words,)))

    assert kinds(engine) == before
    assert records.about(ITEM, DAY).budget_used == {"duplicates": 2}


def test_no_budget_is_no_budget(journal: PostgresJournal) -> None:
    assert journal.claim(record("k1"), {}, 0, DAY, NOON) is not None


def test_what_is_done_stays_done(engine: Engine, journal: PostgresJournal, records: PostgresRecords) -> None:
    journal.claim(record("k1"), {}, 10, DAY, NOON)
    journal.finish(record("k1"), Receipt(id="42"), NOON)

    journal.finish(record("k1"), Receipt(id="43"), NOON)
    journal.fail(record("k1"), "too late", NOON)
    journal.release(record("k1"), "too late", NOON)

    assert (action(records).state, action(records).receipt) == (RecordState.DONE, Receipt(id="42"))
    assert kinds(engine) == ["action.intended", "action.done"]


def test_what_failed_says_why(engine: Engine, journal: PostgresJournal, records: PostgresRecords) -> None:
    journal.claim(record("k1"), {}, 10, DAY, NOON)

    journal.fail(record("k1"), "Jira said 400", NOON)

    assert (action(records).state, action(records).error) == (RecordState.FAILED, "Jira said 400")
    assert kinds(engine)[-1] == "action.failed"


def test_what_was_surely_not_done_is_planned_again(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    journal.claim(record("k1"), {}, 10, DAY, NOON)

    journal.release(record("k1"), "429", NOON)

    assert action(records).state is RecordState.PLANNED
    assert kinds(engine)[-1] == "action.put_off"
    assert journal.claim(action(records), {}, 10, DAY, NOON) is None


def test_how_long_an_action_has_been_claimed_is_measured_by_the_databases_clock(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    journal.claim(record("k1"), {}, 10, DAY, NOON + timedelta(days=9))

    assert 0 <= journal.claimed_for(action(records)) < 60


def test_an_item_that_waits_for_a_switch_is_found_by_the_sweep(engine: Engine, journal: PostgresJournal) -> None:
    throw(engine, "everything", "")
    journal.claim(record("k1"), {}, 10, DAY, NOON)
    sweep = PostgresSweep(engine, LookQueue())

    assert sweep.held() == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM switches")
    assert sweep.held() == 1
    assert sweep.held() == 0


def test_where_a_half_of_a_swap_fails_the_item_is_looked_at_so_that_the_other_is_taken_back(
    engine: Engine, records: PostgresRecords
) -> None:
    journal = PostgresJournal(engine, LookQueue())
    halves = [AssignAction(item=item, before=one, after=other) for item, one, other in ((7, "a", "b"), (8, "b", "a"))]
    both = [
        msgspec.structs.replace(record(f"k{place}", position=place), action=half) for place, half in enumerate(halves)
    ]
    journal.commit(ITEM, (), Changes(requests=(request(),), records=tuple(both)))
    for half in both:
        journal.claim(half, {}, 10, DAY, NOON)

    journal.finish(both[0], Receipt(), NOON)
    assert records.unhandled(ITEM) == ()
    journal.fail(both[1], "they may not be assigned", NOON)

    (told,) = records.unhandled(ITEM)
    assert (told.name, told.kind, told.source) == ("swap.halved", "signal", "yardmaster")
