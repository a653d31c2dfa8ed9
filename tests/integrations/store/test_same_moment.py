"""Two approvers press at the same moment, on two machines: processes of their own on one PostgreSQL."""

from collections import Counter
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import msgspec
import pytest
from sqlalchemy import text

from integrations.durable import LookQueue
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.approvals.voting import cast
from orchestrator.changes import Changes
from orchestrator.facts import Eyes, Facts
from orchestrator.memory import Outdated
from orchestrator.recording import planned
from rules.model import Event, Person
from rules.requests import Request, RequestState
from rules.ruleset import RoleRule
from tests.fakes.rulings import ruleset
from tests.integrations.store.stored import ITEM, NOON, database, request

ROUNDS = 40
RULES = ruleset(roles={"triager": RoleRule(purpose="Answers.", may=("approve",))})


def pressed(url: str, who: str, barrier: Barrier) -> None:
    """One machine: reads each question as it stands, decides what a press comes to, and writes that at the same moment.

    Nothing keeps the two apart but the database: both have read the question as open.
    """
    with database(url) as engine:
        journal, records = PostgresJournal(engine, LookQueue()), PostgresRecords(engine)
        for nth in range(ROUNDS):
            asked = records.request(f"r{nth}")
            assert asked is not None
            decided = came_of(asked, who)
            barrier.wait(30)
            try:
                journal.commit(ITEM, [], decided)
            except Outdated:
                continue


def came_of(asked: Request, who: str) -> Changes:
    person = Person(id=who, name=who, jira=f"j-{who}", slack=f"U{who}", roles=("triager",))
    facts = Facts(subject=ITEM, now=NOON, people=(person,), eyes=(Eyes(viewer=who, items=asked.items),))
    payload = {"user": f"U{who}", "request": asked.id, "choice": "approve"}
    press = Event(
        id=f"{who}:{asked.id}",
        kind="command",
        name="vote.cast",
        source="slack",
        subject=ITEM,
        received_at=NOON,
        payload=payload,
    )
    result = cast(asked, press, facts, RULES)
    assert result.request.state is RequestState.APPROVED
    return Changes(requests=(result.request,), votes=(result.vote,)) + planned(result.request, "duplicates")


@pytest.mark.slow
def test_of_two_who_press_at_the_same_moment_one_decides_and_all_is_done_once(database_url: str) -> None:
    asked = tuple(msgspec.structs.replace(request(f"r{nth}"), id=f"r{nth}") for nth in range(ROUNDS))
    spawning = get_context("spawn")
    barrier = spawning.Barrier(2)
    with database(database_url) as engine:
        PostgresJournal(engine, LookQueue()).commit(ITEM, [], Changes(requests=asked))
        machines = [spawning.Process(target=pressed, args=(database_url, who, barrier)) for who in ("mika", "priya")]
        for machine in machines:
            machine.start()
        for machine in machines:
            machine.join(60)

        assert [machine.exitcode for machine in machines] == [0, 0]
        with engine.connect() as connection:
            votes = connection.execute(text("SELECT request FROM votes WHERE counts")).scalars().all()
            actions = connection.execute(text("SELECT request FROM actions")).scalars().all()
        assert Counter(votes) == Counter(one.id for one in asked)
        assert Counter(actions) == Counter(one.id for one in asked)
        standing = [PostgresRecords(engine).request(one.id) for one in asked]
        assert [len(one.votes) if one else 0 for one in standing] == [1] * ROUNDS
