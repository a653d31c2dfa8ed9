"""What the doctor tells of forecasts."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from integrations.doctor.finding import Verdict
from integrations.doctor.forecasts import check_forecasts
from integrations.foretelling_lessons import LESSON, Report
from integrations.store.progress import PostgresProgress
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
        ("use", Verdict.WELL, "they are made by sla-1.2; at the last lesson, 2026-"),
        ("go back", Verdict.WARNING, "what was learnt got worse, so they are made by counting again"),
    ],
)
def test_it_tells_what_the_last_lesson_came_to(engine: Engine, act: str, verdict: Verdict, words: str) -> None:
    report = Report(at=NOON, act=act, version="sla-1.2", why="because")
    PostgresProgress(engine).write(LESSON, canonical(report).decode())

    (found,) = check_forecasts(rules(), engine)

    assert found.verdict is verdict
    assert found.words.startswith(words)
    assert found.words.endswith("because")


def test_a_database_that_does_not_answer_is_told() -> None:
    (found,) = check_forecasts(rules(), create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))

    assert found.verdict is Verdict.UNCHECKED
