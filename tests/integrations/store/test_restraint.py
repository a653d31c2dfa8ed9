"""What is remembered so that nobody is told too much."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from integrations.store.restraint import PostgresRestraint
from orchestrator.changes import Changes, Entry
from orchestrator.noise.holding import Held, Mute
from rules.model import Line, Subject
from tests.integrations.store.stored import ITEM, NOON, clear_jobs, database, jobs, kinds

HELD = Held(card="c1", user="UMIKA", request="r1", until=NOON + timedelta(hours=3), why="quiet")
ENTRY = Entry(kind="card.held_back", subject=ITEM, at=NOON, text=Line(text="held back"), once="card.held_back:c1")
PERSON = Subject(kind="person", id="UMIKA")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def restraint(engine: Engine) -> PostgresRestraint:
    return PostgresRestraint(engine, LookQueue())


def test_messages_are_counted_for_each_person_and_day(restraint: PostgresRestraint) -> None:
    for user, day in (("UMIKA", "2026-03-02"), ("UMIKA", "2026-03-02"), ("UTOM", "2026-03-02")):
        restraint.count(user, day)

    assert restraint.sent("UMIKA", "2026-03-02") == 2
    assert restraint.sent("UMIKA", "2026-03-03") == 0


def test_the_last_word_on_a_mute_counts_and_has_the_page_looked_at(
    engine: Engine, restraint: PostgresRestraint
) -> None:
    ends = [Mute(user="UMIKA", until=NOON + timedelta(hours=hours)) for hours in (1, 5)]

    PostgresJournal(engine, LookQueue()).commit(PERSON, (), Changes(mutes=tuple(ends)))

    assert restraint.muted_until("UMIKA") == NOON + timedelta(hours=5)
    assert restraint.muted_until("UTOM") is None
    assert "home:UMIKA" in [subject for subject, _, _ in jobs(engine)]


def test_what_is_held_back_is_kept_once_recorded_once_and_has_the_page_looked_at(
    engine: Engine, restraint: PostgresRestraint
) -> None:
    restraint.hold(HELD, ENTRY)
    restraint.hold(msgspec.structs.replace(HELD, until=NOON), ENTRY)

    assert restraint.held_for("UMIKA") == (HELD,)
    assert restraint.is_held("c1")
    assert not restraint.is_held("c2")
    assert kinds(engine) == ["card.held_back"]
    assert [subject for subject, _, _ in jobs(engine)] == ["home:UMIKA"]


def test_what_was_told_of_is_told_of_in_one_message_alone(engine: Engine, restraint: PostgresRestraint) -> None:
    restraint.hold(HELD, ENTRY)
    restraint.hold(msgspec.structs.replace(HELD, card="c2"), msgspec.structs.replace(ENTRY, once="2"))
    clear_jobs(engine)

    restraint.tell("UMIKA", ["c1", "c2"], "d1")
    restraint.tell("UMIKA", ["c1", "c2"], "d2")

    assert restraint.held_for("UMIKA") == ()
    assert restraint.is_held("c1")
    assert [one.card for one in restraint.told_in("d1")] == ["c1", "c2"]
    assert restraint.told_in("d2") == ()
    card = PostgresRecords(engine).card("d1")
    assert card is not None
    assert (card.request, card.place) == ("digest:UMIKA", "user:UMIKA")
    assert ("card:d1", "place:user:UMIKA") in [(subject, lock) for subject, lock, _ in jobs(engine)]
