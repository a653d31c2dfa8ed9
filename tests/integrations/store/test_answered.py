"""What people said, read back out of PostgreSQL with what was seen of each pair when it was decided."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, insert

from integrations.store.answered import PostgresAnswers
from integrations.store.ledger import PostgresLedger, append
from integrations.store.tables import outcomes
from orchestrator.learning import Judged, labels
from rules.model import Line
from rules.requests import Request
from tests.batching.bad_morning import questions, yard_with
from tests.batching.crowd import DEFECT, OTHER
from tests.fakes.yard import Yard
from tests.integrations.store.stored import NOON, database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def stored(engine: Engine, yard: Yard) -> list[Judged]:
    """Put what a bot in memory recorded into the database, and give what is read of it."""
    rows = [
        {"decision": one.decision, "kind": one.kind, "subject": str(subject), "by": one.by, "at": one.at}
        | {"reason": one.reason, "item": one.item}
        for (subject, *_), one in yard.memory.tables.outcomes.items()
    ]
    with engine.begin() as connection:
        append(connection, yard.memory.tables.ledger)
        if rows:
            connection.execute(insert(outcomes), rows)
    return list(PostgresAnswers(engine).judged(100))


def asked(choice: str = "approve") -> tuple[Yard, Request]:
    yard = Yard()
    request = yard.repeat()
    yard.vote("UMIKA", request, choice)
    yard.settle()
    return yard, request


@pytest.mark.parametrize(("choice", "right"), [("approve", True), ("reject", False)])
def test_a_vote_becomes_a_label_with_what_was_seen_of_the_pair(engine: Engine, choice: str, right: bool) -> None:
    yard, request = asked(choice)

    (found,) = labels(stored(engine, yard))

    recorded = yard.memory.decision(request.asks[0].decision)
    assert recorded is not None
    assert (found.pair.item, found.pair.other, found.right) == (2, 1, right)
    assert found.pair.features.shares == recorded["facts"]["known"][0]["features"]["shares"]
    assert not found.by_hand


def test_what_was_taken_back_is_a_mistake(engine: Engine) -> None:
    yard, request = asked()
    yard.undo("UMIKA", request)
    yard.settle()

    (found,) = labels(stored(engine, yard))

    assert not found.right


def test_a_question_without_an_answer_teaches_nothing(engine: Engine) -> None:
    yard = Yard()
    yard.repeat()

    assert stored(engine, yard) == []


def test_a_batch_gives_a_pair_for_each_issue_beside_the_one_in_front(engine: Engine) -> None:
    yard = yard_with(*DEFECT, *OTHER)
    request = questions(yard)[-1]
    yard.vote("UMIKA", request)
    yard.settle()

    (found,) = stored(engine, yard)

    assert found.of_burst
    assert {one.item for one in found.pairs} <= {ask.payload.item for ask in request.asks}
    assert {one.other for one in found.pairs} == {request.asks[0].other}


def test_what_was_erased_is_not_learned_from(engine: Engine) -> None:
    yard, _ = asked()
    stored(engine, yard)
    ledger = PostgresLedger(engine)

    ledger.erase([row.seq for row in ledger.trail(2, 100)], Line(text="asked to"), NOON)

    assert list(PostgresAnswers(engine).judged(100)) == []


def test_no_more_decisions_are_read_than_wanted(engine: Engine) -> None:
    yard, _ = asked()
    stored(engine, yard)

    assert list(PostgresAnswers(engine).judged(0)) == []
