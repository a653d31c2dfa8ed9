"""Values and a database for the tests of the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, create_engine, text

from orchestrator.facts import ActionRecord
from rules.actions import CommentAction, Payload
from rules.model import Event, Line, Subject
from rules.requests import Ask, Request, RequestState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEM = Subject(kind="item", id="7")


@contextmanager
def database(url: str) -> Iterator[Engine]:
    engine = create_engine(url, hide_parameters=True)
    yield engine
    engine.dispose()


def event(id_: str, subject: Subject = ITEM, **more: Any) -> Event:
    given: dict[str, Any] = {"kind": "signal", "name": "jira.issue_updated", "source": "jira", "received_at": NOON}
    return Event(id=id_, subject=subject, **given | more)


def request(id_: str = "r1", **more: Any) -> Request:
    payload = Payload(item=7, actions=(comment(),))
    given: dict[str, Any] = {
        "subject": ITEM,
        "state": RequestState.PENDING,
        "asks": (Ask(decision="d1", payload=payload, hash=payload.hash),),
        "workflow": "repeats",
        "role": "triager",
        "asked_at": NOON,
        "expires_at": NOON.replace(hour=20),
        "ruleset": "r" * 64,
    }
    return Request(id=id_, **given | more)


def comment() -> CommentAction:
    return CommentAction(item=7, text=Line(text="known already"))


def record(key: str = "k1", **more: Any) -> ActionRecord:
    given: dict[str, Any] = {"decision": "d1", "request": "r1", "agent": "duplicates", "subject": ITEM, "position": 0}
    return ActionRecord(key=key, action=comment(), **given | more)


def jobs(engine: Engine) -> list[tuple[str, str, int]]:
    """The looks that wait: subject, lock, priority."""
    wanted = "SELECT queueing_lock, lock, priority FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    with engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(text(wanted))]


def clear_jobs(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


def kinds(engine: Engine) -> list[str]:
    """The kinds of the ledger's rows in their order."""
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT kind FROM ledger ORDER BY seq")).scalars())
