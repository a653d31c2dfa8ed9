"""Files of rules are published when they change, and only then."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import app
from integrations.rules_files import Watcher, read
from integrations.store.rulebook import Act, PostgresRulebook
from rules.loader import RulesError
from tests.fakes.clock import NOON, SetClock
from tests.integrations.store.stored import database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def minutes(path: Path, number: object) -> Path:
    path.write_text(f"limits: {{undo_button_minutes: {number}}}")
    return path


def watcher(engine: Engine, overlay: Path) -> Watcher:
    return Watcher(packs=app.PACKS, overlay=overlay, rulebook=PostgresRulebook(engine), clock=SetClock())


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
    assert len(caplog.records) == 1
    assert f"{own}:1:10: limits.undo_button_minutes: expected a whole number" in caplog.text


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
