"""What teams were warned of is kept, the last word on each, and told apart by what runs and what was told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.alerts import PostgresAlerts
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.changes import Changes
from orchestrator.watching.alerts import Alert, Mark
from rules.model import Subject
from tests.integrations.store.stored import database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUEUE = Subject(kind="queue", id="watch:web")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def alert(id_: str, hours: int = 0, **more: Any) -> Alert:
    at = NOW + timedelta(hours=hours)
    known = Alert(
        id=id_, item=7, project="WEB", team="web", sla="Time to fix", at=at, chance=620, usual=200, latest=620
    )
    return msgspec.structs.replace(known, **more)


def commit(engine: Engine, *some: Alert) -> None:
    PostgresJournal(engine, LookQueue()).commit(QUEUE, (), Changes(alerts=some))


def test_what_ended_runs_no_more_and_what_was_held_back_was_not_told(engine: Engine) -> None:
    held, told, over = alert("a"), alert("b", 1, told_at=NOW), alert("c", 2, told_at=NOW)
    other = alert("d", team="ops", project="OPS", told_at=NOW)
    commit(engine, held, told, over, other)
    ended = msgspec.structs.replace(over, ended_at=NOW + timedelta(hours=5), came="met", tried=("r",))
    commit(engine, ended)
    kept = PostgresAlerts(engine)

    assert kept.running(["web"]) == (held, told)
    assert kept.running([]) == ()
    assert kept.told_since(["WEB"], NOW) == (told, ended)
    assert kept.told_since(["WEB", "OPS"], NOW) == (other, told, ended)
    assert kept.told_since(["WEB"], NOW + timedelta(minutes=1)) == ()


def test_what_was_held_back_may_be_told_later(engine: Engine) -> None:
    commit(engine, alert("a"))
    later = alert("a", told_at=NOW + timedelta(days=1))
    commit(engine, later)
    assert PostgresAlerts(engine).told_since(["WEB"], NOW) == (later,)


def test_a_look_at_an_issue_knows_the_warning_about_it_that_runs(engine: Engine) -> None:
    mark = Mark(percent=62, breaks=NOW + timedelta(hours=4))
    over = alert("a", told_at=NOW, ended_at=NOW, came="met")
    running = alert("b", 1, mark=mark, calls=True)
    commit(engine, over, running, alert("c", item=8))
    records = PostgresRecords(engine)

    assert records.about(Subject(kind="item", id="7"), "2026-11-23").alert == running
    assert records.about(Subject(kind="item", id="9"), "2026-11-23").alert is None
    commit(engine, msgspec.structs.replace(running, ended_at=NOW, came="broken"))
    assert records.about(Subject(kind="item", id="7"), "2026-11-23").alert is None
