"""A machine is lost and its database put back elsewhere: old buttons work, and nothing is done twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from integrations.backup import Restoring, keep
from integrations.clock import SystemClock
from integrations.store import private_postgres
from integrations.store.archive import Archivist
from sandbox.faults import Fault
from tests.integrations.test_backup import another_database
from tests.sandbox.ear import new_issue
from tests.scenarios.test_stories import AGAIN, KNOWN
from tests.scenarios.town import Town, eventually

pytestmark = pytest.mark.long
EFFECTS = ("link.created", "comment.created", "transition.done")


def archivist() -> Archivist:
    return Archivist(programs=private_postgres.programs(), environ=os.environ)


def stop(town: Town) -> None:
    for process in town.processes.values():
        process.terminate()
    assert {process.wait(60) for process in town.processes.values()} == {0}
    town.processes.clear()


def move(town: Town, file: Path, url: str) -> None:
    """Put the file back as another database, and go on there."""
    stop(town)
    engine = create_engine(url)
    Restoring(engine=engine, archivist=archivist(), clock=SystemClock()).restore(file, None, replace=False)
    engine.dispose()
    town.database_url = url
    town.start("door")
    town.start("worker")
    town.wait_until_ready()


def kept(town: Town, file: Path) -> Path:
    engine = create_engine(town.database_url)
    keep(engine, file, archivist(), replace=False)
    engine.dispose()
    return file


def test_an_old_button_works_after_a_restore_once_work_is_resumed(settle: Callable[..., Town], tmp_path: Path) -> None:
    town = settle(over_http=True)
    dana = town.as_person("dana")
    new_issue(dana, "PAY", **KNOWN)
    key = new_issue(dana, "WEB", **AGAIN)
    card = town.card(key, "request.approve")
    file = kept(town, tmp_path / "all.dump")
    with another_database(town.database_url) as url:
        move(town, file, url)

        town.press("mika", card, "request.approve")
        eventually(lambda: town.told(key, "vote.cast"))
        assert town.status(key) != "Closed"

        town.command("priya", "resume")
        town.wait_until_closed(key)
        stop(town)


def test_what_was_planned_when_the_backup_was_made_and_done_since_is_not_done_again(
    settle: Callable[..., Town], tmp_path: Path
) -> None:
    town = settle(over_http=True)
    dana = town.as_person("dana")
    new_issue(dana, "PAY", **KNOWN)
    key = new_issue(dana, "WEB", **AGAIN)
    busy = {"Retry-After": "3"}
    town.sandbox.world.faults.add(Fault(service="jira", method="POST", path="/issueLink", status=429, headers=busy))
    town.press("mika", town.card(key, "request.approve"), "request.approve")
    eventually(lambda: town.told(key, "action.put_off"))
    file = kept(town, tmp_path / "all.dump")
    town.sandbox.world.faults.clear()
    town.wait_until_closed(key)
    town.card(key, "All done")
    before = town.effects(*EFFECTS)
    with another_database(town.database_url) as url:
        move(town, file, url)
        assert town.told(key, "action.done") == []
        town.command("priya", "resume")

        eventually(lambda: len(town.told(key, "action.done")) == 3)
        assert town.effects(*EFFECTS) == before
        assert len(before) == 3
        stop(town)
