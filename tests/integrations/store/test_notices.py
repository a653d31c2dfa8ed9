"""What teams are told is kept, the last word on each notice, and its card is shown again when it changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine, text

from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from integrations.store.notices import PostgresNotices
from orchestrator.changes import Changes, Notice, Piece
from orchestrator.messages import Section
from orchestrator.watching.notices import card_of
from rules.model import Line, Subject
from tests.integrations.store.stored import database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUEUE = Subject(kind="queue", id="watch:web")
PIECE = Piece(items=(7,), section=Section(lines=(Line(text="It lies."),)))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def notice(id_: str, hours: int = 0, **more: object) -> Notice:
    at = NOW + timedelta(hours=hours)
    told = Notice(id=id_, kind="stranded", team="web", at=at, title=Line(text="Told"), pieces=(PIECE,))
    return msgspec.structs.replace(told, **more)


def commit(engine: Engine, *told: Notice) -> None:
    cards = tuple(card_of(one, "C0YARD") for one in told)
    PostgresJournal(engine, LookQueue()).commit(QUEUE, (), Changes(notices=told, cards=cards))


def test_the_last_word_on_a_notice_counts_and_what_ended_is_told_to_nobody(engine: Engine) -> None:
    commit(engine, notice("a"), notice("b", 1), notice("c", 2, team="ops"))
    commit(engine, notice("a", ended=True), notice("b", 1, pieces=()))
    kept = PostgresNotices(engine)

    assert kept.notice("a") == notice("a", ended=True)
    assert kept.notice("z") is None
    assert kept.told_to(["web"]) == (notice("b", 1, pieces=()),)
    assert kept.told_to(["ops", "web"]) == (notice("c", 2, team="ops"), notice("b", 1, pieces=()))
    assert kept.told_to([]) == ()


def test_a_notice_that_changes_has_its_card_shown_again(engine: Engine) -> None:
    commit(engine, notice("a"))
    card = card_of(notice("a"), "C0YARD").card
    finish = text("UPDATE procrastinate_jobs SET status = 'succeeded'")
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args ->> 'subject' = :subject")
    with engine.begin() as connection:
        connection.execute(finish)

    PostgresJournal(engine, LookQueue()).commit(QUEUE, (), Changes(notices=(notice("a", pieces=()),)))

    with engine.connect() as connection:
        assert connection.execute(waiting, {"subject": f"card:{card}"}).scalar() == 1
