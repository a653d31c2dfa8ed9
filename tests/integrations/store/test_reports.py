"""An issue that a person had created is looked at once all that belongs to it is over, in the same transaction."""

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.intake import PostgresIntake
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.changes import Changes
from orchestrator.facts import ActionRecord
from orchestrator.ports import Receipt
from rules.actions import NEW, Action, CreateAction, LinkAction
from rules.model import Line, Subject, Tainted
from tests.integrations.store.stored import NOON, clear_jobs, database, event, jobs, record, request

DANA = Subject(kind="person", id="UDANA")
MADE = Subject(kind="item", id="1001")
CREATE = CreateAction(
    project="PAY", type="Bug", summary=Tainted(text="Blank"), description=Line(text="{0}", parts=(Tainted(text="x"),))
)
LINK = LinkAction(item=NEW, other=7, type="Duplicate")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def reported(engine: Engine, *actions: Action, subject: Subject = DANA) -> tuple[PostgresJournal, list[ActionRecord]]:
    journal = PostgresJournal(engine, LookQueue())
    records = [
        msgspec.structs.replace(record(f"k{place}", position=place, subject=subject), agent="reporter", action=action)
        for place, action in enumerate(actions)
    ]
    journal.commit(subject, (), Changes(requests=(request(subject=subject),), records=tuple(records)))
    clear_jobs(engine)
    return journal, records


def begin(journal: PostgresJournal, one: ActionRecord) -> None:
    assert journal.claim(one, {}, 10, "2026-03-02", NOON) is None


def looked_at(engine: Engine) -> bool:
    return any(subject == str(MADE) for subject, *_ in jobs(engine))


def test_an_issue_without_a_link_is_looked_at_as_soon_as_it_is_there(engine: Engine) -> None:
    journal, (create,) = reported(engine, CREATE)
    begin(journal, create)

    journal.finish(create, Receipt(id="1001", note="PAY-9"), NOON)

    assert looked_at(engine)
    (told,) = PostgresRecords(engine).unhandled(MADE)
    assert (told.name, told.kind, told.payload) == ("item.reported", "signal", {})


def test_an_issue_that_is_still_to_be_linked_is_not_looked_at_yet(engine: Engine) -> None:
    journal, (create, _) = reported(engine, CREATE, LINK)
    begin(journal, create)

    journal.finish(create, Receipt(id="1001", note="PAY-9"), NOON)

    assert not looked_at(engine)


@pytest.mark.parametrize("fails", [False, True])
def test_it_is_looked_at_once_it_is_linked_or_cannot_be(engine: Engine, fails: bool) -> None:
    journal, (create, link) = reported(engine, CREATE, LINK)
    begin(journal, create)
    journal.finish(create, Receipt(id="1001", note="PAY-9"), NOON)
    begin(journal, link)

    if fails:
        journal.fail(link, "Jira refused", NOON)
    else:
        journal.finish(link, Receipt(id="55"), NOON)

    assert looked_at(engine)


def test_a_batch_is_looked_at_once_an_issue_was_created_for_it_and_not_where_it_was_not(engine: Engine) -> None:
    batch = Subject(kind="batch", id="b1")
    journal, (failing, create) = reported(engine, CREATE, CREATE, subject=batch)
    begin(journal, failing)
    journal.fail(failing, "Jira refused", NOON)
    assert PostgresRecords(engine).unhandled(batch) == ()
    begin(journal, create)

    journal.finish(create, Receipt(id="1001", note="PAY-9"), NOON)

    assert [one.name for one in PostgresRecords(engine).unhandled(batch)] == ["batch.made"]


def test_what_was_not_created_is_not_looked_at(engine: Engine) -> None:
    journal, (create,) = reported(engine, CREATE)
    begin(journal, create)

    journal.fail(create, "Jira refused", NOON)

    assert not looked_at(engine)


def test_a_project_that_is_stopped_stops_what_would_be_created_in_it(engine: Engine) -> None:
    journal, (create,) = reported(engine, CREATE)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO switches (scope, name, by, at) VALUES ('project', 'PAY', 'x', now())")

    assert journal.claim(create, {}, 10, "2026-03-02", NOON) == "work is stopped for project PAY"


def test_a_question_is_found_again_after_it_was_answered(engine: Engine) -> None:
    intake = PostgresIntake(engine, LookQueue())
    asked = event("slack:1", subject=DANA, kind="command", name="known.asked", source="slack", payload={"said": "x"})
    intake.put(asked)
    PostgresJournal(engine, LookQueue()).commit(DANA, [asked], Changes())

    assert PostgresRecords(engine).event("slack:1") == asked
    assert PostgresRecords(engine).event("slack:2") is None
