"""Files of rules are published when they change, and only then."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import app
from integrations.owners import Owners
from integrations.rules_files import Watcher, read
from integrations.store.progress import PostgresProgress
from integrations.store.rulebook import Act, PostgresRulebook
from orchestrator.ports import GatewayError
from rules.loader import RulesError
from tests.fakes.chat import FakeChat
from tests.fakes.clock import NOON, SetClock
from tests.fakes.people import FakeDirectory
from tests.fakes.written import written
from tests.integrations.store.stored import database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


PEOPLE = """
people:
  priya: {name: Priya, slack: UPRIYA, roles: [operator]}
  mika: {name: Mika, slack: UMIKA, roles: [triager]}
  lena: {name: Lena, jira: j-lena, roles: [operator]}
"""


def minutes(path: Path, number: object) -> Path:
    path.write_text(f"limits: {{undo_button_minutes: {number}}}{PEOPLE}")
    return path


def watcher(engine: Engine, overlay: Path, chat: FakeChat | None = None) -> Watcher:
    rulebook = PostgresRulebook(engine)
    owners = Owners(
        chat=chat or FakeChat(now=SetClock().now),
        directory=FakeDirectory(),
        rulebook=rulebook,
        progress=PostgresProgress(engine),
    )
    return Watcher(packs=app.PACKS, overlay=overlay, rulebook=rulebook, clock=SetClock(), owners=owners)


def in_force(engine: Engine) -> int:
    return PostgresRulebook(engine).active().limits.undo_button_minutes


def test_a_change_comes_into_force_at_the_next_look(engine: Engine, tmp_path: Path) -> None:
    own = minutes(tmp_path / "own.yml", 3)
    watching = watcher(engine, own)

    watching.look()
    assert in_force(engine) == 3

    minutes(own, 4)
    watching.look()
    assert in_force(engine) == 4


def test_a_broken_file_keeps_the_last_good_rules_and_is_told_once(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = minutes(tmp_path / "own.yml", 3)
    watching = watcher(engine, own)
    watching.look()

    minutes(own, "soon")
    with caplog.at_level(logging.ERROR):
        watching.look()
        watching.look()

    assert in_force(engine) == 3
    assert [record.levelno for record in caplog.records if record.levelno >= logging.ERROR] == [logging.ERROR]
    assert f"{own}:1:10: limits.undo_button_minutes: expected a whole number" in caplog.text


def test_who_may_operate_is_told_in_slack_what_is_wrong_and_when_it_is_good_again(
    engine: Engine, tmp_path: Path
) -> None:
    own, chat = minutes(tmp_path / "own.yml", 3), FakeChat(now=SetClock().now)
    doors = [watcher(engine, own, chat), watcher(engine, own, chat)]
    for text in (3, "soon", 3):
        minutes(own, text)
        for door in (*doors, *doors):
            door.look()

    (place, broken), (other, good) = chat.history
    assert place == other == "D-UPRIYA"
    assert "The rules' files hold mistakes" in written(broken)
    assert f"{own}:1:10: limits.undo_button_minutes: expected a whole number, found 'soon'" in written(broken)
    assert "are good again" in written(good)


def test_a_slack_that_does_not_answer_stops_nothing(engine: Engine, tmp_path: Path) -> None:
    own, chat = minutes(tmp_path / "own.yml", 3), FakeChat(now=SetClock().now)
    watching = watcher(engine, own, chat)
    watching.look()
    chat.failures.append(GatewayError("Slack is away", retryable=True))

    minutes(own, "soon")
    watching.look()
    minutes(own, 4)
    watching.look()

    assert in_force(engine) == 4


def test_before_there_are_rules_mistakes_stand_in_the_log_alone(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chat = FakeChat(now=SetClock().now)

    with caplog.at_level(logging.ERROR):
        watcher(engine, minutes(tmp_path / "own.yml", "soon"), chat).look()

    assert "expected a whole number" in caplog.text
    assert chat.history == []


def test_two_doors_whose_files_differ_do_not_contend(engine: Engine, tmp_path: Path) -> None:
    one = watcher(engine, minutes(tmp_path / "one.yml", 3))
    other = watcher(engine, minutes(tmp_path / "other.yml", 4))
    for _ in range(3):
        one.look()
        other.look()

    assert in_force(engine) == 4
    assert len(PostgresRulebook(engine).acts(10)) == 2


def test_what_an_operator_activated_stays_when_a_door_starts_again(engine: Engine, tmp_path: Path) -> None:
    own = minutes(tmp_path / "own.yml", 3)
    watcher(engine, own).look()
    earlier = PostgresRulebook(engine).active()
    minutes(own, 4)
    watcher(engine, own).look()

    PostgresRulebook(engine).activate(earlier, Act(at=NOON, by="priya", why="too long"))
    watcher(engine, own).look()

    assert in_force(engine) == 3


def test_files_that_cannot_be_read_are_a_mistake_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_bytes(b"\xff\xfe")

    with pytest.raises(RulesError, match=r"own\.yml:1:1: cannot be read"):
        read(app.PACKS, tmp_path / "own.yml")
    with pytest.raises(RulesError, match=r"none\.yml:1:1: cannot be read"):
        read(app.PACKS, tmp_path / "none.yml")
