"""What is kept of people's time: who is away, who answers in whose place."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.absences import PostgresCalendars
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.changes import Changes
from orchestrator.people.availability import Absence
from rules.model import Subject, Tainted
from rules.requests import Delegation
from tests.integrations.store.stored import database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MIKA = Subject(kind="person", id="UMIKA")
DAY = timedelta(days=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def away(days: int = 2, person: str = "mika", source: str = "yard", words: str = "") -> Absence:
    return Absence(person=person, since=NOW, until=NOW + days * DAY, source=source, words=Tainted(text=words))


def handed(id_: str = "d", giver: str = "mika", to: str = "dana", days: int = 2) -> Delegation:
    return Delegation(id=id_, giver=giver, to=to, since=NOW, until=NOW + days * DAY)


def test_the_last_word_on_ones_absence_counts(engine: Engine) -> None:
    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(absences=(away(2),)))

    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(absences=(away(5, words="\x00 and more"),)))

    assert PostgresRecords(engine).absences(["mika", "dana"], NOW) == (away(5, words="\x00 and more"),)


def test_what_is_over_is_told_no_more(engine: Engine) -> None:
    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(absences=(away(2),), delegations=(handed(),)))

    assert PostgresRecords(engine).absences(["mika"], NOW + 2 * DAY) == ()
    assert PostgresRecords(engine).delegations(["mika"], NOW + 2 * DAY) == ()


def test_a_delegation_is_found_by_both_its_people(engine: Engine) -> None:
    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(delegations=(handed(), handed("e", giver="priya"))))

    assert PostgresRecords(engine).delegations(["mika"], NOW) == (handed(),)
    assert PostgresRecords(engine).delegations(["dana"], NOW) == (handed(), handed("e", giver="priya"))
    assert PostgresRecords(engine).delegations([], NOW) == ()


def test_a_delegation_that_ends_is_the_same_one(engine: Engine) -> None:
    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(delegations=(handed(),)))

    ended = msgspec.structs.replace(handed(), until=NOW)
    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(delegations=(ended,)))

    assert PostgresRecords(engine).delegations(["mika"], NOW) == ()


def test_calendars_replace_what_calendars_told_and_leave_what_people_said(engine: Engine) -> None:
    calendars = PostgresCalendars(engine)
    PostgresJournal(engine, LookQueue()).commit(MIKA, (), Changes(absences=(away(2),)))
    calendars.replace([away(3, source="calendar"), away(4, "dana", "calendar")])

    changed = calendars.replace([away(4, "dana", "calendar"), away(5, "tom", "calendar")])

    assert changed == 2
    assert PostgresRecords(engine).absences(["mika", "dana", "tom"], NOW) == (
        away(4, "dana", "calendar"),
        away(2),
        away(5, "tom", "calendar"),
    )
