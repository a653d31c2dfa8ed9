"""Questions that share a card, and what was asked lately, in the database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.changes import CardWanted, Changes
from rules.requests import RequestState
from tests.integrations.store.stored import ITEM, NOON, clear_jobs, database, jobs, request


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def journal(engine: Engine) -> PostgresJournal:
    return PostgresJournal(engine, LookQueue())


def test_those_that_share_a_card_are_found_the_first_first(engine: Engine, journal: PostgresJournal) -> None:
    later = request("r2", bundle="bundle:b", asked_at=NOON + timedelta(minutes=1))
    journal.commit(ITEM, [], Changes(requests=(later, request("r1", bundle="bundle:b"), request("r3"))))

    found = PostgresRecords(engine).bundle("bundle:b")

    assert [one.id for one in found] == ["r1", "r2"]
    assert PostgresRecords(engine).bundle("bundle:c") == ()


def test_a_shared_card_is_shown_anew_when_any_of_them_changes(engine: Engine, journal: PostgresJournal) -> None:
    asked = (request("r1", bundle="bundle:b"), request("r2", bundle="bundle:b"))
    journal.commit(ITEM, [], Changes(requests=asked, cards=(CardWanted(request="bundle:b", place="C1"),)))
    with engine.connect() as connection:
        card = connection.execute(text("SELECT id FROM cards")).scalar_one()
    clear_jobs(engine)

    journal.commit(ITEM, [], Changes(requests=(request("r2", bundle="bundle:b", version=1, note="held"),)))

    assert f"card:{card}" in [job[0] for job in jobs(engine)]


def test_what_was_asked_lately_is_found_the_newest_first(engine: Engine, journal: PostgresJournal) -> None:
    hours = [request(f"r{ago}", asked_at=NOON - timedelta(hours=ago)) for ago in range(4)]
    journal.commit(ITEM, [], Changes(requests=tuple(hours)))

    found = PostgresRecords(engine).asked_since(NOON - timedelta(hours=2), 2)

    assert [one.id for one in found] == ["r0", "r1"]


@pytest.mark.parametrize(
    ("more", "known"),
    [
        ({}, True),
        ({"state": RequestState.REJECTED}, False),
        ({"workflow": "another"}, False),
        ({"requester": "mika"}, False),
        ({"bundle": "bundle:b"}, False),
    ],
)
def test_of_whom_something_was_approved_before_is_known(
    engine: Engine, journal: PostgresJournal, more: dict[str, object], known: bool
) -> None:
    given: dict[str, object] = {"state": RequestState.APPROVED, "requester": "dana"}
    journal.commit(ITEM, [], Changes(requests=(request("r1", **given | more),)))

    found = PostgresRecords(engine).approved_before("repeats", ["dana"], "bundle:b")

    assert found == (frozenset({"dana"}) if known else frozenset())
