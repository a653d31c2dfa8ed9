"""The rules in force: published from files, activated by a recorded act, the same for every process."""

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from integrations.store.rulebook import Act, NoRules, PostgresRulebook
from rules.ruleset import Ruleset
from tests.fakes.clock import NOON, SetClock
from tests.fakes.rulings import ruleset
from tests.integrations.store.stored import database, kinds


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def at(minutes: int) -> Ruleset:
    limits = msgspec.structs.replace(ruleset().limits, undo_button_minutes=minutes)
    return msgspec.structs.replace(ruleset(), limits=limits)


def test_before_anything_is_published_there_are_no_rules(engine: Engine) -> None:
    with pytest.raises(NoRules):
        PostgresRulebook(engine).active()


def test_what_one_process_publishes_is_in_force_in_another(engine: Engine) -> None:
    one, other = PostgresRulebook(engine), PostgresRulebook(engine)

    assert one.publish(at(3), SetClock())
    assert other.active() == at(3)
    assert other.publish(at(4), SetClock())

    assert one.active() == at(4)
    assert kinds(engine) == ["rules.activated", "rules.activated"]


def test_files_that_say_the_same_again_change_nothing(engine: Engine) -> None:
    rulebook = PostgresRulebook(engine)
    rulebook.publish(at(3), SetClock())

    assert not PostgresRulebook(engine).publish(at(3), SetClock())
    assert len(rulebook.acts(10)) == 1


def test_what_an_operator_activates_stays_until_the_files_change(engine: Engine) -> None:
    rulebook = PostgresRulebook(engine)
    rulebook.publish(at(3), SetClock())
    rulebook.publish(at(4), SetClock())

    rulebook.activate(at(3), Act(at=NOON, by="priya", why="four is too long"))

    assert not rulebook.publish(at(4), SetClock())
    assert rulebook.active() == at(3)
    assert rulebook.publish(at(5), SetClock())
    assert rulebook.active() == at(5)


def test_who_put_what_into_force_and_why_is_kept(engine: Engine) -> None:
    rulebook = PostgresRulebook(engine)
    rulebook.publish(at(3), SetClock())
    rulebook.activate(at(4), Act(at=NOON, by="priya", why="four is better"))

    (newest, act), (oldest, first) = rulebook.acts(10)

    assert (newest, act.by, act.why, act.from_files) == (at(4).version, "priya", "four is better", False)
    assert (oldest, first.from_files) == (at(3).version, True)


def test_a_version_is_found_by_its_beginning(engine: Engine) -> None:
    rulebook = PostgresRulebook(engine)
    rulebook.publish(at(3), SetClock())

    assert rulebook.beginning(at(3).version[:6]) == at(3)
    assert rulebook.beginning(at(3).version) == at(3)
    assert [rulebook.beginning(prefix) for prefix in ("", at(3).version[:5], "zzzzzz", "%%%%%%", at(4).version)] == [
        None
    ] * 5


def test_an_act_cannot_be_taken_back(engine: Engine) -> None:
    PostgresRulebook(engine).publish(at(3), SetClock())

    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("DELETE FROM activations"))
