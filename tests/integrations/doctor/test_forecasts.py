"""What the doctor tells of forecasts."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from integrations.doctor.finding import Verdict
from integrations.doctor.forecasts import check_forecasts
from integrations.foretelling_lessons import Report, mark_of
from integrations.store.progress import PostgresProgress
from orchestrator.forecast.foretold import DAY_ONE, DUE_DAY_ONE
from rules.canonical import canonical
from tests.fakes.rulings import ruleset
from tests.forecast.promises import rules
from tests.integrations.store.stored import NOON, database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def test_where_nothing_is_promised_there_is_nothing_to_tell(engine: Engine) -> None:
    assert list(check_forecasts(ruleset(), engine)) == []


def test_before_the_first_lesson_they_are_made_by_counting(engine: Engine) -> None:
    (found,) = check_forecasts(rules(), engine)

    assert (found.verdict, "by counting (sla-1)" in found.words) == (Verdict.WELL, True)


@pytest.mark.parametrize(
    ("act", "verdict", "words"),
    [
        ("use", Verdict.WELL, "those of SLAs are made by sla-1.2; at the last lesson, 2026-"),
        ("go back", Verdict.WARNING, "what was learnt got worse, so those of SLAs are made by counting again"),
    ],
)
def test_it_tells_what_the_last_lesson_came_to(engine: Engine, act: str, verdict: Verdict, words: str) -> None:
    report = Report(at=NOON, act=act, version="sla-1.2", why="because")
    PostgresProgress(engine).write(mark_of(DAY_ONE), canonical(report).decode())

    (found,) = check_forecasts(rules(), engine)

    assert found.verdict is verdict
    assert found.words.startswith(words)
    assert found.words.endswith("because")


@pytest.mark.parametrize(("act", "told"), [("use", 1), ("go back", 1), ("wait", 0)])
def test_of_due_dates_it_tells_once_any_teach(engine: Engine, act: str, told: int) -> None:
    report = Report(at=NOON, act=act, version="due-1.2", why="because")
    PostgresProgress(engine).write(mark_of(DUE_DAY_ONE), canonical(report).decode())

    found = [one.words for one in check_forecasts(ruleset(), engine)]

    assert len([one for one in found if "those of due dates are made by" in one]) == len(found) == told


def test_a_database_that_does_not_answer_is_told() -> None:
    (found,) = check_forecasts(rules(), create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))

    assert found.verdict is Verdict.UNCHECKED
