"""Completed cycles are kept a row each, written again where they are put right, and gone through by project."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from integrations.clock import SystemClock
from integrations.durable import LookQueue
from integrations.recounting import Counted, Recounting
from integrations.store.cycles import PostgresCycles
from integrations.store.items import PostgresItems
from integrations.store.journal import PostgresJournal
from integrations.store.tables import ledger
from orchestrator.changes import Changes
from orchestrator.sla.ended import Ended
from rules.model import FieldChange, Subject
from rules.ruleset import Ruleset
from rules.slas import GoalRule, SlaRule
from tests.fakes.rulings import ruleset
from tests.integrations.store.seen import whole
from tests.integrations.store.stored import database

NOW = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def ended(item: int = 7, hours: int = 0, **more: Any) -> Ended:
    began = NOW + timedelta(hours=hours)
    one = Ended(
        item=item,
        sla="Time to fix",
        started=began,
        stopped=began + timedelta(hours=1),
        within=3600,
        elapsed=1800,
        breached=False,
        basis="b1",
        at=NOW,
    )
    return msgspec.structs.replace(one, **more)


def promising(within: str = "1h") -> Ruleset:
    fix = SlaRule(
        when="item.project == 'PAY'",
        starts=("issue created",),
        stops=("resolution set",),
        goals=(GoalRule(within=within),),
    )
    return ruleset(slas={"Time to fix": fix})


def resolved(items: PostgresItems, id_: int, **more: Any) -> None:
    """Have an issue that was resolved after half an hour."""
    snapshot = whole(id_, resolution="Done", **more)
    at = msgspec.convert(snapshot.fields["created"], datetime) + timedelta(minutes=30)
    entry = FieldChange(id=f"{id_}0:0", at=at, author=None, field="resolution", after="Done", after_text="Done")
    items.merge([msgspec.structs.replace(snapshot, changes=(entry,))])


def recounting(engine: Engine) -> Recounting:
    return Recounting(items=PostgresItems(engine), cycles=PostgresCycles(engine), clock=SystemClock())


def test_a_look_keeps_what_ended_and_forgets_what_was_a_mistake(engine: Engine) -> None:
    journal, items = PostgresJournal(engine, LookQueue()), PostgresItems(engine)
    first, second, other = ended(), ended(hours=5), ended(item=8, calendar="office")
    item = Subject(kind="item", id="7")
    journal.commit(item, (), Changes(ended=(second, first, other)))
    right = msgspec.structs.replace(first, elapsed=4000, breached=True)
    journal.commit(item, (), Changes(ended=(right,), unended=(second,)))

    assert items.ended([7, 8, 9]) == {7: [right], 8: [other]}
    assert items.ended([]) == {}


def test_known_issues_are_gone_through_in_order_by_project(engine: Engine) -> None:
    items, cycles = PostgresItems(engine), PostgresCycles(engine)
    items.merge([whole(3, key="PAY_X-1", project="PAY_X"), whole(5), whole(6), whole(9, key="OPS-9", project="OPS")])

    assert [one.id for one in cycles.issues(None, 3, 2)] == [5, 6]
    assert [one.id for one in cycles.issues("PAY", 0, 9)] == [5, 6]


def test_what_a_backfill_learnt_is_kept_by_the_first_rules_and_stands_under_later_ones(engine: Engine) -> None:
    items, counting = PostgresItems(engine), recounting(engine)
    for id_ in (5, 6):
        resolved(items, id_)
    resolved(items, 9, key="OPS-9", project="OPS")

    first = counting.keep([5, 6, 9], promising())
    again = counting.keep([5, 6], promising())
    later = counting.keep([5], promising("2h"))

    assert (first, again, later) == (Counted(issues=3, written=2), Counted(issues=2), Counted(issues=1))
    assert [(one.within, one.elapsed) for one in items.ended([5])[5]] == [(3600, 1800)]


def test_told_anew_it_goes_by_the_rules_in_force_and_that_is_recorded(engine: Engine) -> None:
    items, counting = PostgresItems(engine), recounting(engine)
    resolved(items, 5)
    counting.keep([5], promising())

    came = counting.anew(["PAY"], promising("2h"), "operator")

    assert came == Counted(issues=1, written=1)
    assert [one.within for one in items.ended([5])[5]] == [7200]
    with engine.connect() as connection:
        kinds = connection.execute(select(ledger.c.kind)).scalars().all()
    assert kinds == ["sla.recounted"]


def test_without_slas_nothing_is_gone_through(engine: Engine) -> None:
    resolved(PostgresItems(engine), 5)

    assert recounting(engine).keep([5], ruleset()) == Counted()
